// @ts-check
/**
 * The canvas of the network view: one picture, where it lies on the screen, when what is painted.
 *
 * Connections and dots are painted whole into a picture of their own, in slices; what is on top (names, rings, what is
 * pointed at) is painted over a copy of it. While the picture moves its copy moves along, and squares stand for the dots
 * of what it does not cover; as soon as it rests everything is painted anew.
 * @module hb/network/canvas
 */
import { APPEARANCE } from "hb/network/appearance";
import { landWishes, ringWish } from "hb/network/captions";
import { roomFor } from "hb/network/callouts";
import { Labels, isNarrow } from "hb/network/labels";
import { Painter, radius } from "hb/network/painter";
import { Grid } from "hb/network/hit_test";
import { LOOK } from "hb/network/visibility";
import { colour, coloursOf, onThemeChange } from "hb/map/palette";

/** @import { Label } from "hb/network/callouts" */
/** @import { Scene, Window } from "hb/network/painter" */

const SETTLE = 130; // milliseconds without movement before everything is painted
const SLICE = 12; // milliseconds of painting between two chances to answer the reader
export const [CLOSEST, FARTHEST] = [60, 0.5]; // of the scale at which all of it is seen
const REACH = 14; // a pick counts this many pixels from a dot's middle at least: targets of 28 px

export class NetworkCanvas {
  /**
   * @param {HTMLCanvasElement} element
   * @param {Scene} scene
   * @param {{x: number, y: number, width: number, height: number}} box what is seen at first, in the picture's unit
   */
  constructor(element, scene, box) {
    this.element = element;
    coloursOf(element);
    this.scene = scene;
    this.box = box;
    this.g = context(element);
    this.whole = document.createElement("canvas");
    this.next = document.createElement("canvas");
    /** Where the painted picture was when it was painted. @type {Window | null} */
    this.painted = null;
    /** @type {Window} */
    this.at = { k: 1, x: 0, y: 0 };
    this.size = { width: 1, height: 1, ratio: 1 };
    this.painter = new Painter(scene);
    this.labels = new Labels();
    /** @type {Label[]} */
    this.named = [];
    /** Nodes by importance, for their names. @type {number[]} */
    this.important = [];
    /** Nodes that are named whatever is in the way. @type {number[]} */
    this.first = [];
    /** The node in focus, or -1: downloads show it too. */
    this.current = -1;
    /** What is said on the picture. @type {Record<string, any> | null} */
    this.words = null;
    /** @type {((g: CanvasRenderingContext2D) => void)[]} what is painted on top */
    this.over = [];
    /** @type {(() => void)[]} told when everything is painted */
    this.rested = [];
    /** Told which names there are. @type {(labels: Label[]) => void} */
    this.told = () => {};
    this.moving = false;
    this.frame = 0;
    this.settling = 0;
    this.job = 0;
    /** @type {Grid | null} */
    this.grid = null;
    /** For benchmarks: when frames were painted, and how long the last whole picture took. */
    this.figures = { frames: 0, wholeTook: 0, whole: 0 };
    this.resize();
    this.home();
    new ResizeObserver(() => this.resized()).observe(/** @type {Element} */ (element.parentElement));
    onThemeChange(() => this.restyle());
  }

  resize() {
    const { clientWidth, clientHeight } = this.element;
    this.size = { width: Math.max(clientWidth, 1), height: Math.max(clientHeight, 1), ratio: Math.min(devicePixelRatio || 1, 3) };
    for (const it of [this.element, this.whole, this.next]) {
      it.width = Math.round(this.size.width * this.size.ratio);
      it.height = Math.round(this.size.height * this.size.ratio);
    }
    this.painted = null;
  }

  resized() {
    const { width, height } = this.size;
    const box = this.element;
    if ((box.clientWidth === width && box.clientHeight === height) || matchMedia("print").matches) return;
    const wasHome = this.isHome;
    const middle = this.unitAt(width / 2, height / 2);
    this.resize();
    if (wasHome) this.home();
    else this.at = { ...this.at, x: this.size.width / 2 - middle.x * this.at.k, y: this.size.height / 2 - middle.y * this.at.k };
    // Never empty: a phone's bars come and go, and the picture's height with them.
    this.compose();
    this.repaint();
  }

  /** The place of the whole picture: as the server's SVG lies in the same box. @returns {Window} */
  get wholeWindow() {
    const { x, y, width, height } = this.box;
    const k = Math.min(this.size.width / width, this.size.height / height);
    return { k, x: (this.size.width - width * k) / 2 - x * k, y: (this.size.height - height * k) / 2 - y * k };
  }

  get isHome() {
    const { k, x, y } = this.wholeWindow;
    return Math.abs(this.at.k / k - 1) < 1e-6 && Math.abs(this.at.x - x) < 0.5 && Math.abs(this.at.y - y) < 0.5;
  }

  /** Show all of it. */
  home() {
    this.at = this.wholeWindow;
    this.painter.fit = this.wholeWindow.k;
  }

  /** Another box is all of it. @param {{x: number, y: number, width: number, height: number}} box */
  reframe(box) {
    const wasHome = this.isHome;
    this.box = box;
    if (wasHome) this.home();
  }

  /** How much closer than the whole. */
  get zoom() {
    return this.at.k / this.wholeWindow.k;
  }

  /** @param {number} px @param {number} py in CSS pixels of the canvas @returns {{x: number, y: number}} in the picture's unit */
  unitAt(px, py) {
    return { x: (px - this.at.x) / this.at.k, y: (py - this.at.y) / this.at.k };
  }

  /** Where a dot is on the screen, and its radius. @param {number} i */
  dot(i) {
    const { x, y, r } = this.scene;
    return {
      x: x[i] * this.at.k + this.at.x,
      y: y[i] * this.at.k + this.at.y,
      r: radius(r[i], this.at.k, this.painter.fit),
    };
  }

  /**
   * The node at a place of the canvas.
   * @param {number} px
   * @param {number} py
   * @returns {number} -1 for none
   */
  pick(px, py) {
    const { r } = this.scene;
    const at = this.unitAt(px, py);
    const { k } = this.at;
    const size = (/** @type {number} */ it) => radius(it, k, this.painter.fit) / k;
    const slack = Math.max(REACH - radius(this.painter.largest, k, this.painter.fit), 6) / k;
    return this.dots.at(at.x, at.y, (i) => size(r[i]), slack, size(this.painter.largest));
  }

  /** The dots shown, by where they are. */
  get dots() {
    const { x, y, visibility } = this.scene;
    this.grid ??= new Grid(x, y, (i) => visibility.node[i] !== LOOK.HIDDEN);
    return this.grid;
  }

  /** Move the picture. @param {number} dx @param {number} dy in CSS pixels */
  pan(dx, dy) {
    this.go({ ...this.at, x: this.at.x + dx, y: this.at.y + dy });
  }

  /** Come closer, or go further away, around a place. */
  zoomBy(/** @type {number} */ factor, px = this.size.width / 2, py = this.size.height / 2) {
    const fit = this.wholeWindow.k;
    const k = Math.min(Math.max(this.at.k * factor, fit * FARTHEST), fit * CLOSEST);
    const grown = k / this.at.k;
    this.go({ k, x: px - (px - this.at.x) * grown, y: py - (py - this.at.y) * grown });
  }

  /** Show these nodes, as large as sensible. @param {number[]} nodes @param {number} closest zoom at most */
  show(nodes, closest = 4) {
    const { x, y } = this.scene;
    const placed = nodes.filter((i) => !Number.isNaN(x[i]));
    if (!placed.length) return;
    const [left, right] = [Math.min(...placed.map((i) => x[i])), Math.max(...placed.map((i) => x[i]))];
    const [top, bottom] = [Math.min(...placed.map((i) => y[i])), Math.max(...placed.map((i) => y[i]))];
    const { width, height } = this.size;
    const k = Math.min(
      this.wholeWindow.k * closest,
      (width * 0.76) / Math.max(right - left, 1e-6),
      (height * 0.76) / Math.max(bottom - top, 1e-6),
    );
    this.go({ k, x: width / 2 - ((left + right) / 2) * k, y: height / 2 - ((top + bottom) / 2) * k });
  }

  /** Bring a dot into view without changing the scale. @param {number} i */
  reveal(i) {
    const { x, y } = this.dot(i);
    const { width, height } = this.size;
    if (x > 8 && y > 8 && x < width - 8 && y < height - 8) return;
    const room = Math.min(60, width / 5, height / 5);
    this.pan(Math.min(Math.max(x, room), width - room) - x, Math.min(Math.max(y, room), height - room) - y);
  }

  /** @param {Window} at */
  go(at) {
    this.at = at;
    this.moved();
  }

  /** The picture has moved: a quick one now, all of it once it rests. */
  moved() {
    this.moving = true;
    this.job += 1;
    this.draw();
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.repaint(), SETTLE);
  }

  /** Dots themselves move (a glide): what was painted is of no use. @param {boolean} still whether they arrived */
  dotsMoved(still) {
    this.painted = null;
    this.grid = null;
    this.named = [];
    clearTimeout(this.settling);
    if (still) {
      this.repaint();
      return;
    }
    this.moving = true;
    this.job += 1;
    this.draw();
  }

  /** What is shown has changed, or how. */
  restyle() {
    this.painter.refresh();
    this.labels.forget();
    this.grid = null;
    this.repaint();
  }

  /** Paint everything, as soon as may be. */
  repaint() {
    this.moving = false;
    clearTimeout(this.settling);
    const job = (this.job += 1);
    const started = performance.now();
    const at = { ...this.at };
    const g = context(this.next);
    g.setTransform(1, 0, 0, 1, 0, 0);
    g.clearRect(0, 0, this.next.width, this.next.height);
    g.setTransform(this.size.ratio, 0, 0, this.size.ratio, 0, 0);
    const steps = this.everything(g, at);
    const work = () => {
      if (job !== this.job) return;
      const until = performance.now() + SLICE;
      let done = false;
      while (!done && performance.now() < until) done = Boolean(steps.next().done);
      // What is last has a turn of its own.
      setTimeout(done ? finish : work);
    };
    const finish = () => {
      if (job !== this.job) return;
      [this.whole, this.next] = [this.next, this.whole];
      this.painted = at;
      this.figures.wholeTook = performance.now() - started;
      this.figures.whole += 1;
      this.compose();
      for (const tell of this.rested) tell();
    };
    // What has called has had its turn.
    setTimeout(work);
  }

  /** In slices: the picture, then its names. @param {CanvasRenderingContext2D} g @param {Window} at */
  *everything(g, at) {
    yield* this.painter.whole(g, at, this.size);
    yield* this.naming();
  }

  /** Choose the names. */
  name() {
    const steps = this.naming();
    while (!steps.next().done);
  }

  /** The same in slices. */
  *naming() {
    const { data, visibility } = this.scene;
    const taken = this.taken();
    const room = roomFor(Array.from(this.painter.order, (i) => this.dot(i)), this.size);
    yield;
    const { labels, wanted } = yield* this.labels.place({
      order: this.important,
      first: this.first.filter((i) => i >= 0),
      lands: landWishes(this),
      ring: this.words ? ringWish(this, this.words, taken, room) : null,
      looks: visibility.node,
      at: (i) => this.dot(i),
      name: data.name,
      size: this.size,
      taken,
      most: APPEARANCE.names[isNarrow() ? "narrow" : "wide"],
      room,
    });
    this.named = labels;
    this.told(labels);
    if (wanted.length) data.identify(wanted.slice(0, 200)).then(() => !this.moving && (this.name(), this.draw()), () => {});
  }

  /** Boxes over the picture that no name may lie under: buttons, and what is said on it. @returns {number[][]} */
  taken() {
    const { left, top } = this.element.getBoundingClientRect();
    const over = /** @type {Element} */ (this.element.parentElement).querySelectorAll("[data-over-picture]");
    return [...over].map((it) => it.getBoundingClientRect()).map((box) => [box.left - left, box.top - top, box.right - left, box.bottom - top]);
  }

  /** Where what a label names is on the screen. @param {Label} label */
  labelled({ i, unit }) {
    if (i >= 0 || !unit) return this.dot(i);
    return { x: unit.x * this.at.k + this.at.x, y: unit.y * this.at.k + this.at.y };
  }

  /** Draw soon what there is. */
  draw() {
    this.frame ||= requestAnimationFrame(() => this.compose());
  }

  compose() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.figures.frames += 1;
    const { g, at, size } = this;
    const { width, height, ratio } = size;
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.globalAlpha = 1;
    g.fillStyle = colour("paper", "#fff");
    g.fillRect(0, 0, width, height);
    g.globalAlpha = this.scene.fade;
    if (this.painted) this.copy(this.painted);
    else this.painter.rough(g, at, size);
    g.globalAlpha = this.scene.fade;
    for (const paint of this.over) {
      g.save();
      paint(g);
      g.restore();
    }
    this.labels.paint(g, this.named, (label) => this.labelled(label), ratio);
    g.globalAlpha = 1;
  }

  /** What was painted, where it would be now; roughly what it does not cover. @param {Window} painted */
  copy(painted) {
    const { g, at, size } = this;
    const { width, height } = size;
    const grown = at.k / painted.k;
    const left = at.x - painted.x * grown;
    const top = at.y - painted.y * grown;
    if (left > 0.5 || top > 0.5 || left + width * grown < width - 0.5 || top + height * grown < height - 0.5) {
      g.save();
      g.beginPath();
      g.rect(0, 0, width, height);
      g.rect(left, top, width * grown, height * grown);
      g.clip("evenodd");
      this.painter.rough(g, at, size);
      g.restore();
    }
    g.imageSmoothingQuality = "low";
    g.drawImage(this.whole, left, top, width * grown, height * grown);
  }
}

/** @param {HTMLCanvasElement} canvas */
function context(canvas) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
}
