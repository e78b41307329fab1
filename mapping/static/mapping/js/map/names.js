// @ts-check
/**
 * Names over the dots: first the basemap's places, which keep their room, then, near the ground, the most important nodes.
 * None lies on another, on a bubble or on somebody else's dot, under a control or across the edge: it stands where there is
 * room, or it is left out.
 * @module hb/map/names
 */
import { canvasOver } from "hb/map/over_map";
import { colour } from "hb/map/palette";

/** @typedef {{left: number, top: number, right: number, bottom: number}} Box in pixels of the map's container */

const NAMED_FROM = 15;
const MOST = 8;
const LONG = 18; // letters: more go into two lines
const LINE = 15; // pixels
const MARGIN = 4;
// How far a place's name may go from its middle, the nearest first.
const AROUND = [0, 20, 32, 46, 60]
  .flatMap((y) => [0, 40, 70].flatMap((x) => [[x, -y], [-x, -y], [x, y], [-x, y]]))
  .sort((one, other) => Math.hypot(...one) - Math.hypot(...other));

/** @param {Box} one @param {Box} other */
function meet(one, other) {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

/** @param {number} x @param {number} y @param {number} r @returns {Box} */
function around(x, y, r) {
  return { left: x - r, top: y - r, right: x + r, bottom: y + r };
}

/** @param {string} text @returns {string[]} one line, or two of about the same length */
function lines(text) {
  const short = text.length > 44 ? `${text.slice(0, 43).trimEnd()}…` : text;
  if (short.length <= LONG) return [short];
  const gaps = [...short.matchAll(/ /g)].map(({ index }) => index);
  const at = gaps.sort((one, other) => Math.abs(one - short.length / 2) - Math.abs(other - short.length / 2))[0];
  return at ? [short.slice(0, at), short.slice(at + 1)] : [short];
}

/**
 * What lies over the map: its controls, and those of the page beside it.
 * @param {HTMLElement} box the map's container
 * @returns {Box[]}
 */
function covered(box) {
  const { left, top } = box.getBoundingClientRect();
  const page = box.closest(".explore__map") ?? box;
  return [...page.querySelectorAll(".leaflet-control, .explore__switches, .explore__top")].flatMap((it) => {
    const at = it.getBoundingClientRect();
    if (!at.width) return [];
    return { left: at.left - left, top: at.top - top, right: at.right - left, bottom: at.bottom - top };
  });
}

/** Draw names over `map`, of what its basemap and its dots have. @param {any} map */
export function nameOver(map) {
  const { basemap, points } = map.hereabouts;
  let frame = 0;
  const over = canvasOver(map, "hb-names", 457, draw);
  const soon = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(draw);
  };
  for (const layer of [basemap, points]) layer?.on("load tileload remove hb:drawn", soon);

  /** The basemap's labels in view: those of places, which are ours to draw, and where the others are. */
  function labels() {
    const index = basemap?.labelers?.getIndex(map.getZoom());
    if (!index) return { places: [], others: [] };
    const { min, max } = map.getPixelBounds();
    const found = [...index.searchBbox({ minX: min.x, minY: min.y, maxX: max.x, maxY: max.y }, Infinity)];
    const all = found.map(({ anchor, bboxes, draw: how }) => ({
      place: how.place,
      x: anchor.x - min.x,
      y: anchor.y - min.y,
      boxes: bboxes.map((/** @type {any} */ it) => ({
        left: it.minX - min.x, top: it.minY - min.y, right: it.maxX - min.x, bottom: it.maxY - min.y,
      })),
    }));
    return { places: all.filter((it) => it.place), others: all.filter((it) => !it.place).flatMap((it) => it.boxes) };
  }

  function draw() {
    const { g } = over.clear();
    const size = map.getSize();
    const cover = covered(map.getContainer());
    const view = { left: 0, top: 0, right: size.x, bottom: size.y };
    const inside = (/** @type {Box} */ it) => it.left > 2 && it.top > 2 && it.right < size.x - 2 && it.bottom < size.y - 2;
    const { places, others } = labels();
    const dots = points && map.hasLayer(points) ? points.inView() : [];
    const boxed = dots.map((/** @type {any} */ it) => ({ ...it, box: around(it.x, it.y, it.r + 1) }));
    /** @type {Box[]} */
    const taken = boxed.filter((/** @type {any} */ it) => !it.rank).map((/** @type {any} */ it) => it.box);
    const large = boxed.filter((/** @type {any} */ it) => it.rank && it.r >= 8).map((/** @type {any} */ it) => it.box);
    /** @type {string[]} */
    const named = [];
    /** @type {Box[]} */
    const placed = [];
    for (const { place, x, y, boxes: [box] } of places) {
      const moved = AROUND.map(([right, down]) => ({
        right, down, box: { left: box.left + right, right: box.right + right, top: box.top + down - 2, bottom: box.bottom + down + 2 },
      }));
      const free = moved.filter(
        // One beyond the edge waits there for whoever moves the map.
        (it) => (inside(it.box) || !meet(it.box, view)) && ![...taken, ...cover].some((other) => meet(it.box, other)),
      );
      const clear = (/** @type {Box[]} */ of) => free.find((it) => !of.some((other) => meet(it.box, other)));
      const best = clear([...large, ...others]) ?? clear(large) ?? free[0];
      if (!best) continue;
      taken.push(best.box);
      placed.push(best.box);
      g.save();
      g.translate(x + best.right, y + best.down);
      place(g);
      g.restore();
    }
    if (map.getZoom() >= NAMED_FROM) {
      taken.push(...others);
      // What is set here is not for the names of places, which set no alignment of their own.
      g.save();
      g.font = `600 13px ${colour("font-text", "sans-serif")}`;
      g.textBaseline = "middle";
      g.lineJoin = "round";
      g.lineWidth = 3.5;
      g.strokeStyle = colour("map-bubble", "#fff");
      g.fillStyle = colour("map-bubble-ink", "#000");
      const solid = boxed.filter((/** @type {any} */ it) => it.rank && it.rank < 3);
      const worth = solid.filter((/** @type {any} */ it) => it.properties.name);
      for (const dot of worth.sort((/** @type {any} */ one, /** @type {any} */ other) => one.rank - other.rank)) {
        const words = lines(dot.properties.name);
        const half = (words.length * LINE) / 2 + 1;
        const wide = Math.max(...words.map((it) => g.measureText(it).width));
        const out = dot.r + MARGIN;
        const spots = [
          { align: "left", x: dot.x + out, y: dot.y, left: dot.x + out },
          { align: "right", x: dot.x - out, y: dot.y, left: dot.x - out - wide },
          { align: "center", x: dot.x, y: dot.y + out + half, left: dot.x - wide / 2 },
          { align: "center", x: dot.x, y: dot.y - out - half, left: dot.x - wide / 2 },
        ];
        const blocked = (/** @type {Box} */ box) =>
          !inside(box) ||
          [...taken, ...cover].some((other) => meet(box, other)) ||
          solid.some((/** @type {any} */ other) => other !== dot && meet(box, other.box));
        for (const spot of spots) {
          const box = { left: spot.left - 2, right: spot.left + wide + 2, top: spot.y - half, bottom: spot.y + half };
          if (blocked(box)) continue;
          taken.push(box);
          named.push(dot.properties.name);
          g.textAlign = /** @type {CanvasTextAlign} */ (spot.align);
          words.forEach((it, line) => {
            const y = spot.y + (line - (words.length - 1) / 2) * LINE;
            g.strokeText(it, spot.x, y);
            g.fillText(it, spot.x, y);
          });
          break;
        }
        if (named.length === MOST) break;
      }
      g.restore();
    }
    Object.assign(over.canvas, { named, placed, taken });
  }
}
