// @ts-check
/**
 * The bottom sheet of a phone: something of the page lies over the rest, which is inert as long (a modal dialog has that
 * from the browser). Its buttons, a press beside it, Escape and the browser's Back close it.
 * @module hb/map/sheet
 */

export class Sheet {
  /**
   * @param {HTMLDialogElement} dialog with `.sheet__body`, and buttons `[data-close]`
   */
  constructor(dialog) {
    this.dialog = dialog;
    this.body = /** @type {HTMLElement} */ (dialog.querySelector(".sheet__body"));
    /** @type {(() => void) | undefined} what there is to do once it is closed */
    this.after = undefined;
    /** @type {((event: MouseEvent) => void) | undefined} a press beside it, after which it stays if that opens it again */
    this.beside = undefined;
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.close();
    });
    dialog.addEventListener("click", (event) => {
      const at = /** @type {HTMLElement} */ (event.target);
      if (at.closest("[data-close]")) this.close();
      else if (at === dialog) (this.beside ?? (() => this.close()))(event);
    });
    addEventListener("popstate", () => this.gone());
    // Whoever comes back from what they opened in it finds the page without it, and without its step.
    addEventListener("pageshow", () => {
      if (this.isOpen) this.close();
      else if (history.state?.over === 1) history.back();
    });
  }

  get isOpen() {
    return this.dialog.open;
  }

  /**
   * @param {"filters" | "card"} what the sheet is
   * @param {Element} content moved into it
   * @param {{after: () => void, beside?: (event: MouseEvent) => void}} how
   */
  open(what, content, { after, beside }) {
    if (this.isOpen && this.dialog.dataset.what !== what) this.gone();
    this.body.replaceChildren(content);
    this.dialog.dataset.what = what;
    this.after = after;
    this.beside = beside;
    if (this.isOpen) return;
    // A step of its own: Back closes it before it leads anywhere.
    history.pushState({ ...history.state, over: 1 }, "");
    this.dialog.showModal();
  }

  close() {
    if (!this.isOpen) return;
    if (history.state?.over === 1) history.back();
    else this.gone();
  }

  gone() {
    if (!this.isOpen) return;
    this.dialog.close();
    this.after?.();
  }
}
