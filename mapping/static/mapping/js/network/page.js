// @ts-check
/**
 * The network view: takes over from the server's picture once the data has come, with the dots where they were.
 *
 * The page works without this module: the picture is an SVG, its dots are links, and the same form asks the server.
 * @module hb/network/page
 */
import { addressOf, goTo } from "hb/network/address";
import { Combobox } from "hb/network/combobox";
import { Selection } from "hb/network/selection";
import { colouring, radii } from "hb/network/colours";
import { load } from "hb/network/data";
import { ExportButtons } from "hb/network/export_buttons";
import { Gestures } from "hb/network/gestures";
import { Hub } from "hb/network/hub";
import { Keys } from "hb/network/keys";
import { Layouts } from "hb/network/layouts";
import { numbered, signs, tellCounts } from "hb/network/legend";
import { Overlay } from "hb/network/overlay";
import { Paths } from "hb/network/paths";
import { Details } from "hb/network/details";
import { Sentences, counted } from "hb/network/sentences";
import { LOOK, Visibility } from "hb/network/visibility";
import { NetworkCanvas } from "hb/network/canvas";
import { State, dayNumber } from "hb/network/state";
import { Time } from "hb/network/time";
import { Removal } from "hb/network/removal";
import { Sheet } from "hb/network/sheet";

/** @import { NetworkData } from "hb/network/data" */
/** @import { View } from "hb/network/state" */

/** Let the browser answer whoever reads, before what comes next. */
const turn = () => new Promise((done) => setTimeout(done));

class NetworkPage {
  /** @param {HTMLFormElement} form @param {NetworkData} data */
  constructor(form, data) {
    this.form = form;
    this.data = data;
    this.words = JSON.parse(document.getElementById("network-words")?.textContent ?? "{}");
    this.state = new State(form);
    const view = this.state.read();
    const visibility = new Visibility(data);
    this.scene = {
      data,
      visibility,
      layout: "network",
      x: data.x,
      y: data.y,
      r: radii(data, view.size),
      colours: colouring(data, view.colour, this.words.colours),
      fade: 1,
    };
    this.sentences = new Sentences(data, visibility, this.words);
    this.hub = new Hub(form.querySelector("[data-hub]"), this.scene, this.state, this.words);
    this.hub.choose(view, -1);
    this.layouts = new Layouts(this.scene, this.hub);
    this.layouts.put(view);
    this.important = this.layouts.ranked(view.size);
    this.focus = -1;
    /** The layout to which dots have gone last. @type {string | undefined} */
    this.glided = undefined;
    this.element = /** @type {HTMLCanvasElement} */ (this.find("canvas"));
    const svg = /** @type {SVGSVGElement} */ (/** @type {unknown} */ (this.find("[data-network-picture]")));
    this.element.hidden = false;
    this.canvas = new NetworkCanvas(this.element, this.scene, this.layouts.box(view));
    this.canvas.important = this.important;
    this.canvas.words = this.canvas.painter.words = this.layouts.words = this.words;
    this.canvas.told = (labels) => numbered(this.find("[data-numbered]"), labels);
    this.overlay = new Overlay(this.canvas);
    // The server's picture stays until ours is whole: nothing jumps, and nothing is ever empty.
    this.canvas.rested.push(() => {
      if (svg.style.display === "none") return;
      svg.style.display = "none";
      form.classList.add("is-drawn");
      performance.mark("network-drawn");
    });
  }

  /** Comes to life in turns, so that on a slow phone the reader can go on reading and scrolling meanwhile. */
  async start() {
    for (const step of [() => this.parts(), () => this.listen()]) {
      await turn();
      step();
    }
    this.form.classList.add("is-live");
    await turn();
    const view = this.state.read();
    this.update(view, [...Object.keys(view)]);
    goTo(this.canvas, location.hash);
    addEventListener("beforeprint", () => (this.find("[data-address]").textContent = addressOf(this.canvas)));
  }

  /** @param {string} selector @returns {HTMLElement} */
  find(selector) {
    return /** @type {HTMLElement} */ (this.form.querySelector(selector));
  }

  /** The behaviours of the panels. */
  parts() {
    const { form, data, words, state } = this;
    const redo = () => this.apply();
    const tell = (/** @type {string} */ text) => this.tell(text);
    this.paths = new Paths(this.find("[data-panel='paths']"), form.dataset.path ?? "", data, words, redo);
    this.removal = new Removal(this.find("[data-panel='without']"), form.dataset.without ?? "", data, words, redo);
    this.time = new Time(this.find("[data-panel='time']"), this.scene.visibility, this.sentences, state);
    this.selection = new Selection(this.find("[data-panel='chosen']"), this.canvas, this.sentences, {
      changed: () => this.overlay.choose(this.selection?.nodes ?? new Set()),
      without: (nodes) => this.takeAway(nodes),
      tell,
    });
    this.details = new Details(this.find("[data-panel='selected']"), this.sentences, {
      url: form.dataset.node ?? "",
      visit: (i) => this.visit(i, -1),
      around: (i) => this.around(i),
      from: (i) => this.startPath(i),
      without: (i) => this.takeAway([i]),
      choose: (i) => this.selection?.toggle(i),
    });
    this.sheet = new Sheet(this.find("[data-network-sheet]"));
    this.exports = new ExportButtons(this.find("[data-panel='keep']"), this.canvas, state, words, () => signs(this.scene, words), () => this.hub.said());
    this.names();
  }

  /** Fields in which a node is chosen by name. */
  names() {
    const { data, state } = this;
    const about = (/** @type {number} */ i) => data.tables.kinds[data.kind[i]].label;
    const given = { data, about, words: { none: this.words.noName } };
    const field = (/** @type {string} */ selector) => /** @type {HTMLInputElement} */ (this.find(selector));
    const shown = (/** @type {number} */ i) => this.scene.visibility.node[i] !== LOOK.HIDDEN || this.isOut(i);
    new Combobox(field("[data-search]"), { ...given, allowed: shown, chosen: (i) => this.visit(i, -1, true) });
    new Combobox(field("[data-choose]"), {
      ...given,
      allowed: () => true,
      chosen: (i) => {
        field("[data-choose]").value = "";
        this.selection?.toggle(i);
      },
    });
    for (const end of ["from", "to"]) {
      const name = field(`[name='${end}_name']`);
      new Combobox(name, { ...given, allowed: () => true, chosen: (i) => state.set({ [end]: data.uuid(i) }) });
      name.addEventListener("change", () => name.value.trim() === "" && state.set({ [end]: "" }));
    }
  }

  /** Whether a node is a hub that is left out. @param {number} i */
  isOut(i) {
    return this.hub.out.has(i);
  }

  listen() {
    const { state, canvas } = this;
    state.listen((view, changed) => this.update(view, changed));
    this.gestures = new Gestures(canvas, {
      clicked: (i) => {
        if (i < 0) this.leave();
        else this.visit(i, -1).then(() => this.sheet?.show(), () => {});
      },
      pointed: (i) => {
        this.overlay.point(i);
        if (i >= 0) this.data.identify([i]).then(() => this.overlay.pointed === i && this.canvas.draw(), () => {});
      },
      ringed: (ring, done) => {
        this.overlay.ring = done ? [] : ring;
        if (done && ring.length > 2) {
          this.selection?.ringed(ring);
          this.find("[data-panel='chosen']").setAttribute("open", "");
        }
        if (done) this.lasso(false);
        canvas.draw();
      },
      lassoing: () => this.find("[data-do='lasso']").getAttribute("aria-pressed") === "true",
    });
    new Keys(this.element, {
      current: () => this.overlay.current,
      best: () => this.important.find((i) => this.scene.visibility.node[i] > LOOK.FADED) ?? -1,
      beside: (i) => this.beside(i),
      // Without their hub the islands hang together by nothing: from one to the next one jumps.
      others: () => (this.hub.out.size ? this.important.filter((i) => this.scene.visibility.node[i] > LOOK.FADED) : []),
      at: (i) => canvas.dot(i),
      visit: (i, from) => this.visit(i, from),
      open: (i) => this.open(i),
      around: (i) => this.around(i),
      choose: (i) => this.selection?.toggle(i),
      zoom: (factor) => canvas.zoomBy(factor),
      whole: () => this.whole(),
      back: () => this.back(),
    });
    this.element.addEventListener("focus", () => canvas.draw());
    this.element.addEventListener("blur", () => canvas.draw());
    const does = {
      closer: () => canvas.zoomBy(1.6),
      further: () => canvas.zoomBy(1 / 1.6),
      whole: () => this.whole(),
      lasso: () => this.lasso(this.find("[data-do='lasso']").getAttribute("aria-pressed") !== "true"),
      reset: () => this.reset(),
      "clear-path": () => this.clearPath(),
      "clear-without": () => state.set({ without: "", scenario: "", area: "" }),
    };
    for (const [name, act] of Object.entries(does)) {
      for (const button of this.form.querySelectorAll(`[data-do='${name}']`)) button.addEventListener("click", act);
    }
    this.form.addEventListener("submit", (event) => {
      const ask = /** @type {HTMLButtonElement | null} */ (event.submitter)?.dataset.ask;
      if (ask) event.preventDefault();
    });
  }

  /** Every state comes through here. @param {View} view @param {string[]} changed */
  async update(view, changed) {
    const has = (/** @type {string[]} */ ...names) => names.some((name) => changed.includes(name));
    if (has("colour")) this.scene.colours = colouring(this.data, view.colour, this.words.colours);
    if (has("size")) {
      this.layouts.size(view.size);
      this.important = this.canvas.important = this.layouts.ranked(view.size);
      this.explain("size", view.size);
    }
    if (has("colour")) this.explain("colour", view.colour);
    if (has("focus")) this.focus = view.focus ? await this.data.find(view.focus).catch(() => -1) : -1;
    this.hub.choose(view, this.focus);
    const { name: layout } = this.layouts.of(view);
    if (this.glided === undefined && this.scene.layout !== layout) this.layouts.put(view);
    if (has("stated", "layout") || layout !== this.glided) this.canvas.reframe(this.layouts.box(view));
    this.apply();
    const params = this.state.params();
    this.find("[data-keep]")?.setAttribute("href", `${this.form.action}views/${params.size ? `?${params}` : ""}`);
    this.time?.update(view);
    await Promise.all([this.paths?.update(params), this.removal?.update(params)]);
    if (this.glided !== layout) this.glide(view, layout);
    if (has("focus") && this.focus >= 0 && this.overlay.current !== this.focus) this.visit(this.focus, -1);
  }

  /** Look by look, what is shown now. */
  apply() {
    const { scene, canvas } = this;
    const view = this.state.read();
    scene.visibility.apply({
      view,
      day: dayNumber(view.day),
      since: dayNumber(view.since),
      focus: this.focus,
      path: this.paths?.nodes ?? new Set(),
      hops: this.paths?.hops ?? new Set(),
      gone: this.removal?.gone ?? new Set(),
      lost: this.removal?.lost ?? new Set(),
      hubs: this.hub.out,
    });
    this.hub.say();
    this.nameFirst();
    canvas.restyle();
    clearTimeout(this.telling); // It has a turn of its own, before the picture is whole.
    this.telling = setTimeout(() => tellCounts(this.form, scene, this.words));
    const { current } = this.overlay;
    if (current >= 0) this.details?.show(current);
  }

  /** Who is named whatever is in the way: what was looked for, what is asked about, a hub that hides the rest. */
  nameFirst() {
    const hubs = this.hub.out.size ? [] : this.data.open?.hubs ?? [];
    this.canvas.first = [this.overlay.current, ...(this.paths?.nodes ?? []), this.focus, ...hubs];
  }

  /** Say what a choice means, beside it. @param {string} name @param {string} value */
  explain(name, value) {
    const box = this.form.querySelector(`[data-explains='${name}']`);
    if (box) box.textContent = this.words.explained[name]?.[value] ?? "";
  }

  /** @param {View} view @param {string} layout */
  async glide(view, layout) {
    const before = this.glided;
    this.glided = layout;
    if (before === undefined || !(await this.layouts.glide(view, this.canvas))) return;
    this.canvas.restyle();
    if (layout !== "ground" && before !== "ground") return;
    const lost = this.data.groundX.reduce((count, it) => count + Number(Number.isNaN(it)), 0);
    this.tell(layout === "ground" ? (lost ? counted(this.words.noPoint, lost) : this.words.onGround) : this.words.asNetwork);
  }

  /** Nodes joined with one, the best connected first. @param {number} i */
  beside(i) {
    const weight = this.data.measures.connections;
    return this.scene.visibility.neighbours(i).sort((a, b) => weight[b] - weight[a] || a - b);
  }

  /** Put the focus on a node. @param {number} i @param {number} from @param {boolean} [closer] */
  async visit(i, from, closer = false) {
    // Who looks for a hub that is left out wants to see it.
    if (this.isOut(i)) this.hub.turn();
    this.overlay.go(i);
    if (closer && this.canvas.zoom < 2) this.canvas.show([i, ...this.beside(i).slice(0, 30)], 3);
    else this.canvas.reveal(i);
    this.canvas.draw();
    await this.data.identify([i, from, ...this.beside(i).slice(0, 60)].filter((it) => it >= 0)).catch(() => undefined);
    if (this.overlay.current !== i) return;
    this.tell(this.sentences.arrival(i, from));
    this.details?.show(i);
    this.nameFirst();
    this.canvas.name();
    this.canvas.draw();
  }

  leave() {
    this.overlay.go(-1);
    this.details?.hide();
    this.tell("");
    this.nameFirst();
    this.canvas.name();
    this.canvas.draw();
  }

  /** @param {number} i */
  async open(i) {
    await this.data.identify([i]);
    location.assign((this.form.dataset.node ?? "").replace("{uuid}", this.data.uuid(i)));
  }

  /** Show the neighbourhood of a node, or all again. @param {number} i */
  async around(i) {
    await this.data.identify([i]);
    const again = this.focus === i;
    this.state.set({ focus: again ? "" : this.data.uuid(i) });
  }

  /** @param {number} i */
  async startPath(i) {
    await this.data.identify([i]);
    const panel = this.find("[data-panel='paths']");
    panel.setAttribute("open", "");
    /** @type {HTMLInputElement} */ (this.find("[name='from_name']")).value = this.data.name(i);
    this.state.set({ from: this.data.uuid(i) });
    this.find("[name='to_name']").focus();
  }

  clearPath() {
    for (const end of ["from", "to"]) /** @type {HTMLInputElement} */ (this.find(`[name='${end}_name']`)).value = "";
    this.state.set({ from: "", to: "" });
  }

  /** @param {number[]} nodes */
  async takeAway(nodes) {
    await this.data.identify(nodes);
    this.find("[data-panel='without']").setAttribute("open", "");
    this.state.set({ without: nodes.map((i) => this.data.uuid(i)), scenario: "" });
  }

  whole() {
    this.canvas.go(this.canvas.wholeWindow);
  }

  /** @param {boolean} on */
  lasso(on) {
    this.find("[data-do='lasso']").setAttribute("aria-pressed", String(on));
    this.element.classList.toggle("is-lassoing", on);
    if (on) this.tell(this.words.drawRing);
  }

  /** One thing back, the nearest first. */
  back() {
    if (this.find("[data-do='lasso']").getAttribute("aria-pressed") === "true") this.lasso(false);
    else if (this.focus >= 0) this.state.set({ focus: "" });
    else if (this.overlay.current >= 0) this.leave();
    else return false;
    return true;
  }

  reset() {
    this.selection?.set([]);
    this.leave();
    location.assign(location.pathname);
  }

  /** @param {string} text */
  tell(text) {
    this.find("[data-network-status]").textContent = text;
  }
}

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-network-view]"));
if (form) {
  load(form.dataset.graph ?? "")
    .then(async (data) => {
      if (!data.n) return;
      await turn();
      const network = new NetworkPage(form, data);
      await network.start();
      // Reachable for other modules, and for tests and benchmarks.
      Object.assign(form, { network });
    })
    .catch((problem) => {
      // The server's picture stays, and its links and its form with it.
      console.warn(problem);
      const words = JSON.parse(document.getElementById("network-words")?.textContent ?? "{}");
      const box = form.querySelector("[data-network-status]");
      if (box) box.textContent = words.stale ?? "";
    });
}
