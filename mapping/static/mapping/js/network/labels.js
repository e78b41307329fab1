// @ts-check
/**
 * Names on the picture: of groups, of the ring, and of the most important dots. They touch no dot and no other name; one
 * that stands further off has a leader line, which passes none of these either. `mapping/graph/callouts.py` does the
 * same for the server's picture.
 * @module hb/network/labels
 */
import { APPEARANCE } from "hb/network/appearance";
import { allPlaced, beside, halfHigh, labelAt, over, spots } from "hb/network/callouts";
import { LOOK } from "hb/network/visibility";
import { colour } from "hb/map/palette";

/** @import { Label, Wish } from "hb/network/callouts" */
/** @import { Room } from "hb/network/room" */

/** Up to here names stand in short lines, and islands have numbers. */
const narrow = matchMedia("(max-width: 40rem)");
export const isNarrow = () => narrow.matches;
const HIGH = APPEARANCE.letters * APPEARANCE.callout.leading; // of a line
const LONGEST = 30;
const { air: AIR, tried: TRIED, lines: LINES } = APPEARANCE.callout;
const SIZE = APPEARANCE.letters;

/** A name cut between words where that can be. @param {string} name */
export function shortened(name) {
  if (name.length <= LONGEST) return name;
  const cut = name.slice(0, LONGEST - 1);
  const space = cut.lastIndexOf(" ");
  return `${(space > LONGEST / 2 ? cut.slice(0, space) : cut).replace(/[ ,\-(&]+$/, "")}…`;
}

/** Text in lines of at most so many letters, cut between words. @param {string} text @param {number} most */
export function wrapped(text, most) {
  /** @type {string[]} */
  const lines = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line && line.length + word.length + 1 > most) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return line ? [...lines, line] : lines;
}

/** A text in at most so many lines, none much longer than another. @param {string} text @param {number} most */
export function broken(text, most) {
  for (let letters = Math.ceil(text.length / most); ; letters += 1) {
    const lines = wrapped(text, letters);
    if (lines.length <= most) return lines.join("\n");
  }
}

/** The name of an island in two lines, in three, in four, and in one. @param {string} name */
export function folded(name) {
  return [...new Set([2, 3, LINES, 1].map((lines) => broken(name, lines)))];
}

/** A name in short lines, for a narrow screen. @param {string} name */
export function slim(name) {
  const { slim: most } = APPEARANCE.callout;
  const text = name.length > 3 * most ? shortened(name) : name;
  return broken(text, Math.ceil(text.length / most));
}

export class Labels {
  ink = "";
  soft = "";
  paper = "";
  family = "";

  constructor() {
    /** @type {Map<string, {canvas: HTMLCanvasElement, width: number, height: number}>} */
    this.kept = new Map();
    /** @type {Map<string, {width: number, height: number}>} */
    this.sizes = new Map();
    /** @type {CanvasRenderingContext2D | undefined} */
    this.g = undefined;
    this.forget();
  }

  forget() {
    this.kept.clear();
    this.sizes.clear();
    this.family = colour("font-display", "serif");
    this.ink = colour("ink", "#000");
    this.soft = colour("ink-soft", "#333");
    this.paper = colour("paper", "#fff");
  }

  /** How wide and high a text is, in lines. @param {string} text @param {string} [look] */
  measure(text, look = "dot") {
    const key = `${text} ${look}`;
    let found = this.sizes.get(key);
    if (found) return found;
    const lines = text.split("\n");
    const g = (this.g ??= /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d")));
    g.font = this.font(look);
    found = { width: Math.ceil(Math.max(...lines.map((it) => g.measureText(it).width))) + 8, height: lines.length * HIGH };
    this.sizes.set(key, found);
    return found;
  }

  /** @param {string} look */
  font(look) {
    return `${look === "land" ? "italic " : look === "dot" || look === "plate" ? "" : "700 "}${SIZE}px ${this.family}`;
  }

  /** The picture of a text, in lines, with a rim of paper. @param {string} text @param {number} ratio @param {string} [look] */
  picture(text, ratio, look = "dot") {
    const key = `${text} ${ratio} ${look}`;
    let found = this.kept.get(key);
    if (found) return found;
    if (this.kept.size > 2000) this.kept.clear();
    const { width, height } = this.measure(text, look);
    const lines = text.split("\n");
    const canvas = document.createElement("canvas");
    const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
    canvas.width = Math.ceil(width * ratio);
    canvas.height = Math.ceil((height + 4) * ratio);
    g.scale(ratio, ratio);
    g.font = this.font(look);
    g.textBaseline = "middle";
    g.textAlign = "center";
    if (look === "plate") {
      g.fillStyle = this.paper;
      g.fillRect(0, 0, width, height + 4);
      g.strokeStyle = this.ink;
      g.lineWidth = 1.5;
      g.strokeRect(0.75, 0.75, width - 1.5, height + 2.5);
    } else {
      g.lineJoin = "round";
      g.lineWidth = look === "town" ? 6 : 3.5;
      g.strokeStyle = this.paper;
      lines.forEach((it, row) => g.strokeText(it, width / 2, (row + 0.5) * HIGH + 2));
    }
    g.fillStyle = look === "land" ? this.soft : this.ink;
    lines.forEach((it, row) => g.fillText(it, width / 2, (row + 0.5) * HIGH + 2));
    found = { canvas, width, height };
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
   * @param {Room} given.room where no dot is
   * @returns {Generator<void, {labels: Label[], wanted: number[]}, void>} in slices: names, and the nodes whose names have to be fetched
   */
  *place({ order, first, lands, ring, looks, at, name, size, taken: before, most: [groups, dots], room }) {
    const taken = before.slice();
    /** Leaders that are there. @type {number[][]} */
    const lines = [];
    /** @type {Label[]} */
    const labels = [];
    /** @type {number[]} */
    const wanted = [];
    const seen = new Set();
    const given = { taken, lines, room, measure: (/** @type {string} */ text, /** @type {string} */ look) => this.measure(text, look) };
    const keep = (/** @type {Label | null} */ label, /** @type {Wish} */ { x, y }) => {
      if (!label) return false;
      labels.push(label);
      const [half, high] = [label.width / 2, halfHigh(label.height) + SIZE * AIR];
      taken.push([x + label.dx - half, y + label.dy - high, x + label.dx + half, y + label.dy + high]);
      if (label.leader) lines.push(label.leader.map((it, at) => it + (at % 2 ? y : x)));
      return true;
    };
    const wish = (/** @type {number} */ i, /** @type {string} */ look) => {
      if (seen.has(i) || looks[i] === LOOK.HIDDEN) return null;
      const { x, y, r } = at(i);
      if (!(x > 0 && y > 0 && x < size.width && y < size.height)) return null;
      seen.add(i);
      const text = look === "plate" ? name(i) : isNarrow() ? slim(name(i)) : shortened(name(i));
      if (!text) wanted.push(i);
      return text ? { i, text, look, x, y, halfWidth: r, halfHeight: r } : null;
    };
    const named = (/** @type {Wish} */ it) => {
      const spot = beside(it, given);
      return spot ? labelAt(spot, given.measure) : null;
    };
    for (const i of first) {
      const it = wish(i, "plate");
      if (it) keep(named(it) ?? this.forced(it, size), it);
    }
    if (ring) {
      const { width, height } = this.measure(ring.text, "ring");
      keep({ i: -1, unit: ring.unit, text: ring.text, look: "ring", dx: 0, dy: 0, width, height }, ring);
    }
    for (const it of lands) if (it.look === "town") keep(over(it, given), it);
    // The groups have the first choice: what they are called says around whom they are.
    const islands = lands.filter(({ look }) => look !== "town").slice(0, groups);
    const places = [];
    for (const it of islands) {
      places.push(spots(it, given, islands.flatMap((other) => (other === it ? [] : other.members ?? []))));
      yield;
    }
    const placed = allPlaced(places);
    yield;
    for (const spot of placed) keep(labelAt(spot, given.measure), spot.it);
    const said = placed.map(({ it }) => it.says ?? it.text.replaceAll("\n", " "));
    let [count, tried] = [0, 0];
    for (const i of order) {
      if (count >= dots || tried > TRIED) break;
      if (looks[i] <= LOOK.FADED || looks[i] === LOOK.LOST || (name(i) && said.some((text) => text.endsWith(name(i))))) continue;
      const it = wish(i, "dot");
      if (!it) continue;
      tried += 1;
      if (tried % 8 === 0) yield;
      if (keep(named(it), it)) count += 1;
    }
    return { labels, wanted };
  }

  /** Below its dot, whatever is there. @param {Wish} it @param {{width: number, height: number, ratio: number}} size @returns {Label} */
  forced({ i, text, look, x, y, halfHeight }, size) {
    const { width, height } = this.measure(text, look);
    const far = halfHeight + 5 + height / 2;
    const dy = y + far + height > size.height ? -far : far;
    const dx = Math.min(Math.max(0, width / 2 - x), size.width - width / 2 - x);
    return { i, text, look, dx, dy, width, height };
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

