// @ts-check
/**
 * Turning the pages of a tour with the arrow keys. The links are there without this module.
 *
 * Right (left where the language is written that way) goes on, the other one goes back. Keys that somebody needs for
 * something else, in a field or in the picture, are left alone.
 */

const BUSY = "input, textarea, select, svg, [contenteditable], [role=application]";

/**
 * Which link a key follows.
 * @param {string} key
 * @param {string} direction of the text: "ltr" or "rtl"
 * @returns {"next" | "prev" | ""}
 */
export function turn(key, direction) {
  const onward = direction === "rtl" ? "ArrowLeft" : "ArrowRight";
  const back = direction === "rtl" ? "ArrowRight" : "ArrowLeft";
  if (key === onward) return "next";
  return key === back ? "prev" : "";
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.target instanceof Element && event.target.closest(BUSY)) return;
  const way = turn(event.key, document.documentElement.dir);
  const link = way && /** @type {HTMLAnchorElement | null} */ (document.querySelector(`[data-tour] a[rel="${way}"]`));
  if (!link) return;
  event.preventDefault();
  link.click();
});
