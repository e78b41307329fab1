// @ts-check
/**
 * The map's buttons: closer, further, the whole place, where I am. Real buttons, with words for those who cannot see.
 * Where somebody is stays in their browser: a pin and a ring are drawn, and no address has it.
 * @module hb/map/controls
 */

const SVG = "http://www.w3.org/2000/svg";
const WORDS = {
  zoomIn: "Closer",
  zoomOut: "Further away",
  whole: "The whole place",
  locate: "Where I am",
  locateFailed: "Your device did not say where you are.",
  here: "You are here",
  somewhere: "You are somewhere in this ring",
};
const HERE = "hb/map/here";

/**
 * @param {string} label
 * @param {string} icon
 * @param {string | undefined} sprite
 */
function button(label, icon, sprite) {
  const made = document.createElement("button");
  made.type = "button";
  made.title = label;
  made.setAttribute("aria-label", label);
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("viewBox", "0 0 15 15");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${document.getElementById(`i-${icon}`) ? "" : (sprite ?? "")}#i-${icon}`);
  svg.append(use);
  made.append(svg);
  return made;
}

/**
 * @param {any} options see `hb/map/folium_bridge`
 * @returns {any} a Leaflet control
 */
export function controls(options) {
  const L = globalThis.L;
  const words = { ...WORDS, ...options.labels };

  const Controls = L.Control.extend({
    onAdd(/** @type {any} */ map) {
      const box = L.DomUtil.create("div");
      const bar = L.DomUtil.create("div", "hb-controls", box);
      const says = L.DomUtil.create("p", "hb-says", box);
      says.setAttribute("role", "status");
      L.DomEvent.disableClickPropagation(box).disableScrollPropagation(box);

      const closer = button(words.zoomIn, "plus", options.sprite);
      const further = button(words.zoomOut, "minus", options.sprite);
      closer.onclick = () => map.zoomIn();
      further.onclick = () => map.zoomOut();
      bar.append(closer, further);
      const update = () => {
        closer.disabled = map.getZoom() >= map.getMaxZoom();
        further.disabled = map.getZoom() <= map.getMinZoom();
      };
      map.on("zoomend zoomlevelschange", update);
      update();

      if (options.bounds) {
        const label = options.labels?.whole ?? (options.place ? `The whole of ${options.place}` : words.whole);
        const whole = button(label, "whole", options.sprite);
        whole.onclick = () => map.fitBounds(options.bounds);
        bar.append(whole);
      }
      if (options.ring && navigator.geolocation) {
        const here = button(words.locate, "locate", options.sprite);
        /** @type {any} the pin and the ring */
        let shown = null;
        /** @param {string} text @param {boolean} aloud only: the pin says it to who can see */
        const say = (text, aloud) => {
          says.textContent = text;
          says.classList.toggle("visually-hidden", aloud);
        };
        const show = async (/** @type {GeolocationPosition} */ { coords }) => {
          // Only whoever asks for it fetches it.
          const { showHere } = await import(HERE);
          const [lat, lon] = [coords.latitude, coords.longitude];
          const isVague = coords.accuracy > options.ring.metres;
          const metres = isVague ? coords.accuracy : options.ring.metres;
          const reach = isVague ? words.somewhere : options.ring.reach;
          shown?.remove();
          map.setView([lat, lon], Math.max(map.getZoom(), 15), { animate: false });
          shown = showHere(map, { lat, lon, metres, reach, name: words.here });
          say(`${words.here}. ${reach}.`, true);
        };
        here.onclick = () =>
          navigator.geolocation.getCurrentPosition(show, () => say(words.locateFailed, false), {
            maximumAge: 60_000,
            timeout: 10_000,
          });
        bar.append(here);
      }
      return box;
    },
  });

  return new Controls({ position: options.position ?? "topleft" });
}
