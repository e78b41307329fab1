// @ts-check
/**
 * Colours of the map, read from the design tokens, so that the style sheet alone decides them.
 * @module hb/map/palette
 */

const themes = ["(prefers-color-scheme: dark)", "(forced-colors: active)"].map((it) => globalThis.matchMedia?.(it));

/** Where the tokens are read: those of the page, or of a part of it that has others in forced colours. */
let tokens = globalThis.document?.documentElement;

/** Read the colours of a part of the page from now on. @param {HTMLElement} element */
export function coloursOf(element) {
  tokens = element;
}

/**
 * @param {string} name a custom property without its dashes, such as `map-water`
 * @param {string} [otherwise] when no style sheet gives it
 * @returns {string} a CSS colour
 */
export function colour(name, otherwise = "#57534b") {
  return getComputedStyle(tokens).getPropertyValue(`--${name}`).trim() || otherwise;
}

/**
 * Run `redraw` whenever the reader's device turns from light to dark or back, or to colours of its own.
 * @param {() => void} redraw
 * @returns {() => void} stops it
 */
export function onThemeChange(redraw) {
  for (const it of themes) it?.addEventListener("change", redraw);
  return () => themes.forEach((it) => it?.removeEventListener("change", redraw));
}
