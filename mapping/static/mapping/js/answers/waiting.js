// @ts-check
/**
 * What a job works on comes back by itself: asks now and then how it stands, and loads the page again when it is there.
 * @module hb/answers/waiting
 */

const FIRST = 1000;
const LONGEST = 15_000;
// After this nobody is kept waiting: there is a link to look again.
const PATIENCE = 10 * 60_000;

/** @param {number} milliseconds */
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/**
 * How a question stands: "pending" too where the answer did not reach us.
 * @param {string} url
 */
async function state(url) {
  try {
    const answer = await fetch(url, { cache: "no-store", headers: { Accept: "application/json" } });
    if (answer.status === 404) return "gone";
    return answer.ok ? (await answer.json()).state : "pending";
  } catch {
    return "pending";
  }
}

/** Whether somebody is in a field: what they write would be lost with the page. */
const isWriting = () => Boolean(document.activeElement?.matches("input, textarea, select"));

/** @param {HTMLElement} box */
async function wait(box) {
  const url = /** @type {string} */ (box.dataset.waiting);
  const told = /** @type {HTMLElement} */ (box.querySelector("[data-waiting-status]"));
  let after = FIRST;
  for (let waited = 0; waited < PATIENCE; waited += after) {
    await pause(after);
    // Nobody looks: nothing is asked.
    while (document.hidden) await pause(LONGEST);
    const found = await state(url);
    if (found !== "pending") {
      if (found === "ready") told.textContent = told.dataset.ready ?? "";
      while (isWriting()) await pause(FIRST);
      location.reload();
      return;
    }
    after = Math.min(after * 1.5, LONGEST);
  }
  told.textContent = told.dataset.late ?? "";
}

for (const box of document.querySelectorAll("[data-waiting]")) wait(/** @type {HTMLElement} */ (box));
