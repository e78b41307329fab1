// @ts-check
/**
 * How the picture of a network looks. The server draws by these numbers too, and `{% network_appearance %}` brings them
 * with the page; mapping/network/picture/appearance.py says what each is.
 * @module hb/network/appearance
 */

/**
 * @typedef {object} Appearance lengths in the picture's unit
 * @property {string[]} colours slugs of the colours of kinds
 * @property {string} marked the colour of whom marks tell apart
 * @property {Record<string, string>} marks by slugs of categories
 * @property {{min: number, max: number, same: number}} radius
 * @property {{base: number, max: number, scale: number}} room
 * @property {{square: number, diamond: number}} shape
 * @property {number} margin
 * @property {{width: number, height: number}} minBox
 * @property {{connections: number, share: number}} hub
 * @property {{pairs: [number, number][], max: number}} standingOut
 * @property {number} busy
 * @property {{radius: number, margin: number, foot: number}} open
 * @property {{shore: number, max: number, tie: number}} island
 * @property {{wide: [number, number], narrow: [number, number]}} names of groups and of dots
 * @property {number} letters in CSS pixels
 * @property {{max: number, long: number, wide: number}} arrows
 * @property {{distances: number[], near: number, ways: number, air: number, clear: number, leading: number, slim: number, above: number, tried: number, land: number, short: number, lines: number, line: number, cell: number, step: number, spots: number, beside: number, mistaken: number, moves: number, orders: number}} callout
 */

/** @type {Appearance} */
export const APPEARANCE = JSON.parse(document.getElementById("network-appearance")?.textContent ?? "");

/** How many connections make a hub. @param {number} nodes of the network */
export function hubConnections(nodes) {
  return Math.max(APPEARANCE.hub.connections, APPEARANCE.hub.share * nodes);
}
