// @ts-check
/**
 * The address of what the picture shows: the state of the view, and behind its # what is closer or elsewhere than at first.
 * @module hb/network/address
 */
import { CLOSEST, FARTHEST } from "hb/network/canvas";

/** @import { NetworkCanvas } from "hb/network/canvas" */

/** @param {NetworkCanvas} canvas */
export function addressOf(canvas) {
  const { origin, pathname, search } = location;
  if (canvas.isHome) return `${origin}${pathname}${search}`;
  const { x, y } = canvas.unitAt(canvas.size.width / 2, canvas.size.height / 2);
  return `${origin}${pathname}${search}#at=${x.toFixed(1)},${y.toFixed(1)},${canvas.zoom.toFixed(2)}`;
}

/** Go where an address says, if it does. @param {NetworkCanvas} canvas @param {string} hash */
export function goTo(canvas, hash) {
  const found = /^#at=(-?[\d.]+),(-?[\d.]+),([\d.]+)$/.exec(hash);
  const [x, y, zoom] = (found ?? []).slice(1).map(Number);
  if (![x, y, zoom].every(Number.isFinite)) return;
  const k = Math.min(Math.max(zoom, FARTHEST), CLOSEST) * canvas.wholeWindow.k;
  canvas.go({ k, x: canvas.size.width / 2 - x * k, y: canvas.size.height / 2 - y * k });
}
