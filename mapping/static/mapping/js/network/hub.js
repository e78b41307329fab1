// @ts-check
/**
 * The hubs that hide all else: left out of the picture at first, said on it, put back by one click.
 * @module hb/network/hub
 */
import { hubNames, ringShown } from "hb/network/captions";
import { counted, filled, formatted } from "hb/network/sentences";

/** @import { NetworkData } from "hb/network/data" */
/** @import { Scene } from "hb/network/painter" */
/** @import { State, View } from "hb/network/state" */

export class Hub {
  /**
   * @param {HTMLElement | null} box on the picture, with `[data-hub-says]` and a link `[data-hub-turn]`
   * @param {Scene} scene
   * @param {State} state
   * @param {Record<string, any>} words
   */
  constructor(box, scene, state, words) {
    this.box = box;
    this.scene = scene;
    this.state = state;
    this.words = words;
    /** Hubs that are left out now. @type {Set<number>} */
    this.out = new Set();
    box?.querySelector("[data-hub-turn]")?.addEventListener("click", (event) => {
      event.preventDefault();
      this.turn();
    });
  }

  /** @returns {NetworkData} */
  get data() {
    return this.scene.data;
  }

  /** Put back what is left out, or leave it out. */
  turn() {
    this.state.set({ hub: this.out.size ? "in" : "out" });
  }

  /** Which hubs a state leaves out: none where it asks about everybody, or looks at one or at the ring. @param {View} view @param {number} focus */
  choose(view, focus) {
    const { open } = this.data;
    const asks = (view.from && view.to) || view.without.length || view.scenario;
    const looks = open && focus >= 0 && (open.hubs.includes(focus) || open.ring[focus]);
    const out = open && view.hub === "out" && view.stated === "stated" && !asks && !looks;
    this.out = new Set(out ? open.hubs : []);
    return this.out;
  }

  /** What is said on the picture, for what is taken away from it. @returns {string[]} */
  said() {
    return [this.box?.querySelector("[data-hub-says]")?.textContent ?? ""].filter(Boolean);
  }

  /** Say what is shown now. */
  say() {
    const { open } = this.data;
    const { box, words, scene } = this;
    if (!open || !box) return;
    const name = hubNames(this.data);
    const ring = ringShown(scene);
    const all = formatted(scene.visibility.counts.nodes + this.out.size);
    const says = /** @type {HTMLElement} */ (box.querySelector("[data-hub-says]"));
    // On the ground there is no ring.
    const out = this.state.read().layout === "ground" ? "ground" : "out";
    says.textContent = counted(words.hub[this.out.size ? out : "in"], ring, { name, all });
    const link = /** @type {HTMLAnchorElement} */ (box.querySelector("[data-hub-turn]"));
    link.textContent = filled(words.hub[this.out.size ? "put" : "leave"], { name });
    const params = this.state.params();
    params.delete("hub");
    if (this.out.size) params.set("hub", "in");
    link.search = params.toString();
  }
}
