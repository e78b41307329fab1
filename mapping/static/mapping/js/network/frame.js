// @ts-check
/**
 * What of the network is seen at first: all that has a connection of the sort asked for.
 * @module hb/network/frame
 */
import { APPEARANCE } from "hb/network/appearance";
import { radii } from "hb/network/colours";

/** @import { NetworkData } from "hb/network/data" */

/**
 * The box around those who have a stated connection, or a derived one, or any; around the whole sheet when nobody has.
 * @param {NetworkData} data
 * @param {string} stated `stated`, `derived` or `all`; `none` for the sheet, which the ground fills
 */
export function frame(data, stated) {
  const { x, y } = data;
  const r = radii(data, "connections");
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  const take = (/** @type {number} */ i) => {
    left = Math.min(left, x[i] - r[i]);
    right = Math.max(right, x[i] + r[i]);
    top = Math.min(top, y[i] - r[i]);
    bottom = Math.max(bottom, y[i] + r[i]);
  };
  for (let e = 0; e < data.m && stated !== "none"; e += 1) {
    if (stated !== "all" && (stated === "derived") !== Boolean(data.derived[e])) continue;
    take(data.source[e]);
    take(data.target[e]);
  }
  if (left > right) [left, right, top, bottom] = [0, data.width, 0, data.height];
  const { margin, minBox } = APPEARANCE;
  const width = Math.max(right - left + 2 * margin, minBox.width);
  const height = Math.max(bottom - top + 2 * margin, minBox.height);
  return { x: (left + right - width) / 2, y: (top + bottom - height) / 2, width, height };
}

/** The box around the picture without its hubs. @param {import("hb/network/data").Open} open */
export function openFrame({ width, height }) {
  const { margin, foot } = APPEARANCE.open;
  return { x: -margin, y: -margin, width: width + 2 * margin, height: height + 2 * margin + foot };
}
