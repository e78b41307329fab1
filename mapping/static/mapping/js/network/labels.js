// @ts-check
/**
 * Names on the picture: of groups, of the ring, and of the most important dots. They touch no dot and no other name; one
 * that stands further off has a leader line. `mapping/graph/callouts.py` does the same for the server's picture.
 * @module hb/network/labels
 */
import { APPEARANCE } from "hb/network/appearance";
import { LOOK } from "hb/network/visibility";
import { colour } from "hb/map/palette";

/**
 * @typedef {object} Label a name, from the middle of what it names to the middle of its text, in CSS pixels
 * @property {number} i the dot, or -1
 * @property {{x: number, y: number}} [unit] what it names otherwise, in the picture's unit
 * @property {string} text
 * @property {string} look `dot`, `plate` (on a plate of paper, over whatever is there), `land` or `ring`
 * @property {number} dx
 * @property {number} dy
 * @property {number} width
 * @property {number[]} [leader] from x, y to x, y, from the same middle
 */

/**
 * @typedef {object} Wish what may be named
 * @property {number} i
 * @property {{x: number, y: number}} [unit]
 * @property {string} text
 * @property {string} look
 * @property {number} x its middle on the screen
 * @property {number} y
 * @property {number} halfWidth of what is named
 * @property {number} halfHeight
 */

/**
 * @typedef {object} Obstacles what names must not touch
 * @property {(box: number[]) => boolean} touches whether a dot touches a box
 * @property {(x1: number, y1: number, x2: number, y2: number, own: number) => number} passes how many dots a line passes
 */

const LONGEST = 30;
const HIGH = 18;
const { distances, near: NEAR, ways: WAYS, air: AIR, passes: PASSES, above: ABOVE, tried: TRIED, first: FIRST, land: LAND } = APPEARANCE.callout;
const SIZE = APPEARANCE.letters;

/** A name cut between words where that can be. @param {string} name */
export function shortened(name) {
  if (name.length <= LONGEST) return name;
  const cut = name.slice(0, LONGEST - 1);
  const space = cut.lastIndexOf(" ");
  return `${(space > LONGEST / 2 ? cut.slice(0, space) : cut).replace(/[ ,\-(&]+$/, "")}…`;
}

/** @param {number[]} one @param {number[]} other */
function overlap(one, other) {
  return one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];
}

export class Labels {
  ink = "";
  soft = "";
  paper = "";
  family = "";

  constructor() {
    /** @type {Map<string, {canvas: HTMLCanvasElement, width: number}>} */
    this.kept = new Map();
    this.forget();
  }

  forget() {
    this.kept.clear();
    this.family = colour("font-display", "serif");
    this.ink = colour("ink", "#000");
    this.soft = colour("ink-soft", "#333");
    this.paper = colour("paper", "#fff");
  }

  /** The picture of a text, with a rim of paper. @param {string} text @param {number} ratio @param {string} [look] */
  picture(text, ratio, look = "dot") {
    const key = `${text} ${ratio} ${look}`;
    let found = this.kept.get(key);
    if (found) return found;
    if (this.kept.size > 2000) this.kept.clear();
    const canvas = document.createElement("canvas");
    const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
    const font = `${look === "land" ? "italic " : look === "ring" ? "700 " : ""}${SIZE}px ${this.family}`;
    g.font = font;
    const width = Math.ceil(g.measureText(text).width) + 8;
    canvas.width = Math.ceil(width * ratio);
    canvas.height = Math.ceil((HIGH + 4) * ratio);
    g.scale(ratio, ratio);
    g.font = font;
    g.textBaseline = "middle";
    g.textAlign = "center";
    if (look === "plate") {
      g.fillStyle = this.paper;
      g.fillRect(0, 0, width, HIGH + 4);
      g.strokeStyle = this.ink;
      g.lineWidth = 1.5;
      g.strokeRect(0.75, 0.75, width - 1.5, HIGH + 2.5);
    } else {
      g.lineJoin = "round";
      g.lineWidth = 3.5;
      g.strokeStyle = this.paper;
      g.strokeText(text, width / 2, HIGH / 2 + 2);
    }
    g.fillStyle = look === "land" ? this.soft : this.ink;
    g.fillText(text, width / 2, HIGH / 2 + 2);
    found = { canvas, width };
    this.kept.set(key, found);
    return found;
  }

  /**
   * @param {object} given
   * @param {Iterable<number>} given.order nodes, the most important first
   * @param {Iterable<number>} given.first nodes named whatever is in the way, on a plate
   * @param {Wish[]} given.lands groups, the largest first
   * @param {Wish | null} given.ring the caption of the ring, in its gap
   * @param {Uint8Array} given.looks of nodes
   * @param {(i: number) => {x: number, y: number, r: number}} given.at where a dot is on the screen
   * @param {(i: number) => string} given.name
   * @param {{width: number, height: number, ratio: number}} given.size
   * @param {number[][]} given.taken boxes that are taken already
   * @param {[number, number]} given.most names of groups, and of dots
   * @param {Obstacles} given.obstacles
   * @returns {{labels: Label[], wanted: number[]}} names, and the nodes whose names have to be fetched
   */
  place({ order, first, lands, ring, looks, at, name, size, taken: before, most: [groups, dots], obstacles }) {
    const taken = before.slice();
    /** @type {Label[]} */
    const labels = [];
    /** @type {number[]} */
    const wanted = [];
    const seen = new Set();
    const keep = (/** @type {Label | null} */ label, /** @type {Wish} */ { x, y }) => {
      if (!label) return false;
      labels.push(label);
      const [half, high] = [label.width / 2, SIZE * (0.55 + AIR)];
      taken.push([x + label.dx - half, y + label.dy - high, x + label.dx + half, y + label.dy + high]);
      return true;
    };
    const wish = (/** @type {number} */ i, /** @type {string} */ look) => {
      if (seen.has(i) || looks[i] === LOOK.HIDDEN) return null;
      const { x, y, r } = at(i);
      if (!(x > 0 && y > 0 && x < size.width && y < size.height)) return null;
      seen.add(i);
      const text = look === "plate" ? name(i) : shortened(name(i));
      if (!text) wanted.push(i);
      return text ? { i, text, look, x, y, halfWidth: r, halfHeight: r } : null;
    };
    for (const i of first) {
      const it = wish(i, "plate");
      if (it) keep(this.fit(it, taken, size, obstacles) ?? this.forced(it, size), it);
    }
    if (ring) keep({ i: -1, unit: ring.unit, text: ring.text, look: "ring", dx: 0, dy: 0, width: this.picture(ring.text, size.ratio, "ring").width }, ring);
    // The most important have the first choice, then the groups, then the others.
    let [named, tried] = [0, 0];
    const dotsUpTo = (/** @type {number} */ most) => {
      for (const i of order) {
        if (named >= most || tried > TRIED) break;
        if (looks[i] <= LOOK.FADED || looks[i] === LOOK.LOST) continue;
        const it = wish(i, "dot");
        if (!it) continue;
        tried += 1;
        if (keep(this.fit(it, taken, size, obstacles), it)) named += 1;
      }
    };
    dotsUpTo(Math.min(FIRST, dots));
    let grouped = 0;
    for (const it of lands) if (grouped < groups && keep(this.fit(it, taken, size, obstacles), it)) grouped += 1;
    dotsUpTo(dots);
    return { labels, wanted };
  }

  /** The best free place for a name. @param {Wish} it @param {number[][]} taken @param {{width: number, height: number, ratio: number}} size @param {Obstacles} obstacles @returns {Label | null} */
  fit({ i, unit, text, look, x, y, halfWidth, halfHeight }, taken, size, obstacles) {
    const { width } = this.picture(text, size.ratio, look);
    const [half, high, air] = [width / 2, SIZE * 0.55, AIR * SIZE];
    /** @type {Label | null} */
    let best = null;
    let least = Infinity;
    for (const step of distances) {
      // Further off is never cheaper.
      if (step >= least || (look === "land" && step > LAND)) break;
      for (let k = 0; k < WAYS; k += 1) {
        const angle = (k / WAYS) * 2 * Math.PI + Math.PI / 2;
        const [wx, wy] = [Math.cos(angle), Math.sin(angle)];
        const lean = (/** @type {number} */ it) => (Math.abs(it) < 1e-6 ? 0 : Math.sign(it) * Math.min(1, Math.abs(it) * 1.5));
        const [startX, startY] = [x + wx * halfWidth, y + wy * halfHeight];
        const cx = startX + wx * step * SIZE + lean(wx) * half;
        const cy = startY + wy * step * SIZE + lean(wy) * high;
        const box = [cx - half - air, cy - high - air, cx + half + air, cy + high + air];
        if (box[0] < 0 || box[1] < 0 || box[2] > size.width || box[3] > size.height) continue;
        let cost = step + 0.02 * Math.abs(wx) + (look === "land" ? (ABOVE * (1 + wy)) / 2 : 0);
        if (cost >= least || taken.some((other) => overlap(box, other)) || obstacles.touches(box)) continue;
        const endX = Math.min(Math.max(startX, cx - half), cx + half);
        const endY = Math.min(Math.max(startY, cy - high), cy + high);
        cost += PASSES * (obstacles.passes(startX, startY, endX, endY, i) + crossed(startX, startY, endX, endY, taken));
        if (cost >= least) continue;
        least = cost;
        best = { i, unit, text, look, dx: cx - x, dy: cy - y, width };
        if (step > NEAR) best.leader = [startX - x, startY - y, endX - x, endY - y];
      }
    }
    return best;
  }

  /** Below its dot, whatever is there. @param {Wish} it @param {{width: number, height: number, ratio: number}} size @returns {Label} */
  forced({ i, text, look, x, y, halfHeight }, size) {
    const { width } = this.picture(text, size.ratio, look);
    const far = halfHeight + 5 + HIGH / 2;
    const dy = y + far + HIGH > size.height ? -far : far;
    const dx = Math.min(Math.max(0, width / 2 - x), size.width - width / 2 - x);
    return { i, text, look, dx, dy, width };
  }

  /** @param {CanvasRenderingContext2D} g @param {Label[]} labels @param {(label: Label) => {x: number, y: number}} at @param {number} ratio */
  paint(g, labels, at, ratio) {
    g.save();
    g.strokeStyle = this.soft;
    g.lineWidth = 1;
    g.setLineDash([]);
    g.beginPath();
    for (const label of labels) {
      const { x, y } = at(label);
      if (!label.leader || Number.isNaN(x)) continue;
      g.moveTo(x + label.leader[0], y + label.leader[1]);
      g.lineTo(x + label.leader[2], y + label.leader[3]);
    }
    g.stroke();
    g.restore();
    for (const label of labels) {
      const { x, y } = at(label);
      if (Number.isNaN(x)) continue;
      const { canvas, width } = this.picture(label.text, ratio, label.look);
      const left = Math.round((x + label.dx - width / 2) * ratio) / ratio;
      const top = Math.round((y + label.dy - canvas.height / ratio / 2) * ratio) / ratio;
      g.drawImage(canvas, left, top, canvas.width / ratio, canvas.height / ratio);
    }
  }
}

/** How many names a line would cross: five places of it stand for all. */
function crossed(/** @type {number} */ x1, /** @type {number} */ y1, /** @type {number} */ x2, /** @type {number} */ y2, /** @type {number[][]} */ taken) {
  let found = 0;
  for (const part of [0.1, 0.3, 0.5, 0.7, 0.9]) {
    const [x, y] = [x1 + (x2 - x1) * part, y1 + (y2 - y1) * part];
    for (const box of taken) if (x > box[0] && y > box[1] && x < box[2] && y < box[3]) found += 1;
  }
  return found;
}
