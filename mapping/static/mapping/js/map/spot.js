// @ts-check
/**
 * Several on the same spot: a list of them, below the card of the one that is chosen.
 * @module hb/map/spot
 */

/**
 * @param {any} node what is chosen, with `here`: the properties of all on its spot
 * @param {string} words "%n here"
 * @param {(node: any) => void} choose another one
 * @returns {HTMLElement | null} nothing where it is alone
 */
export function listOfSpot(node, words, choose) {
  if (!(node.here?.length > 1)) return null;
  const box = document.createElement("div");
  box.className = "spot";
  box.appendChild(document.createElement("p")).textContent = words.replace("%n", node.here.length);
  const list = box.appendChild(document.createElement("ul"));
  for (const it of node.here) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = it.name;
    if (it.uuid === node.uuid) button.setAttribute("aria-current", "true");
    button.onclick = () => {
      choose({ ...it, lat: node.lat, lon: node.lon, here: node.here });
      // The list is another one now.
      /** @type {HTMLElement | null} */ (document.querySelector(".spot [aria-current]"))?.focus();
    };
    list.appendChild(document.createElement("li")).append(button);
  }
  return box;
}
