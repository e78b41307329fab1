// @ts-check
/**
 * "What if this closed?": asks the server what falls away without some nodes, tells it with numbers, and fades it.
 * @module hb/network_without
 */

/** @import { NetworkData } from "hb/network_data" */

export class Without {
  /**
   * @param {HTMLElement} panel with `[data-without-told]`
   * @param {string} url of `without.json`
   * @param {NetworkData} data
   * @param {Record<string, any>} words
   * @param {() => void} changed
   */
  constructor(panel, url, data, words, changed) {
    this.panel = panel;
    this.url = url;
    this.data = data;
    this.words = words;
    this.changed = changed;
    this.asked = "";
    /** Nodes taken away. @type {Set<number>} */
    this.gone = new Set();
    /** Nodes that nothing holds any more. @type {Set<number>} */
    this.lost = new Set();
  }

  get box() {
    return /** @type {HTMLElement} */ (this.panel.querySelector("[data-without-told]"));
  }

  /** @param {URLSearchParams} params the state of the view */
  async update(params) {
    const asked = params.has("without") || params.has("scenario") ? question(params) : "";
    if (asked === this.asked) return;
    this.asked = asked;
    if (!asked) {
      this.put([], []);
      this.box.replaceChildren();
      return;
    }
    this.box.textContent = this.words.looking;
    try {
      const answer = await fetch(`${this.url}?${asked}`);
      const found = await answer.json();
      if (this.asked !== asked) return;
      await this.tell(found);
    } catch {
      if (this.asked !== asked) return;
      this.box.textContent = this.words.failed;
      this.asked = "";
      this.put([], []);
    }
  }

  /** @param {any} found what `without.json` says */
  async tell(found) {
    const [gone, lost] = [await this.find(found.removed ?? []), await this.find([...(found.alone ?? []), ...(found.cut_off ?? [])])];
    const title = document.createElement("h4");
    title.textContent = found.title ?? "";
    const list = document.createElement("ul");
    for (const text of [...(found.problems ?? []), ...(found.sentences ?? [])]) {
      const row = document.createElement("li");
      row.textContent = text;
      list.append(row);
    }
    this.box.replaceChildren(...(title.textContent ? [title] : []), list);
    this.put(gone, lost);
  }

  /** @param {string[]} uuids @returns {Promise<number[]>} */
  async find(uuids) {
    // All names at once: one question for each would be many.
    if (uuids.length > 1) await this.data.identify(Array.from({ length: this.data.n }, (_, i) => i)).catch(() => undefined);
    return Promise.all(uuids.map((uuid) => this.data.find(uuid)));
  }

  /** @param {number[]} gone @param {number[]} lost */
  put(gone, lost) {
    this.gone = new Set(gone.filter((i) => i >= 0));
    this.lost = new Set(lost.filter((i) => i >= 0 && !this.gone.has(i)));
    this.changed();
  }
}

/** What the answer depends on. @param {URLSearchParams} params */
function question(params) {
  const asked = new URLSearchParams();
  for (const name of ["without", "scenario", "area", "type", "hide", "stated", "least", "day"]) {
    for (const value of params.getAll(name)) asked.append(name, value);
  }
  return asked.toString();
}
