// @ts-check
/**
 * "Share": the device's own way of sharing where it has one; else the address is copied. Where neither works, and
 * without JavaScript, the link writes an e-mail.
 *
 * `<a href="mailto:..." data-share="https://..." data-title="Public Hall" data-copied="The address is copied.">`, and
 * after it an element with `role="status"`. An empty `data-share` is the address of the page as it is now.
 * @module hb/share/button
 */

/**
 * Share, or copy; whether either worked.
 * @param {HTMLAnchorElement} link
 * @param {string} url
 */
async function share(link, url) {
  if (navigator.share) {
    try {
      await navigator.share({ title: link.dataset.title, url });
      return true;
    } catch (error) {
      // Whoever closed the sheet has changed their mind.
      if (error instanceof DOMException && error.name === "AbortError") return true;
    }
  }
  try {
    await navigator.clipboard.writeText(url);
  } catch {
    return false;
  }
  const status = link.parentElement?.querySelector("[role=status]");
  if (status) status.textContent = link.dataset.copied ?? "";
  return true;
}

for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("a[data-share]"))) {
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    const url = link.dataset.share || location.href;
    if (!(await share(link, url))) location.assign(link.href);
  });
}
