// @ts-check
/**
 * Paints connections and dots of the network view onto a canvas.
 *
 * `whole` paints everything, in slices, so that a large picture never stops the page; `rough` paints squares and a few
 * lines, for a picture on the move.
 * @module hb/network_paint
 */
import { cssColours } from "hb/network_colours";
import { Sprites } from "hb/network_dots";
import { LOOK } from "hb/network_shown";
import { colour } from "hb/palette";

/** @import { Entry } from "hb/network_colours" */
/** @import { NetworkData } from "hb/network_data" */
/** @import { Shown } from "hb/network_shown" */

/** @typedef {{k: number, x: number, y: number}} Window where the picture lies: pixel = k * unit + x or y */
/** @typedef {{width: number, height: number, ratio: number}} Size in CSS pixels, and device pixels in one */

/**
 * @typedef {object} Scene everything that is painted
 * @property {NetworkData} data
 * @property {Shown} shown
 * @property {Float32Array} x where dots are, in the picture's unit
 * @property {Float32Array} y
 * @property {Float32Array} r their radius
 * @property {{of: Uint8Array, entries: Entry[]}} colours
 * @property {number} fade 0 to 1: how much of the picture to show
 */

const SLICE = 2000; // connections looked at between two looks at the clock
const STROKE = 400; // lines of one stroke
const ROUGH_LINES = 1200;

/** Radius of a dot on the screen: it grows slower than the picture, so that nearer means more room between dots. */
export function radius(/** @type {number} */ r, /** @type {number} */ k, /** @type {number} */ fit) {
  return Math.max(r * Math.sqrt(k * fit), 1.6);
}

export class Painter {
  /** @param {Scene} scene */
  constructor(scene) {
    this.scene = scene;
    this.sprites = new Sprites();
    this.fit = 1;
    this.refresh();
  }

  /** Colours, or what is shown, have changed. */
  refresh() {
    const { data, r, shown, colours } = this.scene;
    this.sprites.forget();
    this.css = cssColours(colours.entries);
    this.line = colour("line-strong");
    this.soft = colour("ink-soft");
    this.accent = colour("accent", "#0b6e5b");
    this.bad = colour("bad", "#a3200f");
    // Large dots first: small ones lie on top of them and can be reached.
    this.order = Uint32Array.from({ length: data.n }, (_, i) => i)
      .filter((i) => shown.node[i] !== LOOK.HIDDEN)
      .sort((a, b) => shown.node[a] - shown.node[b] || r[b] - r[a] || a - b);
    this.largest = r.reduce((most, it) => Math.max(most, it), 0);
  }

  /** How connections look, the faintest first: drawn in this order. */
  styles() {
    const { edges } = this.scene.shown.counts;
    const busy = edges > 4000 ? 0.16 : edges > 1200 ? 0.3 : 0.5;
    const plain = { colour: this.line, width: 0.8, dash: [] };
    return [
      { look: LOOK.FADED, ...plain, alpha: busy * 0.3, derived: undefined, strong: undefined },
      { look: LOOK.PLAIN, ...plain, alpha: busy * 0.8, dash: edges > 4000 ? [] : [3, 3], derived: 1, strong: undefined },
      { look: LOOK.PLAIN, ...plain, alpha: busy, derived: 0, strong: false },
      { look: LOOK.PLAIN, ...plain, colour: this.soft, width: 1.6, alpha: Math.min(busy * 2.2, 0.75), derived: 0, strong: true },
      { look: LOOK.ENDED, ...plain, colour: this.bad, width: 1.6, alpha: 0.9, dash: [5, 4], derived: undefined, strong: undefined },
      { look: LOOK.BEGUN, ...plain, colour: this.accent, width: 2, alpha: 1, derived: undefined, strong: undefined },
      { look: LOOK.MARKED, ...plain, colour: this.accent, width: 3.5, alpha: 1, derived: undefined, strong: undefined },
    ];
  }

  /**
   * Paint everything; yields between slices, returns at the end.
   * @param {CanvasRenderingContext2D} g in CSS pixels, empty
   * @param {Window} at
   * @param {Size} size
   * @returns {Generator<void, void, void>}
   */
  *whole(g, at, size) {
    g.lineCap = "round";
    for (const style of this.styles()) yield* this.lines(g, at, size, style);
    g.globalAlpha = 1;
    g.setLineDash([]);
    yield* this.dots(g, at, size);
  }

  /** @param {CanvasRenderingContext2D} g @param {Window} at @param {Size} size @param {any} style */
  *lines(g, { k, x: left, y: top }, { width, height }, style) {
    const { data, shown, x, y } = this.scene;
    const { source, target, strength, support, derived } = data;
    g.strokeStyle = style.colour;
    g.globalAlpha = style.alpha;
    g.lineWidth = style.width;
    g.setLineDash(style.dash);
    let lines = 0;
    g.beginPath();
    for (let e = 0; e < data.m; e += 1) {
      if (e % SLICE === SLICE - 1) yield;
      if (shown.edge[e] !== style.look) continue;
      if (style.derived !== undefined && derived[e] !== style.derived) continue;
      if (style.strong !== undefined && (strength[e] >= 4 || support[e] >= 3) !== style.strong) continue;
      const ax = x[source[e]] * k + left;
      const ay = y[source[e]] * k + top;
      const bx = x[target[e]] * k + left;
      const by = y[target[e]] * k + top;
      if ((ax < 0 && bx < 0) || (ay < 0 && by < 0) || (ax > width && bx > width) || (ay > height && by > height)) continue;
      if (Number.isNaN(ax + bx)) continue;
      g.moveTo(ax, ay);
      g.lineTo(bx, by);
      lines += 1;
      if (lines % STROKE === 0) {
        g.stroke();
        g.beginPath();
      }
    }
    g.stroke();
  }

  /** @param {CanvasRenderingContext2D} g @param {Window} at @param {Size} size */
  *dots(g, { k, x: left, y: top }, { width, height, ratio }) {
    const { data, shown, colours, x, y, r } = this.scene;
    const kinds = data.tables.kinds.map(({ slug }) => slug);
    let count = 0;
    for (const i of this.order) {
      const [px, py, size] = [x[i] * k + left, y[i] * k + top, radius(r[i], k, this.fit)];
      if (!(px > -size && py > -size && px < width + size && py < height + size)) continue;
      this.sprites.put(g, kinds[data.kind[i]], this.css[colours.of[i]], px, py, size, shown.node[i], ratio);
      count += 1;
      if (count % 500 === 0) yield;
    }
  }

  /**
   * Squares for dots and the strongest lines, quickly.
   * @param {CanvasRenderingContext2D} g
   * @param {Window} at
   * @param {Size} size
   */
  rough(g, at, { width, height }) {
    const { shown, colours, x, y, r } = this.scene;
    const { k, x: left, y: top } = at;
    this.sample(g, at);
    g.globalAlpha = 1;
    /** @type {number[][]} */
    const batches = this.css.map(() => []);
    for (const i of this.order) if (shown.node[i] > LOOK.FADED) batches[colours.of[i]].push(i);
    batches.forEach((batch, entry) => {
      g.fillStyle = this.css[entry];
      for (const i of batch) {
        const [px, py, half] = [x[i] * k + left, y[i] * k + top, radius(r[i], k, this.fit) * 0.86];
        if (px > -half && py > -half && px < width + half && py < height + half) {
          g.fillRect(px - half, py - half, 2 * half, 2 * half);
        }
      }
    });
  }

  /** @param {CanvasRenderingContext2D} g @param {Window} at */
  sample(g, { k, x: left, y: top }) {
    const { data, shown, x, y } = this.scene;
    const step = Math.max(Math.ceil(shown.counts.edges / ROUGH_LINES), 1);
    g.strokeStyle = this.line;
    g.globalAlpha = 0.3;
    g.lineWidth = 0.8;
    g.setLineDash([]);
    g.beginPath();
    let seen = 0;
    for (let e = 0; e < data.m; e += 1) {
      if (shown.edge[e] < LOOK.PLAIN) continue;
      seen += 1;
      if (seen % step) continue;
      const [a, b] = [data.source[e], data.target[e]];
      if (Number.isNaN(x[a] + x[b])) continue;
      g.moveTo(x[a] * k + left, y[a] * k + top);
      g.lineTo(x[b] * k + left, y[b] * k + top);
    }
    g.stroke();
  }
}
