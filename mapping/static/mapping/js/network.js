/**
 * The picture of a network by keyboard and pointer.
 *
 * Without this module every dot is a link, and Tab stops at the best connected ones. With it Tab stops at one
 * dot; arrow keys walk to the connected dot that lies that way, Home goes back to the best connected, Enter
 * opens (it is a link). The connections of the dot in focus, or under the pointer, are brought out.
 */

const KEYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

/**
 * The connected dot that lies most in a direction: near is good, straight is better.
 * @param {{x: number, y: number}} from
 * @param {Array<{x: number, y: number}>} others
 * @param {[number, number]} way
 * @returns {number} its place in `others`, or -1 when none lies that way
 */
export function towards(from, others, [wx, wy]) {
  let best = -1;
  let least = Infinity;
  others.forEach((other, index) => {
    const dx = other.x - from.x;
    const dy = other.y - from.y;
    const along = dx * wx + dy * wy;
    if (along <= 0) return;
    const across = Math.abs(dx * wy - dy * wx);
    const cost = along + 2.5 * across;
    if (cost < least) [best, least] = [index, cost];
  });
  return best;
}

/** @param {HTMLElement} figure */
function enhance(figure) {
  const svg = figure.querySelector(".network__picture");
  const reach = figure.querySelector(".network__reach");
  const told = figure.querySelector("[data-network-told]");
  const dots = [...figure.querySelectorAll(".network__dot")];
  const at = dots.map((dot) => {
    const box = dot.lastElementChild.getBBox();
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  });
  const beside = dots.map((dot) => (dot.dataset.beside ? dot.dataset.beside.split(" ").map(Number) : []));
  let current = 0;
  let shown = -1;

  function show(number) {
    if (number === shown) return;
    shown = number;
    dots.forEach((dot) => dot.classList.remove("is-chosen", "is-beside"));
    svg.classList.toggle("is-reaching", number >= 0);
    if (number < 0) {
      reach.setAttribute("d", "");
      return;
    }
    dots[number].classList.add("is-chosen");
    const { x, y } = at[number];
    reach.setAttribute("d", beside[number].map((n) => `M${x} ${y}L${at[n].x} ${at[n].y}`).join(""));
    for (const n of beside[number]) dots[n].classList.add("is-beside");
  }

  function stopAt(number) {
    dots[current].setAttribute("tabindex", "-1");
    if (current !== number) dots[current].setAttribute("aria-hidden", "true");
    current = number;
    dots[current].setAttribute("tabindex", "0");
    dots[current].removeAttribute("aria-hidden");
  }

  dots.forEach((dot, number) => {
    dot.setAttribute("tabindex", "-1");
    dot.setAttribute("aria-hidden", "true");
    dot.addEventListener("focus", () => {
      stopAt(number);
      show(number);
      if (told) told.textContent = dot.querySelector("title").textContent;
    });
    dot.addEventListener("blur", () => show(-1));
    dot.addEventListener("pointerenter", () => {
      show(number);
      if (told) told.textContent = dot.querySelector("title").textContent;
    });
    dot.addEventListener("pointerleave", () => show(document.activeElement === dots[current] ? current : -1));
  });
  stopAt(0);

  svg.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    let next = -1;
    if (event.key in KEYS) {
      const near = beside[current];
      const found = towards(at[current], near.map((n) => at[n]), KEYS[event.key]);
      if (found >= 0) next = near[found];
    } else if (event.key === "Home") {
      next = 0;
    } else if (event.key === "Escape") {
      dots[current].blur();
      return;
    } else {
      return;
    }
    event.preventDefault();
    if (next < 0) return;
    stopAt(next);
    dots[next].focus();
  });
}

document.querySelectorAll("[data-network]").forEach(enhance);
