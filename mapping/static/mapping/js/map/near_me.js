// @ts-check
/**
 * "Near me": asks the device where it is when, and only when, the button is pressed, and searches there. The position
 * goes into the URL to about a hundred metres, no finer.
 *
 * `<button type="button" data-near-me="/trafford/map/" data-failed="Your device did not say where you are." hidden>`
 * @module hb/map/near_me
 */

/** @type {(url: URL) => void} */
let go = (url) => location.assign(url);

/** @param {(url: URL) => void} other how to get to the search, instead of leaving the page */
export function searchWith(other) {
  go = other;
}

for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-near-me]"))) {
  button.hidden = !navigator.geolocation;
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
