// @ts-check
/**
 * The dots of the map glide to where the network puts them, and back: one canvas over the map, with a veil on the ground.
 *
 * Dots lie in the map's own pixels at the zoom at which they were placed, so the network pans and zooms with the map and a
 * dot on the ground lies where the map has it. On the move: squares, and a few of the connections; at rest: everything.
 * @module hb/map/network_layer
 */
import { COLOURS, look, words } from "hb/map/connection_lines";
import { Glide, ease, reducedMotion } from "hb/map/glide";
import { APPEARANCE, hubConnections } from "hb/network/appearance";
import { load } from "hb/network/data";
import { frame } from "hb/network/frame";
import { canvasOver } from "hb/map/over_map";
import { colour } from "hb/map/palette";

/** @import { NetworkData } from "hb/network/data" */

/** @typedef {{css: string, nodes: number[]}} Batch dots of one colour */

const VEIL = 0.97;
const ROUGH_LINES = 900;
const NAMES = 16; // on a wide map; half of them on a narrow one
const REACH = 14; // a pick counts this many pixels from a dot's middle at least: targets of 28 px
const SLICE = 4000; // lines a stroke: one path of all of them is slower
const LETTERS = 26;

/** Which connections are shown: those that the page's address says. */
export function chosenEdges(/** @type {NetworkData} */ data, /** @type {URLSearchParams} */ parameters) {
  const only = new Set(parameters.getAll("type"));
  const hidden = new Set(parameters.getAll("hide"));
  const stated = parameters.get("stated") ?? "stated";
  const least = Number(parameters.get("least") ?? 0);
  const types = data.tables.types.map(({ slug }) => (only.size === 0 || only.has(slug)) && !hidden.has(slug));
  return Uint32Array.from({ length: data.m }, (_, e) => e).filter(
    (e) =>
      types[data.type[e]] &&
      (stated === "all" || (stated === "derived") === Boolean(data.derived[e])) &&
      data.strength[e] >= least,
  );
}

/** The types of connection, the most common first: as on the ground, so that each keeps its colour. @param {NetworkData} data */
export function kindsOf(data) {
  const counts = data.tables.types.map(() => 0);
  for (const type of data.type) counts[type] += 1;
  return counts.map((_, type) => type).sort((one, other) => counts[other] - counts[one] || one - other);
}

export class NetworkLayer {
  /** @param {any} map Leaflet map @param {NetworkData} data */
  constructor(map, data) {
    this.map = map;
    this.data = data;
    /** How much of a network the picture is: 0 on the ground, 1 at the end of the glide. */
    this.share = 0;
    this.going = 0;
    this.chosen = -1;
    this.kinds = kindsOf(data);
    this.edges = new Uint32Array(0);
    /** Dots by colour, for a quick picture; undefined when they have to be sorted anew. @type {Batch[] | undefined} */
    this.batches = undefined;
    /** Where dots are in the network, where on the ground, and how large: `place` says. */
    this.netX = this.netY = this.groundX = this.groundY = this.radii = new Float32Array(0);
    /** Nodes, the best connected first. */
    this.order = new Uint32Array(0);
    this.zoom = 0;
    this.scale = 1;
    this.from = 0;
    /** @type {{x: number, y: number}} */
    this.corner = { x: 0, y: 0 };
    this.shown = new Uint8Array(data.n);
    this.count = 0;
    this.glide = new Glide(data.n, (passed, moving) => this.frame(passed, moving));
    /** For benchmarks: frames of the last glide, and how long the last whole picture took, in milliseconds. */
    this.figures = { frames: 0, glide: 0, whole: 0 };
    this.over = canvasOver(map, "hb-network", 460, () => this.rest());
    map.on("move", this.panned, this);
    this.stated = "stated";
    this.filter(new URLSearchParams());
    this.place();
  }

  /** @param {any} map @param {string} url of the packed network */
  static async of(map, url) {
    return new NetworkLayer(map, await load(url));
  }

  /** Work out where dots are on the ground, and where in the network: the network fills what is seen now. */
  place() {
    const { map, data } = this;
    this.zoom = map.getZoom();
    this.corner = map.project(map.containerPointToLatLng([0, 0]), this.zoom);
    const size = map.getSize();
    const room = { x: Math.min(48, size.x * 0.06), top: 40, bottom: size.x < 600 ? 120 : 96 };
    const [wide, high] = [size.x - 2 * room.x, size.y - room.top - room.bottom];
    const box = frame(data, this.stated);
    this.scale = Math.max(Math.min(wide / box.width, high / box.height), 0.01);
    const left = (size.x - box.width * this.scale) / 2 - box.x * this.scale;
    const top = room.top + (high - box.height * this.scale) / 2 - box.y * this.scale;
    this.netX = data.x.map((it) => it * this.scale + left);
    this.netY = data.y.map((it) => it * this.scale + top);
    this.groundX = new Float32Array(data.n);
    this.groundY = new Float32Array(data.n);
    for (let i = 0; i < data.n; i += 1) {
      if (Number.isNaN(data.lat[i])) {
        // Without a place on the ground, a dot comes up where it stays.
        this.groundX[i] = this.netX[i];
        this.groundY[i] = this.netY[i];
        continue;
      }
      const at = map.project([data.lat[i], data.lon[i]], this.zoom);
      this.groundX[i] = at.x - this.corner.x;
      this.groundY[i] = at.y - this.corner.y;
    }
    this.order = Uint32Array.from({ length: data.n }, (_, i) => i).sort(
      (one, other) => data.measures.connections[other] - data.measures.connections[one] || one - other,
    );
    const { base, max } = APPEARANCE.room;
    this.radii = data.measures.connections.map((it) => Math.min(base + Math.sqrt(Math.max(it, 1)), max));
    const names = this.order.subarray(0, 4 * NAMES);
    // Without names the picture is still a picture.
    data.identify(names).then(() => this.rest(), () => undefined);
  }

  /** @param {URLSearchParams} parameters of the page's address */
  filter(parameters) {
    this.edges = chosenEdges(this.data, parameters);
    this.stated = parameters.get("stated") ?? "stated";
    // Who has no connection left is not in this picture.
    this.shown = new Uint8Array(this.data.n);
    for (const e of this.edges) this.shown[this.data.source[e]] = this.shown[this.data.target[e]] = 1;
    this.count = this.shown.reduce((sum, it) => sum + it, 0);
    this.batches = undefined;
    if (!this.glide.moving && this.share > 0) this.rest();
  }

  /** Let the dots glide to the network. @returns {Promise<boolean>} whether they got there */
  show() {
    if (this.share === 0) {
      this.place();
      this.glide.set(this.groundX, this.groundY);
    }
    return this.go(1, this.netX, this.netY);
  }

  /** Let them glide back to the ground. @returns {Promise<boolean>} */
  hide() {
    return this.go(0, this.groundX, this.groundY);
  }

  /** @param {number} to @param {any} x @param {any} y */
  go(to, x, y) {
    this.from = this.share;
    this.going = to;
    this.figures.frames = 0;
    this.figures.glide = performance.now();
    return this.glide.to(x, y);
  }

  /** @param {number} passed 0 to 1 @param {boolean} moving */
  frame(passed, moving) {
    const share = reducedMotion() ? passed : ease(passed);
    this.share = this.from + (this.going - this.from) * share;
    this.figures.frames += 1;
    if (moving) this.rough();
    else {
      this.figures.glide = performance.now() - this.figures.glide;
      if (this.going === 1) this.rest();
    }
  }

  /** Where a dot is in the map's container: times `k`, then `x` or `y` further. */
  window() {
    const { map } = this;
    const k = map.getZoomScale(map.getZoom(), this.zoom);
    const at = map.latLngToContainerPoint(map.unproject(this.corner, this.zoom));
    return { k, x: at.x, y: at.y };
  }

  /** How large dot `i` is on the screen. @param {number} i @param {number} k */
  radius(i, k) {
    const net = Math.max(this.radii[i] * Math.min(this.scale * Math.sqrt(k), 1.4), Math.min(3.5, 6.6 * this.scale * k), 1.4);
    return 4 + (net - 4) * this.share;
  }

  /** An empty canvas with the veil on the ground. */
  veiled() {
    const at = this.over.clear();
    at.g.fillStyle = this.paper ?? (this.paper = colour("paper", "#fff"));
    at.g.globalAlpha = VEIL * this.share;
    at.g.fillRect(at.left, at.top, at.width, at.height);
    return at;
  }

  /** A picture on the move: squares, and some of the connections. */
  rough() {
    const { data, glide } = this;
    const { g } = this.veiled();
    const { k, x, y } = this.window();
    const step = Math.max(Math.ceil(this.edges.length / ROUGH_LINES), 1);
    g.globalAlpha = 0.25 * this.share * glide.fade;
    g.strokeStyle = this.ink ?? (this.ink = colour("ink-soft", "#555"));
    g.lineWidth = 0.7;
    g.beginPath();
    for (let e = 0; e < this.edges.length; e += step) {
      const [a, b] = [data.source[this.edges[e]], data.target[this.edges[e]]];
      g.moveTo(glide.x[a] * k + x, glide.y[a] * k + y);
      g.lineTo(glide.x[b] * k + x, glide.y[b] * k + y);
    }
    g.stroke();
    this.batches ??= this.byColour();
    for (const { css, nodes } of this.batches) {
      g.fillStyle = css;
      for (const i of nodes) {
        // What has no place on the ground comes up on the way.
        g.globalAlpha = glide.fade * (Number.isNaN(data.lat[i]) ? this.share : 1);
        const r = this.radius(i, k) * 0.9;
        g.fillRect(glide.x[i] * k + x - r, glide.y[i] * k + y - r, 2 * r, 2 * r);
      }
    }
    g.globalAlpha = 1;
  }

  byColour() {
    /** @type {Batch[]} */
    const batches = this.data.tables.colours.map(({ slug }) => ({ css: colour(`kind-${slug}`, colour("kind-other")), nodes: [] }));
    for (let i = 0; i < this.data.n; i += 1) if (this.shown[i]) batches[this.data.colour[i]].nodes.push(i);
    return batches;
  }

  /** Everything, where it is now. */
  rest() {
    if (this.glide.moving || this.share === 0) return;
    const begun = performance.now();
    this.batches = undefined;
    this.paper = this.ink = undefined;
    const { data, glide, chosen } = this;
    const { g } = this.veiled();
    const at = this.window();
    const beside = new Set();
    for (const e of this.edges) {
      if (data.source[e] === chosen) beside.add(data.target[e]);
      if (data.target[e] === chosen) beside.add(data.source[e]);
    }
    const busy = this.edges.length > 4000 ? 0.13 : this.edges.length > 1000 ? 0.25 : 0.45;
    // Those of a hub are many, and say less than those among the others.
    const hub = hubConnections(data.n);
    const ray = (/** @type {number} */ e) => Math.max(data.measures.connections[data.source[e]], data.measures.connections[data.target[e]]) >= hub;
    this.lines(g, at, (chosen < 0 ? busy : busy * 0.3) * 0.5, ray, 0.9);
    this.lines(g, at, chosen < 0 ? Math.min(busy * 1.8, 0.8) : busy * 0.3, (e) => !ray(e), 1.1);
    if (chosen >= 0) this.lines(g, at, 0.95, (e) => data.source[e] === chosen || data.target[e] === chosen, 2.2);
    const paper = colour("paper", "#fff");
    for (const { css, nodes } of this.byColour()) {
      for (const i of nodes) {
        g.globalAlpha = chosen < 0 || i === chosen || beside.has(i) ? 1 : 0.25;
        const r = this.radius(i, at.k);
        g.beginPath();
        g.arc(glide.x[i] * at.k + at.x, glide.y[i] * at.k + at.y, r, 0, 2 * Math.PI);
        g.fillStyle = css;
        g.fill();
        if (r > 3) {
          g.lineWidth = i === chosen ? 3 : 1;
          g.strokeStyle = i === chosen ? colour("ink", "#000") : paper;
          g.stroke();
        }
      }
    }
    g.globalAlpha = 1;
    this.names(g, at, beside);
    this.figures.whole = performance.now() - begun;
  }

  /**
   * @param {CanvasRenderingContext2D} g
   * @param {{k: number, x: number, y: number}} at
   * @param {number} alpha
   * @param {(edge: number) => boolean} which
   * @param {number} wide
   */
  lines(g, { k, x, y }, alpha, which, wide) {
    const { data, glide } = this;
    for (const derived of [1, 0]) {
      for (const [kind, type] of this.kinds.entries()) {
        g.strokeStyle = colour(`kind-${COLOURS[look(kind).colour]}`, "#57534b");
        g.globalAlpha = derived ? alpha * 0.7 : alpha;
        g.lineWidth = wide;
        g.setLineDash(derived && this.edges.length < 4000 ? [1.5, 3] : []);
        let drawn = 0;
        g.beginPath();
        for (const e of this.edges) {
          if (data.type[e] !== type || data.derived[e] !== derived || !which(e)) continue;
          const [a, b] = [data.source[e], data.target[e]];
          g.moveTo(glide.x[a] * k + x, glide.y[a] * k + y);
          g.lineTo(glide.x[b] * k + x, glide.y[b] * k + y);
          drawn += 1;
          if (drawn % SLICE === 0) {
            g.stroke();
            g.beginPath();
          }
        }
        g.stroke();
      }
    }
    g.setLineDash([]);
  }

  /** The names of the chosen and its neighbours, else of the best connected, as far as there is room. */
  names(/** @type {CanvasRenderingContext2D} */ g, /** @type {any} */ at, /** @type {Set<number>} */ beside) {
    const { data, glide, chosen } = this;
    const first = chosen < 0 ? [] : [chosen, ...[...beside].slice(0, 40)];
    const wanted = [...new Set([...first, ...(chosen < 0 ? this.order : [])])].slice(0, 4 * NAMES);
    /** @type {number[][]} */
    const taken = [];
    for (const i of wanted) {
      const name = data.name(i);
      if (!name || !this.shown[i] || taken.length >= (this.map.getSize().x < 600 ? NAMES / 2 : NAMES)) continue;
      const text = name.length > LETTERS ? `${name.slice(0, LETTERS - 1).trimEnd()}…` : name;
      const [x, y] = [glide.x[i] * at.k + at.x, glide.y[i] * at.k + at.y + this.radius(i, at.k) + 10];
      const half = text.length * 3.6;
      if (x - half < 0 || x + half > this.map.getSize().x) continue;
      if (taken.some(([ox, oy, other]) => Math.abs(x - ox) < half + other + 6 && Math.abs(y - oy) < 17)) continue;
      taken.push([x, y, half]);
      words(g, text, { x, y }, i === chosen ? "600 13px" : "400 12px");
    }
  }

  panned() {
    // Beyond what the canvas covers there would be a hole in the veil.
    if (this.share === 0 || this.glide.moving || this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      this.rough();
    });
  }

  /** @param {string | null} uuid the node to bring out, none for all alike */
  async choose(uuid) {
    const found = uuid ? await this.data.find(uuid).catch(() => -1) : -1;
    if (found === this.chosen) return;
    this.chosen = found;
    if (found >= 0) {
      const beside = [...this.edges].flatMap((e) => (this.data.source[e] === found ? [this.data.target[e]] : this.data.target[e] === found ? [this.data.source[e]] : []));
      await this.data.identify([found, ...beside]).catch(() => undefined);
    }
    this.rest();
  }

  /** The dot nearest to a point of the map's container, -1 when none is within reach. @param {{x: number, y: number}} point */
  pick(point) {
    const { k, x, y } = this.window();
    let best = -1;
    let least = Infinity;
    for (let i = 0; i < this.data.n; i += 1) {
      if (!this.shown[i]) continue;
      const away = Math.hypot(this.glide.x[i] * k + x - point.x, this.glide.y[i] * k + y - point.y);
      if (away < least && away <= Math.max(this.radius(i, k) + 2, REACH)) [best, least] = [i, away];
    }
    return best;
  }

  /** What a tile would say of a dot. @param {number} i */
  async told(i) {
    const { data } = this;
    await data.identify([i]).catch(() => undefined);
    // Without an address of its own there is nothing to show.
    if (!data.uuid(i)) return null;
    const at = Number.isNaN(data.lat[i]) ? {} : { lat: data.lat[i], lon: data.lon[i] };
    return { uuid: data.uuid(i), name: data.name(i), c: data.tables.colours[data.colour[i]].slug, n: 1, ...at };
  }

  remove() {
    this.glide.stop();
    this.map.off("move", this.panned, this);
    this.over.remove();
  }
}
