// @ts-check
/**
 * On a narrow screen what one asks of the picture, and the node in focus, come up from below as a sheet; what is folded
 * away cannot be reached by the keyboard. On a wide screen it stands beside the picture.
 * @module hb/network/sheet
 */

export class Sheet {
  /** @param {HTMLElement} box with `[data-sheet-handle]` and `[data-sheet-body]` */
  constructor(box) {
    this.box = box;
    this.handle = /** @type {HTMLElement} */ (box.querySelector("[data-sheet-handle]"));
    this.body = /** @type {HTMLElement} */ (box.querySelector("[data-sheet-body]"));
    this.narrow = matchMedia("(max-width: 40rem)");
    this.isOpen = false;
    this.narrow.addEventListener("change", () => this.set(false));
    this.handle.addEventListener("click", () => this.set(!this.isOpen));
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || !this.isOpen || !this.narrow.matches) return;
      this.set(false);
      this.handle.focus();
    });
    this.set(false);
  }

  /** @param {boolean} open */
  set(open) {
    const { matches } = this.narrow;
    this.isOpen = open;
    this.box.classList.toggle("is-sheet", matches);
    this.box.classList.toggle("is-open", matches && open);
    this.handle.hidden = !matches;
    this.handle.setAttribute("aria-expanded", String(open));
    this.body.inert = matches && !open;
  }

  /** Show something in it. */
  show() {
    if (this.narrow.matches) this.set(true);
  }
}
