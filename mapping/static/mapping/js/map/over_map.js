// @ts-check
/**
 * A canvas that lies over a Leaflet map, a little larger than it, so that panning shows no gap and zooming stretches it.
 * @module hb/map/over_map
 */
import { onThemeChange } from "hb/map/palette";

const MARGIN = 0.15; // of the map's size on each side

/**
 * @param {any} map Leaflet map
 * @param {string} name of its pane
 * @param {number} level z-index of the pane
 * @param {() => void} redraw called when the map has moved, the screen has changed, or the device has turned dark
 */
export function canvasOver(map, name, level, redraw) {
  const L = globalThis.L;
  const pane = map.getPane(name) ?? map.createPane(name);
  Object.assign(pane.style, { zIndex: `${level}`, pointerEvents: "none" });
  /** @type {HTMLCanvasElement} */
  const canvas = L.DomUtil.create("canvas", "leaflet-zoom-animated", pane);
  const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  /** @type {any} */
  let bounds = null;
  let zoom = 0;

  function stretch(/** @type {any} */ event) {
    if (!bounds) return;
    const at = map._latLngBoundsToNewLayerBounds(bounds, event.zoom, event.center).min;
    L.DomUtil.setTransform(canvas, at, map.getZoomScale(event.zoom, zoom));
  }

  map.on("moveend zoomend resize", redraw);
  map.on("zoomanim", stretch);
  const stopTheme = onThemeChange(redraw);

  return {
    canvas,
    /**
     * An empty canvas where the map is now, in the map's container's pixels.
     * @returns {{g: CanvasRenderingContext2D, left: number, top: number, width: number, height: number}} and what of these
     *   it covers
     */
    clear() {
      const size = map.getSize();
      const ratio = Math.min(devicePixelRatio || 1, 2);
      const margin = size.multiplyBy(MARGIN).round();
      const whole = size.add(margin.multiplyBy(2));
      const [wide, high] = [Math.round(whole.x * ratio), Math.round(whole.y * ratio)];
      if (canvas.width !== wide || canvas.height !== high) {
        canvas.width = wide;
        canvas.height = high;
        Object.assign(canvas.style, { width: `${whole.x}px`, height: `${whole.y}px` });
      }
      g.setTransform(1, 0, 0, 1, 0, 0);
      g.clearRect(0, 0, wide, high);
      const corner = map.containerPointToLayerPoint(margin.multiplyBy(-1));
      L.DomUtil.setPosition(canvas, corner);
      zoom = map.getZoom();
      bounds = L.latLngBounds(map.layerPointToLatLng(corner), map.layerPointToLatLng(corner.add(whole)));
      g.setTransform(ratio, 0, 0, ratio, margin.x * ratio, margin.y * ratio);
      return { g, left: -margin.x, top: -margin.y, width: whole.x, height: whole.y };
    },
    remove() {
      map.off("moveend zoomend resize", redraw);
      map.off("zoomanim", stretch);
      stopTheme();
      canvas.remove();
    },
  };
}
