// @ts-check
// Solves the puzzle of a form while somebody fills it in (listings/guard/puzzle.py): a tenth of a second or so, in
// small pieces, so that typing never waits. Without this what is sent waits for a steward, and is not refused.

const SLICE = 8; // milliseconds of work at a time
const K = new Int32Array(64);
const START = new Uint32Array(8);

// The constants of SHA-256 (FIPS 180-4, 4.2.2 and 5.3.3): fractional parts of roots of the first primes.
for (let n = 2, found = 0; found < 64; n += 1) {
  let prime = true;
  for (let d = 2; d * d <= n; d += 1) if (n % d === 0) prime = false;
  if (!prime) continue;
  K[found] = (((n ** (1 / 3)) % 1) * 2 ** 32) | 0;
  if (found < 8) START[found] = ((n ** 0.5) % 1) * 2 ** 32;
  found += 1;
}

const W = new Int32Array(64);

/**
 * Take one block of 64 bytes into a state of SHA-256 (FIPS 180-4, 6.2.2).
 * @param {Int32Array} state eight words; is changed
 * @param {Uint8Array} bytes
 * @param {number} from where the block begins
 */
function take(state, bytes, from) {
  for (let t = 0, at = from; t < 16; t += 1, at += 4) {
    W[t] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  }
  for (let t = 16; t < 64; t += 1) {
    const x = W[t - 15];
    const y = W[t - 2];
    const low = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const high = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    W[t] = (W[t - 16] + low + W[t - 7] + high) | 0;
  }
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let t = 0; t < 64; t += 1) {
    const high = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const one = (h + high + ((e & f) ^ (~e & g)) + K[t] + W[t]) | 0;
    const low = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const two = (low + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

/**
 * The first 32 bits of the SHA-256 of `puzzle:piece:number`, for any number: what is the same is taken in once.
 * @param {string} puzzle
 * @param {number} piece
 * @returns {(number: number) => number}
 */
export function hasher(puzzle, piece) {
  const before = new TextEncoder().encode(`${puzzle}:${piece}:`);
  const whole = before.length & ~63;
  const kept = Int32Array.from(START, (word) => word | 0);
  for (let at = 0; at < whole; at += 64) take(kept, before, at);
  const left = before.length - whole;
  // Room for the rest, sixteen digits, and the padding: one block or two.
  const bytes = new Uint8Array(128);
  const state = new Int32Array(8);
  return (number) => {
    const digits = String(number);
    bytes.fill(0);
    bytes.set(before.subarray(whole));
    let end = left;
    for (let at = 0; at < digits.length; at += 1, end += 1) bytes[end] = digits.charCodeAt(at);
    bytes[end] = 0x80;
    const size = end + 9 > 64 ? 128 : 64;
    const bits = (whole + end) * 8;
    bytes[size - 1] = bits;
    bytes[size - 2] = bits >>> 8;
    state.set(kept);
    for (let at = 0; at < size; at += 64) take(state, bytes, at);
    return state[0] >>> 0;
  };
}

/**
 * Look for the numbers that solve a puzzle, a slice at a time.
 * @param {string} puzzle
 * @param {number} pieces
 * @param {number} bits
 * @returns {(until: number) => string} goes on until that time (`performance.now()`); the answer once it is found
 */
export function search(puzzle, pieces, bits) {
  /** @type {number[]} */
  const found = [];
  let number = 0;
  let hash = hasher(puzzle, 0);
  return (until) => {
    for (let tried = 1; found.length < pieces; tried += 1) {
      if (hash(number) >>> (32 - bits) === 0) {
        found.push(number);
        number = 0;
        hash = hasher(puzzle, found.length);
      } else number += 1;
      if (tried % 64 === 0 && performance.now() > until) return "";
    }
    return found.join(",");
  };
}

for (const answer of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("[data-guard-pieces]"))) {
  const form = answer.form;
  const puzzle = /** @type {HTMLInputElement | null | undefined} */ (form?.querySelector('[name="guard_puzzle"]'));
  if (!form || !puzzle) continue;
  const go = search(puzzle.value, Number(answer.dataset.guardPieces), Number(answer.dataset.guardBits));
  const some = () => {
    if (!answer.value) answer.value = go(performance.now() + SLICE);
    if (!answer.value) setTimeout(some, SLICE);
  };
  setTimeout(some, SLICE);
  // Sent before it was done: the rest at once.
  form.addEventListener("submit", () => {
    if (!answer.value) answer.value = go(Infinity);
  });
}
