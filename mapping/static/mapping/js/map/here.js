// @ts-check
/**
 * Where somebody looks from: a pin, and a ring as far away as they look, with that distance in words.
 * @module hb/map/here
 */
import { colour } from "hb/map/palette";

/**
 * @param {any} map Leaflet map
 * @param {{lat: number, lon: number, metres: number, reach: string, name: string}} here `reach`: the distance in words
 * @returns {any} a Leaflet layer group, on the map
 */
export function showHere(map, { lat, lon, metres, reach, name }) {
  const L = globalThis.L;
  const group = L.layerGroup();
  const sign = (/** @type {any} */ at, /** @type {string} */ what, /** @type {string} */ words, /** @type {any} */ icon) => {
    const html = document.createElement("div");
    html.className = `hb-here__${what}`;
    html.textContent = words;
    L.marker(at, { icon: L.divIcon({ className: "hb-here", html, ...icon }), interactive: false, keyboard: false }).addTo(group);
    return html;
  };
  if (metres) {
    const ring = { radius: metres, color: colour("accent"), weight: 2, dashArray: "2 6", fillOpacity: 0.05, interactive: false };
    L.circle([lat, lon], ring).addTo(group);
    // A degree of latitude is the same length everywhere.
    sign([lat + metres / 111_195, lon], "reach", reach, { iconSize: [0, 0] });
  }
  // The pin's point is what lies there.
  const pin = sign([lat, lon], "pin", "", { iconSize: [24, 24], iconAnchor: [12, 29] });
  pin.title = name;
  return group.addTo(map);
}
