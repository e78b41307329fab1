// @ts-check
/**
 * What stands around the dots of the network's picture: the land under a group, which groups are named, and the ring of
 * those who touch a left out hub alone.
 * @module hb/network/captions
 */
import { APPEARANCE } from "hb/network/appearance";
import { overlap } from "hb/network/callouts";
import { broken, folded, isNarrow } from "hb/network/labels";
import { counted } from "hb/network/sentences";
import { LOOK } from "hb/network/visibility";

/** @import { Wish } from "hb/network/callouts" */
/** @import { Room } from "hb/network/room" */
/** @import { NetworkData } from "hb/network/data" */
/** @import { NetworkCanvas } from "hb/network/canvas" */
/** @import { Scene } from "hb/network/painter" */

const MIN_NAMED = 4;
const RING_LINES = [1, 2, 3];
const LEAD = (APPEARANCE.letters * (APPEARANCE.callout.leading - 1)) / 2;

/**
 * The nodes of each group that are shown, when these are few enough for islands.
 * @param {Scene} scene
 * @returns {Map<number, number[]>}
 */
export function groupsShown({ data, visibility, x }) {
  /** @type {Map<number, number[]>} */
  const found = new Map();
  for (let i = 0; i < data.n; i += 1) {
    const group = data.community[i];
    if (group < 0 || visibility.node[i] === LOOK.HIDDEN || Number.isNaN(x[i])) continue;
    const members = found.get(group);
    if (members) members.push(i);
    else found.set(group, [i]);
  }
  return found;
}

/** Pairs of a group that are near enough to be of one land. @param {Scene} scene */
function landTies({ data, visibility, x, y }) {
  /** @type {Map<number, [number, number][]>} */
  const found = new Map();
  for (let e = 0; e < data.m; e += 1) {
    const [a, b] = [data.source[e], data.target[e]];
    const group = data.community[a];
    if (group < 0 || group !== data.community[b] || data.derived[e] || visibility.edge[e] === LOOK.HIDDEN) continue;
    if (!(Math.hypot(x[a] - x[b], y[a] - y[b]) < APPEARANCE.island.tie)) continue;
    const ties = found.get(group);
    if (ties) ties.push([a, b]);
    else found.set(group, [[a, b]]);
  }
  return found;
}

/**
 * The land under each group, as lines to be drawn as wide as their shores, in the picture's unit.
 * @param {Scene} scene
 * @returns {{width: number, lines: number[][]}[]} lines from x, y to x, y
 */
export function lands(scene) {
  const { visibility, x, y, r } = scene;
  if (scene.layout === "ground" || visibility.counts.nodes > APPEARANCE.island.max) return [];
  const ties = landTies(scene);
  return [...groupsShown(scene)].map(([group, members]) => {
    const sizes = members.map((i) => r[i]).sort((a, b) => a - b);
    const middle = (sizes[Math.floor((sizes.length - 1) / 2)] + sizes[Math.ceil((sizes.length - 1) / 2)]) / 2;
    return {
      width: 2 * (middle + APPEARANCE.island.shore),
      lines: [...members.map((i) => [x[i], y[i], x[i] + 0.1, y[i]]), ...(ties.get(group) ?? []).map(([a, b]) => [x[a], y[a], x[b], y[b]])],
    };
  });
}

/**
 * The groups that may be named, the largest first; on a narrow screen by numbers.
 * @param {NetworkCanvas} canvas
 * @returns {Wish[]}
 */
export function landWishes(canvas) {
  const { scene } = canvas;
  if (scene.layout === "ground") return townWishes(canvas);
  const shown = groupsShown(scene);
  /** @type {Wish[]} */
  const wishes = [];
  for (let group = 0; group < Math.min(scene.data.tables.communities.length, 3 * APPEARANCE.names.wide[0]); group += 1) {
    const members = (shown.get(group) ?? []).filter((i) => scene.visibility.node[i] > LOOK.FADED);
    const named = scene.data.tables.communities[group];
    if (members.length < MIN_NAMED || !named.does) continue;
    const dots = members.map((i) => canvas.dot(i));
    const [left, right] = [Math.min(...dots.map(({ x, r }) => x - r)), Math.max(...dots.map(({ x, r }) => x + r))];
    const [top, bottom] = [Math.min(...dots.map(({ y, r }) => y - r)), Math.max(...dots.map(({ y, r }) => y + r))];
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    if (x < 0 || y < 0 || x > canvas.size.width || y > canvas.size.height) continue;
    const number = wishes.length + 1;
    const forms = isNarrow() ? [String(number)] : folded(named.does);
    const around = { x, y, halfWidth: (right - left) / 2, halfHeight: (bottom - top) / 2, members: dots.map((it) => ({ ...it, r: it.r + APPEARANCE.island.shore * canvas.at.k })) };
    wishes.push({ i: -1, unit: canvas.unitAt(x, y), text: forms[0], forms, look: isNarrow() ? "number" : "land", number, says: named.does, ...around });
  }
  return wishes;
}

/** The towns on the ground. @param {NetworkCanvas} canvas @returns {Wish[]} */
function townWishes(canvas) {
  const { data } = canvas.scene;
  return (canvas.words?.boundary?.towns ?? []).flatMap((/** @type {{name: string, lon: number, lat: number}} */ { name, lon, lat }) => {
    const [ux, uy] = data.project(lon, lat);
    const [x, y] = [ux * canvas.at.k + canvas.at.x, uy * canvas.at.k + canvas.at.y];
    const seen = x > 0 && y > 0 && x < canvas.size.width && y < canvas.size.height;
    return seen ? [{ i: -1, unit: { x: ux, y: uy }, text: name, look: "town", x, y, halfWidth: 0, halfHeight: 0 }] : [];
  });
}

/**
 * The boundary of the place, ring by ring, in the picture's unit; nothing where the dots do not lie on the ground.
 * @param {Scene} scene
 * @param {Record<string, any> | null} words
 * @returns {number[][][]}
 */
export function boundary({ data, layout }, words) {
  if (layout !== "ground") return [];
  return (words?.boundary?.rings ?? []).map((/** @type {number[][]} */ ring) => ring.map(([lon, lat]) => data.project(lon, lat)));
}

/**
 * What the ring is, in words, never cut: in its gap, or below it, in as few lines as fit; across its gap where nothing does.
 * @param {NetworkCanvas} canvas
 * @param {Record<string, any>} words
 * @param {number[][]} taken boxes on the screen where it may not stand
 * @param {Room} room where no dot is
 * @returns {Wish | null}
 */
export function ringWish(canvas, words, taken, room) {
  const { scene, at, size, labels } = canvas;
  const { open } = scene.data;
  const count = open && scene.layout === "open" ? ringShown(scene) : 0;
  if (!open || !count) return null;
  const [ux, uy, wide] = open.gap;
  const all = counted(words.hub.ring, count, { name: hubNames(scene.data) });
  const [x, y] = [ux * at.k + at.x, uy * at.k + at.y];
  const wish = (/** @type {string} */ text, /** @type {number} */ down) => {
    const unit = { x: ux, y: (down - at.y) / at.k };
    return { i: -1, unit, text, look: "ring", x, y: down, halfWidth: 0, halfHeight: 0 };
  };
  for (const below of [false, true]) {
    for (const lines of RING_LINES) {
      const text = broken(all, lines);
      const { width, height } = labels.measure(text, "ring");
      if (!below && width > wide * at.k) continue;
      const down = below ? open.height * at.k + at.y + height / 2 + APPEARANCE.letters : lowered(y, height, size.height);
      // A line is higher than its letters.
      const high = height / 2 - LEAD;
      const box = [x - width / 2, down - high, x + width / 2, down + high];
      if (room.free(box) && !taken.some((it) => overlap(box, it))) return wish(text, down);
    }
  }
  const text = broken(all, 2);
  return wish(text, lowered(y, labels.measure(text, "ring").height, size.height));
}

/** Where the middle of a text lies that would be cut off at the foot of the picture. */
function lowered(/** @type {number} */ y, /** @type {number} */ height, /** @type {number} */ foot) {
  return y < foot ? Math.min(y, foot - height / 2) : y;
}

/** How many stand in the ring. @param {Scene} scene */
export function ringShown({ data, visibility }) {
  let count = 0;
  if (data.open) for (let i = 0; i < data.n; i += 1) if (data.open.ring[i] && visibility.node[i] !== LOOK.HIDDEN) count += 1;
  return count;
}

/** @param {NetworkData} data */
export function hubNames(data) {
  return (data.open?.hubs ?? []).map((i) => data.name(i)).join(", ");
}
