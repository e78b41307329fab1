// @ts-check
/**
 * What stands around the dots of the network's picture: the land under a group, which groups are named, and the ring of
 * those who touch a left out hub alone.
 * @module hb/network/captions
 */
import { APPEARANCE } from "hb/network/appearance";
import { counted, formatted } from "hb/network/sentences";
import { LOOK } from "hb/network/visibility";

/** @import { Wish } from "hb/network/labels" */
/** @import { NetworkData } from "hb/network/data" */
/** @import { NetworkCanvas } from "hb/network/canvas" */
/** @import { Scene } from "hb/network/painter" */

const MIN_NAMED = 4;

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
 * The groups that may be named, the largest first.
 * @param {NetworkCanvas} canvas
 * @returns {Wish[]}
 */
export function landWishes(canvas) {
  const { scene } = canvas;
  if (scene.layout === "ground") return townWishes(canvas);
  const shown = groupsShown(scene);
  const wishes = [];
  for (let group = 0; group < Math.min(scene.data.tables.communities.length, 3 * APPEARANCE.names.wide[0]); group += 1) {
    const members = (shown.get(group) ?? []).filter((i) => scene.visibility.node[i] > LOOK.FADED);
    const text = scene.data.tables.communities[group].does;
    if (members.length < MIN_NAMED || !text) continue;
    const dots = members.map((i) => canvas.dot(i));
    const [left, right] = [Math.min(...dots.map(({ x, r }) => x - r)), Math.max(...dots.map(({ x, r }) => x + r))];
    const [top, bottom] = [Math.min(...dots.map(({ y, r }) => y - r)), Math.max(...dots.map(({ y, r }) => y + r))];
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    if (x < 0 || y < 0 || x > canvas.size.width || y > canvas.size.height) continue;
    wishes.push({ i: -1, unit: canvas.unitAt(x, y), text: short(text), look: "land", x, y, halfWidth: (right - left) / 2, halfHeight: (bottom - top) / 2 });
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
    return seen ? [{ i: -1, unit: { x: ux, y: uy }, text: name, look: "land", x, y, halfWidth: 0, halfHeight: 0 }] : [];
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

/** @param {string} text as long as a name may be, cut at a comma */
function short(text) {
  const [first] = text.length > 30 ? text.split(", ") : [text];
  return first.length > 30 ? `${first.slice(0, 29).trimEnd()}…` : first;
}

/**
 * The number of those in the ring, in its gap; with words where there is room.
 * @param {NetworkCanvas} canvas
 * @param {Record<string, any>} words
 * @returns {Wish | null}
 */
export function ringWish(canvas, words) {
  const { scene, at } = canvas;
  const { open } = scene.data;
  const count = open && scene.layout === "open" ? ringShown(scene) : 0;
  if (!open || !count) return null;
  const [ux, uy, wide] = open.gap;
  const all = counted(words.hub.ring, count, { name: hubNames(scene.data) });
  const room = canvas.labels.picture(all, canvas.size.ratio, "ring").width <= wide * at.k;
  const [x, y] = [ux * at.k + at.x, uy * at.k + at.y];
  return { i: -1, unit: { x: ux, y: uy }, text: room ? all : formatted(count), look: "ring", x, y, halfWidth: 0, halfHeight: 0 };
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
