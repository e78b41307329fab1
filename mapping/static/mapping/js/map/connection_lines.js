// @ts-check
/**
 * How connections look on a map: curved, by kind (colour and dashes), stated or worked out (dots).
 * @module hb/map/connection_lines
 */
import { colour } from "hb/map/palette";

/** @typedef {{x: number, y: number}} Point in CSS pixels */

// Told apart by colour-blind eyes too (tests/config/test_design.py); css/components/underneath.css has the same order.
export const COLOURS = ["community-space", "food-help", "green-space", "health", "sport-play", "learning", "other"];
// Beside the colour, for who sees none. Dots are for what rules have worked out, whatever its kind.
const DASHES = [[], [13, 5], [6, 4], [13, 4, 2, 4]];
const DOTS = [0.1, 5];

/**
 * @param {number} kind place of the kind of connection among all, the most common first
 * @returns {{colour: number, dash: number[]}} place in `COLOURS`, and dashes
 */
export function look(kind) {
  const last = COLOURS.length - 1;
  if (kind < 0) return { colour: last, dash: [] };
  return { colour: Math.min(kind, last), dash: DASHES[kind % DASHES.length] };
}

/** The dashes of a line. @param {number} kind @param {boolean} derived */
export function dashes(kind, derived) {
  return derived ? DOTS : look(kind).dash;
}

/** How wide a line is in pixels: all alike; dots are a little wider, or they are not seen. @param {any} properties of a line */
export function width({ derived }) {
  return derived ? 2 : 1.5;
}

/** How wide a band is in pixels: its area says how many connections it stands for. @param {number} count */
export function bandWidth(count) {
  return Math.min(4 + 3 * Math.sqrt(count), 26);
}

/**
 * The arc between two points, bowed to one side; the side depends on the ends only, so there and back differ.
 * @param {CanvasRenderingContext2D | Path2D} g
 * @param {Point} a
 * @param {Point} b
 * @param {number} [bow] how far, of its length
 */
export function arc(g, a, b, bow = 0.16) {
  g.moveTo(a.x, a.y);
  g.quadraticCurveTo((a.x + b.x) / 2 + (b.y - a.y) * bow, (a.y + b.y) / 2 - (b.x - a.x) * bow, b.x, b.y);
}

/**
 * Draw one line with its ends.
 * @param {CanvasRenderingContext2D} g
 * @param {Point} from
 * @param {Point} to
 * @param {{kind: number, properties: any, alpha: number}} line
 */
export function drawLine(g, from, to, { kind, properties, alpha }) {
  const css = colour(`kind-${COLOURS[look(kind).colour]}`, "#57534b");
  g.globalAlpha = alpha;
  g.lineWidth = width(properties);
  g.strokeStyle = g.fillStyle = css;
  const dash = dashes(kind, properties.derived);
  g.lineCap = properties.derived || !dash.length ? "round" : "butt";
  g.setLineDash(dash);
  g.beginPath();
  arc(g, from, to);
  g.stroke();
  g.setLineDash([]);
  for (const end of [from, to]) {
    g.beginPath();
    g.arc(end.x, end.y, 2.5, 0, 2 * Math.PI);
    g.fill();
  }
}

/**
 * Draw a band between two groups, with how many connections it stands for.
 * @param {CanvasRenderingContext2D} g
 * @param {Point} from
 * @param {Point} to
 * @param {{count: number}} properties
 * @param {number} alpha
 */
export function drawBand(g, from, to, { count }, alpha) {
  const accent = colour("accent", "#0b6e5b");
  g.setLineDash([]);
  g.lineCap = "round";
  g.strokeStyle = accent;
  g.globalAlpha = 0.34 * alpha;
  g.lineWidth = bandWidth(count);
  g.beginPath();
  arc(g, from, to, 0.1);
  g.stroke();
  const middle = { x: (from.x + to.x) / 2 + (to.y - from.y) * 0.05, y: (from.y + to.y) / 2 - (to.x - from.x) * 0.05 };
  g.globalAlpha = alpha;
  words(g, `${count}`, middle, "600 12px");
}

/**
 * Words with a rim of paper.
 * @param {CanvasRenderingContext2D} g
 * @param {string} text
 * @param {Point} at their middle
 * @param {string} [font] weight and size
 */
export function words(g, text, at, font = "400 13px") {
  g.font = `${font} ${colour("font-text", "sans-serif")}`;
  g.textAlign = "center";
  g.textBaseline = "middle";
  g.lineJoin = "round";
  g.lineWidth = 3.5;
  g.strokeStyle = colour("paper", "#fff");
  g.fillStyle = colour("ink", "#000");
  g.strokeText(text, at.x, at.y);
  g.fillText(text, at.x, at.y);
}
