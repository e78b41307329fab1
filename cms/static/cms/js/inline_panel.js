// @ts-check
// Starts Wagtail's lists of forms (the steps of a tour) without the inline script that Wagtail writes after each.
(() => {
  /** @param {ParentNode} within */
  function start(within) {
    if (!window.InlinePanel) return;
    for (const mark of /** @type {NodeListOf<HTMLElement>} */ (within.querySelectorAll("[data-inline-panel]"))) {
      const options = JSON.parse(mark.dataset.inlinePanel ?? "{}");
      mark.remove();
      new window.InlinePanel(options);
    }
  }

  document.addEventListener("DOMContentLoaded", () => start(document));
})();
