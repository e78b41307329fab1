// @ts-check
/**
 * The ground: vector tiles out of one PMTiles file, drawn quietly by protomaps-leaflet so that the dots stand out.
 * @module hb/map/basemap
 */
import { colour, onThemeChange } from "hb/map/palette";
import { tileFile } from "hb/map/pmtiles";
import { streetNames } from "hb/map/street_names";

const POLYGON = 3;
const LINE = 2;
const POINT = 1;
const GREEN = new Set(
  ("park garden grass meadow wood forest nature_reserve recreation_ground common village_green allotments orchard " +
    "cemetery churchyard golf_course pitch playground dog_park heath scrub farmland greenspace green").split(" "),
);
const MAJOR = new Set(["motorway", "trunk", "primary", "highway", "major", "major_road"]);
const MIDDLE = new Set(["secondary", "tertiary", "medium", "medium_road", "bus_route", "main"]);
const LANE = "service";
const PATH = new Set(["path", "footway", "cycleway", "bridleway", "steps", "track"]);
// From here on a map says that it has no small streets.
const SMALL_STREETS_FROM = 15;

/** 0 for a main road, 1, 2 for a street, 3 for a lane, 4 for a path. @param {any} props */
function rank(props) {
  const kind = String(props.kind ?? "").replace(/_link$/, "");
  if (MAJOR.has(kind)) return 0;
  if (MIDDLE.has(kind)) return 1;
  if (kind === LANE) return 3;
  return PATH.has(kind) ? 4 : 2;
}

/** @param {any} P protomaps-leaflet */
function paintRules(P) {
  const area = (/** @type {string} */ dataLayer, /** @type {string} */ fill, /** @type {any} */ more = {}) => ({
    dataLayer,
    symbolizer: new P.PolygonSymbolizer({ fill: colour(fill) }),
    ...more,
    filter: (/** @type {number} */ z, /** @type {any} */ f) => f.geomType === POLYGON && (more.filter?.(f) ?? true),
  });
  const line = (/** @type {string} */ dataLayer, /** @type {any} */ style, /** @type {any} */ more = {}) => ({
    dataLayer,
    symbolizer: new P.LineSymbolizer(style),
    ...more,
    filter: (/** @type {number} */ z, /** @type {any} */ f) => f.geomType === LINE && (more.filter?.(f) ?? true),
  });
  const road = (/** @type {number} */ which, /** @type {[number, number][]} */ stops) => ({
    filter: (/** @type {any} */ f) => rank(f.props) === which,
    width: P.exp(1.6, stops),
    edge: P.exp(1.6, stops.map(([zoom, width]) => [zoom, width + Math.min(2, width * 0.5)])),
  });
  const roads = [
    road(3, [[13, 0.5], [15, 1.5], [18, 8]]),
    road(2, [[12, 0.4], [14, 1.6], [16, 5], [18, 13]]),
    road(1, [[10, 0.5], [13, 2], [16, 8], [18, 18]]),
    road(0, [[7, 0.6], [11, 1.6], [14, 4], [16, 10], [18, 22]]),
  ];
  return [
    area("earth", "map-earth"),
    area("landuse", "map-built", { filter: (/** @type {any} */ f) => !GREEN.has(f.props.kind) }),
    area("landuse", "map-green", { filter: (/** @type {any} */ f) => GREEN.has(f.props.kind) }),
    area("water", "map-water"),
    line("water", { color: colour("map-water"), width: P.exp(1.6, [[10, 0.6], [14, 2], [18, 9]]) }),
    area("buildings", "map-building", { minzoom: 14 }),
    line(
      "roads",
      { color: colour("map-road-edge"), width: 1, dash: [3, 2] },
      { minzoom: 14, filter: (/** @type {any} */ f) => rank(f.props) === 4 },
    ),
    area("roads", "map-road"),
    ...roads.map(({ edge, filter }) => line("roads", { color: colour("map-road-edge"), width: edge }, { filter })),
    ...roads.map(({ width, filter }) => line("roads", { color: colour("map-road"), width }, { filter })),
    line("rail", { color: colour("map-rail"), width: P.exp(1.4, [[10, 0.6], [14, 1.4], [18, 3]]), dash: [6, 3] }),
    line(
      "boundaries",
      { color: colour("map-boundary"), width: 1, dash: [1, 5], opacity: 0.6 },
      { minzoom: 12, filter: (/** @type {any} */ f) => f.props.kind !== "district" },
    ),
    line(
      "boundaries",
      { color: colour("map-boundary"), width: 1.5, dash: [2, 4] },
      { filter: (/** @type {any} */ f) => f.props.kind === "district" },
    ),
  ];
}

/**
 * The name of a place: the basemap keeps its room, and `hb/map/names` draws it, over the dots.
 * @param {any} text a symbolizer of protomaps-leaflet
 */
function drawnLater(text) {
  return {
    place(/** @type {any} */ layout, /** @type {any} */ geom, /** @type {any} */ feature) {
      const labels = text.place(layout, geom, feature);
      for (const label of labels ?? []) label.draw = Object.assign(() => undefined, { place: label.draw });
      return labels;
    },
  };
}

/**
 * @param {any} P protomaps-leaflet
 * @param {string} [lang]
 */
function labelRules(P, lang) {
  const labelProps = lang ? [`name:${lang}`, "name"] : ["name"];
  const fontFamily = colour("font-text", "sans-serif");
  const text = (/** @type {any} */ style) => ({
    labelProps,
    fill: colour("map-label"),
    stroke: colour("map-halo"),
    width: 2,
    ...style,
  });
  const large = new Set(["city", "town", "suburb", "village", "locality", "district"]);
  const places = (/** @type {boolean} */ isLarge, /** @type {any} */ style, /** @type {any} */ zooms) => ({
    dataLayer: "places",
    symbolizer: drawnLater(new P.CenteredTextSymbolizer(text(style))),
    filter: (/** @type {number} */ z, /** @type {any} */ f) => large.has(f.props.kind) === isLarge,
    ...zooms,
  });
  return [
    places(true, { font: `700 15px ${colour("font-display", "serif")}`, lineHeight: 1.4 }, {}),
    places(false, { font: `italic 400 14px ${colour("font-display", "serif")}`, lineHeight: 1.3 }, { minzoom: 13 }),
    {
      dataLayer: "roads",
      symbolizer: streetNames(P, text({ fontFamily, fontSize: 11, fontWeight: 400 })),
      minzoom: 14,
      filter: (/** @type {number} */ z, /** @type {any} */ f) => Boolean(f.props.name),
      sort: (/** @type {any} */ a, /** @type {any} */ b) => rank(a) - rank(b),
    },
    {
      dataLayer: "rail",
      symbolizer: new P.CenteredTextSymbolizer(text({ font: `600 11px ${fontFamily}`, lineHeight: 1.3 })),
      minzoom: 14,
      filter: (/** @type {number} */ z, /** @type {any} */ f) => f.geomType === POINT && Boolean(f.props.name),
    },
    {
      dataLayer: "water",
      symbolizer: new P.LineLabelSymbolizer(text({ fontFamily, fontSize: 11, fontStyle: "italic" })),
      minzoom: 13,
      filter: (/** @type {number} */ z, /** @type {any} */ f) => f.geomType === LINE && Boolean(f.props.name),
    },
    {
      dataLayer: "landuse",
      symbolizer: new P.CenteredTextSymbolizer(text({ font: `italic 400 11px ${fontFamily}`, lineHeight: 1.3 })),
      minzoom: 15,
      filter: (/** @type {number} */ z, /** @type {any} */ f) => Boolean(f.props.name),
    },
  ];
}

/**
 * Tiles that are part of the page, as protomaps-leaflet reads them.
 * @param {Record<string, string>} tiles `z/x/y` to base64, plain or gzipped
 */
function inPage(tiles) {
  return {
    /** @param {number} z @param {number} x @param {number} y */
    async getZxy(z, x, y) {
      const found = tiles[`${z}/${x}/${y}`];
      if (!found) return undefined;
      const bytes = Uint8Array.from(atob(found), (letter) => letter.charCodeAt(0));
      if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return { data: bytes.buffer };
      const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
      return { data: await new Response(plain).arrayBuffer() };
    },
  };
}

/**
 * Say something in a corner of the map from a zoom on, as long as a layer is there.
 * @param {number} zoom
 * @param {string} words
 * @param {any} layer of Leaflet
 */
function tellFrom(zoom, words, layer) {
  const L = globalThis.L;
  const map = layer._map;
  const box = L.DomUtil.create("p", "hb-note");
  box.textContent = words;
  const Note = L.Control.extend({ onAdd: () => box });
  // Over whose data it is; on the large map beside it, where the switches leave room.
  const position = map.getContainer().closest(".explore__map") ? "bottomleft" : "bottomright";
  const note = new Note({ position }).addTo(map);
  const update = () => {
    box.hidden = map.getZoom() < zoom;
  };
  map.on("zoomend", update);
  update();
  layer.once("remove", () => {
    map.off("zoomend", update);
    note.remove();
  });
}

/**
 * @param {any} options see `hb/map/folium_bridge`
 * @returns {any} a Leaflet layer
 */
export function basemapLayer(options) {
  const P = globalThis.protomapsL;
  const { tiles, lang, url, note, ...rest } = options;
  const layer = P.leafletLayer({
    maxDataZoom: 14,
    maxZoom: 19,
    attribution: "",
    ...rest,
    lang,
    url: tiles ? inPage(tiles) : tileFile(url),
    paintRules: paintRules(P),
    labelRules: labelRules(P, lang),
    backgroundColor: colour("map-earth"),
  });
  const stop = onThemeChange(() => {
    layer.paintRules = paintRules(P);
    layer.labelRules = labelRules(P, lang);
    layer.backgroundColor = colour("map-earth");
    layer.clearLayout();
    layer.rerenderTiles();
  });
  layer.on("remove", stop);
  if (note) layer.on("add", () => tellFrom(SMALL_STREETS_FROM, note, layer));
  return layer;
}
