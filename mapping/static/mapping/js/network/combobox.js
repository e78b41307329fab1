// @ts-check
/**
 * A field in which one types a name and chooses from what the network holds (the combobox pattern of ARIA 1.2).
 * @module hb/network/combobox
 */

/** @import { NetworkData } from "hb/network/data" */

const SHOWN = 8;

/** Without accents, capitals, apostrophes and marks, "Saint" as "St": as the server compares names. @param {string} text */
export function plain(text) {
  const bare = text.normalize("NFD").replace(/[\u0300-\u036f'’‘ʼ′`´＇ʹ]/g, "").toLowerCase().replaceAll("&", " and ");
  return bare.replace(/[^\p{L}\p{N}]+/gu, " ").trim().replace(/(^| )saint(?= |$)/g, "$1st");
}

/**
 * Nodes whose names hold every word of a text, those that begin with it first, then the best connected.
 * @param {string} text
 * @param {string[]} names as `plain` writes them
 * @param {Float32Array} weight
 * @returns {number[]}
 */
export function search(text, names, weight) {
  const whole = plain(text).trim();
  const parts = whole.split(/\s+/).filter(Boolean);
  if (!parts.length) return [];
  /** @type {{i: number, rank: number}[]} */
  const found = [];
  names.forEach((name, i) => {
    if (!name || !parts.every((part) => name.includes(part))) return;
    const begins = name.startsWith(whole) ? 2 : name.includes(` ${parts[0]}`) || name.startsWith(parts[0]) ? 1 : 0;
    found.push({ i, rank: begins * 1e9 + weight[i] });
  });
  return found.sort((one, other) => other.rank - one.rank || one.i - other.i).map(({ i }) => i);
}

export class Combobox {
  /**
   * @param {HTMLInputElement} field followed by an empty list (`ul`)
   * @param {object} given
   * @param {NetworkData} given.data
   * @param {(i: number) => boolean} given.allowed
   * @param {(i: number) => string} given.about a few words beside the name
   * @param {(i: number) => void} given.chosen
   * @param {{none: string}} given.words
   */
  constructor(field, given) {
    this.field = field;
    this.given = given;
    this.list = /** @type {HTMLUListElement} */ (field.nextElementSibling);
    /** @type {number[]} */
    this.found = [];
    this.active = -1;
    /** @type {string[] | null} */
    this.names = null;
    for (const [name, value] of Object.entries({ role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id })) {
      field.setAttribute(name, value);
    }
    this.list.setAttribute("role", "listbox");
    field.addEventListener("focus", () => this.learn());
    field.addEventListener("input", () => this.typed());
    field.addEventListener("keydown", (event) => this.key(event));
    field.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const row = /** @type {HTMLElement} */ (event.target).closest("li[data-at]");
      if (row) this.take(Number(/** @type {HTMLElement} */ (row).dataset.at));
    });
  }

  /** Fetch every name, once somebody is about to type. */
  async learn() {
    if (this.names) return;
    const { data } = this.given;
    const read = () => Array.from({ length: data.n }, (_, i) => plain(data.name(i)));
    this.names = read();
    await data.identify(Array.from({ length: data.n }, (_, i) => i)).catch(() => undefined);
    this.names = read();
    if (document.activeElement === this.field && this.field.value) this.typed(this.found[this.active]);
  }

  /** @param {number} [chosen] what the arrows chose already, which stays chosen */
  typed(chosen) {
    const { data, allowed } = this.given;
    this.found = search(this.field.value, this.names ?? [], data.measures.connections).filter(allowed).slice(0, SHOWN);
    this.active = this.found.length ? Math.max(0, this.found.indexOf(chosen ?? -1)) : -1;
    this.render();
    if (this.active > 0) this.list.children[this.active].scrollIntoView({ block: "nearest" });
  }

  render() {
    const { data, about, words } = this.given;
    const rows = this.found.map((i, at) => {
      const row = document.createElement("li");
      row.id = `${this.list.id}-${at}`;
      row.role = "option";
      row.dataset.at = String(at);
      row.setAttribute("aria-selected", String(at === this.active));
      const soft = document.createElement("span");
      soft.textContent = about(i);
      row.append(data.name(i), " ", soft);
      return row;
    });
    const empty = !rows.length && this.field.value.trim() !== "";
    if (empty) {
      const row = document.createElement("li");
      row.role = "option";
      row.setAttribute("aria-disabled", "true");
      row.textContent = words.none;
      rows.push(row);
    }
    this.list.replaceChildren(...rows);
    this.list.hidden = !rows.length;
    this.field.setAttribute("aria-expanded", String(rows.length > 0));
    if (this.active >= 0) this.field.setAttribute("aria-activedescendant", `${this.list.id}-${this.active}`);
    else this.field.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!this.found.length) return;
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.active = (this.active + step + this.found.length) % this.found.length;
      this.render();
      this.list.children[this.active].scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && !this.list.hidden && this.active >= 0) {
      this.take(this.active);
    } else if (event.key === "Escape" && !this.list.hidden) {
      this.close();
    } else {
      return;
    }
    event.preventDefault();
  }

  /** @param {number} at */
  async take(at) {
    const i = this.found[at];
    if (i === undefined) return;
    await this.given.data.identify([i]).catch(() => undefined);
    this.field.value = this.given.data.name(i);
    this.close();
    this.given.chosen(i);
  }

  close() {
    this.found = [];
    this.active = -1;
    this.list.replaceChildren();
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }
}
