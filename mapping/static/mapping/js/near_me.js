// @ts-check
/**
 * "Near me": asks the device where it is when, and only when, the button is pressed, and searches there. The position
 * goes into the URL to about a hundred metres, no finer.
 *
 * `<button type="button" data-near-me="/trafford/map/" data-failed="Your device did not say where you are." hidden>`
 * @module hb/near_me
 */

/** @param {(url: URL) => void} [go] how to get there (default: the browser goes) */
export function nearMe(go = (url) => location.assign(url)) {
  if (!navigator.geolocation) return;
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-near-me]:not([data-on])"))) {
    button.hidden = false;
    button.dataset.on = "";
    button.addEventListener("click", () => {
      button.disabled = true;
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          button.disabled = false;
          const url = new URL(button.dataset.nearMe || location.href, location.href);
          if (!button.dataset.nearMe) url.search = location.search;
          for (const name of ["bbox", "page", "q"]) url.searchParams.delete(name);
          url.searchParams.set("near", `${coords.latitude.toFixed(3)},${coords.longitude.toFixed(3)}`);
          go(url);
        },
        () => {
          button.disabled = false;
          button.textContent = button.dataset.failed ?? button.textContent;
        },
        { maximumAge: 60_000, timeout: 10_000 },
      );
    });
  }
}

nearMe();
