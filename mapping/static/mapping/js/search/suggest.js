// @ts-check
/**
 * Suggests names as one types. Without this module the form asks which one is meant.
 * @module hb/search/suggest
 */

const WAIT = 180; // milliseconds without a key before asking
const LEAST = 2; // letters

/**
 * Let the text field in `box` be completed from `box.dataset.suggest`, and keep the uuid of what was chosen.
 * @param {HTMLElement} box holds a text field, a datalist and a hidden field, in this order
 */
function complete(box) {
  const input = /** @type {HTMLInputElement} */ (box.querySelector('input[type="text"]'));
  const list = /** @type {HTMLDataListElement} */ (box.querySelector("datalist"));
  const choice = /** @type {HTMLInputElement} */ (box.querySelector('input[type="hidden"]'));
  const address = new URL(box.dataset.suggest ?? "", location.href);
  let timer = 0;
  let asked = "";
  /** @type {AbortController | undefined} */
  let running;
  input.setAttribute("list", list.id);

  async function ask() {
    const text = input.value.trim();
    if (text.length < LEAST || text === asked) return;
    asked = text;
    running?.abort();
    running = new AbortController();
    address.searchParams.set("q", text);
    try {
      const answer = await fetch(address, { signal: running.signal });
      if (answer.ok) list.innerHTML = await answer.text();
    } catch {
      asked = ""; // offline or overtaken by the next letter: the form works without
    }
  }

  input.addEventListener("input", () => {
    // Two may share a name: then the form asks which, rather than taking the first.
    const same = [...list.options].filter((option) => option.value === input.value);
    choice.value = same.length === 1 ? (same[0].dataset.uuid ?? "") : "";
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
}

for (const box of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-suggest]"))) {
  if (box.dataset.suggest) complete(box);
}
