// @ts-check
/**
 * What lies on top of the network's picture: the node in focus with its connections, the one pointed at, what is
 * chosen, and the line that a reader draws.
 * @module hb/network/overlay
 */
import { LOOK } from "hb/network/visibility";
import { colour } from "hb/map/palette";

/** @import { NetworkCanvas } from "hb/network/canvas" */

export class Overlay {
  /** @param {NetworkCanvas} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    /** The node in focus, or -1. */
    this.current = -1;
    /** The node under the pointer, or -1. */
    this.pointed = -1;
    /** @type {Set<number>} */
    this.chosen = new Set();
    /** @type {{x: number, y: number}[]} */
    this.ring = [];
    canvas.over.push((g) => this.paint(g));
  }

  /** @param {number} i */
  go(i) {
    this.current = this.canvas.current = i;
  }

  /** @param {number} i */
  point(i) {
    this.pointed = i;
    this.canvas.draw();
  }

  /** @param {Set<number>} nodes */
  choose(nodes) {
    this.chosen = nodes;
    this.canvas.draw();
  }

  /** @param {CanvasRenderingContext2D} g */
  paint(g) {
    const accent = colour("accent", "#0b6e5b");
    for (const i of new Set([this.pointed, this.current])) if (i >= 0) this.reach(g, i, accent);
    g.strokeStyle = accent;
    g.lineWidth = 2;
    for (const i of this.chosen) this.circle(g, i, 3);
    if (this.current >= 0) this.mark(g);
    for (const i of new Set([this.pointed, this.current])) if (i >= 0) this.name(g, i);
    if (this.ring.length > 1) {
      g.lineWidth = 2;
      g.setLineDash([6, 4]);
      g.strokeStyle = accent;
      g.beginPath();
      this.ring.forEach(({ x, y }, at) => (at ? g.lineTo(x, y) : g.moveTo(x, y)));
      g.stroke();
    }
  }

  /** The connections of a node, brought out. @param {CanvasRenderingContext2D} g @param {number} i @param {string} accent */
  reach(g, i, accent) {
    const { scene, painter, size } = this.canvas;
    const { data, visibility, colours } = scene;
    const from = this.canvas.dot(i);
    if (Number.isNaN(from.x) || visibility.node[i] === LOOK.HIDDEN) return;
    const beside = visibility.neighbours(i);
    g.strokeStyle = accent;
    g.globalAlpha = beside.length > 60 ? 0.35 : 0.85;
    g.lineWidth = beside.length > 60 ? 1 : 1.8;
    g.beginPath();
    for (const j of beside) {
      const to = this.canvas.dot(j);
      if (Number.isNaN(to.x)) continue;
      g.moveTo(from.x, from.y);
      g.lineTo(to.x, to.y);
    }
    g.stroke();
    painter.heads(g, visibility.edgesOf(i).filter((e) => visibility.edge[e] !== LOOK.HIDDEN), this.canvas.at);
    g.globalAlpha = 1;
    for (const j of [...beside, i]) {
      const { x, y, r } = this.canvas.dot(j);
      if (Number.isNaN(x)) continue;
      const kind = data.tables.kinds[data.kind[j]].slug;
      painter.sprites.put(g, kind, painter.css[colours.of[j]], x, y, r, visibility.node[j], size.ratio, colours.entries[colours.of[j]].mark);
    }
  }

  /** The ring of focus: ink on paper, so that it is seen on everything. @param {CanvasRenderingContext2D} g */
  mark(g) {
    const focused = document.activeElement === this.canvas.element;
    g.setLineDash([]);
    g.strokeStyle = colour("paper", "#fff");
    g.lineWidth = focused ? 7 : 4;
    this.circle(g, this.current, 4);
    g.strokeStyle = colour("ink", "#000");
    g.lineWidth = focused ? 3 : 2;
    this.circle(g, this.current, 4);
  }

  /** @param {CanvasRenderingContext2D} g @param {number} i @param {number} room */
  circle(g, i, room) {
    const { x, y, r } = this.canvas.dot(i);
    if (Number.isNaN(x)) return;
    g.beginPath();
    g.arc(x, y, r + room, 0, 2 * Math.PI);
    g.stroke();
  }

  /** Its name, unless the picture says it already. @param {CanvasRenderingContext2D} g @param {number} i */
  name(g, i) {
    const { canvas } = this;
    const text = canvas.scene.data.name(i);
    const { x, y, r } = canvas.dot(i);
    if (!text || Number.isNaN(x) || canvas.named.some((label) => label.i === i)) return;
    const wish = { i, text, look: "plate", x, y, halfWidth: r, halfHeight: r };
    canvas.labels.paint(g, [canvas.labels.forced(wish, canvas.size)], () => ({ x, y }), canvas.size.ratio);
  }
}
