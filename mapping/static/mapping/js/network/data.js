// @ts-check
/**
 * A place's network as the server packs it (`graph.bin`, docs/network.md "The packed network"), unpacked into arrays.
 *
 * ```js
 * const data = await load("/network/trafford.12/graph.bin");
 * for (let i = 0; i < data.n; i += 1) draw(data.x[i], data.y[i]);
 * data.name(3), await data.identify([3]), data.uuid(3), await data.find(uuid)
 * ```
 *
 * Nodes are 0 to n - 1, neighbours in the picture near each other; connections 0 to m - 1, by source, target and type.
 * @module hb/network/data
 */

import { patientFetch } from "hb/answers/patient_fetch";

/**
 * @typedef {object} Tables
 * @property {{slug: string, forward: string, reverse: string, directed: boolean, tie: string}[]} types
 * @property {{slug: string, label: string}[]} kinds
 * @property {{label: string, size: number, does: string}[]} communities the largest first; what their members do
 * @property {{slug: string, label: string}[]} colours tops of the categories; `other` and `organisation` too
 * @property {{slug: string, name: string, group: string, capital: string}[]} categories
 * @property {{slug: string, label: string}[]} places home places; the last one, without a slug, stands for elsewhere
 * @property {string} place slug of the place
 * @property {string} name of the place
 * @property {number} revision
 */

/**
 * @typedef {object} Open a picture without the hubs that hide all else
 * @property {Float32Array} x 0 to width, NaN for who is not in it
 * @property {Float32Array} y 0 to height
 * @property {number} width
 * @property {number} height
 * @property {Uint8Array} ring 1: touches hubs alone
 * @property {number[]} hubs
 * @property {[number, number, number]} gap where the ring is open: x, y, how wide
 */

/**
 * @typedef {object} NetworkData
 * @property {number} n nodes
 * @property {number} m connections
 * @property {number} width of the picture, in its own unit: dots of radius 5 side by side do not overlap
 * @property {number} height of the picture
 * @property {Float32Array} x 0 to width, eastwards
 * @property {Float32Array} y 0 to height, downwards
 * @property {Float32Array} groundX the same on the ground, fitted into the picture: NaN for what has no public point;
 *   beyond the picture what lies far away
 * @property {Float32Array} groundY
 * @property {(lon: number, lat: number) => number[]} project degrees to where they lie in the picture of the ground
 * @property {Float64Array} lon degrees, NaN for what has no public point
 * @property {Float64Array} lat degrees
 * @property {Uint8Array} kind place in `tables.kinds`
 * @property {Int16Array} community place in `tables.communities`, -1 for none
 * @property {Uint8Array} colour place in `tables.colours`
 * @property {Int16Array} category place in `tables.categories`, -1 for none
 * @property {Uint8Array} home place in `tables.places`
 * @property {Record<string, Float32Array>} measures by the names of `size` in the page's address (`connections`,
 *   `betweenness`, `pagerank`, `harmonic`, `core`, `clustering`, `constraint`); NaN where a measure says nothing.
 *   `connections` and `core` are exact, the others to half a percent of the largest
 * @property {Uint32Array} source first end of each connection
 * @property {Uint32Array} target second end
 * @property {Uint8Array} type place in `tables.types`
 * @property {Uint8Array} strength 1 to 5
 * @property {Uint8Array} support how many statements, 255 for more
 * @property {Uint8Array} derived 1: known by rules alone
 * @property {Uint8Array} mutual 1: said by both ends
 * @property {Uint8Array} disputed 1: contradicted too
 * @property {Uint32Array} spanStart (m + 1) the intervals of connection i are spanStart[i] to spanStart[i + 1] - 1
 * @property {Int32Array} spanFrom first day, days since 1970-01-01; `ALWAYS_FROM` without a beginning
 * @property {Int32Array} spanTo last day; `ALWAYS_TO` without an end
 * @property {Open | null} open the picture without its hubs, where they hide all else
 * @property {Tables} tables
 * @property {(i: number) => string} name of a node, "" while it is not known: all of a small network, and those of the
 *   most important nodes of a large one, are there from the start
 * @property {(i: number) => string} uuid of a node, "" while it is not known: none is at first
 * @property {(nodes: Iterable<number>) => Promise<void>} identify fetch the names and uuids of these, where they are not known
 * @property {(uuid: string) => Promise<number>} find the node of a uuid, -1 where there is none
 */

export const ALWAYS_FROM = -(2 ** 31);
export const ALWAYS_TO = 2 ** 31 - 1;

const MAGIC = 0x314e4248; // "HBN1", the least byte first
const FORMAT = 1;
const NO_POINT = 65535;
const FAR = 65534;
const UNKNOWN = 255;
/** @type {Record<string, number>} */
const WIDTHS = { u8: 1, u16: 2, u32: 4, i32: 4, f64: 8 };
/** @type {Record<string, any>} */
const ARRAYS = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, i32: Int32Array, f64: Float64Array };

/**
 * Take a file apart into its header and its arrays.
 * @param {ArrayBuffer} buffer
 * @returns {{header: any, arrays: Record<string, any>}}
 */
export function open(buffer) {
  const view = new DataView(buffer);
  if (buffer.byteLength < 8 || view.getUint32(0, true) !== MAGIC) throw new Error("This is not a packed network.");
  const bytes = new Uint8Array(buffer);
  const length = view.getUint32(4, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  if (header.format !== FORMAT) throw new Error("This network was packed by another version.");
  /** @type {Record<string, any>} */
  const arrays = {};
  let at = 8 + length;
  for (const [name, type, count, size] of header.arrays) {
    arrays[name] = type === "varint" ? varints(bytes.subarray(at, at + size), count) : planes(bytes, at, type, count);
    at += size;
  }
  if (at !== buffer.byteLength) throw new Error("The packed network is cut off.");
  return { header, arrays };
}

/** Numbers of seven bits a byte, the least first. @param {Uint8Array} bytes @param {number} count */
function varints(bytes, count) {
  const found = new Uint32Array(count);
  let at = 0;
  for (let i = 0; i < count; i += 1) {
    let value = 0;
    let shift = 0;
    let byte;
    do {
      byte = bytes[at++];
      value |= (byte & 127) << shift;
      shift += 7;
    } while (byte > 127);
    found[i] = value >>> 0;
  }
  return found;
}

/** An array that lies there as all its lowest bytes, then all its second ones, and so on. */
function planes(/** @type {Uint8Array} */ bytes, /** @type {number} */ at, /** @type {string} */ type, /** @type {number} */ count) {
  const wide = WIDTHS[type];
  if (wide === 1) return bytes.slice(at, at + count);
  const mixed = new Uint8Array(count * wide);
  for (let plane = 0; plane < wide; plane += 1) {
    const from = at + plane * count;
    for (let i = 0; i < count; i += 1) mixed[i * wide + plane] = bytes[from + i];
  }
  return new ARRAYS[type](mixed.buffer);
}

/** @param {Uint8Array} bytes 16 a node @param {number} i */
function uuidAt(bytes, i) {
  let text = "";
  for (let k = i * 16; k < i * 16 + 16; k += 1) text += bytes[k].toString(16).padStart(2, "0");
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** @param {Uint8Array} blob UTF-8 @param {Uint32Array} lengths in bytes @returns {string[]} */
function texts(blob, lengths) {
  const decoder = new TextDecoder();
  const found = new Array(lengths.length);
  let at = 0;
  for (let i = 0; i < lengths.length; i += 1) found[i] = decoder.decode(blob.subarray(at, (at += lengths[i])));
  return found;
}

/** A number that may be below 0, from one that is not: 0, 1, 2, 3 stand for 0, -1, 1, -2. @param {number} value */
function signed(value) {
  return (value >>> 1) ^ -(value & 1);
}

/** The ends of connections out of how many each node begins, and how far on each next target lies. */
function ends(/** @type {any} */ arrays, /** @type {number} */ n, /** @type {number} */ m) {
  const source = new Uint32Array(m);
  const target = new Uint32Array(m);
  let at = 0;
  for (let node = 0; node < n; node += 1) {
    let before = node;
    for (let k = 0; k < arrays.begins[node]; k += 1) {
      before += k === 0 ? signed(arrays.steps[at]) : arrays.steps[at];
      source[at] = node;
      target[at] = before;
      at += 1;
    }
  }
  return { source, target };
}

/** Degrees of latitude as Web Mercator has them, in units in which the world is 1 wide. @param {number} lat */
function mercator(lat) {
  const sine = Math.sin((lat * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}

/** Where nodes are: in degrees, and fitted into the picture. @param {any} header @param {any} arrays */
function ground({ n, ground: box, width, height }, arrays) {
  const lon = new Float64Array(n).fill(NaN);
  const lat = new Float64Array(n).fill(NaN);
  let far = 0;
  for (let i = 0; i < n; i += 1) {
    if (arrays.ground_x[i] === NO_POINT) continue;
    if (arrays.ground_x[i] === FAR) {
      lon[i] = arrays.far_lon[far];
      lat[i] = arrays.far_lat[far];
      far += 1;
      continue;
    }
    lon[i] = box.west + (arrays.ground_x[i] / (FAR - 1)) * (box.east - box.west);
    lat[i] = box.north - (arrays.ground_y[i] / (FAR - 1)) * (box.north - box.south);
  }
  const groundX = new Float32Array(n);
  const groundY = new Float32Array(n);
  const top = mercator(box.north);
  const wide = Math.max((box.east - box.west) / 360, 1e-9);
  const high = Math.max(mercator(box.south) - top, 1e-9);
  const scale = Math.min(width / wide, height / high);
  const project = (/** @type {number} */ east, /** @type {number} */ north) => [
    ((east - box.west) / 360) * scale + (width - wide * scale) / 2,
    (mercator(north) - top) * scale + (height - high * scale) / 2,
  ];
  for (let i = 0; i < n; i += 1) [groundX[i], groundY[i]] = project(lon[i], lat[i]);
  return { lon, lat, groundX, groundY, project };
}

/** @param {any} islands of the header @param {any} arrays @returns {Open | null} */
function withoutHubs(islands, arrays) {
  if (!islands) return null;
  const { width, height, hubs, gap } = islands;
  const along = (/** @type {Uint16Array} */ steps, /** @type {number} */ extent) =>
    Float32Array.from(steps, (it) => (it === NO_POINT ? NaN : (it / (NO_POINT - 1)) * extent));
  return { x: along(arrays.island_x, width), y: along(arrays.island_y, height), width, height, ring: arrays.ring, hubs, gap };
}

/** @param {any} header @param {any} arrays @returns {Record<string, Float32Array>} */
function measures(header, arrays) {
  return Object.fromEntries(
    header.measures.map((/** @type {any} */ { key, most, scale }) => {
      const packed = arrays[`measure_${key}`];
      if (scale === "exact") return [key, Float32Array.from(packed)];
      return [
        key,
        // By square roots: differences among small values show too.
        Float32Array.from(packed, (/** @type {number} */ it) => (it === UNKNOWN ? NaN : (it / (UNKNOWN - 1)) ** 2 * most)),
      ];
    }),
  );
}

/** The days in which each connection holds. @param {any} arrays @param {number} m */
function spans(arrays, m) {
  const spanStart = new Uint32Array(m + 1);
  for (let i = 0; i < m; i += 1) spanStart[i + 1] = spanStart[i] + Math.max(arrays.spans[i], 1);
  const spanFrom = new Int32Array(spanStart[m]).fill(ALWAYS_FROM);
  const spanTo = new Int32Array(spanStart[m]).fill(ALWAYS_TO);
  let at = 0;
  for (let i = 0; i < m; i += 1) {
    for (let k = 0; k < arrays.spans[i]; k += 1) {
      spanFrom[spanStart[i] + k] = arrays.span_from[at];
      spanTo[spanStart[i] + k] = arrays.span_to[at];
      at += 1;
    }
  }
  return { spanStart, spanFrom, spanTo };
}

/** Names and uuids of nodes, as far as they have come. */
class Identities {
  /** @param {any} header @param {any} arrays @param {string} [url] of `ids.bin` */
  constructor(header, arrays, url) {
    this.stamp = header.stamp;
    this.url = url;
    this.part = header.part;
    /** @type {string[]} */
    this.names = new Array(header.n).fill("");
    this.uuids = new Uint8Array(header.n * 16);
    this.known = new Uint8Array(header.n);
    /** @type {Map<string, Promise<void>>} */
    this.asked = new Map();
    texts(arrays.names, arrays.name_lengths).forEach((name, k) => (this.names[arrays.named?.[k] ?? k] = name));
  }

  /** @param {any} header of a part: it starts with node `first` @param {any} arrays */
  take(header, arrays) {
    if (header.stamp !== this.stamp) throw new Error("The network has changed meanwhile.");
    const first = header.first ?? 0;
    const names = texts(arrays.names, arrays.name_lengths);
    names.forEach((name, k) => (this.names[first + k] = name));
    this.uuids.set(arrays.uuids, first * 16);
    this.known.fill(1, first, first + names.length);
  }

  /** @param {string} which `part=3` or `node=<uuid>` */
  ask(which) {
    let coming = this.asked.get(which);
    if (!coming) {
      coming = (async () => {
        const answer = await patientFetch(`${this.url}?${which}`);
        if (answer.status === 404 && which.startsWith("node=")) return;
        if (!answer.ok) throw new Error(`Names of the network: ${answer.status}`);
        const { header, arrays } = open(await answer.arrayBuffer());
        this.take(header, arrays);
      })();
      coming.catch(() => this.asked.delete(which));
      this.asked.set(which, coming);
    }
    return coming;
  }

  /** @param {Iterable<number>} nodes */
  async identify(nodes) {
    const parts = new Set();
    for (const i of nodes) if (i >= 0 && i < this.known.length && !this.known[i]) parts.add(Math.floor(i / this.part));
    await Promise.all([...parts].map((part) => this.ask(`part=${part}`)));
  }

  /** @param {string} uuid @returns {number} among those that have come */
  at(uuid) {
    const bytes = uuid.replaceAll("-", "").match(/../g)?.map((pair) => parseInt(pair, 16)) ?? [];
    if (bytes.length !== 16) return -1;
    for (let i = 0; i < this.known.length; i += 1) {
      let k = 0;
      while (k < 16 && this.uuids[i * 16 + k] === bytes[k]) k += 1;
      if (k === 16 && this.known[i]) return i;
    }
    return -1;
  }

  /** @param {string} uuid */
  async find(uuid) {
    const here = this.at(uuid);
    if (here >= 0 || !this.known.includes(0)) return here;
    await this.ask(`node=${encodeURIComponent(uuid)}`);
    return this.at(uuid);
  }
}

/**
 * @param {ArrayBuffer} buffer what `graph.bin` holds
 * @param {string} [idsUrl] where the names and uuids are that it does not hold
 * @returns {NetworkData}
 */
export function decode(buffer, idsUrl) {
  const { header, arrays } = open(buffer);
  const { n, m, width, height } = header;
  const identities = new Identities(header, arrays, idsUrl);
  const flag = (/** @type {number} */ bit) => Uint8Array.from(arrays.flags, (/** @type {number} */ it) => (it >> bit) & 1);
  return {
    n,
    m,
    width,
    height,
    x: Float32Array.from(arrays.x, (/** @type {number} */ it) => (it / 65535) * width),
    y: Float32Array.from(arrays.y, (/** @type {number} */ it) => (it / 65535) * height),
    ...ground(header, arrays),
    kind: arrays.kind,
    community: Int16Array.from(arrays.community, (/** @type {number} */ it) => it - 1),
    colour: arrays.colour,
    category: Int16Array.from(arrays.category, (/** @type {number} */ it) => it - 1),
    home: arrays.home,
    measures: measures(header, arrays),
    ...ends(arrays, n, m),
    type: arrays.type,
    strength: arrays.strength,
    support: arrays.support,
    derived: flag(0),
    mutual: flag(1),
    disputed: flag(2),
    ...spans(arrays, m),
    open: withoutHubs(header.islands, arrays),
    tables: { ...header.tables, place: header.place, name: header.name, revision: header.revision },
    name: (i) => identities.names[i],
    uuid: (i) => (identities.known[i] ? uuidAt(identities.uuids, i) : ""),
    identify: (nodes) => identities.identify(nodes),
    find: (uuid) => identities.find(uuid),
  };
}

/**
 * @param {string | URL} url of a `graph.bin`
 * @returns {Promise<NetworkData>}
 */
export async function load(url) {
  const whole = new URL(url, document.baseURI);
  const ids = new URL("ids.bin", whole).href;
  const fetched = async (/** @type {RequestInit} */ how) => {
    const answer = await patientFetch(whole, how);
    if (!answer.ok) throw new Error(`The network: ${answer.status}`);
    return answer.arrayBuffer();
  };
  const buffer = await fetched({});
  try {
    return decode(buffer, ids);
  } catch {
    // What a cache has kept is cut off, or was packed by a version of ours that did it otherwise.
    return decode(await fetched({ cache: "reload" }), ids);
  }
}
