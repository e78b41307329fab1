// @ts-check
/**
 * Dots of the network view: groups are round, places square, what is done a diamond, purposes a triangle, people six-sided.
 * Each is drawn once for its shape, colour, size and look, then copied.
 * @module hb/network/dots
 */
import { APPEARANCE } from "hb/network/appearance";
import { LOOK } from "hb/network/visibility";
import { colour } from "hb/map/palette";

/**
 * The outline of a dot as the path of an SVG.
 * @param {string} kind slug of the kind of node
 * @param {number} x of its middle
 * @param {number} y
 * @param {number} r radius
 */
export function outline(kind, x, y, r) {
  const at = (/** @type {number} */ it) => Math.round(it * 10) / 10;
  if (kind === "asset") {
    const side = APPEARANCE.shape.square * r;
    return `M${at(x - side / 2)} ${at(y - side / 2)}h${at(side)}v${at(side)}h${at(-side)}z`;
  }
  if (kind === "activity" || kind === "project") return ring(x, y, [0, 1, 2, 3].map((k) => [k * 90, r * APPEARANCE.shape.diamond]));
  if (kind === "purpose") return ring(x, y, [0, 1, 2].map((k) => [k * 120, r * 1.2]));
  if (kind === "person") return ring(x, y, [0, 1, 2, 3, 4, 5].map((k) => [k * 60, r * 1.05]));
  return `M${at(x - r)} ${at(y)}a${at(r)} ${at(r)} 0 1 0 ${at(2 * r)} 0a${at(r)} ${at(r)} 0 1 0 ${at(-2 * r)} 0z`;
}

/**
 * The outline of a mark of paper in a dot, filled by the rule of even and odd; the server's is in appearance.py.
 * @param {string} mark
 * @param {number} x of the dot's middle
 * @param {number} y
 * @param {number} r its radius
 */
export function inner(mark, x, y, r) {
  const at = (/** @type {number} */ it) => it.toFixed(1);
  const circle = (/** @type {number} */ far) => `M${at(x - far)} ${at(y)}a${at(far)} ${at(far)} 0 1 0 ${at(2 * far)} 0a${at(far)} ${at(far)} 0 1 0-${at(2 * far)} 0z`;
  if (mark === "hollow") return circle(0.6 * r);
  if (mark === "eye") return circle(0.74 * r) + circle(0.36 * r);
  if (mark === "half") return `M${at(x)} ${at(y - 0.72 * r)}a${at(0.72 * r)} ${at(0.72 * r)} 0 0 1 0 ${at(1.44 * r)}z`;
  const [wide, arm] = [at(0.36 * r), at(0.82 * r)];
  return mark ? `M${at(x - 0.18 * r)} ${at(y - r)}h${wide}v${arm}h${arm}v${wide}h-${arm}v${arm}h-${wide}v-${arm}h-${arm}v-${wide}h${arm}z` : "";
}

/** Corners around a middle: degrees from the top, and how far out. */
function ring(/** @type {number} */ x, /** @type {number} */ y, /** @type {number[][]} */ corners) {
  const points = corners.map(([turn, far]) => {
    const way = ((turn - 90) * Math.PI) / 180;
    return `${(x + Math.cos(way) * far).toFixed(1)} ${(y + Math.sin(way) * far).toFixed(1)}`;
  });
  return `M${points.join("L")}z`;
}

const EDGE = 3; // room around a dot for its rim

export class Sprites {
  paper = "";
  ink = "";

  constructor() {
    /** @type {Map<string, HTMLCanvasElement>} */
    this.kept = new Map();
    this.forget();
  }

  /** Forget what was drawn: the colours have changed. */
  forget() {
    this.kept.clear();
    this.paper = colour("paper", "#fff");
    this.ink = colour("ink", "#000");
  }

  /**
   * Copy a dot onto a picture.
   * @param {CanvasRenderingContext2D} g in CSS pixels
   * @param {string} kind
   * @param {string} fill CSS colour
   * @param {number} x
   * @param {number} y
   * @param {number} r in CSS pixels
   * @param {number} look see `LOOK`
   * @param {number} ratio device pixels a CSS pixel
   * @param {string} [mark] in the dot
   */
  put(g, kind, fill, x, y, r, look, ratio, mark = "") {
    // Sizes in steps of half a pixel, so that few pictures serve many dots; large ones in whole pixels.
    const size = r < 8 ? Math.round(r * 2) / 2 : Math.round(r);
    const key = `${kind} ${fill} ${size} ${look} ${ratio} ${mark}`;
    let picture = this.kept.get(key);
    if (!picture) {
      picture = this.draw(kind, fill, size, look, ratio, mark);
      this.kept.set(key, picture);
    }
    const side = picture.width / ratio;
    // On whole device pixels, or every copy would be blurred.
    const left = Math.round((x - side / 2) * ratio) / ratio;
    const top = Math.round((y - side / 2) * ratio) / ratio;
    g.drawImage(picture, left, top, side, side);
  }

  /** @param {string} kind @param {string} fill @param {number} r @param {number} look @param {number} ratio @param {string} mark */
  draw(kind, fill, r, look, ratio, mark) {
    const canvas = document.createElement("canvas");
    const middle = r * 1.25 + EDGE;
    canvas.width = canvas.height = Math.ceil(2 * middle * ratio);
    const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
    g.scale(ratio, ratio);
    const shape = new Path2D(outline(kind, canvas.width / ratio / 2, canvas.width / ratio / 2, r));
    g.lineJoin = "round";
    if (look === LOOK.LOST || look === LOOK.GONE) {
      g.fillStyle = this.paper;
      g.fill(shape);
      g.globalAlpha = look === LOOK.LOST ? 0.6 : 1;
      g.setLineDash(look === LOOK.LOST ? [2, 2] : []);
      g.lineWidth = look === LOOK.LOST ? 1 : 1.5;
      g.strokeStyle = look === LOOK.GONE ? this.ink : fill;
      g.stroke(shape);
      if (look === LOOK.GONE) this.cross(g, canvas.width / ratio / 2, Math.max(r * 0.55, 3));
      return canvas;
    }
    if (look === LOOK.FADED) g.globalAlpha = 0.2;
    g.fillStyle = fill;
    g.fill(shape);
    if (look !== LOOK.FADED) {
      g.lineWidth = look === LOOK.MARKED ? 2.5 : r > 2.5 ? 1.2 : 0.6;
      g.strokeStyle = look === LOOK.MARKED ? this.ink : this.paper;
      g.stroke(shape);
    }
    g.fillStyle = this.paper;
    g.globalAlpha = 1;
    if (mark) g.fill(new Path2D(inner(mark, canvas.width / ratio / 2, canvas.width / ratio / 2, r)), "evenodd");
    return canvas;
  }

  /** @param {CanvasRenderingContext2D} g @param {number} at @param {number} far */
  cross(g, at, far) {
    g.beginPath();
    g.moveTo(at - far, at - far);
    g.lineTo(at + far, at + far);
    g.moveTo(at + far, at - far);
    g.lineTo(at - far, at + far);
    g.stroke();
  }
}
