// @ts-check
/**
 * The network's picture as a file: an SVG with title, legend, date, place and whose data it is; a PNG made of the same.
 * @module hb/network/export_image
 */
import { APPEARANCE } from "hb/network/appearance";
import { boundary, lands } from "hb/network/captions";
import { inner, outline } from "hb/network/dots";
import { wrapped } from "hb/network/labels";
import { radius } from "hb/network/painter";
import { LOOK } from "hb/network/visibility";
import { colour } from "hb/map/palette";

/** @import { Sign } from "hb/network/legend" */
/** @import { NetworkCanvas } from "hb/network/canvas" */

/** @typedef {{title: string, subtitle: string, notes: string[], signs: Sign[]}} About */

const MARGIN = 28;
const LINE = 22;
const HIGH = APPEARANCE.letters * APPEARANCE.callout.leading; // of a line of names
const LETTER = 7.1; // of the legend, at most
const PNG_SCALE = 2;
const SANS = "Helvetica, Arial, sans-serif";
const SERIF = "'Palatino Linotype', Palatino, P052, Georgia, serif";

/** @param {string | number} text */
function safe(text) {
  return String(text).replace(/[^\P{Cc}\t\n\r]/gu, "").replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

/** Rounded to a tenth. @param {number} value */
function at(value) {
  return Math.round(value * 10) / 10;
}

/** A line of text. @param {number} x @param {number} y @param {string} text @param {string} style attributes */
function words(x, y, text, style) {
  return `<text x="${at(x)}" y="${at(y)}" ${style}>${safe(text)}</text>`;
}

/**
 * @param {NetworkCanvas} canvas the picture as it is seen now
 * @param {About} about
 * @returns {{text: string, width: number, height: number}} an SVG document that stands alone
 */
export function svg(canvas, about) {
  const { width: wide, height: high } = canvas.size;
  const width = Math.max(wide, 560) + 2 * MARGIN;
  const top = MARGIN + 62;
  const ink = colour("ink", "#000");
  const soft = colour("ink-soft");
  const { places, rows } = flowed(about.signs, width - 2 * MARGIN);
  const notes = about.notes.flatMap((note) => wrapped(note, Math.floor((width - 2 * MARGIN) / 6.4)));
  const legendTop = top + high + 34;
  const notesTop = legendTop + rows * LINE + 14;
  const height = notesTop + notes.length * 17 + MARGIN;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${safe(about.title)}</title><desc>${safe([about.subtitle, ...about.notes].join(" "))}</desc>`,
    `<rect width="${width}" height="${height}" fill="${colour("paper", "#fff")}"/>`,
    words(MARGIN, MARGIN + 24, about.title, `font-family="${SERIF}" font-size="28" font-weight="700" fill="${ink}"`),
    words(MARGIN, MARGIN + 48, about.subtitle, `font-family="${SANS}" font-size="14" fill="${soft}"`),
    `<clipPath id="frame"><rect width="${wide}" height="${high}"/></clipPath>`,
    `<g transform="translate(${MARGIN} ${top})" clip-path="url(#frame)">${islands(canvas)}${lines(canvas)}${reach(canvas)}${dots(canvas)}${ring(canvas)}${names(canvas)}</g>`,
    `<g class="legend" font-family="${SANS}" font-size="13" fill="${ink}">`,
    ...about.signs.map((sign, number) => entry(sign, MARGIN + places[number].x, legendTop + places[number].row * LINE, canvas)),
    "</g>",
    ...notes.map((note, number) => words(MARGIN, notesTop + 12 + number * 17, note, `font-family="${SANS}" font-size="12" fill="${soft}"`)),
    "</svg>",
  ];
  return { text: parts.join("\n"), width, height };
}

/**
 * Where each sign of the legend stands: one after the other, in as many lines as they need.
 * @param {Sign[]} signs
 * @param {number} width
 * @returns {{places: {x: number, row: number}[], rows: number}}
 */
export function flowed(signs, width) {
  let [x, row] = [0, 0];
  const places = signs.map(({ label, count }) => {
    const wide = 24 + `${label} (${count})`.length * LETTER + 18;
    if (x > 0 && x + wide > width) [x, row] = [0, row + 1];
    const place = { x, row };
    x += wide;
    return place;
  });
  return { places, rows: row + 1 };
}

/** The land under the groups. @param {NetworkCanvas} canvas */
function islands(canvas) {
  const { k, x: left, y: top } = canvas.at;
  const on = (/** @type {number} */ x, /** @type {number} */ y) => `${at(x * k + left)} ${at(y * k + top)}`;
  const ground = boundary(canvas.scene, canvas.words).map(
    (ring) => `<path fill="${colour("paper-sunk")}" stroke="${colour("ink-soft")}" stroke-width="1.5" d="M${ring.map(([x, y]) => on(x, y)).join("L")}z"/>`,
  );
  const land = lands(canvas.scene)
    .map(({ width, lines: along }) => {
      const d = along.map(([x1, y1, x2, y2]) => `M${on(x1, y1)}L${on(x2, y2)}`).join("");
      const path = (/** @type {string} */ token, /** @type {number} */ more) =>
        `<path fill="none" stroke="${colour(token)}" stroke-width="${at(width * k + more)}" stroke-linecap="round" stroke-linejoin="round" d="${d}"/>`;
      return path("line", 2) + path("paper-sunk", 0);
    });
  return [...ground, ...land].join("\n");
}

/** The heads of arrows, where the picture has them. @param {NetworkCanvas} canvas @param {any} style */
function heads(canvas, style) {
  const { data, visibility } = canvas.scene;
  if (visibility.counts.edges > APPEARANCE.arrows.max || style.name === "ray") return "";
  const bits = [];
  for (let e = 0; e < data.m; e += 1) {
    const head = visibility.edge[e] !== LOOK.HIDDEN && style.takes(e) ? canvas.painter.head(e, canvas.at) : null;
    if (head) bits.push(`M${at(head[0])} ${at(head[1])}L${at(head[2])} ${at(head[3])}L${at(head[4])} ${at(head[5])}z`);
  }
  return bits.length ? `<path fill="${style.colour}" fill-opacity="${style.alpha.toFixed(2)}" d="${bits.join("")}"/>` : "";
}

/** @param {NetworkCanvas} canvas */
function lines(canvas) {
  const { data, visibility } = canvas.scene;
  const parts = [];
  for (const style of canvas.painter.styles()) {
    const bits = [];
    for (let e = 0; e < data.m; e += 1) {
      if (visibility.edge[e] === LOOK.HIDDEN || !style.takes(e)) continue;
      const [a, b] = [canvas.dot(data.source[e]), canvas.dot(data.target[e])];
      if (!Number.isNaN(a.x + b.x)) bits.push(`M${at(a.x)} ${at(a.y)}L${at(b.x)} ${at(b.y)}`);
    }
    if (!bits.length) continue;
    const dash = style.dash.length ? ` stroke-dasharray="${style.dash.join(" ")}"` : "";
    parts.push(
      `<path fill="none" stroke="${style.colour}" stroke-width="${style.width}" stroke-opacity="${style.alpha.toFixed(2)}"${dash} d="${bits.join("")}"/>${heads(canvas, style)}`,
    );
  }
  return parts.join("\n");
}

/** The connections of the node in focus. @param {NetworkCanvas} canvas */
function reach(canvas) {
  const { visibility } = canvas.scene;
  if (canvas.current < 0 || visibility.node[canvas.current] === LOOK.HIDDEN) return "";
  const from = canvas.dot(canvas.current);
  const beside = visibility.neighbours(canvas.current);
  const many = beside.length > 60;
  const d = beside.map((j) => canvas.dot(j)).filter(({ x }) => !Number.isNaN(x)).map((to) => `M${at(from.x)} ${at(from.y)}L${at(to.x)} ${at(to.y)}`);
  return `<path class="reach" fill="none" stroke="${colour("accent")}" stroke-width="${many ? 1 : 1.8}" stroke-opacity="${many ? 0.35 : 0.85}" d="${d.join("")}"/>`;
}

/** The ring around it. @param {NetworkCanvas} canvas */
function ring(canvas) {
  if (canvas.current < 0 || canvas.scene.visibility.node[canvas.current] === LOOK.HIDDEN) return "";
  const { x, y, r } = canvas.dot(canvas.current);
  const circle = (/** @type {string} */ paint, /** @type {number} */ wide) =>
    `<circle cx="${at(x)}" cy="${at(y)}" r="${at(r + 4)}" fill="none" stroke="${colour(paint)}" stroke-width="${wide}"/>`;
  return Number.isNaN(x) ? "" : circle("paper", 4) + circle("ink", 2);
}

/** @param {NetworkCanvas} canvas */
function dots(canvas) {
  const { data, visibility, colours, r } = canvas.scene;
  const { painter } = canvas;
  const kinds = data.tables.kinds.map(({ slug }) => slug);
  const [paper, ink] = [colour("paper", "#fff"), colour("ink", "#000")];
  return [...painter.order]
    .map((i) => {
      const { x, y } = canvas.dot(i);
      if (Number.isNaN(x)) return "";
      const fill = painter.css[colours.of[i]];
      const look = visibility.node[i];
      const size = radius(r[i], canvas.at.k, painter.fit);
      const style =
        look === LOOK.FADED
          ? `fill="${fill}" fill-opacity="0.2"`
          : look === LOOK.GONE || look === LOOK.LOST
            ? `fill="${paper}" stroke="${look === LOOK.GONE ? ink : fill}" stroke-width="1.5"${look === LOOK.LOST ? ' stroke-dasharray="2 2"' : ""}`
            : `fill="${fill}" stroke="${look === LOOK.MARKED ? ink : paper}" stroke-width="${look === LOOK.MARKED ? 2.5 : 1}"`;
      const name = data.name(i);
      const { mark } = colours.entries[colours.of[i]];
      const solid = mark && look !== LOOK.GONE && look !== LOOK.LOST;
      const within = solid ? `<path fill="${paper}" fill-rule="evenodd" d="${inner(mark, x, y, size)}"/>` : "";
      return `<path ${style} d="${outline(kinds[data.kind[i]], x, y, size)}">${name ? `<title>${safe(name)}</title>` : ""}</path>${within}`;
    })
    .join("\n");
}

/** @param {NetworkCanvas} canvas */
function names(canvas) {
  const [ink, soft, paper] = [colour("ink", "#000"), colour("ink-soft"), colour("paper", "#fff")];
  const leaders = canvas.named.flatMap((label) => {
    const { x, y } = canvas.labelled(label);
    const [x1, y1, x2, y2] = label.leader ?? [];
    return label.leader ? [`M${at(x + x1)} ${at(y + y1)}L${at(x + x2)} ${at(y + y2)}`] : [];
  });
  const texts = canvas.named.flatMap((label) => {
    const { x, y } = canvas.labelled(label);
    const more = label.look === "land" ? ' font-style="italic"' : ["ring", "town", "number"].includes(label.look) ? ' font-weight="700"' : "";
    const style = `font-family="${SERIF}" font-size="15" text-anchor="middle" fill="${label.look === "land" ? soft : ink}" stroke="${paper}" stroke-width="3.5" stroke-linejoin="round" paint-order="stroke"${more}`;
    const lines = label.text.split("\n");
    return lines.map((line, row) => words(x + label.dx, y + label.dy + 5 + (row - (lines.length - 1) / 2) * HIGH, line, style));
  });
  return [`<path fill="none" stroke="${soft}" d="${leaders.join("")}"/>`, ...texts].join("\n");
}

/** @param {Sign} sign @param {number} x @param {number} y @param {NetworkCanvas} canvas */
function entry({ label, count, token, mark, kind, line, look }, x, y, canvas) {
  const text = words(x + 24, y, `${label} (${count})`, "");
  if (line) {
    const style = canvas.painter.styles().find((it) => it.name === line);
    const dash = style?.dash.length ? ` stroke-dasharray="${style.dash.join(" ")}"` : "";
    return `<path stroke="${style?.colour}" stroke-width="${style?.width}"${dash} d="M${x} ${y - 4}h18"/>${text}`;
  }
  const dash = look === "lost" ? ' stroke-dasharray="2 2"' : "";
  const paint = token ? `fill="${colour(token)}"` : `fill="none" stroke="${colour(look === "gone" ? "ink" : "ink-soft")}" stroke-width="1.4"${dash}`;
  const within = mark ? `<path fill="${colour("paper", "#fff")}" fill-rule="evenodd" d="${inner(mark, x + 9, y - 4, 6)}"/>` : "";
  return `<path ${paint} d="${outline(kind ?? "organisation", x + 9, y - 4, 6)}"/>${within}${text}`;
}

/**
 * The same as pixels.
 * @param {{text: string, width: number, height: number}} drawn
 * @returns {Promise<Blob>} a PNG
 */
export async function png({ text, width, height }) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width * PNG_SCALE;
  canvas.height = height * PNG_SCALE;
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done, failed) => canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("No picture"))), "image/png"));
}

/** Hand a file to the reader. @param {Blob} blob @param {string} name */
export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
