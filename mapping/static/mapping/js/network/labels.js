// @ts-check
/**
 * Names on the picture: of groups, of the ring, and of the most important dots. They touch no dot and no other name; one
 * that stands further off has a leader line, which passes none of these either. `mapping/graph/callouts.py` does the
 * same for the server's picture.
 * @module hb/network/labels
 */
import { APPEARANCE } from "hb/network/appearance";
import { LOOK } from "hb/network/visibility";
import { colour } from "hb/map/palette";

/**
 * @typedef {object} Label a name, from the middle of what it names to the middle of its text, in CSS pixels
 * @property {number} i the dot, or -1
 * @property {{x: number, y: number}} [unit] what it names otherwise, in the picture's unit
 * @property {string} text in lines
 * @property {string} look `dot`, `plate` (on a plate of paper, over whatever is there), `land` or `ring`
 * @property {number} dx
 * @property {number} dy
 * @property {number} width
 * @property {number} height
 * @property {number[]} [leader] from x, y to x, y, from the same middle
 */

/**
 * @typedef {object} Wish what may be named
 * @property {number} i
 * @property {{x: number, y: number}} [unit]
 * @property {string} text in lines
 * @property {string} look
 * @property {number} x its middle on the screen
 * @property {number} y
 * @property {number} halfWidth of what is named
 * @property {number} halfHeight
 */

/**
 * @typedef {object} Obstacles what names must not touch
 * @property {(box: number[]) => boolean} touches whether a dot touches a box
 * @property {(line: number[], own: number, clear: number) => boolean} passes whether a line passes nearer to a dot than so
 *   many pixels, its own left aside
 */

/** Narrower than this, names stand in short lines, and there are fewer. */
export const NARROW = 560;
const LONGEST = 30;
const HIGH = APPEARANCE.letters * APPEARANCE.callout.leading; // of a line
const { distances, near: NEAR, ways: WAYS, air: AIR, clear: CLEAR, above: ABOVE, tried: TRIED, land: LAND } = APPEARANCE.callout;
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

/** The name of an island in as many lines as it needs, three at most. @param {string} name */
export function folded(name) {
  return broken(name, Math.min(Math.ceil(name.length / LONGEST), 3));
}

/** A name in short lines, for a narrow screen. @param {string} name */
export function slim(name) {
  const { slim: most } = APPEARANCE.callout;
  const text = name.length > 3 * most ? shortened(name) : name;
  return broken(text, Math.ceil(text.length / most));
}

/** @param {number[]} one @param {number[]} other */
export function overlap(one, other) {
  return one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];
}

export class Labels {
  ink = "";
  soft = "";
  paper = "";
  family = "";

  constructor() {
    /** @type {Map<string, {canvas: HTMLCanvasElement, width: number, height: number}>} */
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

  /** The picture of a text, in lines, with a rim of paper. @param {string} text @param {number} ratio @param {string} [look] */
  picture(text, ratio, look = "dot") {
    const key = `${text} ${ratio} ${look}`;
    let found = this.kept.get(key);
    if (found) return found;
    if (this.kept.size > 2000) this.kept.clear();
    const canvas = document.createElement("canvas");
    const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
    const font = `${look === "land" ? "italic " : look === "ring" ? "700 " : ""}${SIZE}px ${this.family}`;
    const lines = text.split("\n");
    g.font = font;
    const width = Math.ceil(Math.max(...lines.map((it) => g.measureText(it).width))) + 8;
    const height = lines.length * HIGH;
    canvas.width = Math.ceil(width * ratio);
    canvas.height = Math.ceil((height + 4) * ratio);
    g.scale(ratio, ratio);
    g.font = font;
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
      g.lineWidth = 3.5;
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
   * @param {Obstacles} given.obstacles
   * @returns {{labels: Label[], wanted: number[]}} names, and the nodes whose names have to be fetched
   */
  place({ order, first, lands, ring, looks, at, name, size, taken: before, most: [groups, dots], obstacles }) {
    const taken = before.slice();
    /** Leaders that are there. @type {number[][]} */
    const lines = [];
    /** @type {Label[]} */
    const labels = [];
    /** @type {number[]} */
    const wanted = [];
    const seen = new Set();
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
      const text = look === "plate" ? name(i) : size.width < NARROW ? slim(name(i)) : shortened(name(i));
      if (!text) wanted.push(i);
      return text ? { i, text, look, x, y, halfWidth: r, halfHeight: r } : null;
    };
    for (const i of first) {
      const it = wish(i, "plate");
      if (it) keep(this.fit(it, taken, lines, size, obstacles) ?? this.forced(it, size), it);
    }
    if (ring) {
      const { width, height } = this.picture(ring.text, size.ratio, "ring");
      keep({ i: -1, unit: ring.unit, text: ring.text, look: "ring", dx: 0, dy: 0, width, height }, ring);
    }
    // The groups have the first choice: what they are called says around whom they are.
    const said = [];
    for (const it of lands) {
      if (said.length < groups && keep(this.fit(it, taken, lines, size, obstacles), it)) said.push(it.text.replaceAll("\n", " "));
    }
    let [named, tried] = [0, 0];
    for (const i of order) {
      if (named >= dots || tried > TRIED) break;
      if (looks[i] <= LOOK.FADED || looks[i] === LOOK.LOST || (name(i) && said.some((text) => text.endsWith(name(i))))) continue;
      const it = wish(i, "dot");
      if (!it) continue;
      tried += 1;
      if (keep(this.fit(it, taken, lines, size, obstacles), it)) named += 1;
    }
    return { labels, wanted };
  }

  /** The best free place for a name. @param {Wish} it @param {number[][]} taken @param {number[][]} lines @param {{width: number, height: number, ratio: number}} size @param {Obstacles} obstacles @returns {Label | null} */
  fit({ i, unit, text, look, x, y, halfWidth, halfHeight }, taken, lines, size, obstacles) {
    const { width, height } = this.picture(text, size.ratio, look);
    const [half, high, air] = [width / 2, halfHigh(height), AIR * SIZE];
    /** @type {Label | null} */
    let best = null;
    let least = Infinity;
    for (const step of distances) {
      // Further off is never cheaper; the name of an island stands by it, that of a town may stand off.
      if (step >= least || (step > LAND && look === "land" && halfWidth)) break;
      for (let k = 0; k < WAYS; k += 1) {
        const angle = (k / WAYS) * 2 * Math.PI + Math.PI / 2;
        const [wx, wy] = [Math.cos(angle), Math.sin(angle)];
        const lean = (/** @type {number} */ it) => (Math.abs(it) < 1e-6 ? 0 : Math.sign(it) * Math.min(1, Math.abs(it) * 1.5));
        const [startX, startY] = [x + wx * halfWidth, y + wy * halfHeight];
        const cx = startX + wx * step * SIZE + lean(wx) * half;
        const cy = startY + wy * step * SIZE + lean(wy) * high;
        const box = [cx - half - air, cy - high - air, cx + half + air, cy + high + air];
        if (box[0] < 0 || box[1] < 0 || box[2] > size.width || box[3] > size.height) continue;
        const cost = step + 0.02 * Math.abs(wx) + (look === "land" ? (ABOVE * (1 + wy)) / 2 : 0);
        if (cost >= least || taken.some((other) => overlap(box, other)) || obstacles.touches(box)) continue;
        if (lines.some((line) => enters(line, box))) continue;
        const leader = [startX, startY, Math.min(Math.max(startX, cx - half), cx + half), Math.min(Math.max(startY, cy - high), cy + high)];
        if (step > NEAR) {
          if (taken.some((other) => enters(leader, other)) || lines.some((line) => crosses(leader, line))) continue;
          if (obstacles.passes(leader, i, CLEAR * SIZE)) continue;
        }
        least = cost;
        best = { i, unit, text, look, dx: cx - x, dy: cy - y, width, height };
        if (step > NEAR) best.leader = leader.map((it, at) => it - (at % 2 ? y : x));
      }
    }
    return best;
  }

  /** Below its dot, whatever is there. @param {Wish} it @param {{width: number, height: number, ratio: number}} size @returns {Label} */
  forced({ i, text, look, x, y, halfHeight }, size) {
    const { width, height } = this.picture(text, size.ratio, look);
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

/** Half of how high letters are in a text of so many pixels. @param {number} height */
function halfHigh(height) {
  return SIZE * 0.55 + (height - HIGH) / 2;
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
