// @ts-check
/**
 * Where names stand beside dots: they touch no dot and no other name, and one that stands further off has a leader line,
 * which passes none of these either. `mapping/graph/callouts.py` does the same for the server's picture.
 * @module hb/network/callouts
 */
import { APPEARANCE } from "hb/network/appearance";
import { Room } from "hb/network/room";

/**
 * @typedef {object} Label a name, from the middle of what it names to the middle of its text, in CSS pixels
 * @property {number} i the dot, or -1
 * @property {{x: number, y: number}} [unit] what it names otherwise, in the picture's unit
 * @property {string} text in lines
 * @property {string} look `dot`, `plate` (on a plate of paper, over whatever is there), `land`, `number`, `town` or `ring`
 * @property {number} dx
 * @property {number} dy
 * @property {number} width
 * @property {number} height
 * @property {number[]} [leader] from x, y to x, y, from the same middle
 * @property {number} [number] of an island, and what it says
 * @property {string} [says]
 */

/**
 * @typedef {object} Wish what may be named
 * @property {number} i
 * @property {{x: number, y: number}} [unit]
 * @property {string} text in lines
 * @property {string[]} [forms] the same in other lines, each as good
 * @property {{x: number, y: number, r: number}[]} [members] the dots that it is made of, with room around each: its leader ends at one
 * @property {number} [number] of an island, in the list below a narrow picture; `says` what stands there
 * @property {string} [says]
 * @property {string} look
 * @property {number} x its middle on the screen
 * @property {number} y
 * @property {number} halfWidth of what is named
 * @property {number} halfHeight
 */

/** @typedef {{text: string, edge: number[], box: number[], line: number[] | null, cost: number, it: Wish}} Spot where a name may stand: its box, without air and with, its leader on the screen */

/** @typedef {(text: string, look: string) => {width: number, height: number}} Measure of a text, in lines, in CSS pixels */

const { distances, near: NEAR, ways: WAYS, air: AIR, clear: CLEAR, above: ABOVE, line: LINE, land: LAND, short: SHORT } = APPEARANCE.callout;
const { moves: MOVES, orders: ORDERS, cell: CELL, beside: BESIDE, mistaken: MISTAKEN, step: STEP, spots: SPOTS } = APPEARANCE.callout;
const SIZE = APPEARANCE.letters;
const HIGH = SIZE * APPEARANCE.callout.leading; // of a line

/** Where names have room beside dots. @param {Iterable<{x: number, y: number, r: number}>} dots @param {{width: number, height: number}} size */
export function roomFor(dots, size) {
  return new Room(dots, size, CELL * SIZE, (CLEAR + CELL / 2) * SIZE);
}

/** @param {number[]} one @param {number[]} other */
export function overlap(one, other) {
  return one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];
}

/** @typedef {{taken: number[][], lines: number[][], room: Room, measure: Measure}} Given boxes and leaders that are there, where no dot is */

/** The best place for the name of a dot. @param {Wish} it @param {Given} given @returns {Spot | undefined} */
export function beside(it, given) {
  const { text, look, x, y, halfWidth, halfHeight } = it;
  const { width, height } = given.measure(text, look);
  const [half, high] = [width / 2, halfHigh(height)];
  /** @type {Spot[]} */
  const found = [];
  for (const step of distances) {
    for (const [wx, wy] of TURNS) {
      const [startX, startY] = [x + wx * halfWidth, y + wy * halfHeight];
      const edge = around(startX + wx * step * SIZE + lean(wx) * half, startY + wy * step * SIZE + lean(wy) * high, half, high);
      if (!isFree(edge, given)) continue;
      const line = [startX, startY, ...nearest(startX, startY, edge)];
      found.push(spot(it, text, edge, step > NEAR ? line : null, step + 0.02 * Math.abs(wx)));
    }
  }
  // A leader begins at the rim of its dot, in what is not clear of that: who crowds there is looked at one by one.
  const skip = (CLEAR + 2 * CELL) * SIZE;
  const crowd = given.room.crowd(x, y, halfWidth + 2 * skip);
  return found.sort((a, b) => a.cost - b.cost).find((one) => isClear(one, skip, given) && !(one.line && passes(one.line, crowd)));
}

/**
 * Where the name of an island may stand, the best first: anywhere around.
 * @param {Wish} it
 * @param {Given} given
 * @param {{x: number, y: number, r: number}[]} others dots of other islands, to which it should not seem to belong
 * @returns {Spot[]}
 */
export function spots(it, given, others) {
  const { text, look, forms = [text], members = [] } = it;
  const { measure, room } = given;
  const sizes = forms.map((form) => measure(form, look));
  // Near by first; further away only where there is little room.
  let found = anywhere(it, forms, sizes, room, SHORT * SIZE);
  if (found.length < SPOTS) found = anywhere(it, forms, sizes, room, LAND * SIZE);
  found.sort((a, b) => a.cost - b.cost);
  /** @type {Spot[]} */
  const best = [];
  for (const { form, cx, cy, gap, cost } of found) {
    if (best.length === SPOTS) break;
    const [half, high] = [sizes[form].width / 2, halfHigh(sizes[form].height)];
    const edge = around(cx, cy, half, high);
    if (!isFree(edge, given)) continue;
    const mistaken = gapTo(others, cx - half, cy - high, cx + half, cy + high) < (gap + BESIDE) * SIZE ? MISTAKEN : 0;
    best.push(spot(it, forms[form], edge, gap > NEAR ? toMember(members, edge) : null, cost + mistaken));
  }
  return best.sort((a, b) => a.cost - b.cost).filter((one) => isClear(one, 0, given));
}

/**
 * All places around an island that touch no dot: numbers alone, for they are very many.
 * @param {Wish} it
 * @param {string[]} forms
 * @param {{width: number, height: number}[]} sizes
 * @param {Room} room
 * @param {number} reach how far off at most
 */
function anywhere({ members = [], x, y, halfWidth, halfHeight }, forms, sizes, room, reach) {
  /** @type {{form: number, cx: number, cy: number, gap: number, cost: number}[]} */
  const found = [];
  for (const [form, { width, height }] of sizes.entries()) {
    const [half, high, air] = [width / 2, halfHigh(height), AIR * SIZE];
    const more = LINE * Math.max(forms[form].split("\n").length - 2, 0);
    const [last, lowest] = [Math.min(x + halfWidth + half + reach, room.width - half - air), Math.min(y + halfHeight + high + reach, room.height - high - air)];
    for (let cy = Math.max(y - halfHeight - high - reach, high + air); cy <= lowest; cy += STEP * SIZE) {
      for (let cx = Math.max(x - halfWidth - half - reach, half + air); cx <= last; cx += STEP * SIZE) {
        if (room.taken(cx - half - air, cy - high - air, cx + half + air, cy + high + air)) continue;
        const gap = gapTo(members, cx - half, cy - high, cx + half, cy + high);
        if (gap > reach) continue;
        const above = (ABOVE * (1 + (cy - y) / Math.max(Math.hypot(cx - x, cy - y), 1e-9))) / 2;
        found.push({ form, cx, cy, gap: gap / SIZE, cost: gap / SIZE + above + more });
      }
    }
  }
  return found;
}

/** @param {Wish} it @param {string} text @param {number[]} edge @param {number[] | null} line @param {number} cost @returns {Spot} */
function spot(it, text, edge, line, cost) {
  return { it, text, edge, box: airy(edge), line, cost };
}

/** What is drawn where a name stands. @param {Spot} spot @param {Measure} measure @returns {Label} */
export function labelAt({ it, text, edge, line }, measure) {
  const { i, unit, look, x, y, number, says } = it;
  const [dx, dy] = [(edge[0] + edge[2]) / 2 - x, (edge[1] + edge[3]) / 2 - y];
  /** @type {Label} */
  const label = { i, unit, text, look, dx, dy, ...measure(text, look), number, says };
  if (line) label.leader = toLine(line, label, x, y, measure).map((one, at) => one - (at % 2 ? y : x));
  return label;
}

/** @param {number} x @param {number} y @param {number} half @param {number} high */
function around(x, y, half, high) {
  return [x - half, y - high, x + half, y + high];
}

/** @param {number[]} box */
function airy([left, top, right, bottom]) {
  return [left - AIR * SIZE, top - AIR * SIZE, right + AIR * SIZE, bottom + AIR * SIZE];
}

/** @param {number[]} edge @param {Given} given */
function isFree(edge, { taken, lines, room }) {
  const box = airy(edge);
  return room.free(box) && !taken.some((it) => overlap(box, it)) && !lines.some((it) => enters(it, box));
}

/** @param {Spot} spot @param {number} skip @param {Given} given */
function isClear({ line }, skip, { taken, lines, room }) {
  return !line || (room.clear(line, skip) && !taken.some((it) => enters(line, it)) && !lines.some((it) => crosses(line, it)));
}

/** The place by the middle of a town where its name covers the fewest dots: it lies above them. @param {Wish} it @param {Given} given @returns {Label | null} */
export function over({ i, unit, text, look, x, y }, { taken, room, measure }) {
  const { width, height } = measure(text, look);
  const [half, high] = [width / 2, halfHigh(height)];
  /** @type {Label | null} */
  let best = null;
  let least = Infinity;
  for (const [dx, dy] of [[0, 0], ...TURNS.flatMap(([wx, wy]) => [[wx * half, wy * SIZE], [wx * half, 2 * wy * SIZE]])]) {
    const box = [x + dx - half, y + dy - high, x + dx + half, y + dy + high];
    if (!room.inside(box) || taken.some((other) => overlap(box, other))) continue;
    const cost = room.taken(box[0], box[1], box[2], box[3]) * CELL * CELL + Math.hypot(dx, dy) / (3 * SIZE);
    if (cost >= least) continue;
    least = cost;
    best = { i, unit, text, look, dx, dy, width, height };
  }
  return best;
}

/** The ways around what is named, downwards first. */
const TURNS = Array.from({ length: WAYS }, (_, k) => {
  const angle = (k / WAYS) * 2 * Math.PI + Math.PI / 2;
  return [Math.cos(angle), Math.sin(angle)];
});

/** @param {number} it */
function lean(it) {
  return Math.abs(it) < 1e-6 ? 0 : Math.sign(it) * Math.min(1, Math.abs(it) * 1.5);
}

/** The point of a box that is nearest. @param {number} x @param {number} y @param {number[]} box */
function nearest(x, y, [left, top, right, bottom]) {
  return [Math.min(Math.max(x, left), right), Math.min(Math.max(y, top), bottom)];
}

/** A leader to the side of a text ends where the line of letters there does. @param {number[]} leader @param {Label} label @param {number} x @param {number} y @param {Measure} measure */
function toLine([x1, y1, x2, y2], { text, look, dx, dy, height }, x, y, measure) {
  const lines = text.split("\n");
  const row = Math.min(Math.max(Math.floor((y2 - (y + dy - height / 2)) / HIGH), 0), lines.length - 1);
  const half = measure(lines[row], look).width / 2;
  return [x1, y1, Math.min(Math.max(x2, x + dx - half), x + dx + half), y2];
}

/** How far the nearest of some dots is from a box. @param {{x: number, y: number, r: number}[]} dots */
function gapTo(dots, /** @type {number} */ left, /** @type {number} */ top, /** @type {number} */ right, /** @type {number} */ bottom) {
  let gap = Infinity;
  for (const dot of dots) {
    const dx = Math.max(left - dot.x, 0, dot.x - right);
    const dy = Math.max(top - dot.y, 0, dot.y - bottom);
    gap = Math.min(gap, Math.sqrt(dx * dx + dy * dy) - dot.r);
  }
  return Math.max(gap, 0);
}

/** From the dot nearest to a box to that box. @param {{x: number, y: number, r: number}[]} members @param {number[]} box */
function toMember(members, box) {
  let [gap, line] = [Infinity, /** @type {number[]} */ ([])];
  for (const { x, y, r } of members) {
    const [ex, ey] = nearest(x, y, box);
    const long = Math.hypot(ex - x, ey - y);
    if (long - r >= gap) continue;
    gap = long - r;
    const share = Math.min(r / Math.max(long, 1e-9), 1);
    line = [x + (ex - x) * share, y + (ey - y) * share, ex, ey];
  }
  return line;
}

/** Whether two names cannot stand where they would. @param {Spot} one @param {Spot} other */
function clash(one, other) {
  if (overlap(one.box, other.box)) return true;
  if ((one.line && enters(one.line, other.box)) || (other.line && enters(other.line, one.box))) return true;
  return Boolean(one.line && other.line && crosses(one.line, other.line));
}

/**
 * As many names as can be: each may move for another, and who found no room at first has the first choice next.
 * @param {Spot[][]} wanted places of each name, the best first
 * @returns {Spot[]}
 */
export function allPlaced(wanted) {
  /** @type {{spots: Spot[], spot: Spot}[]} */
  let best = [];
  for (let round = 0; round < ORDERS; round += 1) {
    /** @type {typeof best} */
    const placed = [];
    const left = wanted.filter((spots) => !put(spots, placed) && !moved(spots, placed));
    if (placed.length > best.length) best = placed;
    if (!left.length) break;
    wanted = [...left, ...wanted.filter((it) => !left.includes(it))];
  }
  return best.map(({ spot }) => spot);
}

/** @param {Spot[]} spots @param {{spots: Spot[], spot: Spot}[]} placed */
function put(spots, placed) {
  const spot = spots.find((it) => !placed.some((other) => clash(it, other.spot)));
  if (spot) placed.push({ spots, spot });
  return Boolean(spot);
}

/** Place a name where one other alone is in its way, and that one elsewhere. @param {Spot[]} spots @param {{spots: Spot[], spot: Spot}[]} placed */
function moved(spots, placed) {
  let tried = 0;
  for (const spot of spots) {
    const others = placed.filter((it) => clash(spot, it.spot));
    if (others.length !== 1) continue;
    if ((tried += 1) > MOVES) break;
    const [other] = others;
    const elsewhere = other.spots.find((it) => !clash(it, spot) && !placed.some((one) => one !== other && clash(it, one.spot)));
    if (!elsewhere) continue;
    other.spot = elsewhere;
    placed.push({ spots, spot });
    return true;
  }
  return false;
}

/** Half of how high letters are in a text of so many pixels. @param {number} height */
export function halfHigh(height) {
  return SIZE * 0.55 + (height - HIGH) / 2;
}

/** Whether a line passes one of some dots too near. @param {number[]} line @param {{x: number, y: number, r: number}[]} dots */
function passes([x1, y1, x2, y2], dots) {
  const [wx, wy] = [x2 - x1, y2 - y1];
  return dots.some(({ x, y, r }) => {
    const share = Math.min(Math.max(((x - x1) * wx + (y - y1) * wy) / Math.max(wx * wx + wy * wy, 1e-9), 0), 1);
    return Math.hypot(x1 + share * wx - x, y1 + share * wy - y) < r + CLEAR * SIZE;
  });
}

/** Whether a line enters a box (Liang and Barsky 1984). @param {number[]} line @param {number[]} box */
function enters([x1, y1, x2, y2], [left, top, right, bottom]) {
  let [first, last] = [0, 1];
  for (const [at, along, low, high] of [[x1, x2 - x1, left, right], [y1, y2 - y1, top, bottom]]) {
    if (Math.abs(along) < 1e-9) {
      if (at <= low || at >= high) return false;
      continue;
    }
    const [one, other] = [(low - at) / along, (high - at) / along];
    first = Math.max(first, Math.min(one, other));
    last = Math.min(last, Math.max(one, other));
  }
  return first < last;
}

/** Whether two lines cross. @param {number[]} one @param {number[]} other */
function crosses([ax, ay, bx, by], [cx, cy, dx, dy]) {
  const side = (/** @type {number[]} */ [x1, y1, x2, y2, x, y]) => (x2 - x1) * (y - y1) > (y2 - y1) * (x - x1);
  const [a, b] = [[ax, ay], [bx, by]];
  const [c, d] = [[cx, cy], [dx, dy]];
  return side([...a, ...b, ...c]) !== side([...a, ...b, ...d]) && side([...c, ...d, ...a]) !== side([...c, ...d, ...b]);
}
