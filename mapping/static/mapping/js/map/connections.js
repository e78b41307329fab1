// @ts-check
/**
 * What lies underneath: a few connections as curved lines, and bands between groups, on one canvas over the dots, which pale.
 *
 * Thousands of lines over a map are a grey blanket, so at most `limit` are drawn, the strongest first. With a node
 * chosen, that node's; nearer to the ground, those of the part that is seen; far out, one band between two groups for all
 * that ties them.
 * @module hb/map/connections
 */
import { drawBand, drawLine } from "hb/map/connection_lines";
import { canvasOver } from "hb/map/over_map";
import { patientFetch } from "hb/answers/patient_fetch";
import { onRenewed } from "hb/answers/revision";

/** @typedef {{a: any, b: any, kind: number, properties: any}} Line a and b are Leaflet LatLngs */

const NEAR = 14; // from this zoom on only what begins or ends in view
const GRID = 0.02; // degrees: boxes in view are enlarged to these, so that a little panning asks for nothing
const FADED = 0.12;

/** @param {any} features GeoJSON LineStrings with two ends @param {string[]} kinds @returns {Line[]} */
function linesOf(features, kinds) {
  const L = globalThis.L;
  return (features ?? [])
    .filter((/** @type {any} */ feature) => feature.geometry?.coordinates?.length >= 2)
    .map((/** @type {any} */ { geometry, properties }) => {
      const [from, to] = [geometry.coordinates[0], geometry.coordinates.at(-1)];
      const kind = kinds.indexOf(properties.type);
      return { a: L.latLng(from[1], from[0]), b: L.latLng(to[1], to[0]), kind, properties };
    });
}

/** How much of a line is seen: the longer, the less, or a few long ones are all there is. @param {number} length in pixels */
function strengthOf(length) {
  return Math.min(Math.max(1 - length / 700, 0.25), 0.85);
}

/** The kinds of connection there are, the most common first. @param {any} collection */
function kindsOf(collection) {
  if (collection.types) return collection.types.map((/** @type {any} */ it) => it.slug);
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { properties } of collection.features ?? []) counts.set(properties.type, (counts.get(properties.type) ?? 0) + 1);
  return [...counts].sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1)).map(([slug]) => slug);
}

/**
 * @param {any} options see `hb/map/folium_bridge`
 * @returns {any} a Leaflet layer with `choose(uuid | null)`: draw that node's connections, or the strongest few;
 *   `hint(uuid | null)`: bring that node's out among those that are drawn; `filter(parameters)`: those of the page's
 *   address (`type`, `hide`, `stated`, `least`). After each loading the map's container hears `hb:connections` with
 *   `detail.count`, `total`, `bands`, `hubs`, `labels` and `types`.
 */
export function connectionsLayer(options) {
  const L = globalThis.L;
  const limit = options.limit ?? 60;
  /** @type {Map<string, Promise<any>>} */
  const answers = new Map();

  const Connections = L.Layer.extend({
    onAdd(/** @type {any} */ map) {
      // Over the dots (450): a line that ends at one of many is lost below them.
      this._over = canvasOver(map, "hb-connections", 455, () => this._draw());
      map.getContainer().classList.add("hb-underneath");
      map.on("moveend", this._moved, this);
      this._stopRenewing = onRenewed(() => {
        answers.clear();
        this._load();
      });
      this._load();
    },

    onRemove(/** @type {any} */ map) {
      map.off("moveend", this._moved, this);
      clearTimeout(this._later);
      this._stopRenewing();
      map.getContainer().classList.remove("hb-underneath");
      this._over.remove();
    },

    choose(/** @type {string | null} */ uuid) {
      if (uuid === (this._chosen ?? null)) return;
      this._chosen = uuid;
      if (this._map) this._load();
    },

    hint(/** @type {string | null} */ uuid) {
      if (uuid === (this._hinted ?? null)) return;
      this._hinted = uuid;
      this._draw();
    },

    filter(/** @type {URLSearchParams} */ parameters) {
      if (`${parameters}` === (this._filter ?? "")) return;
      this._filter = `${parameters}`;
      if (this._map) this._load();
    },

    /** What to ask for: the address of the lines that are wanted now. */
    _address() {
      const url = new URL(options.url, document.baseURI);
      for (const [name, value] of new URLSearchParams(this._filter)) url.searchParams.append(name, value);
      if (this._chosen) url.searchParams.set("node", this._chosen);
      else if (this._map.getZoom() >= NEAR) {
        const view = this._map.getBounds();
        const down = (/** @type {number} */ it) => (Math.floor(it / GRID) * GRID).toFixed(2);
        const up = (/** @type {number} */ it) => (Math.ceil(it / GRID) * GRID).toFixed(2);
        const box = [down(view.getWest()), down(view.getSouth()), up(view.getEast()), up(view.getNorth())];
        url.searchParams.set("bbox", box.join(","));
      }
      return url.href;
    },

    async _collection() {
      if (options.data) return options.data;
      const address = this._address();
      let coming = answers.get(address);
      if (!coming) {
        coming = patientFetch(address).then((answer) => (answer.ok ? answer.json() : Promise.reject(answer)));
        answers.set(address, coming);
        coming.catch(() => answers.delete(address));
      }
      return coming.catch(() => ({ features: [] }));
    },

    _moved() {
      clearTimeout(this._later);
      if (options.data || this._chosen) return;
      this._later = setTimeout(() => {
        if (this._map && this._address() !== this._asked) this._load();
      }, 250);
    },

    async _load() {
      const asking = {};
      this._asking = asking;
      this._asked = options.data ? "" : this._address();
      const collection = await this._collection();
      if (this._asking !== asking || !this._map) return;
      const chosen = this._chosen;
      const kinds = kindsOf(collection);
      // The API's own GeoJSON names an end by an object.
      const isChosen = (/** @type {any} */ end) => (end?.uuid ?? end) === chosen;
      const touches = (/** @type {Line} */ { properties }) => isChosen(properties.source) || isChosen(properties.target);
      const lines = linesOf(collection.features, kinds);
      const plain = () => lines.filter(({ properties }) => !properties.hub).slice(0, limit);
      this._lines = chosen ? lines.filter(touches) : plain();
      this._bands = chosen ? [] : linesOf(collection.bands, kinds);
      this._draw();
      const detail = {
        count: this._lines.length,
        total: collection.total ?? lines.length,
        bands: this._bands.length,
        hubs: (!chosen && collection.hubs) || [],
        labels: this._lines.map((/** @type {Line} */ line) => line.properties.label).filter(Boolean),
        types: collection.types ?? [],
      };
      this._map.getContainer().dispatchEvent(new CustomEvent("hb:connections", { bubbles: true, detail }));
    },

    _draw() {
      const map = this._map;
      if (!map) return;
      const { g } = this._over.clear();
      const hinted = this._hinted;
      const lines = /** @type {Line[]} */ (this._lines ?? []);
      const touched = (/** @type {Line} */ { properties: { source, target } }) => source === hinted || target === hinted;
      const some = Boolean(hinted) && lines.some(touched);
      const at = (/** @type {any} */ point) => map.latLngToContainerPoint(point);
      for (const { a, b, properties } of this._bands ?? []) drawBand(g, at(a), at(b), properties, some ? FADED : 1);
      const draw = (/** @type {Line} */ line, /** @type {number} */ alpha) =>
        drawLine(g, at(line.a), at(line.b), { ...line, alpha });
      // Weakest first, so that the strongest lie on top.
      for (let index = lines.length - 1; index >= 0; index -= 1) {
        const { a, b } = lines[index];
        draw(lines[index], some ? FADED : this._chosen ? 0.9 : strengthOf(at(a).distanceTo(at(b))));
      }
      if (some) for (const line of lines.filter(touched)) draw(line, 1);
      g.globalAlpha = 1;
    },
  });

  return new Connections();
}
