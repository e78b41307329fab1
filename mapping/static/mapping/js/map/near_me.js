// @ts-check
/**
 * "Near me": asks the device where it is when, and only when, the button is pressed, and searches there. The position
 * goes into the URL to about a hundred metres, no finer. Words and filters stay as they are.
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

/** @param {string} path @returns {URL} where the question of this page is asked, with the words that stand in its box */
function question(path) {
  const url = new URL(path || location.pathname, location.href);
  if (url.pathname === location.pathname) url.search = location.search;
  const box = /** @type {HTMLInputElement | null} */ (document.querySelector("main form[role=search] [name=q]"));
  if (box && box.value.trim() !== (url.searchParams.get("q") ?? "")) {
    url.searchParams.delete("exact");
    url.searchParams.set("q", box.value.trim());
  }
  for (const name of ["bbox", "page", "typed"]) url.searchParams.delete(name);
  if (!url.searchParams.get("q")) url.searchParams.delete("q");
  return url;
}

/** Let the buttons that are there work. */
export function offerNearMe() {
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-near-me]"))) {
    button.hidden = !navigator.geolocation;
    button.onclick = () => {
      button.disabled = true;
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          button.disabled = false;
          const url = question(button.dataset.nearMe ?? "");
          url.searchParams.set("near", `${coords.latitude.toFixed(3)},${coords.longitude.toFixed(3)}`);
          go(url);
        },
        () => {
          button.disabled = false;
          button.textContent = button.dataset.failed ?? button.textContent;
        },
        { maximumAge: 60_000, timeout: 10_000 },
      );
    };
  }
}

offerNearMe();
