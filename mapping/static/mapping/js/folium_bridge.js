// @ts-check
/**
 * The functions that a folium map's script calls. One module serves two uses:
 *
 * 1. **A page.** The page has the import map (`{% importmap %}`) and loads, in this order:
 *    `leaflet.js` and `protomaps-leaflet.js` (classic, `defer`), this file (`type="module"`), the map's own
 *    script (`defer`). `explore.js` does the loading for the map + list page, from
 *    the map box's `data-scripts` (see below), so that a phone fetches nothing before the map is opened.
 * 2. **A single offline file** (or a notebook). `config.importmap.inline_modules()` gives the import map with every module
 *    as a `data:` address; after it come Leaflet and protomaps-leaflet inline, then
 *    `<script type="module">import "hb/folium_bridge"; ...the map's script... </script>`.
 *    The sprite of icons is put in the page as it is (`<svg hidden>`), CSS in a `<style>`.
 *
 * The global `hereabouts` is set when this module has run. Every function takes the Leaflet map first and an
 * options object second, returns the layer (or control), and remembers it in `map.hereabouts`
 * (`{points, basemap, connections}`) for the page's modules. Unknown options are ignored.
 *
 * ```js
 * var map = L.map("map", {...});
 * hereabouts.addBasemap(map, {url: "/basemap/trafford.4f1c.pmtiles", maxDataZoom: 14});
 * hereabouts.addPoints(map, {url: "/tiles/trafford.12/nodes/{z}/{x}/{y}.mvt", maxDataZoom: 16});
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
 * | `on` | drawn from the start (default: when the page's URL has `underneath=1`) |
 * | `limit` | most lines drawn at once (default 60, strongest first) |
 *
 * Properties of a line: `source`, `target` (uuids), `type` (slug), `weight` (number of independent statements), `mutual`
 * (boolean), `derived` (boolean: drawn dashed), `label` (a sentence).
 *
 * ### addControls(map, options)
 * | option | meaning |
 * |---|---|
 * | `bounds` | `[[south, west], [north, east]]` for the "whole place" button |
 * | `place` | the place's name, for that button's label |
 * | `locate` | show "Near me" (default false; asks for the position only when pressed) |
 * | `labels` | `{zoomIn, zoomOut, whole, locate, locateFailed}`: translated words |
 *
 * ### addMarker(map, options)
 * One place on a small map: `{lat, lon, category, icon, name, radius}`; `radius` in metres draws the area within which a
 * coarsened point lies.
 *
 * ### The map box in a page
 * ```html
 * <div class="hb-map" id="place-map" data-scripts='["leaflet.js", "protomaps-leaflet.js", ".../folium_bridge.js", ".../map.js"]'
 *      data-sprite="/static/.../icons.svg"></div>
 * ```
 * Folium's own container (`.folium-map`) lies inside it. The box's size comes from the style sheet.
 *
 * Events, on the map's container, bubbling: `hb:pick` (`detail`: the point's properties with `lat`, `lon`, or `null` when
 * nothing is near), `hb:hover` (the same), `hb:moved` (`detail.bbox` "w,s,e,n", by the reader's hand only).
 * @module hb/folium_bridge
 */
export {};
