// @ts-check
/**
 * What a dot's colour and size say: the colours with their names, and a radius for each node.
 * @module hb/network/colours
 */
import { APPEARANCE } from "hb/network/appearance";
import { colour as token } from "hb/map/palette";

/** @import { NetworkData } from "hb/network/data" */

/** @typedef {{label: string, token: string, count: number, mark?: string}} Entry of the legend; `token` names the colour, `mark` what is in the dot */

// The palette of kinds, told apart with colour-blind eyes too: tests/config/test_design.py.
const EIGHT = APPEARANCE.colours.map((slug) => `kind-${slug}`);
const REST = "kind-other";

/**
 * @param {NetworkData} data
 * @param {string} by `kind`, `community`, `capital`, `place` or `none`
 * @param {{rest: string, none: string, group: string, capitals: Record<string, string>, marks: Record<string, string>}} words
 * @returns {{of: Uint8Array, entries: Entry[]}} the entry of each node, and the entries
 */
export function colouring(data, by, words) {
  const of = new Uint8Array(data.n);
  if (by === "none") return { of, entries: [{ label: words.none, token: "kind-organisation", count: data.n }] };
  if (by === "kind") {
    return families(data, of, words.marks);
  }
  const { key, label } = keyed(data, by, words);
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (let i = 0; i < data.n; i += 1) counts.set(key(i), (counts.get(key(i)) ?? 0) + 1);
  counts.delete("");
  const first = [...counts].sort((one, other) => other[1] - one[1]).slice(0, EIGHT.length);
  const number = new Map(first.map(([name], index) => [name, index]));
  const entries = first.map(([name], index) => ({ label: label(name), token: EIGHT[index], count: 0 }));
  entries.push({ label: words.rest, token: REST, count: 0 });
  for (let i = 0; i < data.n; i += 1) of[i] = number.get(key(i)) ?? entries.length - 1;
  return counted(of, entries);
}

/** By what things are; organisations, which have one colour, by the marks of their families. */
function families(/** @type {NetworkData} */ data, /** @type {Uint8Array} */ of, /** @type {Record<string, string>} */ marks) {
  const { colours, categories } = data.tables;
  /** @type {Entry[]} */
  const entries = colours.map(({ slug, label }) => ({ label, token: `kind-${slug}`, count: 0, mark: "" }));
  of.set(data.colour);
  const grey = colours.findIndex(({ slug }) => slug === APPEARANCE.marked);
  if (grey < 0) return counted(of, entries);
  entries[grey].label = marks[""];
  const numbers = new Map([["", grey]]);
  for (let i = 0; i < data.n; i += 1) {
    const mark = of[i] === grey ? (APPEARANCE.marks[categories[data.category[i]]?.slug] ?? "") : "";
    if (!mark) continue;
    if (!numbers.has(mark)) numbers.set(mark, entries.push({ label: marks[mark], token: entries[grey].token, count: 0, mark }) - 1);
    of[i] = /** @type {number} */ (numbers.get(mark));
  }
  return counted(of, entries);
}

/** What tells nodes apart, as a text, "" for nothing, and what it is called. */
function keyed(/** @type {NetworkData} */ data, /** @type {string} */ by, /** @type {any} */ words) {
  const { communities, categories, places } = data.tables;
  if (by === "community") {
    return {
      key: (/** @type {number} */ i) => (data.community[i] < 0 ? "" : `${data.community[i]}`),
      label: (/** @type {string} */ it) => communities[Number(it)].label || words.group.replace("{n}", `${Number(it) + 1}`),
    };
  }
  if (by === "capital") {
    return {
      key: (/** @type {number} */ i) => categories[data.category[i]]?.capital ?? "",
      label: (/** @type {string} */ it) => words.capitals[it] ?? it,
    };
  }
  return {
    key: (/** @type {number} */ i) => `${data.home[i]}`,
    label: (/** @type {string} */ it) => places[Number(it)].label,
  };
}

/** @param {Uint8Array} of @param {Entry[]} entries */
function counted(of, entries) {
  for (const it of of) entries[it].count += 1;
  return { of, entries };
}

/** @param {Entry[]} entries @returns {string[]} CSS colours, read anew since the device may have turned dark */
export function cssColours(entries) {
  const other = token(REST);
  return entries.map((entry) => token(entry.token, other));
}

/**
 * @param {NetworkData} data
 * @param {string} by a measure, or `same`
 * @returns {Float32Array} radius of each dot in the picture's unit: its area grows with the measure
 */
export function radii(data, by) {
  const { radius, room } = APPEARANCE;
  const values = data.measures[by];
  const found = new Float32Array(data.n).fill(radius.same);
  if (!values) return found;
  if (by === "connections") {
    // The room that the layout gives a dot, with some of the gap around it.
    return values.map((it) => room.scale * Math.min(room.base + Math.sqrt(Math.max(it, 1)), room.max));
  }
  let most = 0;
  for (const it of values) if (it > most) most = it;
  // Constraint is small where a node stands between others: that is what is to be seen.
  const turned = by === "constraint";
  for (let i = 0; i < data.n; i += 1) {
    const share = Number.isNaN(values[i]) || !most ? 0 : turned ? 1 - Math.min(values[i], 1) : values[i] / most;
    found[i] = radius.min + (radius.max - radius.min) * Math.sqrt(Math.max(share, 0));
  }
  return found;
}
