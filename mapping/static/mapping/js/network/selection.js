// @ts-check
/**
 * Nodes that a reader has chosen: with a line drawn around them, one by one in the picture (X), or by name from a list.
 * @module hb/network/selection
 */
import { counted, filled, formatted } from "hb/network/sentences";
import { inside } from "hb/network/hit_test";
import { LOOK } from "hb/network/visibility";

/** @import { Sentences } from "hb/network/sentences" */
/** @import { NetworkCanvas } from "hb/network/canvas" */

const MOST = 200;
const LISTED = 30;

export class Selection {
  /**
   * @param {HTMLElement} panel with `[data-chosen-list]`, `[data-chosen-count]`, buttons `[data-chosen-clear]`, `[data-chosen-without]`
   * @param {NetworkCanvas} canvas
   * @param {Sentences} sentences
   * @param {{changed: () => void, without: (nodes: number[]) => void, tell: (text: string) => void}} given
   */
  constructor(panel, canvas, sentences, given) {
    this.panel = panel;
    this.canvas = canvas;
    this.sentences = sentences;
    this.given = given;
    /** @type {Set<number>} */
    this.nodes = new Set();
    /** How many there were, before the most that can be chosen. */
    this.found = 0;
    panel.querySelector("[data-chosen-clear]")?.addEventListener("click", () => this.set([]));
    panel.querySelector("[data-chosen-without]")?.addEventListener("click", () => given.without([...this.nodes]));
    this.render();
  }

  /** @param {Iterable<number>} nodes */
  set(nodes) {
    const all = [...nodes];
    this.found = all.length;
    this.nodes = new Set(all.slice(0, MOST));
    this.render();
    this.given.changed();
  }

  /** Add a node, or take it out. @param {number} i */
  toggle(i) {
    const nodes = new Set(this.nodes);
    if (!nodes.delete(i)) nodes.add(i);
    this.set(nodes);
  }

  /** @param {{x: number, y: number}[]} ring on the canvas */
  ringed(ring) {
    const { scene } = this.canvas;
    const corners = /** @type {[number, number][]} */ (ring.map(({ x, y }) => [x, y]));
    const found = [];
    for (let i = 0; i < scene.data.n; i += 1) {
      if (scene.visibility.node[i] < LOOK.PLAIN) continue;
      const { x, y } = this.canvas.dot(i);
      if (inside(x, y, corners)) found.push(i);
    }
    this.set(found);
  }

  async render() {
    const { words, data } = this.sentences;
    const count = /** @type {HTMLElement} */ (this.panel.querySelector("[data-chosen-count]"));
    const list = /** @type {HTMLElement} */ (this.panel.querySelector("[data-chosen-list]"));
    const shown = [...this.nodes].slice(0, LISTED);
    count.textContent = this.nodes.size ? counted(words.chosen, this.nodes.size) : words.noneChosen;
    if (this.found > this.nodes.size) count.textContent = filled(words.tooMany, { n: formatted(this.nodes.size), all: formatted(this.found) });
    if (this.nodes.size) this.given.tell(count.textContent ?? "");
    for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (this.panel.querySelectorAll("button[data-chosen-clear], button[data-chosen-without]"))) button.disabled = !this.nodes.size;
    await data.identify(shown).catch(() => undefined);
    list.replaceChildren(
      ...shown.map((i) => {
        const row = document.createElement("li");
        const out = document.createElement("button");
        out.type = "button";
        out.className = "network-view__chip";
        out.textContent = `${this.sentences.name(i)} ×`;
        out.setAttribute("aria-label", counted({ one: words.takeOut, many: words.takeOut }, 1, { name: this.sentences.name(i) }));
        out.addEventListener("click", () => this.toggle(i));
        row.append(out);
        return row;
      }),
    );
  }
}
