// @ts-check
// Lets a point be shown on a map, in any form with a field "point". Without this it takes two numbers.

/**
 * Let a point be shown on the map: press on it, or put the pin in its middle (for keyboards).
 * The map itself is fetched by hb/map/map_box when it comes into view, that is, when "a point that I show" is chosen.
 * @param {HTMLElement} box
 * @param {HTMLInputElement} input "latitude, longitude"
 */
function pinMap(box, input) {
  box.hidden = false;
  const said = /** @type {HTMLElement} */ (box.querySelector("[data-pin-said]"));
  /** @type {any} the Leaflet map, and its marker */
  let map;
  /** @type {any} */
  let pin;

  const read = () => {
    const match = input.value.match(/^\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*$/);
    return match ? [Number(match[1]), Number(match[2])] : null;
  };
  const draw = () => {
    const at = read();
    if (!map || !at) return;
    if (pin) pin.setLatLng(at);
    else pin = globalThis.L.circleMarker(at, { radius: 9, weight: 3, className: "pin-map__pin" }).addTo(map);
  };
  const put = (/** @type {{lat: number, lng: number}} */ { lat, lng }) => {
    input.value = `${lat.toFixed(5)}, ${lng.toFixed(5)}`;
    said.textContent = `${said.dataset.words} ${input.value}`;
    draw();
  };

  document.addEventListener("hb:map", ({ detail }) => {
    map = detail.map;
    const at = read();
    if (at) map.setView(at, 16);
    map.on("click", (/** @type {any} */ event) => put(event.latlng));
    draw();
  });
  input.addEventListener("change", () => {
    draw();
    if (map && read()) map.panTo(read());
  });
  box.querySelector("[data-pin-middle]")?.addEventListener("click", () => map && put(map.getCenter()));
}

const pins = /** @type {HTMLElement | null} */ (document.querySelector("[data-pin-map]"));
const point = /** @type {HTMLInputElement | null | undefined} */ (
  pins?.closest("form")?.querySelector('input[name="point"]')
);
if (pins && point) pinMap(pins, point);
