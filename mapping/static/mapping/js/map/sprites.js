// @ts-check
/**
 * Dots as small pictures, drawn once for each kind, icon and size, then copied.
 * @module hb/map/sprites
 */
import { colour } from "hb/map/palette";

/** @type {Map<string, Path2D>} */
const paths = new Map();
/** @type {Map<string, HTMLCanvasElement>} */
const cache = new Map();

/** @param {ParentNode} root */
function learn(root) {
  for (const symbol of root.querySelectorAll('symbol[id^="i-"]')) {
    paths.set(symbol.id.slice(2), new Path2D(symbol.querySelector("path")?.getAttribute("d") ?? ""));
  }
}

/** @type {Promise<void> | undefined} */
let whole;

/**
 * Learn the icons that dots show: those that the page carries, and, unless these are `enough`, the sprite at `url`.
 * Without either, dots have no icon.
 * @param {string | undefined} url
 * @param {string} [enough] name of the only icon that is needed
 */
export async function loadIcons(url, enough) {
  learn(document);
  if (!url || (enough && paths.has(enough))) return;
  whole ??= fetch(url)
    .then(async (answer) => {
      if (answer.ok) learn(new DOMParser().parseFromString(await answer.text(), "image/svg+xml"));
    })
    .catch(() => undefined);
  await whole;
}

/** Forget what was drawn, since the colours have changed. */
export function forget() {
  cache.clear();
}

/**
 * @param {string} kind slug of the category, for its colour
 * @param {string} icon name in the sprite; empty for a plain dot
 * @param {number} radius in CSS pixels
 * @returns {HTMLCanvasElement} with the dot in its middle; its size in CSS pixels is `2 * (radius + 2)`
 */
export function dot(kind, icon, radius) {
  const ratio = devicePixelRatio || 1;
  const key = `${kind} ${icon} ${radius} ${ratio}`;
  const known = cache.get(key);
  if (known) return known;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.ceil(2 * (radius + 2) * ratio);
  const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  g.scale(ratio, ratio);
  g.translate(radius + 2, radius + 2);
  g.beginPath();
  g.arc(0, 0, radius + 0.75, 0, 2 * Math.PI);
  g.fillStyle = colour("paper", "#fff");
  g.fill();
  g.beginPath();
  g.arc(0, 0, radius - 0.75, 0, 2 * Math.PI);
  g.fillStyle = colour(`kind-${kind}`, colour("kind-other"));
  g.fill();
  const path = paths.get(icon);
  if (path) {
    const size = (radius * 1.25) / 15;
    g.scale(size, size);
    g.translate(-7.5, -7.5);
    g.fillStyle = colour("stamp-ink", "#fff");
    g.fill(path);
  }
  // An icon that has not come yet is there the next time.
  if (path || !icon) cache.set(key, canvas);
  return canvas;
}

/**
 * Several nodes as one: a ring with their number, of no kind's colour.
 * @param {number} count
 * @param {number} radius in CSS pixels
 * @returns {HTMLCanvasElement} its size in CSS pixels is `2 * (radius + 2)`
 */
export function bubble(count, radius) {
  const words = count < 1000 ? `${count}` : `${(count / 1000).toFixed(count < 10000 ? 1 : 0)}k`;
  const ratio = devicePixelRatio || 1;
  const key = `n${words} ${radius} ${ratio}`;
  const known = cache.get(key);
  if (known) return known;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.ceil(2 * (radius + 2) * ratio);
  const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  g.scale(ratio, ratio);
  g.translate(radius + 2, radius + 2);
  g.beginPath();
  g.arc(0, 0, radius - 1, 0, 2 * Math.PI);
  g.fillStyle = colour("map-bubble", "#fff");
  g.fill();
  g.lineWidth = 2;
  g.strokeStyle = colour("map-bubble-rim");
  g.stroke();
  g.fillStyle = colour("map-bubble-ink", "#000");
  g.font = `600 ${radius < 18 ? 13 : 14}px ${colour("font-text", "sans-serif")}`;
  g.textAlign = "center";
  g.textBaseline = "middle";
  g.fillText(words, 0, 0.5);
  cache.set(key, canvas);
  return canvas;
}
