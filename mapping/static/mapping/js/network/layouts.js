// @ts-check
/**
 * Where a state puts the dots, how large they are, and which come first: by their connections, without the hubs that hide
 * all else, or on the ground.
 * @module hb/network/layouts
 */
import { Glide } from "hb/map/glide";
import { APPEARANCE } from "hb/network/appearance";
import { boundary } from "hb/network/captions";
import { radii } from "hb/network/colours";
import { frame, openFrame } from "hb/network/frame";

/** @import { NetworkCanvas } from "hb/network/canvas" */
/** @import { Hub } from "hb/network/hub" */
/** @import { Scene } from "hb/network/painter" */
/** @import { View } from "hb/network/state" */

export class Layouts {
  /** @param {Scene} scene @param {Hub} hub */
  constructor(scene, hub) {
    this.scene = scene;
    this.hub = hub;
    /** @type {Glide | undefined} */
    this.gliding = undefined;
    /** With the ground. @type {Record<string, any> | null} */
    this.words = null;
  }

  /** @param {View} view @returns {{name: string, x: Float32Array, y: Float32Array}} */
  of(view) {
    const { data } = this.scene;
    if (view.layout === "ground") return { name: "ground", x: data.groundX, y: data.groundY };
    if (data.open && this.hub.out.size) return { name: "open", x: data.open.x, y: data.open.y };
    return { name: "network", x: data.x, y: data.y };
  }

  /** Put the dots where a state has them, at once. @param {View} view */
  put(view) {
    const { name, x, y } = this.of(view);
    Object.assign(this.scene, { layout: name, x, y });
    this.size(view.size);
  }

  /** @param {string} size */
  size(size) {
    const { scene } = this;
    scene.r = radii(scene.data, size);
    const { open } = scene.data;
    if (open && scene.layout === "open") scene.r = scene.r.map((it, i) => (open.ring[i] ? Math.min(it, APPEARANCE.open.radius) : it));
  }

  /** Nodes by what their size says: the largest are named first, and walked to first. @param {string} size @returns {number[]} */
  ranked(size) {
    const { data, r } = this.scene;
    const weight = data.measures.connections;
    const by = size === "connections" || size === "same" ? weight : r;
    return Array.from({ length: data.n }, (_, i) => i).sort((a, b) => by[b] - by[a] || weight[b] - weight[a] || a - b);
  }

  /** What is seen at first in a state: the server's picture has the same. @param {View} view */
  box(view) {
    const { data } = this.scene;
    if (this.of(view).name === "open" && data.open) return openFrame(data.open);
    if (view.layout !== "ground") return frame(data, view.stated);
    const sheet = frame(data, "none");
    const corners = boundary({ ...this.scene, layout: "ground" }, this.words).flat();
    if (!corners.length) return sheet;
    // All of the place is seen, and what most dots lie in.
    const [left, right] = [Math.min(...corners.map(([x]) => x), sheet.x), Math.max(...corners.map(([x]) => x), sheet.x + sheet.width)];
    const [top, bottom] = [Math.min(...corners.map(([, y]) => y), sheet.y), Math.max(...corners.map(([, y]) => y), sheet.y + sheet.height)];
    return { x: left, y: top, width: right - left, height: bottom - top };
  }

  /**
   * Let the dots glide to where a state has them.
   * @param {View} view
   * @param {NetworkCanvas} canvas
   * @returns {Promise<boolean>} whether they arrived: false when something else was asked meanwhile
   */
  async glide(view, canvas) {
    const { scene } = this;
    const { data } = scene;
    const { name, x, y } = this.of(view);
    const glide = (this.gliding ??= new Glide(data.n, (_share, moving) => {
      scene.fade = /** @type {Glide} */ (this.gliding).fade;
      canvas.dotsMoved(!moving);
    }));
    // What has no place there waits where it is in the network.
    const usable = (/** @type {Float32Array} */ one, /** @type {Float32Array} */ other) => one.map((it, i) => (Number.isNaN(it) ? other[i] : it));
    if (!glide.moving) glide.set(usable(scene.x, data.x), usable(scene.y, data.y));
    Object.assign(scene, { layout: name, x: glide.x, y: glide.y });
    this.size(view.size);
    canvas.home();
    if (!(await glide.to(usable(x, data.x), usable(y, data.y)))) return false;
    Object.assign(scene, { x, y });
    canvas.dotsMoved(true);
    return true;
  }
}
