// @ts-check
/**
 * What of a network is shown, and how: filters, a day, a neighbourhood, a path, what is taken away.
 *
 * Every node and connection gets a look; the painter, the labels, picking and downloads all go by it.
 * @module hb/network/visibility
 */
import { APPEARANCE } from "hb/network/appearance";
import { ALWAYS_FROM, ALWAYS_TO } from "hb/network/data";

/** @import { NetworkData } from "hb/network/data" */
/** @import { View } from "hb/network/state" */

/** Looks of connections and nodes, in the order in which they are drawn. */
export const LOOK = Object.freeze({ HIDDEN: 0, FADED: 1, PLAIN: 2, LOST: 3, GONE: 4, ENDED: 5, BEGUN: 6, MARKED: 7 });

/**
 * @typedef {object} Asked
 * @property {View} view
 * @property {number} day days since 1970-01-01, NaN for any
 * @property {number} since NaN for none
 * @property {number} focus a node, or -1
 * @property {Set<number>} path nodes of it
 * @property {Set<string>} hops pairs of neighbours on it, as `pair()` writes them
 * @property {Set<number>} gone nodes taken away
 * @property {Set<number>} lost nodes that fall away with them
 * @property {Set<number>} hubs left out, with their connections
 */

/** @param {number} a @param {number} b */
export function pair(a, b) {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}

export class Visibility {
  /** @param {NetworkData} data */
  constructor(data) {
    const { n, m, source, target } = data;
    this.data = data;
    this.node = new Uint8Array(n).fill(LOOK.PLAIN);
    this.edge = new Uint8Array(m).fill(LOOK.PLAIN);
    // Connections of node i: `along[start[i]]` to `along[start[i + 1] - 1]`, whatever is shown.
    this.start = new Uint32Array(n + 1);
    for (let e = 0; e < m; e += 1) {
      this.start[source[e] + 1] += 1;
      this.start[target[e] + 1] += 1;
    }
    for (let i = 0; i < n; i += 1) this.start[i + 1] += this.start[i];
    this.along = new Uint32Array(2 * m);
    const at = this.start.slice(0, n);
    for (let e = 0; e < m; e += 1) {
      this.along[at[source[e]]++] = e;
      this.along[at[target[e]]++] = e;
    }
    /** 1: a connection that is left out with its hub: known, and not drawn. */
    this.left = new Uint8Array(m);
    /** 1: a connection that stands out, being strong or stated often. */
    this.strong = new Uint8Array(m);
    /** How many nodes and connections are shown. */
    this.counts = { nodes: n, edges: m };
  }

  /** The other end of connection `e`. @param {number} e @param {number} i */
  other(e, i) {
    return this.data.source[e] === i ? this.data.target[e] : this.data.source[e];
  }

  /** Whether connection `e` is said to hold at some time from `first` to `last`. */
  held(/** @type {number} */ e, /** @type {number} */ first, /** @type {number} */ last) {
    const { spanStart, spanFrom, spanTo } = this.data;
    for (let s = spanStart[e]; s < spanStart[e + 1]; s += 1) if (spanFrom[s] <= last && spanTo[s] >= first) return true;
    return false;
  }

  /**
   * What has changed since a day: connections that began to hold, and those that stopped.
   * @param {number} e
   * @param {number} since
   * @param {number} until a day
   */
  change(e, since, until) {
    const [then, now] = [this.held(e, since, since), this.held(e, until, until)];
    if (!then && now) return LOOK.BEGUN;
    return then && !now ? LOOK.ENDED : LOOK.PLAIN;
  }

  /** Work out every look. @param {Asked} asked */
  apply(asked) {
    const { data, node, edge } = this;
    const keep = this.filter(asked.view);
    const until = Number.isNaN(asked.day) ? today() : asked.day;
    const joined = new Uint8Array(data.n);
    for (let e = 0; e < data.m; e += 1) {
      edge[e] = this.ofEdge(e, asked, keep, until);
      if (edge[e] !== LOOK.HIDDEN) joined[data.source[e]] = joined[data.target[e]] = 1;
    }
    for (let i = 0; i < data.n; i += 1) {
      const wanted = asked.gone.has(i) || asked.path.has(i) || i === asked.focus;
      node[i] = (keep.nodes[i] && joined[i]) || wanted ? LOOK.PLAIN : LOOK.HIDDEN;
      if (asked.lost.has(i)) node[i] = LOOK.LOST;
      if (asked.gone.has(i)) node[i] = LOOK.GONE;
    }
    this.leaveOut(asked.hubs);
    if (asked.focus >= 0) this.fadeAround(this.near(asked.focus, asked.view.steps));
    if (asked.path.size) this.mark(asked);
    if (!Number.isNaN(asked.since)) this.fadeUnchanged();
    this.counts = { nodes: count(node), edges: count(edge) };
    this.bringOut();
  }

  /** Leave hubs out: who touches nothing else stays. @param {Set<number>} hubs */
  leaveOut(hubs) {
    const { data, node, edge, left } = this;
    left.fill(0);
    if (!hubs.size) return;
    for (let e = 0; e < data.m; e += 1) {
      if (edge[e] === LOOK.HIDDEN || !(hubs.has(data.source[e]) || hubs.has(data.target[e]))) continue;
      edge[e] = LOOK.HIDDEN;
      left[e] = 1;
    }
    for (const i of hubs) node[i] = LOOK.HIDDEN;
  }

  /** Choose the connections that stand out: few, or none of them would. */
  bringOut() {
    const { strength, support, derived, m } = this.data;
    for (const [strong, often] of APPEARANCE.standingOut.pairs) {
      let found = 0;
      for (let e = 0; e < m; e += 1) {
        const is = this.edge[e] === LOOK.PLAIN && !derived[e] && (strength[e] >= strong || support[e] >= often);
        this.strong[e] = is ? 1 : 0;
        found += this.strong[e];
      }
      if (found <= APPEARANCE.standingOut.max) return;
    }
    this.strong.fill(0);
  }

  /** Which nodes, types and strengths pass the filters. @param {View} view */
  filter(view) {
    const { data } = this;
    const { types, kinds, colours } = data.tables;
    const type = types.map(({ slug }) => (!view.type.length || view.type.includes(slug)) && !view.hide.includes(slug));
    const kind = kinds.map(({ slug }) => !view.kind.length || view.kind.includes(slug));
    const group = colours.map(({ slug }) => !view.group.length || view.group.includes(slug));
    const nodes = new Uint8Array(data.n);
    for (let i = 0; i < data.n; i += 1) nodes[i] = kind[data.kind[i]] && group[data.colour[i]] ? 1 : 0;
    return { type, nodes };
  }

  /** @param {number} e @param {Asked} asked @param {{type: boolean[], nodes: Uint8Array}} keep @param {number} until */
  ofEdge(e, { view, day, since, gone, hops }, keep, until) {
    const { data } = this;
    const [a, b] = [data.source[e], data.target[e]];
    if (hops.size && hops.has(pair(a, b))) return LOOK.PLAIN;
    if (gone.has(a) || gone.has(b) || !keep.nodes[a] || !keep.nodes[b] || !keep.type[data.type[e]]) return LOOK.HIDDEN;
    if (data.strength[e] < view.least) return LOOK.HIDDEN;
    if (view.stated !== "all" && (view.stated === "derived") !== Boolean(data.derived[e])) return LOOK.HIDDEN;
    if (!Number.isNaN(since)) {
      const change = this.change(e, since, until);
      if (change !== LOOK.PLAIN) return change;
    }
    if (!Number.isNaN(day) && !this.held(e, day, day)) return LOOK.HIDDEN;
    return LOOK.PLAIN;
  }

  /** The nodes within some steps of one, over what is shown. @param {number} from @param {number} steps */
  near(from, steps) {
    const near = new Set([from]);
    let edge = [from];
    for (let step = 0; step < steps; step += 1) {
      const next = [];
      for (const i of edge) {
        for (const j of this.neighbours(i)) {
          if (near.has(j)) continue;
          near.add(j);
          next.push(j);
        }
      }
      edge = next;
    }
    return near;
  }

  /** The nodes joined with `i` over what is shown, each once. @param {number} i @returns {number[]} */
  neighbours(i) {
    const found = new Set();
    for (let k = this.start[i]; k < this.start[i + 1]; k += 1) {
      const e = this.along[k];
      const j = this.other(e, i);
      if (this.edge[e] !== LOOK.HIDDEN && this.node[j] !== LOOK.HIDDEN && j !== i) found.add(j);
    }
    return [...found];
  }

  /** The nodes joined with `i`, by what is shown or left out with a hub. @param {number} i @returns {number[]} */
  known(i) {
    return [...new Set(this.edgesOf(i).map((e) => this.other(e, i)))].filter((j) => j !== i);
  }

  /** Connections of `i` that are shown, or left out with a hub. @param {number} i @returns {number[]} */
  edgesOf(i) {
    const found = [];
    for (let k = this.start[i]; k < this.start[i + 1]; k += 1) {
      const e = this.along[k];
      if (this.edge[e] !== LOOK.HIDDEN || this.left[e]) found.push(e);
    }
    return found;
  }

  /** @param {Set<number>} near */
  fadeAround(near) {
    const { data, node, edge } = this;
    for (let i = 0; i < data.n; i += 1) if (node[i] === LOOK.PLAIN && !near.has(i)) node[i] = LOOK.FADED;
    for (let e = 0; e < data.m; e += 1) {
      if (edge[e] === LOOK.PLAIN && !(near.has(data.source[e]) && near.has(data.target[e]))) edge[e] = LOOK.FADED;
    }
  }

  /** @param {Asked} asked */
  mark({ path, hops }) {
    const { data, node, edge } = this;
    this.fadeAround(path);
    for (const i of path) if (node[i] !== LOOK.GONE) node[i] = LOOK.MARKED;
    for (let e = 0; e < data.m; e += 1) {
      if (edge[e] === LOOK.HIDDEN) continue;
      edge[e] = hops.has(pair(data.source[e], data.target[e])) ? LOOK.MARKED : LOOK.FADED;
    }
  }

  fadeUnchanged() {
    const { data, node, edge } = this;
    const changed = new Uint8Array(data.n);
    for (let e = 0; e < data.m; e += 1) {
      if (edge[e] === LOOK.PLAIN) edge[e] = LOOK.FADED;
      if (edge[e] > LOOK.PLAIN) changed[data.source[e]] = changed[data.target[e]] = 1;
    }
    for (let i = 0; i < data.n; i += 1) if (node[i] === LOOK.PLAIN && !changed[i]) node[i] = LOOK.FADED;
  }

  /** First and last day that anything dated began or ended, NaN where nothing is dated. @returns {[number, number]} */
  dates() {
    const { spanFrom, spanTo } = this.data;
    let [first, last] = [Infinity, -Infinity];
    for (let s = 0; s < spanFrom.length; s += 1) {
      for (const day of [spanFrom[s], spanTo[s]]) {
        if (day === ALWAYS_FROM || day === ALWAYS_TO) continue;
        first = Math.min(first, day);
        last = Math.max(last, day);
      }
    }
    return first > last ? [NaN, NaN] : [first, last];
  }
}

/** Days since 1970-01-01. */
export function today() {
  return Math.floor(Date.now() / 86_400_000);
}

/** @param {Uint8Array} looks */
function count(looks) {
  let shown = 0;
  for (const look of looks) if (look !== LOOK.HIDDEN) shown += 1;
  return shown;
}
