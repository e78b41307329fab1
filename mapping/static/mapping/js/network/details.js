// @ts-check
/**
 * The node in focus, in words: its name, its connections as sentences, and what one may ask about it.
 * @module hb/network/details
 */

/** @import { Sentences } from "hb/network/sentences" */

const LISTED = 8;

export class Details {
  /**
   * @param {HTMLElement} panel
   * @param {Sentences} sentences
   * @param {object} given
   * @param {string} given.url of a node's page, with `{uuid}`
   * @param {(i: number) => void} given.visit
   * @param {(i: number) => void} given.around
   * @param {(i: number) => void} given.from
   * @param {(i: number) => void} given.without
   * @param {(i: number) => void} given.choose
   */
  constructor(panel, sentences, given) {
    this.panel = panel;
    this.sentences = sentences;
    this.given = given;
    this.node = -1;
    this.all = false;
    const does = { around: given.around, from: given.from, without: given.without, choose: given.choose };
    for (const [name, act] of Object.entries(does)) {
      panel.querySelector(`[data-selected-do='${name}']`)?.addEventListener("click", () => this.node >= 0 && act(this.node));
    }
  }

  /** @param {number} i */
  show(i) {
    const { data, words } = this.sentences;
    if (this.node !== i) this.all = false;
    this.node = i;
    this.panel.hidden = false;
    const link = /** @type {HTMLAnchorElement} */ (this.panel.querySelector("[data-selected-name]"));
    link.textContent = this.sentences.name(i);
    link.href = this.given.url.replace("{uuid}", data.uuid(i));
    const about = /** @type {HTMLElement} */ (this.panel.querySelector("[data-selected-about]"));
    const category = data.tables.categories[data.category[i]]?.name;
    about.textContent = category ?? data.tables.kinds[data.kind[i]].label;
    const list = /** @type {HTMLElement} */ (this.panel.querySelector("[data-selected-list]"));
    const lines = this.sentences.of(i);
    const shown = this.all ? lines.slice(0, 200) : lines.slice(0, LISTED);
    const rows = shown.map(({ j, text }) => {
      const row = document.createElement("li");
      const name = this.sentences.name(j);
      const at = text.indexOf(name);
      const go = document.createElement("button");
      go.type = "button";
      go.className = "network-view__link";
      go.textContent = name;
      go.addEventListener("click", () => this.given.visit(j));
      row.append(text.slice(0, at), go, text.slice(at + name.length));
      return row;
    });
    if (lines.length > shown.length && !this.all) {
      const row = document.createElement("li");
      const more = document.createElement("button");
      more.type = "button";
      more.className = "network-view__link";
      more.textContent = words.showAll.replace("{n}", String(lines.length));
      more.addEventListener("click", async () => {
        this.all = true;
        await data.identify(lines.slice(0, 200).map(({ j: other }) => other)).catch(() => undefined);
        this.show(i);
      });
      row.append(more);
      rows.push(row);
    }
    list.replaceChildren(...rows);
  }

  hide() {
    this.node = -1;
    this.panel.hidden = true;
  }
}
