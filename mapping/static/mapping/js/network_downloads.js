// @ts-check
/**
 * The buttons that give the picture to the reader as a file, and the link that keeps the state.
 * @module hb/network_downloads
 */
import { png, save, svg } from "hb/network_download";
import { dayWords, filled } from "hb/network_sentences";
import { today } from "hb/network_shown";
import { dayNumber } from "hb/network_state";

/** @import { About } from "hb/network_download" */
/** @import { Sign } from "hb/network_legend" */
/** @import { Stage } from "hb/network_stage" */
/** @import { State } from "hb/network_state" */

export class Downloads {
  /**
   * @param {HTMLElement} panel with buttons `[data-download='svg']` and `[data-download='png']`
   * @param {Stage} stage
   * @param {State} state
   * @param {Record<string, any>} words
   * @param {() => Sign[]} signs
   */
  constructor(panel, stage, state, words, signs) {
    this.stage = stage;
    this.state = state;
    this.words = words;
    this.signs = signs;
    this.told = /** @type {HTMLElement} */ (panel.querySelector("[data-download-told]"));
    for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (panel.querySelectorAll("[data-download]"))) {
      button.addEventListener("click", () => this.give(button.dataset.download ?? "svg"));
    }
    panel.querySelector("[data-copy]")?.addEventListener("click", () => this.copy());
  }

  /** What stands around the picture. @returns {About} */
  about() {
    const { words, stage } = this;
    const { name, revision } = stage.scene.data.tables;
    const { day } = this.state.read();
    const at = Number.isNaN(dayNumber(day)) ? today() : dayNumber(day);
    return {
      title: filled(words.title, { place: name }),
      subtitle: filled(words.subtitle, { day: dayWords(at), n: revision }),
      notes: [...words.attribution, location.href],
      signs: this.signs(),
    };
  }

  /** @param {string} kind svg or png */
  async give(kind) {
    const drawn = svg(this.stage, this.about());
    const { place } = this.stage.scene.data.tables;
    try {
      const blob = kind === "png" ? await png(drawn) : new Blob([drawn.text], { type: "image/svg+xml" });
      save(blob, `${place}-network.${kind}`);
      this.told.textContent = this.words.downloaded;
    } catch {
      this.told.textContent = this.words.notDownloaded;
    }
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(location.href);
      this.told.textContent = this.words.copied;
    } catch {
      this.told.textContent = location.href;
    }
  }
}
