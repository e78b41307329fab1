// @ts-check
// Opens Wagtail's date and time choosers without the inline scripts that Wagtail writes beside each field.
(() => {
  const CHOOSERS = /** @type {const} */ (["initDateChooser", "initTimeChooser", "initDateTimeChooser"]);

  /** @param {ParentNode} within */
  function start(within) {
    for (const mark of /** @type {NodeListOf<HTMLElement>} */ (within.querySelectorAll("[data-chooser]"))) {
      const { chooser, for: id = "", config = "{}" } = mark.dataset;
      const name = CHOOSERS.find((it) => it === chooser);
      const open = name && window[name];
      if (open && document.getElementById(id)) {
        mark.remove();
        open(id, JSON.parse(config));
      }
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    start(document);
    // Dialogs and inline forms bring their fields later.
    new MutationObserver(() => start(document)).observe(document.body, { childList: true, subtree: true });
  });
})();
