// @ts-check
/**
 * Loads a map into its box: style sheet, then scripts in their order, only when the map is wanted.
 * A box with `data-load="now"` is filled when it comes near the screen.
 * @module hb/map/map_box
 */

import { atNewest, renew } from "hb/answers/revision";

/** @type {WeakMap<Element, Promise<any>>} */
const loading = new WeakMap();

/** The page may have fetched the sheet ahead, which does not put it to use. @param {string} href */
function addStyles(href) {
  if (!href || document.querySelector(`link[rel="stylesheet"][href="${CSS.escape(href)}"]`)) return Promise.resolve();
  return new Promise((done) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    link.onload = link.onerror = done;
    document.head.append(link);
  });
}

/** The map's own script carries a revision, which may be gone when the map is wanted at last. @param {string} src */
async function addMapScript(src) {
  try {
    await addScript(atNewest(src));
  } catch (problem) {
    if (!(await renew(src))) throw problem;
    await addScript(atNewest(src));
  }
}

/** @param {string} src */
function addScript(src) {
  if (document.querySelector(`script[src="${CSS.escape(src)}"]`)) return Promise.resolve();
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    // Scripts with async off are fetched side by side and run in the order in which they were added.
    script.async = false;
    if (src.includes("/mapping/js/")) script.type = "module";
    script.onload = () => done(undefined);
    script.onerror = () => {
      script.remove();
      failed(new Error(`The map's script did not arrive: ${src}`));
    };
    script.src = src;
    document.head.append(script);
  });
}

/**
 * @param {HTMLElement} box `.hb-map`
 * @returns {Promise<any>} the Leaflet map
 */
export function loadMap(box) {
  const known = loading.get(box);
  if (known) return known;
  const made = (async () => {
    const map = new Promise((done) => {
      box.addEventListener("hb:map", (event) => done(/** @type {CustomEvent} */ (event).detail.map), { once: true });
    });
    /** @type {string[]} */
    const scripts = JSON.parse(box.dataset.scripts ?? "[]");
    await Promise.all([addStyles(box.dataset.styles ?? ""), ...scripts.map(addMapScript)]);
    box.dataset.loaded = "";
    // What is printed is what was drawn on the screen, and no wider.
    new ResizeObserver(() => {
      if (!matchMedia("print").matches) box.style.setProperty("--drawn", `${box.offsetWidth}px`);
    }).observe(box);
    return map;
  })();
  made.catch(() => {
    box.dataset.failed = "";
    loading.delete(box);
  });
  loading.set(box, made);
  return made;
}

for (const box of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('.hb-map[data-load="now"]'))) {
  const seen = new IntersectionObserver(
    ([entry]) => {
      if (!entry.isIntersecting) return;
      seen.disconnect();
      loadMap(box).catch((problem) => console.error(problem));
    },
    { rootMargin: "200px" },
  );
  seen.observe(box);
}
