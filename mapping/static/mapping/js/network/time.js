// @ts-check
/**
 * The network through time: a slider and a field for the day, and what changed since another.
 * @module hb/network/time
 */
import { counted, dayWords, filled } from "hb/network/sentences";
import { LOOK, today } from "hb/network/visibility";
import { dayNumber, dayText } from "hb/network/state";

/** @import { Sentences } from "hb/network/sentences" */
/** @import { Visibility } from "hb/network/visibility" */
/** @import { State, View } from "hb/network/state" */

const LISTED = 12;

export class Time {
  /**
   * @param {HTMLElement} panel with `[data-time-slider]`, `[data-time-any]`, `[data-time-status]`, `[data-changes]`
   * @param {Visibility} visibility
   * @param {Sentences} sentences
   * @param {State} state
   */
  constructor(panel, visibility, sentences, state) {
    this.panel = panel;
    this.sentences = sentences;
    this.words = sentences.words;
    this.slider = /** @type {HTMLInputElement} */ (panel.querySelector("[data-time-slider]"));
    const [first, last] = visibility.dates();
    this.dated = !Number.isNaN(first);
    this.slider.disabled = !this.dated;
    if (this.dated) {
      this.slider.min = String(first);
      this.slider.max = String(Math.max(last, Math.min(today(), last + 366)));
      this.slider.value = this.slider.max;
    }
    // Every step redraws; only where it stops is it a change of state (and the address).
    this.slider.addEventListener("input", () => {
      this.say(Number(this.slider.value));
      this.trying ||= requestAnimationFrame(() => {
        this.trying = 0;
        state.put("day", dayText(Number(this.slider.value)));
        for (const tell of state.listeners) tell(state.read(), ["day"]);
      });
    });
    this.slider.addEventListener("change", () => state.set({ day: dayText(Number(this.slider.value)) }));
    panel.querySelector("[data-time-any]")?.addEventListener("click", () => state.set({ day: "", since: "" }));
    this.trying = 0;
  }

  /** @param {number} day NaN for any */
  say(day) {
    const told = /** @type {HTMLElement} */ (this.panel.querySelector("[data-time-status]"));
    if (!this.dated) told.textContent = this.words.undated;
    else told.textContent = Number.isNaN(day) ? this.words.anyDay : filled(this.words.onDay, { day: dayWords(day) });
    this.slider.setAttribute("aria-valuetext", told.textContent ?? "");
  }

  /** @param {View} view */
  async update(view) {
    const day = dayNumber(view.day);
    this.say(day);
    if (this.dated && !Number.isNaN(day)) this.slider.value = String(day);
    const box = /** @type {HTMLElement} */ (this.panel.querySelector("[data-changes]"));
    const since = dayNumber(view.since);
    box.hidden = Number.isNaN(since);
    if (box.hidden) {
      box.replaceChildren();
      return;
    }
    const { data } = this.sentences;
    const lists = [LOOK.BEGUN, LOOK.ENDED].map((look) => ({ look, changes: this.sentences.changed(look) }));
    const ends = lists.flatMap(({ changes }) => changes.slice(0, LISTED).flatMap(({ e }) => [data.source[e], data.target[e]]));
    await data.identify(ends).catch(() => undefined);
    if (dayNumber(/** @type {HTMLInputElement} */ (this.panel.querySelector('[name="since"]')).value) !== since) return;
    box.replaceChildren(...lists.flatMap(({ look, changes }) => this.list(look, changes, since)));
  }

  /** @param {number} look @param {{e: number, day: number}[]} changes @param {number} since */
  list(look, changes, since) {
    const heading = document.createElement("h4");
    const words = look === LOOK.BEGUN ? this.words.begunCount : this.words.endedCount;
    heading.textContent = changes.length ? counted(words, changes.length, { day: dayWords(since) }) : filled(words.none, { day: dayWords(since) });
    if (!changes.length) return [heading];
    const list = document.createElement("ul");
    for (const change of changes.slice(0, LISTED)) {
      const row = document.createElement("li");
      row.textContent = this.sentences.change(look, change);
      list.append(row);
    }
    if (changes.length > LISTED) {
      const row = document.createElement("li");
      row.textContent = counted(this.words.andMore, changes.length - LISTED);
      list.append(row);
    }
    return [heading, list];
  }
}
