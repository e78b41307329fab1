// @ts-check
/**
 * The network's picture by keyboard: arrow keys walk along connections, and every step is told.
 *
 * We walk by our own code rather than with npm's `data-navigator`: that lays an element over every node, which is what a
 * canvas of thousands avoids, and it knows nothing of our sentences.
 * @module hb/network/keys
 */

/** @type {Record<string, number[]>} */
const WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

/**
 * The connected dot that lies most in a direction: near is good, straight is better.
 * @param {{x: number, y: number}} from
 * @param {Array<{x: number, y: number}>} others
 * @param {number[]} way
 * @returns {number} its place in `others`, or -1 when none lies that way
 */
export function towards(from, others, [wx, wy]) {
  let best = -1;
  let least = Infinity;
  others.forEach((other, index) => {
    const dx = other.x - from.x;
    const dy = other.y - from.y;
    const along = dx * wx + dy * wy;
    if (!(along > 0)) return;
    const cost = along + 2.5 * Math.abs(dx * wy - dy * wx);
    if (cost < least) [best, least] = [index, cost];
  });
  return best;
}

/**
 * @typedef {object} Walk what the keys need to know and to do
 * @property {() => number} current the node that has the focus, or -1
 * @property {() => number} best the best connected
 * @property {(i: number) => number[]} beside nodes joined with it, the best connected first
 * @property {() => number[]} others nodes to which one may jump where no connection leads on
 * @property {(i: number) => {x: number, y: number}} at where it is
 * @property {(i: number, from: number) => void} visit put the focus on a node, coming along a connection from another (-1)
 * @property {(i: number) => void} open its page
 * @property {(i: number) => void} around show its neighbourhood, or all again
 * @property {(i: number) => void} choose add to what is chosen, or take out
 * @property {(factor: number) => void} zoom
 * @property {() => void} whole show all of the picture
 * @property {() => boolean} back undo one thing; false when there is nothing to undo
 */

export class Keys {
  /** @param {HTMLElement} element that takes the keys @param {Walk} walk */
  constructor(element, walk) {
    this.walk = walk;
    this.from = -1;
    element.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      if (this.pressed(event.key)) event.preventDefault();
    });
    element.addEventListener("focus", () => {
      if (walk.current() < 0 && element.matches(":focus-visible")) this.go(walk.best(), -1);
    });
  }

  /** @param {string} key @returns {boolean} whether it meant something here */
  pressed(key) {
    const { walk } = this;
    const current = walk.current();
    if (key === "Home") this.go(walk.best(), -1);
    else if (key === "+" || key === "=") walk.zoom(1.5);
    else if (key === "-") walk.zoom(1 / 1.5);
    else if (key === "0") walk.whole();
    else if (key === "Escape") return walk.back();
    else if (current < 0) {
      if (!(key in WAYS)) return false;
      this.go(walk.best(), -1);
    } else if (key in WAYS) this.arrow(current, WAYS[key]);
    else if (key === "n" || key === "p") this.aside(current, key === "n" ? 1 : -1);
    else if (key === "Enter") walk.open(current);
    else if (key === "f") walk.around(current);
    else if (key === "x") walk.choose(current);
    else return false;
    return true;
  }

  /** @param {number} i @param {number} from */
  go(i, from) {
    if (i < 0) return;
    this.from = from;
    this.walk.visit(i, from);
  }

  /** @param {number} current @param {number[]} way */
  arrow(current, way) {
    const beside = this.walk.beside(current);
    const found = towards(this.walk.at(current), beside.map((j) => this.walk.at(j)), way);
    if (found >= 0) {
      this.go(beside[found], current);
      return;
    }
    const others = this.walk.others().filter((j) => j !== current);
    const next = towards(this.walk.at(current), others.map((j) => this.walk.at(j)), way);
    if (next >= 0) this.go(others[next], -1);
  }

  /** The next connection of the node that we came from; the first time, of this one. @param {number} current @param {number} step */
  aside(current, step) {
    const from = this.from >= 0 ? this.from : current;
    const beside = this.walk.beside(from);
    if (!beside.length) return;
    const place = beside.indexOf(current);
    const next = place < 0 ? (step > 0 ? 0 : beside.length - 1) : (place + step + beside.length) % beside.length;
    this.go(beside[next], from);
  }
}
