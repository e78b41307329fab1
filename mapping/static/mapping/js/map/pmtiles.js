// @ts-check
/**
 * Tiles out of one PMTiles file (version 3 of its specification), by range requests.
 *
 * The reader inside protomaps-leaflet begins with 16 KB, most of it for nothing when the file is a neighbourhood's; this one begins
 * with 2 KB. It gives tiles in the shape that protomaps-leaflet takes (`getZxy`).
 * @module hb/map/pmtiles
 */

/** @typedef {{id: number, run: number, offset: number, length: number}} Entry */

const HEADER = 127;
const FIRST_READ = 2048;
const GZIP = 2;

/**
 * The number of a tile on the Hilbert curves of all zooms, one after the other (specification, 4.1).
 * @param {number} z @param {number} x @param {number} y
 */
export function tileId(z, x, y) {
  let id = (4 ** z - 1) / 3;
  for (let side = 2 ** (z - 1); side >= 1; side /= 2) {
    const right = x & side ? 1 : 0;
    const low = y & side ? 1 : 0;
    id += side * side * ((3 * right) ^ low);
    if (!low) {
      if (right) [x, y] = [side - 1 - (x & (side - 1)), side - 1 - (y & (side - 1))];
      [x, y] = [y, x];
    }
  }
  return id;
}

/** @param {BlobPart} bytes @param {number} compression 1: none, 2: gzip @returns {Promise<ArrayBuffer>} */
function unpacked(bytes, compression) {
  const blob = new Blob([bytes]);
  if (compression !== GZIP) return blob.arrayBuffer();
  return new Response(blob.stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

/** @param {ArrayBuffer} buffer a directory, unpacked @returns {Entry[]} in order of their ids */
function entriesOf(buffer) {
  const bytes = new Uint8Array(buffer);
  let at = 0;
  const number = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  const entries = Array.from({ length: number() }, () => ({ id: 0, run: 0, offset: 0, length: 0 }));
  let id = 0;
  for (const entry of entries) entry.id = id += number();
  for (const entry of entries) entry.run = number();
  for (const entry of entries) entry.length = number();
  let after = 0;
  for (const entry of entries) {
    const offset = number();
    entry.offset = offset ? offset - 1 : after;
    after = entry.offset + entry.length;
  }
  return entries;
}

/** @param {Entry[]} entries @param {number} id @returns {Entry | undefined} the last that begins at or before `id` */
function before(entries, id) {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (entries[middle].id <= id) low = middle + 1;
    else high = middle;
  }
  return entries[low - 1];
}

/** @param {string} url of a PMTiles file that never changes */
export function tileFile(url) {
  /** @param {number} from @param {number} length @param {AbortSignal} [signal] */
  async function read(from, length, signal) {
    const answer = await fetch(url, { headers: { Range: `bytes=${from}-${from + length - 1}` }, signal });
    if (!answer.ok) throw new Error(`The ground of the map: ${answer.status}`);
    const buffer = await answer.arrayBuffer();
    // A server that knows no ranges sends the whole file.
    return answer.status === 206 ? buffer : buffer.slice(from, from + length);
  }

  async function open() {
    const start = await read(0, FIRST_READ);
    const view = new DataView(start);
    const at = (/** @type {number} */ offset) => Number(view.getBigUint64(offset, true));
    const packing = view.getUint8(97);
    const [from, length] = [at(8), at(16)];
    const inside = from >= HEADER && from + length <= start.byteLength;
    const root = inside ? start.slice(from, from + length) : await read(from, length);
    return { packing, tilePacking: view.getUint8(98), leaves: at(40), data: at(56), root: entriesOf(await unpacked(root, packing)) };
  }

  /** @type {ReturnType<typeof open> | undefined} */
  let opened;
  /** @type {Map<number, Promise<Entry[]>>} leaf directories by their place in the file */
  const leaves = new Map();

  return {
    /**
     * @param {number} z @param {number} x @param {number} y
     * @param {AbortSignal} [signal]
     * @returns {Promise<{data: ArrayBuffer} | undefined>} nothing where the file has no such tile
     */
    async getZxy(z, x, y, signal) {
      opened ??= open();
      opened.catch(() => (opened = undefined));
      const file = await opened;
      const id = tileId(z, x, y);
      let found = before(file.root, id);
      while (found && found.run === 0) {
        const { offset, length } = found;
        if (!leaves.has(offset)) {
          const leaf = read(file.leaves + offset, length).then(async (bytes) => entriesOf(await unpacked(bytes, file.packing)));
          leaf.catch(() => leaves.delete(offset));
          leaves.set(offset, leaf);
        }
        found = before(await /** @type {Promise<Entry[]>} */ (leaves.get(offset)), id);
      }
      if (!found || id - found.id >= found.run) return undefined;
      return { data: await unpacked(await read(file.data + found.offset, found.length, signal), file.tilePacking) };
    },
  };
}
