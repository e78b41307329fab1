// @ts-check
/**
 * Addresses that carry a revision (`/tiles/trafford.12/...`), and what to do when theirs is gone.
 *
 * When something is withdrawn in a place, older addresses of it answer 410. Then the current revision is asked for, once
 * for all who need it, and everything goes on with that; who has drawn something of an earlier one is told.
 *
 * ```js
 * const answer = await ask("/tiles/trafford.12/nodes/14/8086/5304.mvt", { signal });
 * const stop = onRenewed(() => layer.refresh());
 * ```
 * @module hb/answers/revision
 */

const REVISION = /^\/(?:tiles|maps|network)\/([a-z0-9_-]+)\.(\d+)\//;
const GONE = 410;

/** The newest number that this page knows, by place. @type {Map<string, number>} */
const newest = new Map();
/** @type {Map<string, Promise<boolean>>} */
const asking = new Map();
/** @type {Set<(place: string) => void>} */
const listeners = new Set();

/** @param {string | URL} url @returns {{whole: URL, place: string, number: number} | null} */
function read(url) {
  const whole = new URL(url, document.baseURI);
  const found = whole.pathname.match(REVISION);
  return found && { whole, place: found[1], number: Number(found[2]) };
}

/**
 * @param {string | URL} url
 * @returns {string} the same address at the newest revision that this page knows
 */
export function atNewest(url) {
  const found = read(url);
  const number = found ? newest.get(found.place) : undefined;
  if (!found || number === undefined || number <= found.number) return String(url);
  const { whole, place } = found;
  whole.pathname = whole.pathname.replace(`/${place}.${found.number}/`, `/${place}.${number}/`);
  return whole.href;
}

/**
 * Ask which revision is current now.
 * @param {string | URL} url an address that carries one
 * @returns {Promise<boolean>} whether it is a newer one than that of the address
 */
export async function renew(url) {
  const found = read(url);
  if (!found) return false;
  const { place } = found;
  let coming = asking.get(place);
  if (!coming) {
    coming = (async () => {
      const answer = await fetch(`/${place}/revision.json`, { cache: "no-store" });
      if (!answer.ok) throw new Error(`The revision of ${place}: ${answer.status}`);
      const number = Number((await answer.json()).revision.split(".").at(-1));
      if (number <= (newest.get(place) ?? 0)) return false;
      newest.set(place, number);
      return true;
    })();
    asking.set(place, coming);
    coming.finally(() => asking.delete(place)).catch(() => undefined);
    if (await coming) for (const listener of listeners) listener(place);
  } else await coming;
  return (newest.get(place) ?? 0) > found.number;
}

/**
 * As `fetch`, at the newest revision; where that is gone, at the one that is current now.
 * @param {string | URL} url
 * @param {RequestInit} [options]
 */
export async function ask(url, options) {
  const now = atNewest(url);
  const answer = await fetch(now, options);
  // One more time only: whoever withdraws again in this moment makes us wait for the next question.
  return answer.status === GONE && (await renew(now)) ? fetch(atNewest(now), options) : answer;
}

/**
 * Be told when a place got a newer revision because an older one is gone.
 * @param {(place: string) => void} listener
 * @returns {() => void} to be told no more
 */
export function onRenewed(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
