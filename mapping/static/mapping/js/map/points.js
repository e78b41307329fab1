// @ts-check
/**
 * Nodes as dots: vector tiles of points, decoded and drawn on one canvas a tile.
 *
 * A tile covers 512 pixels and is asked for at one zoom less than the map's.
 * A tile's canvas reaches `EDGE` pixels past its tile, and a tile draws only the points that lie in it (not those of
 * the buffer), so that no dot is cut at an edge or drawn twice.
 * @module hb/map/points
 */
import { arrange } from "hb/map/bubbles";
import { colour, onThemeChange } from "hb/map/palette";
import { ask, onRenewed } from "hb/answers/revision";
import { bubble, dot, forget, loadIcons } from "hb/map/sprites";

/** @typedef {import("hb/map/bubbles").Properties} Properties */
/** @typedef {import("hb/map/bubbles").Dot} Dot */
/** @typedef {{x: number, y: number, properties: Properties}} Placed x and y in CSS pixels within the tile */

const EDGE = 28;
const REACH = 14; // a pick counts this many pixels from a dot's middle at least: targets of 28 px
const ICONS_FROM = 14;
const COUNT = 8; // radius of the number of a dot that stands for several on one spot
const ARM = 40; // how far from the middle of the map a key finds a dot, in pixels

/**
 * @param {ArrayBuffer} buffer a vector tile (Mapbox Vector Tile 2.1)
 * @param {{size: number, x: number, y: number}} part of it that is wanted: how large the whole of it is in CSS pixels, and
 *   the part's upper left corner in them
 * @param {number} size of the part in CSS pixels
 * @returns {Promise<Placed[]>}
 */
async function decode(buffer, part, size) {
  // The decoder of vector tiles that protomaps-leaflet has in it anyway.
  const source = new globalThis.protomapsL.PmtilesSource({ getZxy: async () => ({ data: buffer }) }, false);
  const layers = await source.get({ z: 0, x: 0, y: 0 }, part.size);
  const dots = [];
  for (const { geom, props } of layers.get("nodes") ?? []) {
    for (const [point] of geom) {
      const x = point.x - part.x;
      const y = point.y - part.y;
      if (x >= 0 && y >= 0 && x < size && y < size) dots.push({ x, y, properties: props });
    }
  }
  return dots;
}

/**
 * @param {any} collection GeoJSON FeatureCollection of points
 * @returns {(coords: any, size: number) => Placed[]} the points of a tile
 */
function fromFeatures(collection) {
  const L = globalThis.L;
  const placed = collection.features
    .filter((/** @type {any} */ feature) => feature.geometry?.type === "Point")
    .map((/** @type {any} */ feature) => {
      const [lon, lat] = feature.geometry.coordinates;
      const at = L.CRS.EPSG3857.latLngToPoint(L.latLng(lat, lon), 0);
      return { x: at.x / 256, y: at.y / 256, properties: feature.properties };
    });
  return ({ x, y, z }, size) => {
    const tiles = 2 ** (z - 1);
    const dots = [];
    for (const point of placed) {
      const px = point.x * tiles - x;
      const py = point.y * tiles - y;
      if (px >= 0 && py >= 0 && px < 1 && py < 1) {
        dots.push({ x: px * size, y: py * size, properties: point.properties });
      }
    }
    return dots;
  };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Dot[]} dots
 * @param {number} zoom
 * @param {number} size
 */
function draw(canvas, dots, zoom, size) {
  const ratio = devicePixelRatio || 1;
  canvas.width = canvas.height = Math.ceil((size + 2 * EDGE) * ratio);
  canvas.style.width = canvas.style.height = `${size + 2 * EDGE}px`;
  const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  g.scale(ratio, ratio);
  for (const { x, y, r, rank, properties } of dots) {
    const { c = "other", i = "", n = 1 } = properties;
    const picture = rank ? dot(c, zoom >= ICONS_FROM && rank < 3 ? i : "", r) : bubble(n, r);
    g.globalAlpha = rank === 3 ? 0.55 : 1;
    const side = 2 * (r + 2);
    g.drawImage(picture, x + EDGE - side / 2, y + EDGE - side / 2, side, side);
    if (!properties.here) continue;
    // How many there are, at its shoulder.
    const count = bubble(properties.here.length, COUNT);
    const shoulder = 0.75 * r - COUNT - 2;
    g.globalAlpha = 1;
    g.drawImage(count, x + EDGE + shoulder, y + EDGE - 0.75 * r - COUNT - 2, 2 * (COUNT + 2), 2 * (COUNT + 2));
  }
}

/** @param {any} found what was picked @returns {string} its name, or those of all on its spot */
function namesOf(found) {
  return (found?.here ?? [found ?? {}]).map((/** @type {Properties} */ it) => it.name ?? "").join(", ");
}

/**
 * @param {any} options see `hb/map/folium_bridge`; `sprite` is the address of the icons
 * @returns {any} a Leaflet layer with `setQuery(query)`, `pick(containerPoint)` and `light(point | null)`
 */
export function pointsLayer(options) {
  const L = globalThis.L;
  const maxDataZoom = options.maxDataZoom ?? 18;
  const inTile = options.data ? fromFeatures(options.data) : null;

  const Points = L.GridLayer.extend({
    onAdd(/** @type {any} */ map) {
      (map.getPane("hb-points") ?? map.createPane("hb-points")).style.zIndex = "450";
      L.GridLayer.prototype.onAdd.call(this, map);
      map.on({ click: this._clicked, keypress: this._pressed, mousemove: this._moved, mouseout: this._left }, this);
      this._stopTheme = onThemeChange(() => {
        forget();
        this.redraw();
      });
      this._stopRenewing = onRenewed(() => this._refresh());
    },

    onRemove(/** @type {any} */ map) {
      map.off({ click: this._clicked, keypress: this._pressed, mousemove: this._moved, mouseout: this._left }, this);
      this._stopTheme();
      this._stopRenewing();
      this.light(null);
      L.GridLayer.prototype.onRemove.call(this, map);
    },

    createTile(/** @type {any} */ coords, /** @type {Function} */ done) {
      const tile = document.createElement("div");
      const canvas = tile.appendChild(document.createElement("canvas"));
      Object.assign(canvas.style, { position: "absolute", left: `${-EDGE}px`, top: `${-EDGE}px` });
      const size = this.getTileSize().x;
      const zoom = this._tileZoom;
      const stop = new AbortController();
      Object.assign(tile, { stop, dots: [] });
      const icons = zoom >= ICONS_FROM ? loadIcons(options.sprite) : null;
      Promise.all([this._dots(coords, size, stop.signal), icons])
        .then(([dots]) => {
          Object.assign(tile, { dots });
          if (dots.length) draw(canvas, dots, zoom, size);
          done(null, tile);
        })
        .catch((problem) => done(problem.name === "AbortError" ? null : problem, tile));
      return tile;
    },

    _removeTile(/** @type {string} */ key) {
      this._tiles[key]?.el.stop?.abort();
      L.GridLayer.prototype._removeTile.call(this, key);
    },

    /** What to draw in a tile. @param {any} coords @param {number} size @param {AbortSignal} signal @returns {Promise<Dot[]>} */
    async _dots(coords, size, signal) {
      return arrange(await this._points(coords, size, signal), this._tileZoom, size, Boolean(this.options.query));
    },

    async _points(/** @type {any} */ coords, /** @type {number} */ size, /** @type {AbortSignal} */ signal) {
      if (inTile) return inTile(coords, size);
      // Past the deepest zoom of the server, a tile is a part of one that it has.
      const deeper = Math.max(0, coords.z - 1 - maxDataZoom);
      const whole = { z: coords.z - 1 - deeper, x: coords.x >> deeper, y: coords.y >> deeper };
      const part = {
        size: size * 2 ** deeper,
        x: (coords.x - (whole.x << deeper)) * size,
        y: (coords.y - (whole.y << deeper)) * size,
      };
      let url = L.Util.template(this.options.url, whole);
      if (this.options.query) url += `?${this.options.query}`;
      const answer = await ask(url, { signal });
      if (answer.status === 204) return [];
      if (!answer.ok) throw new Error(`Points of the map: ${answer.status}`);
      return decode(await answer.arrayBuffer(), part, size);
    },

    /** Something was withdrawn: every tile is asked for again, and keeps what it has until the new one is there. */
    _refresh() {
      if (inTile) return;
      const size = this.getTileSize().x;
      const zoom = this._tileZoom;
      for (const { coords, el } of Object.values(this._tiles)) {
        if (coords.z !== zoom) continue;
        this._dots(coords, size, el.stop.signal)
          .then((/** @type {Dot[]} */ dots) => {
            el.dots = dots;
            draw(el.firstChild, dots, zoom, size);
            this.fire("hb:drawn");
          })
          // As after any question that fails, what is there stays.
          .catch(() => undefined);
      }
    },

    /** @param {string} query canonical query string; the dots are those that it finds */
    setQuery(query) {
      if (query === (this.options.query ?? "")) return;
      this.options.query = query;
      this.redraw();
    },

    /** @returns {Dot[]} what is drawn, with x and y in pixels of the map's container */
    inView() {
      const map = this._map;
      const zoom = this._tileZoom;
      if (!map || map.getZoom() !== zoom) return [];
      const { min } = map.getPixelBounds();
      const size = this.getTileSize().x;
      return Object.values(this._tiles)
        .filter(({ coords }) => coords.z === zoom)
        .flatMap(({ coords, el }) =>
          el.dots.map((/** @type {Dot} */ it) => ({ ...it, x: it.x + coords.x * size - min.x, y: it.y + coords.y * size - min.y })),
        );
    },

    /**
     * @param {any} at a Leaflet point in the map's container
     * @param {number} [arm] how far a dot may be, in pixels
     * @returns {(Properties & {lat: number, lon: number}) | null} the nearest dot within reach
     */
    pick(at, arm = REACH) {
      const map = this._map;
      const zoom = this._tileZoom;
      const scale = map.getZoomScale(map.getZoom(), zoom);
      const world = map.getPixelBounds().min.add(at).divideBy(scale);
      const size = this.getTileSize().x;
      let best = null;
      let least = Infinity;
      for (const { coords, el } of Object.values(this._tiles)) {
        if (coords.z !== zoom) continue;
        const x = world.x - coords.x * size;
        const y = world.y - coords.y * size;
        const edge = Math.max(EDGE, arm);
        if (x < -edge || y < -edge || x > size + edge || y > size + edge) continue;
        for (const each of el.dots) {
          const away = Math.hypot(each.x - x, each.y - y);
          // What is small and pale stands back for what is not.
          const far = away + (each.rank === 3 ? REACH : 0);
          if (far < least && away <= Math.max(each.r + 2, arm)) {
            least = far;
            best = { each, coords };
          }
        }
      }
      if (!best) return null;
      const middle = L.point(best.coords.x * size + best.each.x, best.coords.y * size + best.each.y);
      const { lat, lng } = map.unproject(middle, zoom);
      return { ...best.each.properties, lat, lon: lng };
    },

    /** Ring the dot at `point` (`{lat, lon, c, i}`), or none. @param {any} point */
    async light(point) {
      this._ring?.remove();
      this._ring = null;
      this._lit = point;
      if (!point || !this._map) return;
      await loadIcons(options.sprite, point.i);
      if (this._lit !== point || !this._map) return;
      const picture = document.createElement("canvas");
      const source = dot(point.c ?? "other", point.i ?? "", 15);
      picture.width = picture.height = source.width;
      picture.style.width = picture.style.height = "34px";
      picture.getContext("2d")?.drawImage(source, 0, 0);
      const icon = L.divIcon({ className: "hb-lit", html: picture, iconSize: [34, 34] });
      this._ring = L.marker([point.lat, point.lon], { icon, interactive: false, keyboard: false });
      this._ring.addTo(this._map);
      picture.style.outline = `3px solid ${colour("ink", "#000")}`;
      picture.style.borderRadius = "50%";
    },

    _say(/** @type {string} */ type, /** @type {any} */ detail) {
      this._map.getContainer().dispatchEvent(new CustomEvent(type, { bubbles: true, detail }));
    },

    _clicked(/** @type {any} */ event) {
      this._choose(this.pick(event.containerPoint));
    },

    /** Enter chooses what is nearest to the middle of the map, which the arrow keys move. @param {any} event */
    _pressed({ originalEvent }) {
      if (originalEvent.key !== "Enter" || originalEvent.target !== this._map.getContainer()) return;
      const found = this.pick(this._map.getSize().divideBy(2), ARM);
      if (found) this._choose({ ...found, byKey: true });
    },

    _choose(/** @type {any} */ found) {
      if (found && (found.n ?? 1) > 1) {
        const closer = Math.min(this._map.getZoom() + 2, this._map.getMaxZoom());
        this._map.setView([found.lat, found.lon], closer);
        return;
      }
      this._say("hb:pick", found);
    },

    _moved(/** @type {any} */ event) {
      cancelAnimationFrame(this._frame);
      this._frame = requestAnimationFrame(() => {
        const found = this._map ? this.pick(event.containerPoint) : null;
        if (found?.uuid === this._over && !found === !this._any) return;
        this._over = found?.uuid;
        this._any = found;
        this._map.getContainer().classList.toggle("hb-over", Boolean(found));
        this._map.getContainer().title = (found?.n ?? 1) > 1 ? "" : namesOf(found);
        this._say("hb:hover", found);
      });
    },

    _left() {
      cancelAnimationFrame(this._frame);
      if (!this._any) return;
      this._any = this._over = null;
      this._say("hb:hover", null);
    },
  });

  return new Points({
    pane: "hb-points",
    // A tile covers 512 pixels, so it is one of the zoom before: a quarter of the requests, and fewer dots that overlap.
    tileSize: 512,
    maxZoom: 22,
    keepBuffer: 1,
    updateWhenZooming: false,
    ...options,
  });
}
