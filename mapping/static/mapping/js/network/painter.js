// @ts-check
/**
 * Paints connections and dots of the network view onto a canvas.
 *
 * `whole` paints everything, in slices, so that a large picture never stops the page; `rough` paints squares and a few
 * lines, for a picture on the move.
 * @module hb/network/painter
 */
import { APPEARANCE, hubConnections } from "hb/network/appearance";
import { boundary, lands } from "hb/network/captions";
import { cssColours } from "hb/network/colours";
import { Sprites } from "hb/network/dots";
import { LOOK } from "hb/network/visibility";
import { colour } from "hb/map/palette";

/** @import { Entry } from "hb/network/colours" */
/** @import { NetworkData } from "hb/network/data" */
/** @import { Visibility } from "hb/network/visibility" */

/** @typedef {{k: number, x: number, y: number}} Window where the picture lies: pixel = k * unit + x or y */
/** @typedef {{width: number, height: number, ratio: number}} Size in CSS pixels, and device pixels in one */

/**
 * @typedef {object} Scene everything that is painted
 * @property {NetworkData} data
 * @property {Visibility} visibility
 * @property {Float32Array} x where dots are, in the picture's unit
 * @property {Float32Array} y
 * @property {string} layout `network`, `open` (without its hubs) or `ground`
 * @property {Float32Array} r their radius
 * @property {{of: Uint8Array, entries: Entry[]}} colours
 * @property {number} fade 0 to 1: how much of the picture to show
 */

const SLICE = 2000; // connections looked at between two looks at the clock
const STROKE = 400; // lines of one stroke
const DOTS = 50; // between two looks at the clock
const ROUGH_LINES = 1200;
const LONG = 0.16; // of the picture's width
const [LEAST, ROOM] = [3.5, 6.6]; // a dot's radius in CSS pixels, as long as it keeps to its room, in the picture's unit

/** Radius of a dot on the screen: it grows slower than the picture, so that nearer means more room between dots. */
export function radius(/** @type {number} */ r, /** @type {number} */ k, /** @type {number} */ fit) {
  return Math.max(r * Math.sqrt(k * fit), Math.min(LEAST, ROOM * k), 1.6);
}

export class Painter {
  /** @param {Scene} scene */
  constructor(scene) {
    this.scene = scene;
    this.sprites = new Sprites();
    this.fit = 1;
    /** What is said on the picture, and the ground under it. @type {Record<string, any> | null} */
    this.words = null;
    /** CSS colours of the entries of the legend. @type {string[]} */
    this.css = [];
    this.line = this.soft = this.accent = this.bad = this.land = this.shore = "";
    /** Nodes as they are painted. */
    this.order = new Uint32Array();
    /** 1: a connection of a hub. They are many, and say less than those among the others. */
    this.ray = new Uint8Array();
    /** The radius of the largest dot. */
    this.largest = 0;
    this.refresh();
  }

  /** Colours, or what is shown, have changed. */
  refresh() {
    const { data, r, visibility, colours } = this.scene;
    this.sprites.forget();
    this.css = cssColours(colours.entries);
    this.line = colour("line-strong");
    this.soft = colour("ink-soft");
    this.accent = colour("accent", "#0b6e5b");
    this.bad = colour("bad", "#a3200f");
    this.land = colour("paper-sunk", "#eee");
    this.shore = colour("line", "#ccc");
    // Large dots first: small ones lie on top of them and can be reached.
    this.order = Uint32Array.from({ length: data.n }, (_, i) => i)
      .filter((i) => visibility.node[i] !== LOOK.HIDDEN)
      .sort((a, b) => visibility.node[a] - visibility.node[b] || r[b] - r[a] || a - b);
    const hub = hubConnections(data.n);
    const degrees = data.measures.connections;
    this.ray = Uint8Array.from({ length: data.m }, (_, e) => Number(Math.max(degrees[data.source[e]], degrees[data.target[e]]) >= hub));
    this.largest = r.reduce((most, it) => Math.max(most, it), 0);
  }

  /**
   * How connections look, the faintest first: drawn in this order. `takes` says which connections a style is for.
   * @returns {{name: string, colour: string, width: number, alpha: number, dash: number[], takes: (e: number) => boolean}[]}
   */
  styles() {
    const { data, visibility } = this.scene;
    const { edges } = visibility.counts;
    const { edge, strong } = visibility;
    const { derived } = data;
    // Many lines are a grey blanket: the more there are the fainter each, and long ones more than short ones.
    const busy = Math.min(0.55, Math.max(0.05, 420 / Math.max(edges, 1)));
    const many = edges > APPEARANCE.busy;
    const near = many ? Math.min(busy * 2.2, 0.5) : busy;
    const far = many ? busy * 0.8 : busy;
    const style = (/** @type {string} */ name, /** @type {any} */ more, /** @type {(e: number) => boolean} */ takes) => ({
      name,
      colour: this.line,
      width: 0.8,
      alpha: busy,
      dash: [],
      takes,
      ...more,
    });
    const { ray } = this;
    const plain = (/** @type {number} */ e) => edge[e] === LOOK.PLAIN && !derived[e] && !strong[e] && !ray[e];
    return [
      style("faded", { alpha: busy * 0.3 }, (e) => edge[e] === LOOK.FADED),
      style("ray", { alpha: Math.min(busy * 0.5, 0.2) }, (e) => edge[e] === LOOK.PLAIN && !derived[e] && ray[e] === 1),
      style("derived", { alpha: near, dash: many ? [] : [3, 3] }, (e) => edge[e] === LOOK.PLAIN && derived[e] === 1),
      style("stated", many ? { alpha: far } : { alpha: 0.8, width: 1.2, colour: this.soft }, (e) => plain(e) && (!many || this.isLong(e))),
      style("stated", { alpha: near }, (e) => plain(e) && many && !this.isLong(e)),
      style("strong", { colour: this.soft, width: 1.6, alpha: many ? 0.5 : 0.75 }, (e) => strong[e] === 1 && !ray[e]),
      style("ended", { colour: this.bad, width: 1.6, alpha: 0.9, dash: [5, 4] }, (e) => edge[e] === LOOK.ENDED),
      style("begun", { colour: this.accent, width: 2, alpha: 1 }, (e) => edge[e] === LOOK.BEGUN),
      style("marked", { colour: this.accent, width: 3.5, alpha: 1 }, (e) => edge[e] === LOOK.MARKED),
    ];
  }

  /** Whether a line goes far across the picture. @param {number} e */
  isLong(e) {
    const { data, x, y } = this.scene;
    const [a, b] = [data.source[e], data.target[e]];
    return Math.abs(x[a] - x[b]) + Math.abs(y[a] - y[b]) > LONG * data.width;
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
    this.lands(g, at);
    yield;
    for (const style of this.styles()) yield* this.lines(g, at, size, style);
    g.globalAlpha = 1;
    g.setLineDash([]);
    yield* this.dots(g, at, size);
  }

  /** The islands of the groups: first their shores, then the land. @param {CanvasRenderingContext2D} g @param {Window} at */
  lands(g, { k, x: left, y: top }) {
    g.strokeStyle = this.soft;
    g.fillStyle = this.land;
    g.lineWidth = 1.5;
    g.setLineDash([]);
    g.globalAlpha = 1;
    for (const ring of boundary(this.scene, this.words)) {
      g.beginPath();
      for (const [x, y] of ring) g.lineTo(x * k + left, y * k + top);
      g.closePath();
      g.fill();
      g.stroke();
    }
    for (const { width, lines } of lands(this.scene)) {
      for (const [paint, more] of /** @type {[string, number][]} */ ([[this.shore, 2], [this.land, 0]])) {
        g.strokeStyle = paint;
        g.lineWidth = width * k + more;
        g.beginPath();
        for (const [x1, y1, x2, y2] of lines) {
          g.moveTo(x1 * k + left, y1 * k + top);
          g.lineTo(x2 * k + left, y2 * k + top);
        }
        g.stroke();
      }
    }
  }

  /** @param {CanvasRenderingContext2D} g @param {Window} at @param {Size} size @param {any} style */
  *lines(g, { k, x: left, y: top }, { width, height }, style) {
    const { data, visibility, x, y } = this.scene;
    const { source, target } = data;
    g.strokeStyle = style.colour;
    g.globalAlpha = style.alpha;
    g.lineWidth = style.width;
    g.setLineDash(style.dash);
    let lines = 0;
    /** @type {number[]} */
    const heads = [];
    const arrows = visibility.counts.edges <= APPEARANCE.arrows.max;
    g.beginPath();
    for (let e = 0; e < data.m; e += 1) {
      if (e % SLICE === SLICE - 1) yield;
      if (visibility.edge[e] === LOOK.HIDDEN || !style.takes(e)) continue;
      const ax = x[source[e]] * k + left;
      const ay = y[source[e]] * k + top;
      const bx = x[target[e]] * k + left;
      const by = y[target[e]] * k + top;
      if ((ax < 0 && bx < 0) || (ay < 0 && by < 0) || (ax > width && bx > width) || (ay > height && by > height)) continue;
      if (Number.isNaN(ax + bx)) continue;
      g.moveTo(ax, ay);
      g.lineTo(bx, by);
      lines += 1;
      if (arrows && style.name !== "ray") heads.push(e);
      if (lines % STROKE === 0) {
        g.stroke();
        yield;
        g.beginPath();
      }
    }
    g.stroke();
    if (heads.length) this.heads(g, heads, { k, x: left, y: top });
    yield;
  }

  /** The heads of connections that have a direction, in the colour that is set. @param {CanvasRenderingContext2D} g @param {Iterable<number>} edges @param {Window} at */
  heads(g, edges, at) {
    g.fillStyle = g.strokeStyle;
    g.beginPath();
    for (const e of edges) {
      const head = this.head(e, at);
      if (!head) continue;
      g.moveTo(head[0], head[1]);
      g.lineTo(head[2], head[3]);
      g.lineTo(head[4], head[5]);
      g.closePath();
    }
    g.fill();
  }

  /** The corners of an arrow's head, its tip at the rim of the dot it leads to; null where there is none. @param {number} e @param {Window} at */
  head(e, { k, x: left, y: top }) {
    const { data, x, y, r } = this.scene;
    if (!data.tables.types[data.type[e]].directed) return null;
    const [a, b] = [data.source[e], data.target[e]];
    const [bx, by] = [x[b] * k + left, y[b] * k + top];
    const [wx, wy] = [bx - (x[a] * k + left), by - (y[a] * k + top)];
    const far = Math.hypot(wx, wy);
    const size = Math.min(Math.max(k, 0.8), 1.5);
    const [long, wide] = [APPEARANCE.arrows.long * size, APPEARANCE.arrows.wide * size];
    const rim = radius(r[b], k, this.fit);
    if (!(far > rim + long)) return null;
    const [ux, uy] = [wx / far, wy / far];
    const [tipX, tipY] = [bx - ux * rim, by - uy * rim];
    const [backX, backY] = [tipX - ux * long, tipY - uy * long];
    return [tipX, tipY, backX - (uy * wide) / 2, backY + (ux * wide) / 2, backX + (uy * wide) / 2, backY - (ux * wide) / 2];
  }

  /** @param {CanvasRenderingContext2D} g @param {Window} at @param {Size} size */
  *dots(g, { k, x: left, y: top }, { width, height, ratio }) {
    const { data, visibility, colours, x, y, r } = this.scene;
    const kinds = data.tables.kinds.map(({ slug }) => slug);
    let count = 0;
    for (const i of this.order) {
      const [px, py, size] = [x[i] * k + left, y[i] * k + top, radius(r[i], k, this.fit)];
      if (!(px > -size && py > -size && px < width + size && py < height + size)) continue;
      this.sprites.put(g, kinds[data.kind[i]], this.css[colours.of[i]], px, py, size, visibility.node[i], ratio, colours.entries[colours.of[i]].mark);
      count += 1;
      if (count % DOTS === 0) yield;
    }
  }

  /**
   * Squares for dots and the strongest lines, quickly.
   * @param {CanvasRenderingContext2D} g
   * @param {Window} at
   * @param {Size} size
   */
  rough(g, at, { width, height }) {
    const { visibility, colours, x, y, r } = this.scene;
    const { k, x: left, y: top } = at;
    this.sample(g, at);
    g.globalAlpha = 1;
    /** @type {number[][]} */
    const batches = this.css.map(() => []);
    for (const i of this.order) if (visibility.node[i] > LOOK.FADED) batches[colours.of[i]].push(i);
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
    const { data, visibility, x, y } = this.scene;
    const step = Math.max(Math.ceil(visibility.counts.edges / ROUGH_LINES), 1);
    g.strokeStyle = this.line;
    g.globalAlpha = 0.3;
    g.lineWidth = 0.8;
    g.setLineDash([]);
    g.beginPath();
    let seen = 0;
    for (let e = 0; e < data.m; e += 1) {
      if (visibility.edge[e] < LOOK.PLAIN) continue;
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
