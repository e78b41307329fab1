// @ts-check
/**
 * "How are these two connected?": asks the server for the ways between two nodes, tells them, and marks one.
 * @module hb/network/paths
 */
import { ServerQuestion } from "hb/network/server_question";
import { pair } from "hb/network/visibility";

/** @typedef {{nodes: string[], sentences: string[], summary: string}} Way uuids in order, a sentence a hop, and a summary */

export class Paths extends ServerQuestion {
  static parameters = ["from", "to", "type", "hide", "stated", "least", "day", "without"];
  static status = "[data-path-status]";

  /** @type {Set<number>} */
  nodes = new Set();
  /** @type {Set<string>} */
  hops = new Set();

  /** @param {URLSearchParams} params */
  wanted(params) {
    return params.has("from") && params.has("to");
  }

  clear() {
    this.mark([]);
  }

  /** @param {any} found what `path.json` says */
  async tell(found) {
    const ways = /** @type {Way[]} */ (found.paths ?? []);
    const nodes = await Promise.all(ways.map((way) => Promise.all(way.nodes.map((uuid) => this.data.find(uuid)))));
    const message = document.createElement("p");
    message.textContent = [found.message, ...(found.problems ?? [])].filter(Boolean).join(" ");
    const items = ways.map((way, at) => this.way(way, nodes[at], at === 0));
    const offers = (found.offers ?? []).map((/** @type {any} */ offer) => this.offer(offer));
    this.box.replaceChildren(message, ...items, ...offers);
    if (nodes.length) this.mark(nodes[0]);
    else await this.ends(found);
  }

  /** Where nothing joins the two, they are all there is to show. @param {any} found */
  async ends(found) {
    const ends = await Promise.all([found.from?.uuid, found.to?.uuid].filter(Boolean).map((uuid) => this.data.find(uuid)));
    this.mark(ends);
    this.hops = new Set();
    this.changed();
  }

  /** One way, as an ordered list of sentences. @param {Way} way @param {number[]} nodes @param {boolean} first */
  way({ summary, sentences }, nodes, first) {
    const part = document.createElement("details");
    part.open = first;
    part.className = "network-view__way";
    const head = document.createElement("summary");
    head.textContent = summary;
    const list = document.createElement("ol");
    for (const sentence of sentences) {
      const row = document.createElement("li");
      row.textContent = sentence;
      list.append(row);
    }
    part.append(head, list);
    // Opening a way brings it out in the picture, and closes the others.
    part.addEventListener("toggle", () => {
      if (!part.open) return;
      for (const other of /** @type {NodeListOf<HTMLDetailsElement>} */ (this.box.querySelectorAll("details[open]"))) {
        if (other !== part) other.open = false;
      }
      this.mark(nodes);
    });
    return part;
  }

  /** What else could be asked: a link to the page that answers it. @param {{text: string, parameters: Record<string, any>}} offer */
  offer({ text, parameters }) {
    const asked = new URLSearchParams();
    for (const [name, value] of Object.entries(parameters)) for (const it of [value].flat()) asked.append(name, it);
    const link = document.createElement("a");
    link.href = `${this.panel.closest("form")?.action}paths/?${asked}`;
    link.textContent = text;
    const row = document.createElement("p");
    row.append(link);
    return row;
  }

  /** @param {number[]} nodes in order */
  mark(nodes) {
    const known = nodes.filter((i) => i >= 0);
    this.nodes = new Set(known);
    this.hops = new Set(known.slice(1).map((i, at) => pair(known[at], i)));
    this.changed();
  }
}
