// @ts-check
/**
 * Where a picture has room left for names: its dots on a fine grid, so that very many boxes and lines are tried quickly.
 * A cell is taken as soon as a dot reaches into it: what is told free touches nothing. `mapping/graph/room.py` does the same.
 * @module hb/network/room
 */

export class Room {
  /**
   * @param {Iterable<{x: number, y: number, r: number}>} dots in CSS pixels
   * @param {{width: number, height: number}} size of the picture
   * @param {number} cell the side of one
   * @param {number} clear how far from the rim of a dot a line keeps
   */
  constructor(dots, { width, height }, cell, clear) {
    this.dots = [...dots];
    this.width = width;
    this.height = height;
    this.cell = cell;
    this.across = Math.ceil(width / cell);
    this.down = Math.ceil(height / cell);
    const taken = new Uint8Array(this.across * this.down);
    this.near = new Uint8Array(this.across * this.down);
    for (const { x, y, r } of this.dots) {
      this.disc(taken, x, y, r);
      this.disc(this.near, x, y, r + clear);
    }
    // The sum over a box is told by its corners (Crow 1984).
    const row = this.across + 1;
    this.sums = new Int32Array(row * (this.down + 1));
    for (let j = 0; j < this.down; j += 1) {
      let sum = 0;
      for (let i = 0; i < this.across; i += 1) {
        sum += taken[j * this.across + i];
        this.sums[(j + 1) * row + i + 1] = this.sums[j * row + i + 1] + sum;
      }
    }
  }

  /** Take the cells into which a dot reaches. @param {Uint8Array} cells @param {number} x @param {number} y @param {number} r */
  disc(cells, x, y, r) {
    const { cell } = this;
    const last = Math.min(Math.floor((y + r) / cell), this.down - 1);
    for (let j = Math.max(Math.floor((y - r) / cell), 0); j <= last; j += 1) {
      const dy = Math.min(Math.max(y, j * cell), (j + 1) * cell) - y;
      if (!(Math.abs(dy) < r)) continue;
      const half = Math.sqrt(r * r - dy * dy);
      const from = Math.max(Math.floor((x - half) / cell), 0);
      const to = Math.min(Math.ceil((x + half) / cell), this.across);
      if (from < to) cells.fill(1, j * this.across + from, j * this.across + to);
    }
  }

  /** How many cells of a box are taken, the part of it that lies in the picture. */
  taken(/** @type {number} */ left, /** @type {number} */ top, /** @type {number} */ right, /** @type {number} */ bottom) {
    const { sums, cell, across, down } = this;
    const row = across + 1;
    const l = Math.min(Math.max(Math.floor(left / cell), 0), across);
    const r = Math.min(Math.max(Math.ceil(right / cell), 0), across);
    const t = Math.min(Math.max(Math.floor(top / cell), 0), down) * row;
    const b = Math.min(Math.max(Math.ceil(bottom / cell), 0), down) * row;
    return sums[b + r] - sums[t + r] - sums[b + l] + sums[t + l];
  }

  /** Whether a box lies in the picture and touches no dot. @param {number[]} box */
  free(box) {
    return this.inside(box) && this.taken(box[0], box[1], box[2], box[3]) === 0;
  }

  /** @param {number[]} box */
  inside([left, top, right, bottom]) {
    return left >= 0 && top >= 0 && right <= this.width && bottom <= this.height;
  }

  /** The dots whose rims are so near to a place, the dot in that place left aside. */
  crowd(/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ reach) {
    return this.dots.filter((dot) => {
      const far = Math.hypot(dot.x - x, dot.y - y);
      return far > 0.5 && far - dot.r < reach;
    });
  }

  /** Whether a line keeps off the dots, its first `skip` pixels left aside. @param {number[]} line @param {number} skip */
  clear([x1, y1, x2, y2], skip) {
    const long = Math.hypot(x2 - x1, y2 - y1);
    const count = Math.ceil(long / this.cell) + 1;
    for (let n = 0; n <= count; n += 1) {
      if ((n / count) * long < skip) continue;
      const [i, j] = [Math.floor((x1 + ((x2 - x1) * n) / count) / this.cell), Math.floor((y1 + ((y2 - y1) * n) / count) / this.cell)];
      if (i >= 0 && j >= 0 && i < this.across && j < this.down && this.near[j * this.across + i]) return false;
    }
    return true;
  }
}
