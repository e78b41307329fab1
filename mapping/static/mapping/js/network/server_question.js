// @ts-check
/**
 * A question about the network that the server answers: asked when the state of the view calls for it, told in a panel.
 * @module hb/network/server_question
 */

import { patientFetch } from "hb/answers/patient_fetch";

/** @import { NetworkData } from "hb/network/data" */

export class ServerQuestion {
  /** The parameters that the answer depends on. @type {string[]} */
  static parameters = [];
  /** Where the answer is told, within the panel. */
  static status = "";

  /**
   * @param {HTMLElement} panel
   * @param {string} url that answers, in JSON
   * @param {NetworkData} data
   * @param {Record<string, any>} words `looking` and `failed`
   * @param {() => void} changed called when other nodes are marked
   */
  constructor(panel, url, data, words, changed) {
    this.panel = panel;
    this.url = url;
    this.data = data;
    this.words = words;
    this.changed = changed;
    this.asked = "";
  }

  get box() {
    const { status } = /** @type {typeof ServerQuestion} */ (this.constructor);
    return /** @type {HTMLElement} */ (this.panel.querySelector(status));
  }

  /** @param {URLSearchParams} params the state of the view */
  async update(params) {
    const asked = this.wanted(params) ? this.question(params) : "";
    if (asked === this.asked) return;
    this.asked = asked;
    if (!asked) {
      this.clear();
      this.box.replaceChildren();
      return;
    }
    this.box.textContent = this.words.looking;
    try {
      const answer = await patientFetch(`${this.url}?${asked}`);
      if (!answer.ok) throw new Error(`The answer: ${answer.status}`);
      const found = await answer.json();
      // Something else may have been asked since.
      if (this.asked !== asked) return;
      await this.tell(found);
    } catch {
      if (this.asked !== asked) return;
      this.box.textContent = this.words.failed;
      this.asked = "";
      this.clear();
    }
  }

  /** @param {URLSearchParams} params */
  question(params) {
    const { parameters } = /** @type {typeof ServerQuestion} */ (this.constructor);
    const asked = new URLSearchParams();
    for (const name of parameters) for (const value of params.getAll(name)) asked.append(name, value);
    return asked.toString();
  }

  /** Whether the state asks for an answer. @param {URLSearchParams} _params @returns {boolean} */
  wanted(_params) {
    return false;
  }

  /** Show the answer. @param {any} _found */
  async tell(_found) {}

  /** Mark nothing. */
  clear() {}
}
