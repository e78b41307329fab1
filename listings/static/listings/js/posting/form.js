// @ts-check
// Suggests names of venues and organisations as one types, and says the dates back.
// Without this the form asks which one is meant, and has a button for the dates.

const WAIT = 180; // milliseconds without a key before asking
const LEAST = 2; // letters
const LONGEST = 4000; // letters of an address: a longer one is left to the button

/**
 * Let `input` be completed from the names of a place.
 * @param {HTMLInputElement} input
 * @param {HTMLDataListElement} list where the suggestions go
 * @param {string} what "venue" or "organisation"
 * @param {HTMLFormElement} form with data-suggest (address) and data-place (slug)
 * @param {HTMLInputElement|null} choice keeps the uuid of what was chosen from the list
 */
function complete(input, list, what, form, choice) {
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
    const query = new URLSearchParams({ what, place: form.dataset.place ?? "", q: text });
    try {
      const answer = await fetch(`${form.dataset.suggest}?${query}`, { signal: running.signal });
      if (answer.ok) list.innerHTML = await answer.text();
    } catch {
      asked = ""; // offline or overtaken by the next letter: the form works without
    }
  }

  input.addEventListener("input", () => {
    // Two places may share a name: then the form asks which, rather than taking the first.
    const same = [...list.options].filter((option) => option.value === input.value);
    if (choice) choice.value = same.length === 1 ? (same[0].dataset.uuid ?? "") : "";
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
}

const form = /** @type {HTMLFormElement | null} */ (document.querySelector(".post-form"));
if (form) {
  const field = (/** @type {string} */ name) =>
    /** @type {HTMLInputElement} */ (form.querySelector(`input[name="${name}"]`));
  const list = (/** @type {string} */ id) => /** @type {HTMLDataListElement} */ (form.querySelector(`#${id}`));
  const choice = /** @type {HTMLInputElement | null} */ (
    form.querySelector('input[type="hidden"][name="venue_choice"]')
  );
  // One question a screen has one of them at a time.
  if (field("venue")) complete(field("venue"), list("venues"), "venue", form, choice);
  const organisation = field("organisation_name");
  if (organisation) complete(organisation, list("organisations"), "organisation", form, null);
}

/**
 * Say the dates back as one types. Without this the button "Show me the dates" does.
 * @param {HTMLFieldSetElement} part with data-when (address) and, for what has begun before today, data-edit
 * @param {HTMLElement} region where the answer goes
 * @param {string} place slug
 */
function sayBack(part, region, place) {
  let timer = 0;
  let asked = "";
  /** @type {AbortController | undefined} */
  let running;

  const query = () => {
    const given = new URLSearchParams({ place });
    if (part.dataset.edit !== undefined) given.set("edit", "1");
    for (const it of part.elements) {
      const input = /** @type {HTMLInputElement} */ (it);
      const ticked = !["checkbox", "radio"].includes(input.type) || input.checked;
      if (input.name && input.type !== "submit" && input.value && ticked) given.append(input.name, input.value);
    }
    return given.toString();
  };

  async function ask() {
    const text = query();
    if (text === asked || text.length > LONGEST) return;
    asked = text;
    running?.abort();
    running = new AbortController();
    try {
      const answer = await fetch(`${part.dataset.when}?${text}`, { signal: running.signal });
      const said = answer.ok ? await answer.text() : "";
      // Nothing is said of what is half filled in: what stood there stays until there is something better.
      if (said.trim()) region.innerHTML = said;
    } catch {
      asked = ""; // offline or overtaken by the next change: the button does the same
    }
  }

  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 2 * WAIT);
  };
  part.addEventListener("input", soon);
  part.addEventListener("change", soon);
}

const when = /** @type {HTMLFieldSetElement | null} */ (document.querySelector("[data-when]"));
const saidBack = /** @type {HTMLElement | null | undefined} */ (when?.querySelector("[data-said-back]"));
if (when && saidBack) sayBack(when, saidBack, form?.dataset.place ?? "");
