// @ts-check
/**
 * Names on the picture: the most important that fit at this zoom without covering each other or a large dot.
 * @module hb/network/labels
 */
import { LOOK } from "hb/network/visibility";
import { colour } from "hb/map/palette";

/** @typedef {{i: number, text: string, dx: number, dy: number, width: number}} Label middle of its text from the dot's */

const LONGEST = 30;
const HIGH = 18;
const CELL = 64;
const TRIED = 900;
// Dots that a name may lie upon: more for the most important, which a crowd must not silence.
const [OVER, OVER_FIRST, FIRST] = [1, 3, 10];

/** A name cut between words where that can be. @param {string} name */
export function shortened(name) {
  if (name.length <= LONGEST) return name;
  const cut = name.slice(0, LONGEST - 1);
  const space = cut.lastIndexOf(" ");
  return `${(space > LONGEST / 2 ? cut.slice(0, space) : cut).replace(/[ ,\-(&]+$/, "")}…`;
}

/** Boxes that are taken, in cells, so that few are compared. */
class Taken {
  constructor() {
    /** @type {Map<string, number[][]>} */
    this.cells = new Map();
  }

  *keys(/** @type {number[]} */ [left, top, right, bottom]) {
    for (let x = Math.floor(left / CELL); x <= Math.floor(right / CELL); x += 1) {
      for (let y = Math.floor(top / CELL); y <= Math.floor(bottom / CELL); y += 1) yield `${x} ${y}`;
    }
  }

  /** @param {number[]} box */
  free(box) {
    for (const key of this.keys(box)) {
      for (const it of this.cells.get(key) ?? []) {
        if (it[0] < box[2] && box[0] < it[2] && it[1] < box[3] && box[1] < it[3]) return false;
      }
    }
    return true;
  }

  /** @param {number[]} box */
  take(box) {
    for (const key of this.keys(box)) {
      const held = this.cells.get(key);
      if (held) held.push(box);
      else this.cells.set(key, [box]);
    }
  }
}

export class Labels {
  font = "";
  ink = "";
  paper = "";

  constructor() {
    /** @type {Map<string, {canvas: HTMLCanvasElement, width: number}>} */
    this.kept = new Map();
    this.forget();
  }

  forget() {
    this.kept.clear();
    this.font = `14px ${colour("font-display", "serif")}`;
    this.ink = colour("ink", "#000");
    this.paper = colour("paper", "#fff");
  }

  /** The picture of a text, with a rim of paper. @param {string} text @param {number} ratio */
  picture(text, ratio) {
    const key = `${text} ${ratio}`;
    let found = this.kept.get(key);
    if (found) return found;
    if (this.kept.size > 2000) this.kept.clear();
    const canvas = document.createElement("canvas");
    const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
    g.font = this.font;
    const lines = text.split("\n");
    const width = Math.ceil(Math.max(...lines.map((it) => g.measureText(it).width))) + 8;
    canvas.width = Math.ceil(width * ratio);
    canvas.height = Math.ceil((HIGH * lines.length + 4) * ratio);
    g.scale(ratio, ratio);
    g.font = this.font;
    g.textBaseline = "middle";
    g.lineJoin = "round";
    g.lineWidth = 3.5;
    g.strokeStyle = this.paper;
    g.textAlign = "center";
    lines.forEach((it, k) => g.strokeText(it, width / 2, HIGH * (k + 0.5) + 2));
    g.fillStyle = this.ink;
    lines.forEach((it, k) => g.fillText(it, width / 2, HIGH * (k + 0.5) + 2));
    found = { canvas, width };
    this.kept.set(key, found);
    return found;
  }

  /**
   * @param {object} given
   * @param {Iterable<number>} given.order nodes, the most important first
   * @param {Iterable<number>} given.first nodes named whatever they cover
   * @param {Uint8Array} given.looks of nodes
   * @param {(i: number) => {x: number, y: number, r: number}} given.at where a dot is on the screen
   * @param {(i: number) => string} given.name
   * @param {{width: number, height: number, ratio: number}} given.size
   * @param {Iterable<number>} given.large dots that no name may cover
   * @param {(box: number[], most: number) => number} given.covered how many dots lie in a box, counted up to `most`
   * @returns {{labels: Label[], wanted: number[]}} names, and the nodes whose names have to be fetched
   */
  place({ order, first, looks, at, name, size, large, covered }) {
    const taken = new Taken();
    const most = Math.round(Math.min(60, Math.max(8, (size.width * size.height) / 14000)));
    /** @type {Label[]} */
    const labels = [];
    /** @type {number[]} */
    const wanted = [];
    for (const i of large) {
      const { x, y, r } = at(i);
      if (r > 7) taken.take([x - r, y - r, x + r, y + r]);
    }
    const seen = new Set();
    let tried = 0;
    const put = (/** @type {number} */ i, /** @type {boolean} */ anyway) => {
      if (seen.has(i) || looks[i] === LOOK.HIDDEN) return;
      const { x, y, r } = at(i);
      if (!(x > 0 && y > 0 && x < size.width && y < size.height)) return;
      seen.add(i);
      tried += 1;
      const text = shortened(name(i));
      if (!text) {
        wanted.push(i);
        return;
      }
      const within = anyway && this.within(name(i), r, size.ratio);
      if (within) {
        labels.push({ i, text: within, dx: 0, dy: 0, width: this.picture(within, size.ratio).width });
        return;
      }
      const over = anyway ? Infinity : labels.length < FIRST ? OVER_FIRST : OVER;
      const label = this.fit({ i, text, x, y, r }, taken, size, over, covered);
      if (label) labels.push(label);
    };
    for (const i of first) put(i, true);
    for (const i of order) {
      if (labels.length >= most || tried > TRIED) break;
      if (looks[i] > LOOK.FADED && looks[i] !== LOOK.LOST) put(i, false);
    }
    return { labels, wanted };
  }

  /** A name as lines that fit into its dot, or "". @param {string} name @param {number} r @param {number} ratio */
  within(name, r, ratio) {
    const text = name.split(" ").join("\n");
    const high = HIGH * text.split("\n").length;
    if (2 * r < high + 4) return "";
    return Math.hypot(this.picture(text, ratio).width - 8, high * 0.6) < 2 * r ? text : "";
  }

  /** @param {{i: number, text: string, x: number, y: number, r: number}} dot @param {Taken} taken @param {any} size @param {number} over @param {(box: number[], most: number) => number} covered */
  fit({ i, text, x, y, r }, taken, size, over, covered) {
    const { width } = this.picture(text, size.ratio);
    const aside = r + 2 + width / 2;
    const above = r + 3 + HIGH / 2;
    const places = [[0, above], [0, -above], [aside, 0], [-aside, 0]];
    // What has to be named may be named a line further off.
    if (over === Infinity) for (const [dx, dy] of places.slice()) places.push([dx, dy > 0 ? dy + HIGH : dy - HIGH], [dx, dy + 2 * HIGH]);
    let found = null;
    let fewest = over + 1;
    for (const [dx, dy] of places) {
      const box = [x + dx - width / 2, y + dy - HIGH / 2, x + dx + width / 2, y + dy + HIGH / 2];
      if (box[0] < 0 || box[1] < 0 || box[2] > size.width || box[3] > size.height || !taken.free(box)) continue;
      const hidden = over < Infinity ? covered(box, fewest) : 0;
      if (hidden < fewest) [found, fewest] = [{ box, dx, dy }, hidden];
      // What has to be named is named where it is looked for.
      if (!hidden) break;
    }
    if (found) {
      const { box, dx, dy } = found;
      taken.take([box[0] - 3, box[1], box[2] + 3, box[3]]);
      return { i, text, dx, dy, width };
    }
    if (over < Infinity) return null;
    const dy = y + above + HIGH > size.height ? -above : above;
    const dx = Math.min(Math.max(0, width / 2 - x), size.width - width / 2 - x);
    taken.take([x + dx - width / 2, y + dy - HIGH / 2, x + dx + width / 2, y + dy + HIGH / 2]);
    return { i, text, dx, dy, width };
  }

  /** @param {CanvasRenderingContext2D} g @param {Label[]} labels @param {(i: number) => {x: number, y: number}} at @param {number} ratio */
  paint(g, labels, at, ratio) {
    for (const { i, text, dx, dy, width } of labels) {
      const { x, y } = at(i);
      if (Number.isNaN(x)) continue;
      const left = Math.round((x + dx - width / 2) * ratio) / ratio;
      const { canvas } = this.picture(text, ratio);
      const top = Math.round((y + dy - canvas.height / ratio / 2) * ratio) / ratio;
      g.drawImage(canvas, left, top, canvas.width / ratio, canvas.height / ratio);
    }
  }
}
