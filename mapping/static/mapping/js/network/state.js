// @ts-check
/**
 * The state of the network view: what its form says, and the page's address says the same.
 *
 * The form's fields are called as in the address (`mapping/network/view/state.py`), so that without JavaScript the same form
 * asks the server, and with it every change is at once a link that can be kept.
 * @module hb/network/state
 */

/**
 * @typedef {object} View
 * @property {string} colour
 * @property {string} size
 * @property {string} layout `network` or `ground`
 * @property {string[]} type slugs of the connection types shown, none: all
 * @property {string[]} hide slugs of those left out
 * @property {string[]} kind kinds of node shown, none: all
 * @property {string[]} group tops of categories shown, none: all
 * @property {string} stated `stated`, `derived` or `all`
 * @property {number} least strength
 * @property {string} day as 2024-03-31, or ""
 * @property {string} since
 * @property {string} focus uuid, or ""
 * @property {number} steps
 * @property {string} from uuid of a path's beginning, or ""
 * @property {string} to
 * @property {string[]} without uuids of what is taken away
 * @property {string} scenario
 * @property {string} area
 * @property {string} hub `out`, or `in` to draw the hubs that hide all else too
 */

/** @type {Record<string, string>} */
export const DEFAULTS = {
  colour: "kind",
  size: "connections",
  layout: "network",
  stated: "stated",
  least: "0",
  steps: "1",
  hub: "out",
};
const LISTS = ["type", "hide", "kind", "group"];
const TEXTS = ["day", "since", "focus", "from", "to", "scenario", "area"];
export const NAMES = [...Object.keys(DEFAULTS), ...LISTS, ...TEXTS, "without"];
// What else a page of the network may be asked for: it stays in the address.
const KEPT = ["sort", "page"];

/**
 * @param {string} text
 * @returns {number} days since 1970-01-01, NaN when it is no day
 */
export function dayNumber(text) {
  return /^\d{4}-\d\d-\d\d$/.test(text) ? Math.floor(Date.parse(`${text}T00:00:00Z`) / 86_400_000) : NaN;
}

/** @param {number} days since 1970-01-01 @returns {string} such as 2024-03-31 */
export function dayText(days) {
  return new Date(days * 86_400_000).toISOString().slice(0, 10);
}

export class State {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    /** @type {((view: View, changed: string[]) => void)[]} */
    this.listeners = [];
    form.addEventListener("change", (event) => {
      const name = /** @type {HTMLInputElement} */ (event.target).name;
      if (NAMES.includes(name)) this.changed([name]);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
  }

  /** @returns {View} */
  read() {
    const given = new FormData(this.form);
    /** @type {any} */
    const view = {};
    for (const [name, otherwise] of Object.entries(DEFAULTS)) view[name] = String(given.get(name) || otherwise);
    for (const name of LISTS) view[name] = given.getAll(name).map(String).filter(Boolean);
    for (const name of TEXTS) view[name] = String(given.get(name) ?? "");
    view.without = String(given.get("without") ?? "").split(",").filter(Boolean);
    view.least = Number(view.least);
    view.steps = Number(view.steps);
    return view;
  }

  /** The state as parameters of an address, without defaults. @returns {URLSearchParams} */
  params() {
    const words = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) {
      if (value && NAMES.includes(name) && value !== DEFAULTS[name]) words.append(name, String(value));
    }
    // Steps say nothing without a node to count them from.
    if (!words.has("focus")) words.delete("steps");
    return words;
  }

  /**
   * Change some of the state.
   * @param {Record<string, string | number | string[]>} changes by the names of the address
   */
  set(changes) {
    for (const [name, value] of Object.entries(changes)) this.put(name, value);
    this.changed(Object.keys(changes));
  }

  /** @param {string} name @param {string | number | string[]} value */
  put(name, value) {
    const wanted = Array.isArray(value) ? value : [String(value)];
    for (const field of /** @type {NodeListOf<HTMLInputElement>} */ (this.form.querySelectorAll(`[name="${name}"]`))) {
      if (field.type === "checkbox" || field.type === "radio") field.checked = wanted.includes(field.value);
      else field.value = wanted.join(",");
    }
  }

  /** @param {string[]} names */
  changed(names) {
    const words = this.params();
    const before = new URLSearchParams(location.search);
    for (const name of KEPT) for (const value of before.getAll(name)) words.append(name, value);
    history.replaceState(history.state, "", `${location.pathname}${words.size ? `?${words}` : ""}${location.hash}`);
    const view = this.read();
    for (const tell of this.listeners) tell(view, names);
  }

  /** @param {(view: View, changed: string[]) => void} tell called after every change */
  listen(tell) {
    this.listeners.push(tell);
  }
}
