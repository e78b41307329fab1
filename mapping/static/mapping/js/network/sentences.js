// @ts-check
/**
 * What the network's picture says, as sentences: of a node, of a connection, of what changed. The patterns are the
 * template's, so that they are translated.
 * @module hb/network/sentences
 */
import { ALWAYS_FROM, ALWAYS_TO } from "hb/network/data";
import { LOOK } from "hb/network/visibility";

/** @import { NetworkData } from "hb/network/data" */
/** @import { Visibility } from "hb/network/visibility" */

/** @typedef {Record<string, any>} Words texts with {gaps}; `one` and `many` where a number decides */

/**
 * Put values into the gaps of a text.
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
export function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (gap, name) => String(values[name] ?? gap));
}

/** @param {number} number */
export function formatted(number) {
  // The first call of the other loads what a browser knows of the language: 40 ms on a slow phone.
  return Number.isInteger(number) && number >= 0 && number < 1000 ? String(number) : number.toLocaleString(document.documentElement.lang || "en-GB");
}

/** One of two patterns. @param {{one: string, many: string}} words @param {number} n @param {Record<string, string | number>} [values] */
export function counted(words, n, values = {}) {
  return filled(n === 1 ? words.one : words.many, { n: formatted(n), ...values });
}

/** A day as people write it. @param {number} days since 1970-01-01 */
export function dayWords(days) {
  const lang = document.documentElement.lang || "en-GB";
  return new Date(days * 86_400_000).toLocaleDateString(lang, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}

export class Sentences {
  /** @param {NetworkData} data @param {Visibility} visibility @param {Words} words */
  constructor(data, visibility, words) {
    this.data = data;
    this.visibility = visibility;
    this.words = words;
  }

  /** @param {number} i */
  name(i) {
    return this.data.name(i) || this.words.unnamed;
  }

  /** "Sale Moor Partnership, 4 connections" @param {number} i */
  node(i) {
    return counted(this.words.node, this.visibility.known(i).length, { name: this.name(i) });
  }

  /** The verb of a connection as read from node `i`. @param {number} e @param {number} i */
  verb(e, i) {
    const type = this.data.tables.types[this.data.type[e]];
    return this.data.source[e] === i ? type.forward : type.reverse;
  }

  /** Connections of `i`, those to the best connected first, each as "is funded by Trafford Council". @param {number} i @returns {{e: number, j: number, text: string}[]} */
  of(i) {
    const weight = this.data.measures.connections;
    return this.visibility
      .edgesOf(i)
      .map((e) => ({ e, j: this.visibility.other(e, i) }))
      .sort((one, other) => weight[other.j] - weight[one.j] || one.j - other.j || one.e - other.e)
      .map(({ e, j }) => ({ e, j, text: `${this.verb(e, i)} ${this.name(j)}${this.how(e)}` }));
  }

  /** How it is known, where that is not simply stated. @param {number} e */
  how(e) {
    if (this.data.disputed[e]) return ` (${this.words.disputed})`;
    return this.data.derived[e] ? ` (${this.words.derived})` : "";
  }

  /**
   * Arriving at `i` along a connection from another: "..., 4 connections; 2 of 4: is funded by Trafford Council."
   * @param {number} i
   * @param {number} from -1 when nobody came along a connection
   */
  arrival(i, from) {
    const own = this.node(i);
    const lines = this.of(i);
    const place = lines.findIndex(({ j }) => j === from);
    if (place < 0) return `${own}.`;
    return filled(this.words.arrival, { node: own, k: formatted(place + 1), n: formatted(lines.length), text: lines[place].text });
  }

  /** One connection as a whole sentence. @param {number} e */
  edge(e) {
    const { source, target } = this.data;
    return `${this.name(source[e])} ${this.verb(e, source[e])} ${this.name(target[e])}${this.how(e)}`;
  }

  /** What began or ended since a day, by date. @param {number} look @returns {{e: number, day: number}[]} */
  changed(look) {
    const { data, visibility } = this;
    const found = [];
    for (let e = 0; e < data.m; e += 1) {
      if (visibility.edge[e] !== look) continue;
      const days = [];
      for (let s = data.spanStart[e]; s < data.spanStart[e + 1]; s += 1) {
        const day = look === LOOK.BEGUN ? data.spanFrom[s] : data.spanTo[s];
        if (day !== ALWAYS_FROM && day !== ALWAYS_TO) days.push(day);
      }
      found.push({ e, day: days.length ? Math.max(...days) : 0 });
    }
    return found.sort((one, other) => other.day - one.day);
  }

  /** @param {number} look @param {{e: number, day: number}} change */
  change(look, { e, day }) {
    const pattern = look === LOOK.BEGUN ? this.words.begun : this.words.ended;
    return filled(pattern, { text: this.edge(e), day: dayWords(day) });
  }
}

