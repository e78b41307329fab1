// @ts-check
/**
 * How the dots of one tile are shown: by their rank, and where they would lie on each other as one bubble with a number.
 * Bubbles never overlap: within a tile whatever would touch becomes one, and none reaches out of its tile.
 * @module hb/map/bubbles
 */

/**
 * `here`: all that are on the same spot, this one first, where there are several
 * @typedef {{uuid?: string, name?: string, c?: string, i?: string, n?: number, r?: number, p?: number, here?: Properties[]}} Properties
 */
/**
 * `x`, `y`, `r`(adius) in CSS pixels within the tile; `rank` 1 to 3 (looked for first, ordinary, background), 0 for a bubble
 * @typedef {{x: number, y: number, r: number, rank: number, properties: Properties}} Dot
 */

export const EACH_FROM = 15; // from this zoom on a tile has each node as a point of its own
const ALIKE_FROM = 17; // and from this one on there is room for all of them
const RADII = [[2, 4, 4], [2.5, 4.5, 5], [3, 5.5, 6.5], [3.5, 8, 10], [4, 9, 11], [4.5, 10, 12]]; // zoom 11, 12, ... 16
const CROWD = 1024; // that many in a tile are put into cells first
const CELL = 16;
const SAME = 3; // pixels: what lies no farther apart is on the same spot, and one dot

/** @param {number} rank @param {number} zoom @returns {number} the radius of a dot */
export function radiusOf(rank, zoom) {
  return RADII[Math.min(Math.max(zoom - 11, 0), RADII.length - 1)][3 - rank];
}

/** The radius of a bubble: 28, 36 or 44 pixels across. @param {number} count */
export function bubbleRadius(count) {
  return count < 10 ? 14 : count < 100 ? 18 : 22;
}

/**
 * @param {number} n how many @param {number} x @param {number} y their midst
 * @param {number} size of the tile, of which the bubble stays `rim` within @param {number} rim
 * @returns {Dot}
 */
function bubbleAt(n, x, y, size, rim) {
  const r = bubbleRadius(n);
  const within = (/** @type {number} */ at) => Math.min(Math.max(at, r + rim), size - r - rim);
  return { x: within(x), y: within(y), r, rank: 0, properties: { n } };
}

/** Two as one. @param {Dot} one @param {Dot} other @param {number} size @param {number} rim */
function together(one, other, size, rim) {
  const [a, b] = [one, other].map(({ rank, properties }) => (rank ? 1 : (properties.n ?? 1)));
  const n = a + b;
  return bubbleAt(n, (one.x * a + other.x * b) / n, (one.y * a + other.y * b) / n, size, rim);
}

/** @param {Dot[]} dots @param {number} size @returns {Dot[]} at most one for each cell */
function inCells(dots, size) {
  /** @type {Map<string, Dot>} */
  const cells = new Map();
  for (const dot of dots) {
    const key = `${Math.floor(dot.x / CELL)} ${Math.floor(dot.y / CELL)}`;
    const there = cells.get(key);
    cells.set(key, there ? together(there, dot, size, 0) : dot);
  }
  return [...cells.values()];
}

/**
 * Those on the same spot as one dot, the most important of them, which knows the others.
 * @param {Dot[]} dots each of one node
 * @returns {Dot[]}
 */
function inPiles(dots) {
  /** @type {Map<string, Dot[][]>} */
  const cells = new Map();
  /** @type {Dot[][]} */
  const piles = [];
  for (const dot of [...dots].sort((one, other) => one.rank - other.rank)) {
    const [column, row] = [Math.floor(dot.x / SAME), Math.floor(dot.y / SAME)];
    const near = [-1, 0, 1].flatMap((right) => [-1, 0, 1].flatMap((down) => cells.get(`${column + right} ${row + down}`) ?? []));
    const pile = near.find(([first]) => Math.hypot(first.x - dot.x, first.y - dot.y) <= SAME);
    if (pile) {
      pile.push(dot);
      continue;
    }
    const made = [dot];
    piles.push(made);
    const key = `${column} ${row}`;
    cells.set(key, [...(cells.get(key) ?? []), made]);
  }
  return piles.map((pile) => {
    const [first] = pile;
    if (pile.length === 1) return first;
    return { ...first, properties: { ...first.properties, here: pile.map((it) => it.properties) } };
  });
}

/**
 * @param {{x: number, y: number, properties: Properties}[]} points of one tile
 * @param {number} zoom of the map
 * @param {number} size of the tile in CSS pixels
 * @param {boolean} asked somebody asked for these: none of them is background
 * @returns {Dot[]} what to draw, in order
 */
export function arrange(points, zoom, size, asked) {
  const rim = zoom < EACH_FROM ? radiusOf(1, zoom) : 0;
  const alike = asked || zoom >= ALIKE_FROM;
  /** @type {Dot[]} */
  let pale = [];
  /** @type {Dot[]} */
  let shown = [];
  for (const { x, y, properties } of points) {
    const { n: all = 1, p = 0, r: told = 2 } = properties;
    const n = alike ? all : all - p;
    if (n > 1) {
      shown.push(bubbleAt(n, x, y, size, rim));
      continue;
    }
    const rank = n < 1 ? 3 : alike ? Math.min(told, 2) : told;
    // One among its pale neighbours is a dot as if it were alone.
    const own = n === 1 ? { ...properties, n } : properties;
    (rank === 3 ? pale : shown).push({ x, y, r: radiusOf(rank, zoom), rank, properties: own });
  }
  if (shown.length > CROWD && zoom < EACH_FROM) shown = inCells(shown, size);
  if (zoom >= EACH_FROM) {
    const single = inPiles([...shown.filter((dot) => dot.rank), ...pale]);
    shown = [...shown.filter((dot) => !dot.rank), ...single.filter((dot) => dot.rank < 3)];
    pale = single.filter((dot) => dot.rank === 3);
  }
  const free = new Set(shown);
  const touches = (/** @type {Dot} */ one, /** @type {Dot} */ other) => {
    const alone = one.rank && other.rank;
    if (alone && zoom >= EACH_FROM) return false;
    const reach = (one.r + other.r) * (alone ? 0.7 : 1) + (alone ? 0 : 2);
    return Math.abs(one.x - other.x) < reach && Math.hypot(one.x - other.x, one.y - other.y) < reach;
  };
  for (const first of shown.sort((one, other) => (other.properties.n ?? 1) - (one.properties.n ?? 1))) {
    if (!free.delete(first)) continue;
    let dot = first;
    // Whatever it touches becomes a part of it, until it touches nothing more.
    for (let grown = true; grown; ) {
      grown = false;
      for (const other of free) {
        if (!touches(dot, other)) continue;
        free.delete(other);
        dot = together(dot, other, size, rim);
        grown = true;
      }
    }
    free.add(dot);
  }
  // Those that come first lie on top, bubbles over all.
  const order = (/** @type {Dot} */ { rank }) => (rank ? -rank : 1);
  const drawn = [...free].sort((one, other) => order(one) - order(other));
  const bubbles = drawn.filter(({ rank }) => !rank);
  const hidden = (/** @type {Dot} */ dot) => bubbles.some((it) => Math.hypot(it.x - dot.x, it.y - dot.y) < it.r + dot.r);
  return [...pale.filter((dot) => !hidden(dot)), ...drawn];
}
