// @ts-check
/**
 * Replaces the list without leaving the page: fetches the same URL that a link or a form would open, takes the
 * search box with its links, the results and the filters out of it, and keeps address, title, focus and announcement
 * right. Where anything is unusual, the browser simply goes to that URL.
 * @module hb/search/results
 */

const PARTS = ["asked", "results", "filters"];
/** @type {AbortController | undefined} */
let under;
/** The question that the page shows. */
let shown = location.search;

/** @param {string | URL} to */
export function isHere(to) {
  const url = new URL(to, location.href);
  return url.origin === location.origin && url.pathname === location.pathname;
}

/**
 * What came from another page may show icons that this one does not carry: those are in the sprite.
 * @param {Element} part
 */
export function mendIcons(part) {
  const sprite = /** @type {HTMLElement | null} */ (document.querySelector("[data-sprite]"))?.dataset.sprite;
  for (const use of part.querySelectorAll('use[href^="#"]')) {
    const name = use.getAttribute("href") ?? "";
    if (!document.getElementById(name.slice(1))) use.setAttribute("href", sprite + name);
  }
}

/** The switch "Look underneath" is the map's, not the query's: it stays as it is. @param {string} to */
function withUnderneath(to) {
  const url = new URL(to);
  const now = new URLSearchParams(location.search);
  if (!now.get("underneath")) return url;
  for (const name of ["underneath", "type", "hide", "stated", "least"]) {
    url.searchParams.delete(name);
    for (const value of now.getAll(name)) url.searchParams.append(name, value);
  }
  return url;
}

/** What has to have the focus again once its part is replaced. */
function remembered() {
  const active = /** @type {HTMLInputElement | null} */ (document.activeElement);
  if (!active?.closest("#filters") || !active.name) return null;
  const value = active.matches("[type=checkbox], [type=radio]") ? `[value="${CSS.escape(active.value)}"]` : "";
  return `#filters [name="${CSS.escape(active.name)}"]${value}`;
}

/**
 * Show the results of `to`.
 * @param {string | URL} to
 * @param {{push?: boolean, from?: string}} [how] push: a new entry of the history (default); from: what asked
 *   ("area", "filters", "link", "history"), handed on to those who listen to `hb:results`
 */
export async function show(to, { push = true, from = "link" } = {}) {
  const explore = /** @type {HTMLElement} */ (document.querySelector(".explore"));
  const url = new URL(to, location.href);
  under?.abort();
  under = new AbortController();
  explore.dataset.busy = "";
  try {
    const answer = await fetch(url, { signal: under.signal, headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const results = page.getElementById("results");
    if (!results || !isHere(answer.url)) {
      location.assign(url);
      return;
    }
    const focus = remembered();
    const open = document.querySelector("#filters details")?.hasAttribute("open");
    for (const id of PARTS) {
      const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
      if (!old || !fresh) continue;
      mendIcons(fresh);
      old.replaceWith(document.adoptNode(fresh));
    }
    const details = document.querySelector("#filters details");
    if (details && open !== undefined) details.toggleAttribute("open", open);
    document.title = page.title;
    if (push) {
      // Within the sheet that holds the map on a phone, the next question is a step within it, too; in that of the filters
      // the first takes the place of the step that opened it, so that Back undoes it and closes the sheet.
      const { over } = history.state ?? {};
      const within = document.querySelector(".sheet[open]");
      const state = { ...("sheet" in explore.dataset && { sheet: 2 }), ...(within && { over: 2 }) };
      history[within && over === 1 ? "replaceState" : "pushState"](state, "", withUnderneath(answer.url));
    }
    shown = location.search;
    const target = focus ? document.querySelector(focus) : from === "history" ? null : document.getElementById("results");
    /** @type {HTMLElement | null} */ (target)?.focus({ preventScroll: from === "area" || Boolean(focus) });
    const says = document.getElementById("explore-says");
    if (says) says.textContent = document.getElementById("results-title")?.textContent?.trim() ?? "";
    delete explore.dataset.busy;
    explore.dispatchEvent(new CustomEvent("hb:results", { detail: { from } }));
  } catch (problem) {
    if (/** @type {Error} */ (problem).name !== "AbortError") location.assign(url);
  } finally {
    delete explore.dataset.busy;
  }
}

/** @param {HTMLFormElement} form @returns {URL} where its GET would lead, without empty fields */
function addressOf(form) {
  const url = new URL(form.action, location.href);
  url.search = "";
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && value !== "") url.searchParams.append(name, value);
  }
  return url;
}

/**
 * Let links, forms and the history of this page's list work without leaving it.
 * @param {HTMLElement} list
 * @param {HTMLElement} beside where parts of the list may be shown too
 */
export function enhance(list, beside) {
  follow(list);
  follow(beside);
  addEventListener("popstate", () => {
    if (location.search !== shown) show(location.href, { push: false, from: "history" });
  });
  // A page that the browser kept as it was may have fields that were filled in and led elsewhere.
  addEventListener("pageshow", ({ persisted }) => {
    for (const form of persisted ? list.querySelectorAll("form") : []) form.reset();
  });
}

/** @param {HTMLElement} root */
function follow(root) {
  root.addEventListener("click", (event) => {
    const link = /** @type {HTMLElement} */ (event.target).closest("a");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.hash || !isHere(link.href)) return;
    event.preventDefault();
    show(link.href);
  });
  root.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (form.method !== "get" || !isHere(form.action)) return;
    event.preventDefault();
    show(addressOf(form), { from: "filters" });
  });
  root.addEventListener("change", (event) => {
    const form = /** @type {HTMLInputElement} */ (event.target).closest("form");
    if (form?.matches("[data-filters]") && isHere(form.action)) show(addressOf(form), { from: "filters" });
  });
}
