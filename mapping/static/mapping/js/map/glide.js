// @ts-check
/**
 * A glide: the same dots go from where they are to where they should be, in about a second.
 *
 * ```js
 * const glide = new Glide(data.n, (share, moving) => draw(glide.x, glide.y, moving));
 * glide.set(data.groundX, data.groundY);          // at once
 * await glide.to(data.x, data.y);                 // true when it got there, false when another glide took over
 * ```
 *
 * Who asks their device for less movement gets a cross-fade instead: the dots stay, fade out, and fade in where they
 * should be; `glide.fade` (0 to 1) is how much of them to show.
 * @module hb/map/glide
 */

export const DURATION = 1000; // milliseconds
const FADE = 400;

const calm = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)");

/** Whether the reader wants less movement. */
export function reducedMotion() {
  return Boolean(calm?.matches);
}

/** Slow, fast, slow: 0 to 1. @param {number} t 0 to 1 */
export function ease(t) {
  return t < 0.5 ? 4 * t ** 3 : 1 - (2 - 2 * t) ** 3 / 2;
}

/**
 * Put into `out` what lies between two arrays.
 * @param {Float32Array} from
 * @param {Float32Array} to
 * @param {number} share 0: all `from`, 1: all `to`
 * @param {Float32Array} out
 */
export function between(from, to, share, out) {
  for (let i = 0; i < out.length; i += 1) out[i] = from[i] + (to[i] - from[i]) * share;
  return out;
}

/** Dots on their way. */
export class Glide {
  /**
   * @param {number} n how many dots
   * @param {(share: number, moving: boolean) => void} draw called for every frame, `share` 0 to 1 of the way, and
   *   once more with `moving` false at the end
   */
  constructor(n, draw) {
    this.x = new Float32Array(n);
    this.y = new Float32Array(n);
    /** How much of the dots to show: below 1 in the midst of a cross-fade. */
    this.fade = 1;
    this.draw = draw;
    this.frame = 0;
    /** @type {((arrived: boolean) => void) | null} */
    this.leave = null;
  }

  get moving() {
    return this.leave !== null;
  }

  /** Put the dots somewhere at once, without drawing. @param {ArrayLike<number>} x @param {ArrayLike<number>} y */
  set(x, y) {
    this.stop();
    this.x.set(x);
    this.y.set(y);
  }

  /** Stay where they are now. */
  stop() {
    cancelAnimationFrame(this.frame);
    this.fade = 1;
    this.leave?.(false);
    this.leave = null;
  }

  /**
   * @param {Float32Array} x where to
   * @param {Float32Array} y
   * @param {number} [duration] milliseconds
   * @returns {Promise<boolean>} whether they arrived: false when another glide, `set` or `stop` came between
   */
  to(x, y, duration = DURATION) {
    this.stop();
    const still = reducedMotion();
    const [fromX, fromY] = [this.x.slice(), this.y.slice()];
    const lasts = still ? FADE : duration;
    return new Promise((done) => {
      this.leave = done;
      /** @type {number | undefined} */
      let start;
      const step = (/** @type {number} */ now) => {
        start ??= now;
        const passed = lasts > 0 ? Math.min((now - start) / lasts, 1) : 1;
        if (still) {
          this.fade = Math.abs(1 - 2 * passed);
          if (passed >= 0.5) this.put(x, y);
        } else {
          const share = ease(passed);
          between(fromX, x, share, this.x);
          between(fromY, y, share, this.y);
        }
        if (passed < 1) {
          this.draw(passed, true);
          this.frame = requestAnimationFrame(step);
          return;
        }
        this.put(x, y);
        this.fade = 1;
        this.leave = null;
        this.draw(1, false);
        done(true);
      };
      this.frame = requestAnimationFrame(step);
    });
  }

  /** @param {Float32Array} x @param {Float32Array} y */
  put(x, y) {
    this.x.set(x);
    this.y.set(y);
  }
}
