// @ts-check
/**
 * Moving the network's picture by pointer: drag, pinch, wheel, click, and drawing a line around nodes.
 *
 * One finger that goes up or down scrolls the page, as elsewhere on it; two fingers move and zoom. The wheel zooms
 * once the picture has been clicked or with Ctrl (a pinch on a touch pad): a page must not be a trap.
 * @module hb/network/gestures
 */

/** @import { NetworkCanvas } from "hb/network/canvas" */

/** @typedef {{x: number, y: number}} Point in CSS pixels of the canvas */

const STILL = 6; // pixels that a click may move

/**
 * @typedef {object} Listener
 * @property {(i: number, event: PointerEvent) => void} clicked a node, or -1 for the paper
 * @property {(i: number) => void} pointed at a node, or at none (-1)
 * @property {(ring: Point[], done: boolean) => void} ringed a line is drawn around nodes
 * @property {() => boolean} lassoing whether a drag draws a line
 */

export class Gestures {
  /** @param {NetworkCanvas} canvas @param {Listener} listener */
  constructor(canvas, listener) {
    this.canvas = canvas;
    this.listener = listener;
    /** @type {Map<number, Point>} */
    this.down = new Map();
    /** @type {Point | null} */
    this.began = null;
    this.dragging = false;
    /** @type {Point[] | null} */
    this.ring = null;
    this.over = -1;
    this.frame = 0;
    const { element } = canvas;
    element.addEventListener("pointerdown", (event) => this.pressed(event));
    element.addEventListener("pointermove", (event) => this.moved(event));
    element.addEventListener("pointerup", (event) => this.released(event, true));
    element.addEventListener("pointercancel", (event) => this.released(event, false));
    element.addEventListener("pointerleave", () => this.point(-1));
    element.addEventListener("wheel", (event) => this.wheeled(event), { passive: false });
  }

  /** @param {MouseEvent} event @returns {Point} */
  at(event) {
    const box = this.canvas.element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  /** @param {PointerEvent} event */
  pressed(event) {
    if (event.button > 0) return;
    const at = this.at(event);
    this.canvas.element.setPointerCapture(event.pointerId);
    this.down.set(event.pointerId, at);
    if (this.down.size > 1) {
      this.ring = null;
      this.dragging = true;
      return;
    }
    this.began = at;
    this.dragging = false;
    this.ring = event.shiftKey || this.listener.lassoing() ? [at] : null;
  }

  /** @param {PointerEvent} event */
  moved(event) {
    const at = this.at(event);
    const before = this.down.get(event.pointerId);
    if (!before) {
      cancelAnimationFrame(this.frame);
      this.frame = requestAnimationFrame(() => this.point(this.canvas.pick(at.x, at.y)));
      return;
    }
    if (this.down.size > 1) {
      this.pinch(event.pointerId, before, at);
      return;
    }
    if (!this.dragging && this.began && Math.hypot(at.x - this.began.x, at.y - this.began.y) < STILL) return;
    this.dragging = true;
    if (this.ring) {
      this.ring.push(at);
      this.listener.ringed(this.ring, false);
    } else {
      this.canvas.pan(at.x - before.x, at.y - before.y);
    }
    this.down.set(event.pointerId, at);
  }

  /** @param {number} id @param {Point} before @param {Point} at */
  pinch(id, before, at) {
    const [, other] = [...this.down].find(([key]) => key !== id) ?? [];
    this.down.set(id, at);
    if (!other) return;
    const was = Math.max(Math.hypot(before.x - other.x, before.y - other.y), 1);
    const is = Math.max(Math.hypot(at.x - other.x, at.y - other.y), 1);
    this.canvas.pan((at.x - before.x) / 2, (at.y - before.y) / 2);
    this.canvas.zoomBy(is / was, (at.x + other.x) / 2, (at.y + other.y) / 2);
  }

  /** @param {PointerEvent} event @param {boolean} meant */
  released(event, meant) {
    if (!this.down.delete(event.pointerId)) return;
    const at = this.at(event);
    if (this.ring && this.dragging) {
      const ring = this.ring;
      this.ring = null;
      this.listener.ringed(meant ? ring : [], true);
    } else if (!this.dragging && meant) {
      this.listener.clicked(this.canvas.pick(at.x, at.y), event);
    }
    if (!this.down.size) this.began = null;
  }

  /** @param {number} i */
  point(i) {
    if (i === this.over) return;
    this.over = i;
    this.canvas.element.classList.toggle("is-over", i >= 0);
    this.listener.pointed(i);
  }

  /** @param {WheelEvent} event */
  wheeled(event) {
    if (!event.ctrlKey && !event.metaKey && document.activeElement !== this.canvas.element) return;
    event.preventDefault();
    const unit = event.deltaMode === 1 ? 18 : event.deltaMode === 2 ? 400 : 1;
    const speed = event.ctrlKey ? 0.01 : 0.0022;
    const { x, y } = this.at(event);
    this.canvas.zoomBy(Math.exp(-Math.max(Math.min(event.deltaY * unit, 300), -300) * speed), x, y);
  }
}
