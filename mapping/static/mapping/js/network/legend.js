// @ts-check
/**
 * The legend of the network view: what colours, shapes and lines mean now, with how many of each are shown.
 * @module hb/network/legend
 */
import { APPEARANCE } from "hb/network/appearance";
import { inner, outline } from "hb/network/dots";
import { LOOK } from "hb/network/visibility";
import { counted, formatted } from "hb/network/sentences";

/** @import { Scene } from "hb/network/painter" */

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {{label: string, count: number, token?: string, mark?: string, kind?: string, line?: string, look?: string}} Sign */

/**
 * What the picture holds, as signs with their meaning; downloads print the same.
 * @param {Scene} scene
 * @param {Record<string, any>} words
 * @returns {Sign[]}
 */
export function signs({ data, visibility, colours }, words) {
  const named = visibility.counts.edges <= APPEARANCE.arrows.max ? { ...words.lines, stated: words.lines.pointed } : words.lines;
  const byColour = new Array(colours.entries.length).fill(0);
  const byKind = new Array(data.tables.kinds.length).fill(0);
  for (let i = 0; i < data.n; i += 1) {
    if (visibility.node[i] === LOOK.HIDDEN) continue;
    byColour[colours.of[i]] += 1;
    byKind[data.kind[i]] += 1;
  }
  const looks = { gone: 0, lost: 0 };
  for (const look of visibility.node) {
    if (look === LOOK.GONE) looks.gone += 1;
    if (look === LOOK.LOST) looks.lost += 1;
  }
  const lines = { stated: 0, derived: 0, strong: 0, begun: 0, ended: 0, marked: 0 };
  for (let e = 0; e < data.m; e += 1) {
    const look = visibility.edge[e];
    if (look === LOOK.HIDDEN) continue;
    if (look === LOOK.BEGUN) lines.begun += 1;
    else if (look === LOOK.ENDED) lines.ended += 1;
    else if (look === LOOK.MARKED) lines.marked += 1;
    else if (data.derived[e]) lines.derived += 1;
    else if (visibility.strong[e]) lines.strong += 1;
    else lines.stated += 1;
  }
  return [
    ...data.tables.kinds.map(({ slug, label }, at) => ({ label, kind: slug, count: byKind[at] })),
    ...colours.entries.map(({ label, token, mark }, at) => ({ label, token, mark, count: byColour[at] })).sort((a, b) => b.count - a.count),
    ...Object.entries(looks).map(([look, count]) => ({ label: words.looks[look], look, count })),
    ...Object.entries(lines).map(([line, count]) => ({ label: named[line], line, count })),
  ].filter(({ count }) => count > 0);
}

/** @param {Sign} sign @returns {SVGSVGElement} */
function sample({ token, mark, kind, line, look }) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  for (const [name, value] of Object.entries({ viewBox: "0 0 18 18", width: "18", height: "18", "aria-hidden": "true" })) svg.setAttribute(name, value);
  path.setAttribute("d", line ? "M1 9H17" : outline(kind ?? "organisation", 9, 9, 6));
  path.setAttribute("class", line ? `network__sample-line network__sample-line--${line}` : look ? `network__sample--${look}` : "network__sample");
  if (token) path.dataset.kind = token.replace(/^kind-/, "");
  svg.append(path);
  if (mark) {
    const within = document.createElementNS(SVG, "path");
    for (const [name, value] of Object.entries({ d: inner(mark, 9, 9, 6), class: "network__sample-inner", "fill-rule": "evenodd" })) within.setAttribute(name, value);
    svg.append(within);
  }
  return svg;
}

/** @param {HTMLElement} list @param {Sign[]} signs */
export function legend(list, signs) {
  list.replaceChildren(
    ...signs.map((sign) => {
      const row = document.createElement("li");
      const count = document.createElement("span");
      count.className = "network__key-count";
      count.textContent = formatted(sign.count);
      row.append(sample(sign), `${sign.label} `, count);
      return row;
    }),
  );
}

/** The legend, and how many there are. @param {HTMLElement} form @param {Scene} scene @param {Record<string, any>} words */
export function tellCounts(form, scene, words) {
  const { nodes, edges } = scene.visibility.counts;
  const [list, line] = ["[data-legend]", "[data-counted]"].map((it) => /** @type {HTMLElement} */ (form.querySelector(it)));
  legend(list, signs(scene, words));
  line.textContent = `${counted(words.nodes, nodes)}, ${counted(words.edges, edges)}.`;
}

/** What the islands are that have numbers on the picture. @param {HTMLElement} list @param {{number?: number, says?: string, look: string}[]} labels */
export function numbered(list, labels) {
  const rows = labels
    .filter(({ look }) => look === "number")
    .map(({ number, says }) => Object.assign(document.createElement("li"), { value: number, textContent: says }))
    .sort((a, b) => a.value - b.value);
  list.replaceChildren(...rows);
}
