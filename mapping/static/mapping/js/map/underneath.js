// @ts-check
/**
 * "Look underneath" on the map page: two switches, a choice of connections that is the legend as well, and the address.
 * Fetched when it is first switched on, or when the page's address says that it is on.
 *
 * The address keeps `underneath` (`lines` or `network`) and what is chosen, by the names that the network's own page has
 * for it: `type`, `hide`, `stated`, `least`.
 * @module hb/map/underneath
 */
import { COLOURS, dashes, look } from "hb/map/connection_lines";

const CHOSEN = ["type", "hide", "stated", "least"];
const NETWORK = "hb/map/network_layer";
const SVG = "http://www.w3.org/2000/svg";

/** @param {string} search a page's address after "?" @returns {"" | "lines" | "network"} */
export function stateOf(search) {
  const said = new URLSearchParams(search).get("underneath");
  // "1" is how it was said at first: such addresses have been sent around.
  return said === "network" ? "network" : said === "lines" || said === "1" ? "lines" : "";
}

export class Underneath {
  /**
   * @param {any} map Leaflet map with `hereabouts.connections`
   * @param {HTMLElement} box `.underneath`: the switches and the choice
   * @param {HTMLElement | null} says where what happens is told to screen readers
   */
  constructor(map, box, says) {
    this.map = map;
    this.box = box;
    this.says = says;
    this.lines = map.hereabouts.connections;
    this.switch = /** @type {HTMLButtonElement} */ (box.querySelector(".explore__switch"));
    this.glide = /** @type {HTMLButtonElement} */ (box.querySelector(".underneath__glide"));
    this.choice = /** @type {HTMLDetailsElement} */ (box.querySelector(".underneath__choose"));
    this.form = /** @type {HTMLFormElement} */ (box.querySelector("form"));
    this.parameters = new URLSearchParams();
    const now = new URLSearchParams(location.search);
    for (const name of CHOSEN) for (const value of now.getAll(name)) this.parameters.append(name, value);
    this.state = "";
    /** @type {any} */
    this.network = null;
    /** @type {any[]} */
    this.types = [];
    /** What the legend was written from. */
    this.written = "";
    this.stated = this.parameters.get("stated") ?? "stated";
    this.chosen = null;
    this.form.addEventListener("change", () => this.choose());
    map.getContainer().addEventListener("hb:connections", (/** @type {any} */ event) => this.loaded(event.detail));
    map.on("click", this.clicked, this);
    map.on("mousemove", this.moved, this);
    this.read();
  }

  /** @param {"" | "lines" | "network"} state */
  async set(state) {
    const before = this.state;
    this.state = state;
    this.write();
    this.show();
    if (state === "") this.tell(this.box.dataset.off);
    if (state === "network") await this.toNetwork();
    else if (before === "network") await this.toGround();
    if (this.state === "lines") {
      this.lines.filter(this.parameters);
      if (!this.map.hasLayer(this.lines)) this.lines.addTo(this.map);
    } else if (this.state === "") this.lines.remove();
  }

  /** What the switches say, and what there is to choose. */
  show() {
    this.switch.setAttribute("aria-checked", String(this.state !== ""));
    this.glide.hidden = this.choice.hidden = this.state === "";
    this.glide.setAttribute("aria-checked", String(this.state === "network"));
  }

  async toNetwork() {
    try {
      if (!this.network) {
        this.glide.setAttribute("aria-busy", "true");
        const { NetworkLayer } = await import(NETWORK);
        this.network = await NetworkLayer.of(this.map, this.lines.options.network);
      }
    } catch {
      // The page is older than what is there now, or there is no way to us.
      if (this.state === "network") {
        await this.set("lines");
        this.tell(this.box.dataset.gone);
      }
      return;
    } finally {
      this.glide.removeAttribute("aria-busy");
    }
    if (this.state !== "network") return;
    this.network.filter(this.parameters);
    this.network.choose(this.chosen);
    this.legend(this.counted());
    // The canvas has the same dots in the same places now.
    const arrived = this.network.show();
    this.lines.remove();
    this.map.hereabouts.points?.remove();
    if (await arrived) {
      this.tellNetwork();
    }
  }

  tellNetwork() {
    const { count, edges } = this.network;
    this.tell(this.box.dataset.network?.replace("%n", count).replace("%m", edges.length));
  }

  async toGround() {
    if (!this.network || !(await this.network.hide())) return;
    const points = this.map.hereabouts.points;
    const leaving = this.network;
    this.network = null;
    if (points) {
      // Until the map's own dots are there, ours stay.
      const there = new Promise((done) => points.once("load", done));
      points.addTo(this.map);
      await Promise.race([there, new Promise((done) => setTimeout(done, 1500))]);
    }
    leaving.remove();
  }

  /** How many connections of each kind the network has. */
  counted() {
    const { data } = this.network;
    const types = data.tables.types.map((/** @type {{slug: string, forward: string}} */ { slug, forward }) => ({ slug, label: forward, stated: 0, derived: 0 }));
    for (let e = 0; e < data.m; e += 1) types[data.type[e]][data.derived[e] ? "derived" : "stated"] += 1;
    return this.network.kinds.map((/** @type {number} */ type) => types[type]);
  }

  /** Lines have come. @param {any} detail */
  loaded({ count, total, bands, types, hubs = [] }) {
    if (this.state !== "lines") return;
    this.legend(types);
    const { count: alone, band, bands: several } = this.box.dataset;
    const words = bands > 1 ? several : bands ? band : alone;
    const drawn = words?.replace("%n", count).replace("%m", total).replace("%b", bands);
    this.tell(hubs.length ? `${drawn} ${this.box.dataset.hubs?.replace("%h", hubs.join(", "))}` : drawn);
  }

  /** @param {string | undefined} words */
  tell(words) {
    if (!words) return;
    if (this.says) this.says.textContent = words;
    const shown = this.box.querySelector(".underneath__status");
    if (shown) shown.textContent = words;
  }

  /**
   * The kinds of connection, each with its line and a box to leave it out: those that somebody said, that rules worked
   * out, or both, as is chosen. A kind keeps its line whatever is chosen.
   * @param {any[]} [types]
   */
  legend(types = this.types) {
    const said = this.parameters.get("stated") ?? "stated";
    const rows = types.map((it, kind) => ({ ...it, kind, count: said === "all" ? it.stated + it.derived : it[said] }));
    const written = JSON.stringify(rows);
    if (!types.length || written === this.written) return;
    this.types = types;
    this.written = written;
    const list = /** @type {HTMLElement} */ (this.box.querySelector(".underneath__types"));
    const only = new Set(this.parameters.getAll("type"));
    const hidden = new Set(this.parameters.getAll("hide"));
    list.replaceChildren(
      ...rows
        .filter(({ count }) => count)
        .map(({ slug, label, count, kind }) => {
          const row = document.createElement("label");
          const tick = Object.assign(document.createElement("input"), { type: "checkbox", name: "type", value: slug });
          tick.checked = (only.size === 0 || only.has(slug)) && !hidden.has(slug);
          const words = document.createElement("span");
          words.textContent = `${label} (${count})`;
          row.append(tick, sample(kind, said === "derived"), words);
          return row;
        }),
    );
  }

  /** The form says what the address said. */
  read() {
    const stated = this.parameters.get("stated") ?? "stated";
    for (const it of this.form.querySelectorAll('input[name="stated"]')) {
      /** @type {HTMLInputElement} */ (it).checked = /** @type {HTMLInputElement} */ (it).value === stated;
    }
    const least = /** @type {HTMLSelectElement | null} */ (this.form.querySelector('select[name="least"]'));
    if (least) least.value = this.parameters.get("least") ?? "0";
  }

  /** Something else was chosen in the form. */
  choose() {
    const found = new URLSearchParams();
    const ticks = [.../** @type {NodeListOf<HTMLInputElement>} */ (this.form.querySelectorAll('input[name="type"]'))];
    for (const it of ticks) if (!it.checked) found.append("hide", it.value);
    // What is not in the list now stays left out for when it comes back.
    const listed = new Set(ticks.map((it) => it.value));
    for (const slug of this.parameters.getAll("hide")) if (!listed.has(slug)) found.append("hide", slug);
    const entered = new FormData(this.form);
    if (entered.get("stated") !== "stated") found.set("stated", `${entered.get("stated")}`);
    if (entered.get("least") !== "0") found.set("least", `${entered.get("least")}`);
    this.parameters = found;
    this.write();
    const stated = found.get("stated") ?? "stated";
    if (stated !== this.stated) this.legend();
    this.stated = stated;
    this.lines.filter(found);
    if (this.network) {
      this.network.filter(found);
      this.tellNetwork();
    }
  }

  /** Put the state into the address, and into the links to the network's pages. */
  write() {
    const url = new URL(location.href);
    for (const name of ["underneath", ...CHOSEN]) url.searchParams.delete(name);
    if (this.state) {
      url.searchParams.set("underneath", this.state);
      for (const [name, value] of this.parameters) url.searchParams.append(name, value);
    }
    history.replaceState(history.state, "", url);
    for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (this.box.querySelectorAll("a[data-page]"))) {
      const words = `${this.parameters}`;
      link.href = words ? `${link.dataset.page}?${words}` : `${link.dataset.page}`;
    }
  }

  /** What is chosen on the map or in the list. @param {string | null} uuid */
  pick(uuid) {
    this.chosen = uuid;
    this.lines.choose(uuid);
    this.network?.choose(uuid);
  }

  /** What is pointed at in the list, in passing. @param {string | null} uuid */
  hint(uuid) {
    if (this.state === "lines") this.lines.hint(uuid);
    else if (this.state === "network" && !this.chosen) this.network?.choose(uuid);
  }

  async clicked(/** @type {any} */ event) {
    if (this.state !== "network" || !this.network) return;
    const i = this.network.pick(event.containerPoint);
    const detail = i < 0 ? null : await this.network.told(i);
    this.map.getContainer().dispatchEvent(new CustomEvent("hb:pick", { bubbles: true, detail }));
  }

  moved(/** @type {any} */ event) {
    if (this.state !== "network" || !this.network || this.network.glide.moving) return;
    const i = this.network.pick(event.containerPoint);
    const container = this.map.getContainer();
    container.classList.toggle("hb-over", i >= 0);
    container.title = i < 0 ? "" : this.network.data.name(i);
  }
}

/** A short line as it is drawn on the map, for the legend. @param {number} kind @param {boolean} [derived] */
function sample(kind, derived = false) {
  const svg = document.createElementNS(SVG, "svg");
  const line = document.createElementNS(SVG, "path");
  const { colour } = look(kind);
  for (const [name, value] of Object.entries({ viewBox: "0 0 44 12", class: "underneath__sample", "aria-hidden": "true" })) {
    svg.setAttribute(name, value);
  }
  line.setAttribute("d", "M2 9Q22 1 42 9");
  line.setAttribute("data-colour", COLOURS[colour]);
  line.setAttribute("stroke-dasharray", dashes(kind, derived).join(" ") || "none");
  svg.append(line);
  return svg;
}
