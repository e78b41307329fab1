// @ts-check
/**
 * Colours of the map, read from the design tokens, so that the style sheet alone decides them.
 * @module hb/map/palette
 */

const dark = globalThis.matchMedia?.("(prefers-color-scheme: dark)");

/**
 * @param {string} name a custom property without its dashes, such as `map-water`
 * @param {string} [otherwise] when no style sheet gives it
 * @returns {string} a CSS colour
 */
export function colour(name, otherwise = "#57534b") {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim() || otherwise;
}

/**
 * Run `redraw` whenever the reader's device turns from light to dark or back.
 * @param {() => void} redraw
 * @returns {() => void} stops it
 */
export function onThemeChange(redraw) {
  dark?.addEventListener("change", redraw);
  return () => dark?.removeEventListener("change", redraw);
}
