// @ts-check
/**
 * What lies underneath: a few connections as faint arcs, drawn on one canvas below the dots.
 *
 * Thousands of lines over a map are a grey blanket, so at most `limit` are drawn, the strongest first; with a node
 * chosen, only that node's.
 * @module hb/connections
 */
import { colour, onThemeChange } from "hb/palette";

/** @typedef {{a: any, b: any, properties: any}} Line a and b are Leaflet LatLngs */

const MARGIN = 0.15; // of the map's size, drawn past its edge so that panning a little shows no gap

/**
 * The arc between two points, bowed to one side; the side depends on the ends only, so there and back differ.
 * @param {CanvasRenderingContext2D} g
 * @param {{x: number, y: number}} a
 * @param {{x: number, y: number}} b
 */
function arc(g, a, b) {
  const bow = 0.16;
  g.moveTo(a.x, a.y);
  g.quadraticCurveTo((a.x + b.x) / 2 + (b.y - a.y) * bow, (a.y + b.y) / 2 - (b.x - a.x) * bow, b.x, b.y);
}

/** @param {any} collection GeoJSON FeatureCollection of LineStrings with two ends @returns {Line[]} strongest first */
function linesOf(collection) {
  const L = globalThis.L;
  return (collection.features ?? [])
    .filter((/** @type {any} */ feature) => feature.geometry?.coordinates?.length >= 2)
    .map((/** @type {any} */ { geometry, properties }) => {
      const [from, to] = [geometry.coordinates[0], geometry.coordinates.at(-1)];
      return { a: L.latLng(from[1], from[0]), b: L.latLng(to[1], to[0]), properties };
    })
    .sort((/** @type {Line} */ one, /** @type {Line} */ other) => (other.properties.weight ?? 1) - (one.properties.weight ?? 1));
}

/**
 * @param {any} options see `hb/folium_bridge`
 * @returns {any} a Leaflet layer with `choose(uuid | null)`: draw that node's connections, or the strongest few.
 *   After each loading the map's container hears `hb:connections` with `detail.count` and `detail.labels`.
 */
export function connectionsLayer(options) {
  const L = globalThis.L;
  const limit = options.limit ?? 60;

  const Connections = L.Layer.extend({
    onAdd(/** @type {any} */ map) {
      const pane = map.createPane("hb-connections");
      Object.assign(pane.style, { zIndex: "440", pointerEvents: "none" });
      this._canvas = L.DomUtil.create("canvas", "leaflet-zoom-hide", pane);
      this._stopTheme = onThemeChange(() => this._draw());
      map.on("moveend zoomend resize", this._draw, this);
      this._load();
    },

    onRemove(/** @type {any} */ map) {
      map.off("moveend zoomend resize", this._draw, this);
      this._stopTheme();
      this._canvas.remove();
    },

    choose(/** @type {string | null} */ uuid) {
      if (uuid === this._chosen) return;
      this._chosen = uuid;
      if (this._map) this._load();
    },

    async _load() {
      const chosen = this._chosen;
      let collection = options.data;
      if (!collection) {
        const url = new URL(options.url, document.baseURI);
        if (chosen) url.searchParams.set("node", chosen);
        const answer = await fetch(url).catch(() => null);
        collection = answer?.ok ? await answer.json() : { features: [] };
      }
      if (chosen !== this._chosen || !this._map) return;
      // The API's own GeoJSON names an end by an object.
      const isChosen = (/** @type {any} */ end) => (end?.uuid ?? end) === chosen;
      const touches = (/** @type {Line} */ { properties }) => isChosen(properties.source) || isChosen(properties.target);
      const lines = linesOf(collection);
      this._lines = (chosen ? lines.filter(touches) : lines).slice(0, limit);
      this._draw();
      const detail = {
        count: this._lines.length,
        labels: this._lines.map((/** @type {Line} */ line) => line.properties.label).filter(Boolean),
      };
      this._map.getContainer().dispatchEvent(new CustomEvent("hb:connections", { bubbles: true, detail }));
    },

    _draw() {
      const map = this._map;
      if (!map) return;
      const ratio = devicePixelRatio || 1;
      const size = map.getSize();
      const margin = size.multiplyBy(MARGIN).round();
      const whole = size.add(margin.multiplyBy(2));
      const canvas = this._canvas;
      canvas.width = whole.x * ratio;
      canvas.height = whole.y * ratio;
      Object.assign(canvas.style, { width: `${whole.x}px`, height: `${whole.y}px` });
      L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint(margin.multiplyBy(-1)));
      const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
      g.scale(ratio, ratio);
      g.translate(margin.x, margin.y);
      g.lineCap = "round";
      g.strokeStyle = g.fillStyle = colour("accent", "#0b6e5b");
      const lines = this._lines ?? [];
      // Weakest first, so that the strongest lie on top.
      for (let index = lines.length - 1; index >= 0; index -= 1) {
        const { a, b, properties } = lines[index];
        const weight = Math.min(properties.weight ?? 1, 8);
        g.globalAlpha = this._chosen ? 0.85 : 0.25 + 0.5 * (1 - index / lines.length);
        g.lineWidth = 1.2 + 0.5 * weight;
        g.setLineDash(properties.derived ? [3, 6] : []);
        const [from, to] = [map.latLngToContainerPoint(a), map.latLngToContainerPoint(b)];
        g.beginPath();
        arc(g, from, to);
        g.stroke();
        g.setLineDash([]);
        for (const end of [from, to]) {
          g.beginPath();
          g.arc(end.x, end.y, 3, 0, 2 * Math.PI);
          g.fill();
        }
      }
    },
  });

  return new Connections();
}
