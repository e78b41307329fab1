// @ts-check
/**
 * Names of streets on the ground: along the street where a straight piece of it has room, else level beside its middle.
 * @module hb/map/street_names
 */

const POLYGON = 3;
// One name stands once within so many pixels.
const APART = 250;
// As large as a street has to be for protomaps-leaflet to write along it. Short streets have names too.
const LARGE = { minX: 0, minY: 0, maxX: 512, maxY: 512 };

/** @param {any} a @param {any} b @returns {number} pixels */
const length = (a, b) => Math.hypot(b.x - a.x, b.y - a.y);

/** Halfway along a line, and which way it leads there. @param {any[]} line of points */
function middleOf(line) {
  let left = line.slice(1).reduce((sum, point, n) => sum + length(line[n], point), 0) / 2;
  for (let n = 1; n < line.length; n += 1) {
    const [a, b] = [line[n - 1], line[n]];
    const piece = length(a, b);
    if (piece >= left && piece > 0) {
      const part = left / piece;
      return { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part, dx: b.x - a.x, dy: b.y - a.y };
    }
    left -= piece;
  }
  return { x: line[0].x, y: line[0].y, dx: 1, dy: 0 };
}

/** The midst of an area. @param {any[]} ring of points */
function midstOf(ring) {
  const xs = ring.map(({ x }) => x);
  const ys = ring.map(({ y }) => y);
  return { x: (Math.min(...xs) + Math.max(...xs)) / 2, y: (Math.min(...ys) + Math.max(...ys)) / 2 };
}

/**
 * Where a name of a size may stand: its left edge and its top, the best first.
 * @param {{x: number, y: number, dx: number, dy: number}} at
 * @param {number} width @param {number} height @param {number} gap all in pixels
 */
function besides({ x, y, dx, dy }, width, height, gap) {
  const over = [[x - width / 2, y - height - gap], [x - width / 2, y + gap]];
  const besides = [[x + gap, y - height / 2], [x - width - gap, y - height / 2]];
  return Math.abs(dx) > Math.abs(dy) ? [...over, ...besides] : [...besides, ...over];
}

/**
 * A symbolizer of protomaps-leaflet's kind.
 * @param {any} P protomaps-leaflet
 * @param {any} text how it is written, as protomaps-leaflet has it
 */
export function streetNames(P, text) {
  const alongIt = new P.LineLabelSymbolizer(text);
  const font = `${text.fontWeight} ${text.fontSize}px ${text.fontFamily}`;
  return {
    /** @param {any} layout @param {any[][]} geometry points of the map @param {any} feature */
    place(layout, geometry, feature) {
      const name = text.labelProps.map((/** @type {string} */ key) => feature.props[key]).find(Boolean);
      if (!name) return undefined;
      const parts = geometry.filter((part) => part.length > 1);
      if (!parts.length) return undefined;
      const isArea = feature.geomType === POLYGON;
      const along = isArea ? [] : (alongIt.place(layout, parts, { ...feature, bbox: LARGE }) ?? []);
      layout.scratch.font = font;
      const { width, actualBoundingBoxAscent: up, actualBoundingBoxDescent: down } = layout.scratch.measureText(name);
      const gap = 4 + 2 * Math.max(0, layout.zoom - 15);
      const corners = isArea
        ? parts.slice(0, 1).map(midstOf).map(({ x, y }) => [x - width / 2, y - (up + down) / 2])
        : besides(middleOf(parts.reduce((a, b) => (b.length > a.length ? b : a))), width, up + down, gap);
      const beside = corners.map(([left, top]) => {
        const anchor = parts[0][0].clone();
        Object.assign(anchor, { x: left, y: top + up });
        return {
          anchor,
          bboxes: [{ minX: left - 2, minY: top - 2, maxX: left + width + 2, maxY: top + up + down + 2 }],
          deduplicationKey: name,
          deduplicationDistance: APART,
          draw(/** @type {CanvasRenderingContext2D} */ g) {
            Object.assign(g, { globalAlpha: 1, font, lineWidth: text.width, strokeStyle: text.stroke, fillStyle: text.fill });
            g.strokeText(name, 0, 0);
            g.fillText(name, 0, 0);
          },
        };
      });
      // Of one name only the first that touches nothing is written.
      return [...along, ...beside];
    },
  };
}
