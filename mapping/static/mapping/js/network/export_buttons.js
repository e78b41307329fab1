// @ts-check
/**
 * The buttons that give the picture to the reader as a file, and the link that keeps the state.
 * @module hb/network/export_buttons
 */
import { addressOf } from "hb/network/address";
import { png, save, svg } from "hb/network/export_image";
import { dayWords, filled } from "hb/network/sentences";
import { today } from "hb/network/visibility";
import { dayNumber } from "hb/network/state";

/** @import { About } from "hb/network/export_image" */
/** @import { Sign } from "hb/network/legend" */
/** @import { NetworkCanvas } from "hb/network/canvas" */
/** @import { State } from "hb/network/state" */

export class ExportButtons {
  /**
   * @param {HTMLElement} panel with buttons `[data-download='svg']` and `[data-download='png']`
   * @param {NetworkCanvas} canvas
   * @param {State} state
   * @param {Record<string, any>} words
   * @param {() => Sign[]} signs
   * @param {() => string[]} said what is said on the picture
   */
  constructor(panel, canvas, state, words, signs, said) {
    this.said = said;
    this.canvas = canvas;
    this.state = state;
    this.words = words;
    this.signs = signs;
    this.status = /** @type {HTMLElement} */ (panel.querySelector("[data-download-status]"));
    for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (panel.querySelectorAll("[data-download]"))) {
      button.addEventListener("click", () => this.give(button.dataset.download ?? "svg"));
    }
    panel.querySelector("[data-copy]")?.addEventListener("click", () => this.copy());
  }

  /** What stands around the picture. @returns {About} */
  about() {
    const { words, canvas } = this;
    const { name, revision } = canvas.scene.data.tables;
    const { day } = this.state.read();
    const at = Number.isNaN(dayNumber(day)) ? today() : dayNumber(day);
    return {
      title: filled(words.title, { place: name }),
      subtitle: filled(words.subtitle, { day: dayWords(at), n: revision }),
      notes: [...this.said(), ...this.numbered(), ...words.attribution, addressOf(this.canvas)],
      signs: this.signs(),
    };
  }

  /** What the islands are that have numbers. @returns {string[]} */
  numbered() {
    const found = this.canvas.named.filter(({ look }) => look === "number").sort((a, b) => Number(a.number) - Number(b.number));
    return found.map(({ number, says }) => `${number}: ${says}`);
  }

  /** @param {string} kind svg or png */
  async give(kind) {
    const drawn = svg(this.canvas, this.about());
    const { place } = this.canvas.scene.data.tables;
    try {
      const blob = kind === "png" ? await png(drawn) : new Blob([drawn.text], { type: "image/svg+xml" });
      save(blob, `${place}-network.${kind}`);
      this.status.textContent = this.words.downloaded;
    } catch {
      this.status.textContent = this.words.notDownloaded;
    }
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(addressOf(this.canvas));
      this.status.textContent = this.words.copied;
    } catch {
      this.status.textContent = addressOf(this.canvas);
    }
  }
}
