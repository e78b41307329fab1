// @ts-check
/**
 * Asks for data that a job may have to make first: while the answer is 202, asks again.
 * @module hb/answers/patient_fetch
 */

import { ask } from "hb/answers/revision";

const LONGEST = 10_000;
const PATIENCE = 10 * 60_000;

/**
 * As `fetch`, at the revision that is current (`hb/answers/revision`), but never 202: whoever waited in vain gets an error.
 * @param {string | URL} url
 * @param {RequestInit} [how]
 * @returns {Promise<Response>}
 */
export async function patientFetch(url, how = {}) {
  let after = 500;
  for (let waited = 0; waited < PATIENCE; waited += after) {
    const answer = await ask(url, waited ? { ...how, cache: "no-store" } : how);
    // Too much at once is a matter of waiting too.
    if (answer.status !== 202 && answer.status !== 429) return answer;
    after = Math.min(after * 1.5, LONGEST);
    await new Promise((done) => setTimeout(done, after));
    how.signal?.throwIfAborted();
  }
  throw new Error(`Waited in vain: ${url}`);
}
