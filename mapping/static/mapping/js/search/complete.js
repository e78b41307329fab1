// @ts-check
/**
 * Suggests what the words in a search box may become (the combobox pattern of ARIA 1.2). Without this module the box is
 * a form as it stands. A row with an address leads there; any other is put into the field, and the form is sent.
 * @module hb/search/complete
 */

const WAIT = 150; // milliseconds without a key before asking
const LEAST = 2; // letters
const KEPT = 40; // answers
// Where the screen is narrow nothing stays above while the page scrolls.
const narrow = matchMedia("(max-width: 55.99rem)");

/** @type {Map<string, string>} by address */
const answers = new Map();
/** @type {WeakSet<HTMLFormElement>} */
const known = new WeakSet();

/** @param {URL} address @param {AbortSignal} signal @returns {Promise<string>} */
async function fetched(address, signal) {
  const there = answers.get(address.href);
  if (there !== undefined) return there;
  const answer = await fetch(address, { signal });
  if (!answer.ok) return "";
  const text = await answer.text();
  if (answers.size >= KEPT) answers.delete(answers.keys().next().value ?? "");
  answers.set(address.href, text);
  return text;
}

/** @param {HTMLFormElement} form with `data-complete`, the address that is asked */
function enhance(form) {
  const field = /** @type {HTMLInputElement} */ (form.querySelector('input[type="search"]'));
  const row = /** @type {HTMLElement} */ (field.closest(".search-box__row"));
  const list = document.createElement("div");
  list.id = `${field.id}-suggested`;
  list.className = "suggested";
  list.role = "listbox";
  list.ariaLabel = form.dataset.completeLabel ?? "";
  list.hidden = true;
  const says = document.createElement("p");
  says.className = "visually-hidden";
  says.role = "status";
  row.after(list, says);
  field.role = "combobox";
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");
  field.setAttribute("aria-controls", list.id);

  let timer = 0;
  let active = -1;
  /** @type {AbortController | undefined} */
  let running;

  const rows = () => /** @type {HTMLElement[]} */ ([...list.querySelectorAll('[role="option"]')]);

  /** @param {number} at -1: the field itself */
  function mark(at) {
    active = at;
    rows().forEach((it, i) => it.setAttribute("aria-selected", String(i === at)));
    const chosen = rows()[at];
    if (chosen) {
      field.setAttribute("aria-activedescendant", chosen.id);
      chosen.scrollIntoView({ block: "nearest" });
    } else field.removeAttribute("aria-activedescendant");
  }

  function close() {
    clearTimeout(timer);
    running?.abort();
    list.hidden = true;
    says.textContent = "";
    field.setAttribute("aria-expanded", "false");
    mark(-1);
  }

  /** @param {string} text a piece of a page */
  function open(text) {
    list.innerHTML = text;
    rows().forEach((it, i) => (it.id = `${list.id}-${i}`));
    says.textContent = /** @type {HTMLElement | null} */ (list.firstElementChild)?.dataset.said ?? "";
    list.hidden = !rows().length;
    field.setAttribute("aria-expanded", String(!list.hidden));
    mark(-1);
    // Most of a small screen is the keyboard's: what is suggested has to be in what is left.
    const low = globalThis.visualViewport?.height ?? innerHeight;
    if (!list.hidden && narrow.matches && list.getBoundingClientRect().bottom > low) form.scrollIntoView({ block: "start" });
  }

  async function ask() {
    const text = field.value.trim();
    running?.abort();
    if (text.length < LEAST) {
      close();
      return;
    }
    const mine = (running = new AbortController());
    const address = new URL(form.dataset.complete ?? "", location.href);
    address.searchParams.set("q", text);
    try {
      const answer = await fetched(address, mine.signal);
      if (mine === running && !mine.signal.aborted) open(answer);
    } catch {
      // Offline, or overtaken by the next letter: the form works without.
    }
  }

  /** @param {HTMLElement} chosen */
  function take(chosen) {
    close();
    if (chosen.dataset.url) {
      location.assign(chosen.dataset.url);
      return;
    }
    field.value = chosen.dataset.text ?? "";
    form.requestSubmit();
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  field.addEventListener("keydown", (event) => {
    const last = rows().length - 1;
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && list.hidden) {
      if (event.key === "ArrowUp" || event.altKey || !field.value.trim()) return;
      ask();
    } else if (event.key === "ArrowDown") mark(active === last ? -1 : active + 1);
    else if (event.key === "ArrowUp") mark(active === -1 ? last : active - 1);
    else if (event.key === "Enter" && !list.hidden && active >= 0) take(rows()[active]);
    else if (event.key === "Escape") {
      const shown = !list.hidden;
      // Also what is still on its way.
      close();
      if (!shown) return;
    } else return;
    event.preventDefault();
  });
  field.addEventListener("blur", close);
  form.addEventListener("submit", close);
  // The field keeps the focus, and with it the list.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const chosen = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest('[role="option"]'));
    if (chosen) take(chosen);
  });
}

// The box is replaced with the results of another question: it is made ready when somebody comes to it.
document.addEventListener("focusin", (event) => {
  const form = /** @type {HTMLFormElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("form[data-complete]"));
  if (!form || known.has(form)) return;
  known.add(form);
  enhance(form);
});
