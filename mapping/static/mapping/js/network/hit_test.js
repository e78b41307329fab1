// @ts-check
/**
 * Which dot lies under a finger: a grid over the picture, so that few dots are looked at.
 * @module hb/network/hit_test
 */

/** Dots of a picture, by where they are. */
export class Grid {
  /**
   * @param {Float32Array} x NaN for what is nowhere
   * @param {Float32Array} y
   * @param {(i: number) => boolean} shown
   */
  constructor(x, y, shown) {
    this.x = x;
    this.y = y;
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    /** @type {number[]} */
    const dots = [];
    for (let i = 0; i < x.length; i += 1) {
      if (!shown(i) || Number.isNaN(x[i])) continue;
      dots.push(i);
      left = Math.min(left, x[i]);
      right = Math.max(right, x[i]);
      top = Math.min(top, y[i]);
      bottom = Math.max(bottom, y[i]);
    }
    this.left = left;
    this.top = top;
    this.cell = Math.max(Math.sqrt(((right - left) * (bottom - top)) / Math.max(dots.length, 1)) * 1.5, 1e-3) || 1;
    this.across = Math.floor((right - left) / this.cell) + 1 || 1;
    /** @type {Map<number, number[]>} */
    this.cells = new Map();
    for (const i of dots) {
      const key = this.column(x[i]) + this.row(y[i]) * this.across;
      const held = this.cells.get(key);
      if (held) held.push(i);
      else this.cells.set(key, [i]);
    }
  }

  /** @param {number} x */
  column(x) {
    return Math.floor((x - this.left) / this.cell);
  }

  /** @param {number} y */
  row(y) {
    return Math.floor((y - this.top) / this.cell);
  }

  /** Dots whose middle is less than `reach` away. */
  *within(/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ reach) {
    const [first, last] = [Math.max(this.column(x - reach), 0), Math.min(this.column(x + reach), this.across - 1)];
    for (let row = this.row(y - reach); row <= this.row(y + reach); row += 1) {
      for (let column = first; column <= last; column += 1) {
        for (const i of this.cells.get(column + row * this.across) ?? []) {
          if (Math.hypot(this.x[i] - x, this.y[i] - y) < reach) yield i;
        }
      }
    }
  }

  /** How many dots have their middle in a box, counted up to `most`. */
  inBox(/** @type {number[]} */ [left, top, right, bottom], /** @type {number} */ most) {
    let count = 0;
    const [first, last] = [Math.max(this.column(left), 0), Math.min(this.column(right), this.across - 1)];
    for (let row = this.row(top); row <= this.row(bottom) && count < most; row += 1) {
      for (let column = first; column <= last; column += 1) {
        for (const i of this.cells.get(column + row * this.across) ?? []) {
          if (this.x[i] > left && this.x[i] < right && this.y[i] > top && this.y[i] < bottom) count += 1;
        }
      }
    }
    return count;
  }

  /**
   * The dot at a place: the topmost of those that cover it, else the one whose rim is nearest.
   * @param {number} x
   * @param {number} y
   * @param {(i: number) => number} radius
   * @param {number} slack how far beside a dot still counts
   * @param {number} largest radius of any dot
   * @returns {number} -1 for none
   */
  at(x, y, radius, slack, largest) {
    let best = -1;
    let least = Infinity;
    for (const i of this.within(x, y, largest + slack)) {
      const beyond = Math.hypot(this.x[i] - x, this.y[i] - y) - radius(i);
      if (beyond > slack) continue;
      // Smaller dots lie on top of larger ones: of two that cover the place the smaller one is seen.
      const cost = beyond <= 0 ? radius(i) - 1e6 : beyond;
      if (cost < least || (cost === least && i > best)) [best, least] = [i, cost];
    }
    return best;
  }
}

/**
 * Whether a place lies inside a ring (even-odd rule).
 * @param {number} x
 * @param {number} y
 * @param {[number, number][]} ring
 */
export function inside(x, y, ring) {
  let within = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [[ax, ay], [bx, by]] = [ring[i], ring[j]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) within = !within;
  }
  return within;
}
