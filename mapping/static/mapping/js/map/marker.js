// @ts-check
/**
 * One place on a small map: its dot, and, where only the neighbourhood of it may be known, that neighbourhood.
 * @module hb/map/marker
 */
import { colour, onThemeChange } from "hb/map/palette";
import { dot, forget, loadIcons } from "hb/map/sprites";

/**
 * @param {any} group the Leaflet layer group to draw in
 * @param {any} options see `hb/map/folium_bridge`
 */
export function drawMarker(group, options) {
  const L = globalThis.L;
  const at = [options.lat, options.lon];
  const side = 40;

  async function draw() {
    await loadIcons(options.sprite, options.icon);
    group.clearLayers();
    if (options.radius) {
      const tint = colour(`kind-${options.category}`, colour("kind-other"));
      L.circle(at, { radius: options.radius, color: tint, weight: 2, dashArray: "4 6", fillOpacity: 0.12, interactive: false }).addTo(group);
    }
    const html = document.createElement("canvas");
    const source = dot(options.category ?? "other", options.icon ?? "", 18);
    html.width = html.height = source.width;
    html.style.width = html.style.height = `${side}px`;
    html.getContext("2d")?.drawImage(source, 0, 0);
    const icon = L.divIcon({ className: "hb-marker", html, iconSize: [side, side] });
    L.marker(at, { icon, interactive: false, keyboard: false }).addTo(group);
  }

  const stop = onThemeChange(() => {
    forget();
    draw();
  });
  group.on("remove", stop);
  draw();
}
