// @ts-check
/**
 * "What if this closed?": asks the server what falls away without some nodes, tells it with numbers, and fades it.
 * @module hb/network/removal
 */

import { ServerQuestion } from "hb/network/server_question";

export class Removal extends ServerQuestion {
  static parameters = ["without", "scenario", "area", "type", "hide", "stated", "least", "day"];
  static status = "[data-without-status]";

  /** Nodes taken away. @type {Set<number>} */
  gone = new Set();
  /** Nodes that nothing holds any more. @type {Set<number>} */
  lost = new Set();

  /** @param {URLSearchParams} params */
  wanted(params) {
    return params.has("without") || params.has("scenario");
  }

  clear() {
    this.put([], []);
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
