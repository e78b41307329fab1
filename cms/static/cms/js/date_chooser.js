// Opens Wagtail's date and time choosers without the inline scripts that Wagtail writes beside each field.
(() => {
  const CHOOSERS = new Set(["initDateChooser", "initTimeChooser", "initDateTimeChooser"]);

  /** @param {ParentNode} within */
  function start(within) {
    for (const mark of within.querySelectorAll("[data-chooser]")) {
      const { chooser, for: id, config } = mark.dataset;
      if (CHOOSERS.has(chooser) && window[chooser] && document.getElementById(id)) {
        mark.remove();
        window[chooser](id, JSON.parse(config));
      }
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    start(document);
    // Dialogs and inline forms bring their fields later.
    new MutationObserver(() => start(document)).observe(document.body, { childList: true, subtree: true });
  });
})();
