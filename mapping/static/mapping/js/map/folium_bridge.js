// @ts-check
/**
 * The functions that a folium map's script calls. One module serves two uses:
 *
 * 1. **A page.** The page has the import map (`{% importmap %}`), `hb/map/map_box` and a map box
 *    (`components/map_box.html`), whose `data-scripts` lists, in order, what `config.importmap.map_scripts()` returns
 *    (Leaflet, protomaps-leaflet, this module) and then the map's own script (`/maps/<revision>/<name>.js`, a classic
 *    script). `map_box.js` loads them when the map is wanted, so that a phone fetches nothing before.
 * 2. **A single offline file** (or a notebook). `config.importmap.inline_modules()` gives the import map with every module
 *    as a `data:` address; after it come Leaflet and protomaps-leaflet inline, then
 *    `<script type="module">import "hb/map/folium_bridge"; ...the map's script... </script>`.
 *    The sprite of icons is put in the page as it is (`<svg hidden>`), CSS in a `<style>`.
 *
 * The global `hereabouts` is set when this module has run. Every function takes the Leaflet map first and an
 * options object second, returns the layer (or control), and remembers it in `map.hereabouts`
 * (`{points, basemap, connections}`) for the page's modules. Unknown options are ignored.
 *
 * ```js
 * var map = L.map("map", {zoomControl: false, maxZoom: 18});
 * hereabouts.addBasemap(map, {url: "/basemap/trafford.4f1c.pmtiles", maxDataZoom: 14});
 * hereabouts.addPoints(map, {url: "/tiles/trafford.12/nodes/{z}/{x}/{y}.mvt", maxDataZoom: 18});
 * hereabouts.addConnections(map, {url: "/api/v1/connections?place=trafford&format=geojson&limit=60"});
 * hereabouts.addControls(map, {place: "Stretford", bounds: [[53.40, -2.36], [53.46, -2.27]]});
 * ```
 *
 * The map is also announced: `document` gets the event `hb:map` with `detail.map`.
 *
 * ### addBasemap(map, options)
 * | option | meaning |
 * |---|---|
 * | `url` | address of a PMTiles file with the layers `earth, landuse, water, roads, rail, buildings, boundaries, places` |
 * | `tiles` | instead of `url`: `{"z/x/y": base64 of the MVT, plain or gzipped}` for an offline file |
 * | `maxDataZoom` | deepest zoom in the file (default 14); deeper views enlarge it |
 * | `minZoom`, `maxZoom`, `bounds` | as Leaflet's (`maxZoom` default 19) |
 * | `attribution` | text with links, shown by Leaflet's attribution control |
 * | `lang` | BCP 47 language of the labels |
 * | `note` | what to say in a corner from zoom 15 on, where the file has no small streets |
 *
 * ### addRaster(map, options)
 * Pictures of a provider instead: `{url, attribution, maxZoom}`, as Leaflet's `tileLayer` has them.
 *
 * ### addPoints(map, options)
 * | option | meaning |
 * |---|---|
 * | `url` | `/tiles/<revision>/nodes/{z}/{x}/{y}.mvt`; layer `nodes`, properties `uuid`, `name`, `c` (category slug), `i` (Maki icon), `n` (how many; above 1 the dot is a cluster) |
 * | `data` | instead of `url`: a GeoJSON FeatureCollection of points with the same properties |
 * | `query` | canonical query string appended to `url` (`category=faith&open=now`), may be empty |
 * | `maxDataZoom` | deepest zoom that the server has tiles for (default 18) |
 * | `minZoom`, `maxZoom`, `attribution` | as Leaflet's |
 * | `nodeUrl` | where a picked point leads without page modules: `"/node/{uuid}"` (a popup links there); left out when the page handles `hb:pick` |
 *
 * ### addConnections(map, options)
 * | option | meaning |
 * |---|---|
 * | `url` | GeoJSON FeatureCollection of LineStrings (two ends), `?node=<uuid>` is added for the selected node; properties below |
 * | `data` | instead of `url`: that FeatureCollection |
 * | `network` | address of the whole network (`graph.bin`), for the page's second switch |
 * | `on` | drawn from the start (default: when the page's URL has `underneath=1`) |
 * | `limit` | most lines drawn at once (default 60, strongest first) |
 *
 * Properties of a line: `source`, `target` (uuids), `type` (slug), `weight` (number of independent statements), `strength`
 * (1 to 5), `mutual` (boolean), `derived` (boolean: drawn as dots), `label` (a sentence).
 *
 * ### addControls(map, options)
 * | option | meaning |
 * |---|---|
 * | `bounds` | `[[south, west], [north, east]]` for the "whole place" button |
 * | `place` | the place's name, for that button's label |
 * | `ring` | `{metres, reach}`: show "Where I am" (asks for the position only when pressed, and keeps it in the browser), which draws a pin and a ring so far away |
 * | `labels` | `{zoomIn, zoomOut, whole, locate, locateFailed, here, somewhere}`: translated words |
 *
 * ### addMarker(map, options)
 * One place on a small map: `{lat, lon, category, icon, name, radius}`; `radius` in metres draws the area within which a
 * coarsened point lies.
 *
 * Folium's own container (`.folium-map`) lies inside the map box and fills it. Sizes and everything else that folium's header
 * says in `<style>` come from our style sheets (`css/hereabouts.css`, `css/map.css`): leave folium's out.
 *
 * Events, on the map's container, bubbling: `hb:pick` (`detail`: the point's properties with `lat`, `lon`, and `here`, those of
 * all on the same spot, where there are several; `null` when nothing is near), `hb:hover` (the same), `hb:moved` (`detail.bbox` "w,s,e,n"; only when the reader moved the map), `hb:connections` (`detail.count`, `detail.labels`).
 * @module hb/map/folium_bridge
 */
import { basemapLayer } from "hb/map/basemap";
import { controls } from "hb/map/controls";
import { nameOver } from "hb/map/names";
import { pointsLayer } from "hb/map/points";

// Not every map has these: fetched when wanted.
const CONNECTIONS = "hb/map/connections";
const MARKER = "hb/map/marker";

/** @param {any} map @param {string} type @param {any} detail */
function say(map, type, detail) {
  map.getContainer().dispatchEvent(new CustomEvent(type, { bubbles: true, detail }));
}

/**
 * Get to know a map: remember its layers, announce it, and say when the reader has moved it.
 * @param {any} map
 * @returns {Record<string, any>} its layers by name
 */
function known(map) {
  if (map.hereabouts) return map.hereabouts;
  map.hereabouts = {};
  map.attributionControl?.setPrefix(false);
  // After the map's script has run to its end.
  queueMicrotask(() => {
    nameOver(map);
    say(map, "hb:map", { map });
  });
  if (!map.options.scrollWheelZoom) letPass(map);
  // Whoever comes by keyboard sees where Enter chooses. The key that leads here comes up here.
  const box = map.getContainer();
  box.addEventListener("keyup", () => box.classList.add("hb-by-key"));
  box.addEventListener("pointerdown", () => box.classList.remove("hb-by-key"), { capture: true });
  let byHand = false;
  const hand = () => {
    byHand = true;
  };
  map.on("dragstart", hand);
  for (const type of ["wheel", "keydown", "touchstart", "dblclick", "click"]) {
    map.getContainer().addEventListener(type, hand, { passive: true, capture: true });
  }
  map.on("moveend", () => {
    if (byHand) say(map, "hb:moved", { bbox: bboxOf(map) });
    byHand = false;
  });
  return map.hereabouts;
}

/**
 * A map within a page traps nobody who passes it: the wheel zooms with a key (Ctrl, ⌘) or once the map has the focus, and
 * on a touch screen one finger moves the page, two the map.
 * @param {any} map
 */
function letPass(map) {
  const box = map.getContainer();
  if (matchMedia("(pointer: coarse)").matches) map.dragging.disable();
  const wheel = (/** @type {WheelEvent} */ event) => {
    const meant = event.ctrlKey || event.metaKey || box.contains(document.activeElement);
    map.scrollWheelZoom[meant ? "enable" : "disable"]();
  };
  box.addEventListener("wheel", wheel, { passive: true, capture: true });
}

/** @param {any} map @returns {string} "west,south,east,north", to about ten metres */
export function bboxOf(map) {
  const view = map.getBounds();
  return [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()].map((degrees) => degrees.toFixed(4)).join(",");
}

/** @param {any} map @param {any} options */
function withSprite(map, options) {
  return { sprite: map.getContainer().closest("[data-sprite]")?.dataset.sprite, ...options };
}

/** @param {any} map @param {any} options @returns {any} the layer */
export function addBasemap(map, options) {
  return (known(map).basemap = basemapLayer(options).addTo(map));
}

/** @param {any} map @param {any} options @returns {any} the layer */
export function addRaster(map, options) {
  const { url, ...rest } = options;
  return (known(map).basemap = globalThis.L.tileLayer(url, rest).addTo(map));
}

/** @param {any} map @param {any} options @returns {any} the layer */
export function addPoints(map, options) {
  const layer = pointsLayer(withSprite(map, options));
  known(map).points = layer;
  layer.addTo(map);
  if (options.nodeUrl) {
    map.getContainer().addEventListener("hb:pick", (/** @type {any} */ { detail }) => {
      if (!detail) return;
      const list = document.createElement("ul");
      list.className = "hb-spot";
      for (const { uuid, name } of detail.here ?? [detail]) {
        const link = document.createElement("a");
        link.href = options.nodeUrl.replace("{uuid}", uuid);
        link.textContent = name;
        link.target = "_top";
        list.appendChild(document.createElement("li")).append(link);
      }
      globalThis.L.popup().setLatLng([detail.lat, detail.lon]).setContent(list).openOn(map);
    });
  }
  return layer;
}

/** The layer of connections, whose module is fetched when it is first switched on. @param {any} options */
function laterConnections(options) {
  const Later = globalThis.L.Layer.extend({
    initialize(/** @type {any} */ given) {
      globalThis.L.setOptions(this, given);
    },
    async onAdd(/** @type {any} */ map) {
      const { connectionsLayer } = await import(CONNECTIONS);
      if (!this._real) {
        this._real = connectionsLayer(options);
        if (this._filter) this._real.filter(this._filter);
        this._real.choose(this._chosen ?? null);
      }
      if (map.hasLayer(this)) this._real.addTo(map);
    },
    onRemove() {
      this._real?.remove();
    },
    choose(/** @type {string | null} */ uuid) {
      this._chosen = uuid;
      this._real?.choose(uuid);
    },
    hint(/** @type {string | null} */ uuid) {
      this._real?.hint(uuid);
    },
    filter(/** @type {URLSearchParams} */ parameters) {
      this._filter = parameters;
      this._real?.filter(parameters);
    },
  });
  return new Later(options);
}

/** @param {any} map @param {any} options @returns {any} the layer, on the map only when it is on */
export function addConnections(map, options) {
  const layer = laterConnections(options);
  known(map).connections = layer;
  const on = options.on ?? new URLSearchParams(globalThis.location?.search).get("underneath") === "1";
  return on ? layer.addTo(map) : layer;
}

/** @param {any} map @param {any} options @returns {any} the control */
export function addControls(map, options) {
  known(map);
  return controls(withSprite(map, options)).addTo(map);
}

/** @param {any} map @param {any} options @returns {any} the layer */
export function addMarker(map, options) {
  const group = globalThis.L.layerGroup().addTo(map);
  import(MARKER).then(({ drawMarker }) => drawMarker(group, withSprite(map, options)));
  return (known(map).marker = group);
}

Object.assign(globalThis, {
  hereabouts: { addBasemap, addRaster, addPoints, addConnections, addControls, addMarker, bboxOf },
});
