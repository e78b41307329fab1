// @ts-check
/**
 * The map + list page: brings map and list together. Without this module the list works alone.
 *
 * Wide screens load the map at once; narrow ones when the "Map" button is pressed (or the URL ends in `#map`). Nothing here
 * draws: that is the work of the layers (`hb/map/points`, `hb/map/connections`), reached through `map.hereabouts`.
 * @module hb/map/explore
 */
import { loadMap } from "hb/map/map_box";
import { offerNearMe, searchWith } from "hb/map/near_me";
import { Sheet } from "hb/map/sheet";
import { listOfSpot } from "hb/map/spot";
import { enhance, mendIcons, show } from "hb/search/results";

/** @param {string} selector @param {ParentNode} [root] @returns {any} */
const $ = (selector, root = document) => root.querySelector(selector);

const explore = $(".explore");
const list = $(".explore__list");
const box = $(".hb-map", explore);
const openButton = $(".explore__open");
const closeButton = $(".explore__close");
const areaButton = $(".explore__area");
const underneathBox = $(".underneath");
const switchButton = $(".explore__switch");
const glideButton = $(".underneath__glide");
const picked = $(".explore__picked");
const filterButton = $(".explore__filter");
const says = document.getElementById("explore-says");
const wide = matchMedia("(min-width: 56rem)");
const UNDERNEATH = "hb/map/underneath";
const HERE = "hb/map/here";

/** @type {any} the Leaflet map, once it is there */
let map = null;
/** @type {any} what is chosen on the map */
let chosen = null;
/** Whether the list was asked nothing that it understands. */
let unasked = false;
/** @type {string | null} where the map was moved to */
let movedTo = null;
/** @type {any} the pin and the ring */
let here = null;
/** @type {Sheet} on a phone: the filters, or what is chosen */
let sheet;
/** @type {Promise<any> | null} what lies underneath, once it was switched on */
let underneath = null;

/** @param {string | undefined} uuid @returns {HTMLElement | null} */
function cardOf(uuid) {
  return uuid ? document.getElementById(`card-${uuid}`) : null;
}

/** @param {HTMLElement} card @returns {any} the card's node, as a tile would give it */
function nodeOf(card) {
  if (!card.dataset.lat) return null;
  const icon = $("use", card)?.getAttribute("href")?.split("#i-")[1];
  const { node: uuid, kind: c, lat, lon } = card.dataset;
  return { uuid, c, i: icon, lat: Number(lat), lon: Number(lon), name: $(".card__name", card)?.textContent };
}

/** Mark the card of `uuid`, and no other. @param {string | undefined} uuid */
function lightCard(uuid) {
  for (const lit of document.querySelectorAll(".card[data-lit]")) delete (/** @type {HTMLElement} */ (lit).dataset.lit);
  const card = cardOf(uuid);
  if (card) card.dataset.lit = "";
  return card;
}

/** A card for what the list does not hold: what the tile knows, and a link. @param {any} node */
function smallCard(node) {
  const card = document.createElement("article");
  card.className = "card";
  card.dataset.kind = node.c ?? "other";
  const sprite = box.dataset.sprite;
  card.innerHTML =
    '<span class="stamp"><svg class="icon" viewBox="0 0 15 15" aria-hidden="true"><use></use></svg></span>' +
    '<div class="card__body"><h3 class="card__name"><a></a></h3></div>';
  $("use", card).setAttribute("href", `${sprite}#i-${node.i || "marker"}`);
  $("a", card).href = `/node/${encodeURIComponent(node.uuid)}`;
  $("a", card).textContent = node.name;
  return card;
}

/**
 * What is shown of a card on the map: its name, kind, distance and next time, a way in, and what else is on its spot.
 * @param {any} card @param {any} node
 */
function chosenCard(card, node) {
  card.removeAttribute("id");
  delete card.dataset.lit;
  card.classList.add("card--sheet");
  const open = Object.assign(document.createElement("a"), { className: "button", href: $("a", card).getAttribute("href") });
  open.textContent = picked.dataset.open;
  open.setAttribute("aria-label", `${open.textContent}: ${$("a", card).textContent.trim()}`);
  card.append(open);
  const spot = listOfSpot(node, picked.dataset.several, pick);
  if (spot) card.append(spot);
  return card;
}

/**
 * Put the whole card in the place of the small one, once it has come.
 * @param {any} node
 * @param {HTMLElement} small
 */
async function fillCard(node, small) {
  const address = new URL(picked.dataset.card.replace("{uuid}", encodeURIComponent(node.uuid)), location.href);
  const asked = new URLSearchParams(location.search);
  // The card says the time that the list is asked for; of a choice and a date the date, which comes last.
  for (const name of ["when", "at", "near"]) {
    const value = asked.getAll(name).filter(Boolean).at(-1);
    if (value) address.searchParams.set(name, value);
  }
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const whole = $(".card", page);
  if (!whole || !small.isConnected) return;
  mendIcons(whole);
  const focused = small.contains(document.activeElement);
  small.replaceWith(chosenCard(document.adoptNode(whole), node));
  if (focused) $(".spot [aria-current]")?.focus();
}

/** Show what was chosen on the map, or that nothing is. @param {any} node */
function pick(node) {
  chosen = node;
  map?.hereabouts.points?.light(isOnGround() ? node : null);
  underneath?.then((it) => it.pick(node?.uuid ?? null));
  const card = lightCard(node?.uuid);
  picked.hidden = !node || !wide.matches;
  if (!node) {
    if (sheet.dialog.dataset.what === "card") sheet.close();
    return;
  }
  const copy = chosenCard(card ? /** @type {HTMLElement} */ (card.cloneNode(true)) : smallCard(node), node);
  if (wide.matches) {
    card?.scrollIntoView({ block: "nearest" });
    $(".card", picked)?.remove();
    picked.append(copy);
    if (node.byKey) picked.focus();
  } else {
    sheet.open("card", copy, { after: () => chosen && pick(null), beside: pickBeside });
  }
  if (!card && picked.dataset.card) fillCard(node, copy);
}

/** A press beside the sheet of what is chosen: another dot takes its place. @param {MouseEvent} event */
function pickBeside(event) {
  const at = map.mouseEventToContainerPoint(event);
  const found = isOnGround() ? map.hereabouts.points?.pick(at) : null;
  if (found?.uuid) pick(found);
  else pick(null);
}

/** On a phone the filters lie in a sheet, and on the page again once it is closed. @param {Event} [event] */
function openFilters(event) {
  if (wide.matches) return;
  event?.preventDefault();
  const filters = document.getElementById("filters");
  const opener = /** @type {HTMLElement} */ (event?.currentTarget);
  if (!filters || sheet.isOpen) return;
  const place = document.createComment("filters");
  filters.replaceWith(place);
  $("details", filters).open = true;
  const after = () => {
    const now = /** @type {HTMLElement} */ (document.getElementById("filters"));
    $("details", now).open = false;
    place.replaceWith(now);
    (opener === filterButton ? filterButton : $("summary", now)).focus();
  };
  sheet.open("filters", filters, { after });
}

/** Let the map show the dots that the list was asked for; none where nothing was. */
function ask() {
  const { points } = map.hereabouts;
  const query = document.getElementById("results")?.dataset.query;
  if (!points) return;
  points.setQuery(query ?? "");
  // Only then: they may be gone to the network.
  if (unasked === (query === undefined)) return;
  unasked = !unasked;
  if (unasked) points.remove();
  else points.addTo(map);
}

/** Put the pin and the ring where the list is looked for from, or nowhere. */
async function markHere() {
  const said = document.getElementById("results")?.dataset.here;
  here?.remove();
  here = null;
  if (!said) return;
  // Only whoever looks from somewhere fetches it.
  const { showHere } = await import(HERE);
  if (said === document.getElementById("results")?.dataset.here && !here) here = showHere(map, JSON.parse(said));
}

/** Bring the map to what the list shows now. @param {string} from */
function followResults(from) {
  const results = document.getElementById("results");
  if (!map || !results) return;
  ask();
  markHere();
  if (chosen) pick(null);
  areaButton.hidden = true;
  if (from === "area" || (from === "history" && comeBack()) || !results.dataset.bounds) return;
  const [west, south, east, north] = results.dataset.bounds.split(",").map(Number);
  // Clear of the buttons at the left and of the switch at the bottom, where there is room to be.
  const small = map.getSize().x < 600;
  const room = { paddingTopLeft: small ? [16, 56] : [72, 32], paddingBottomRight: small ? [16, 72] : [32, 96] };
  const bounds = globalThis.L.latLngBounds([[south, west], [north, east]]);
  // Where they are looked for from is in view, too.
  if (results.dataset.here) bounds.extend(JSON.parse(results.dataset.here));
  map.fitBounds(bounds, { maxZoom: 16, ...room });
}

/** Note in the history where map and list are, for whoever comes back. */
function keep() {
  if (!map || "busy" in explore.dataset) return;
  const { lat, lng } = map.getCenter();
  history.replaceState({ ...history.state, view: [lat, lng, map.getZoom()], top: list.scrollTop }, "");
}

/** Go where the map was when this was last seen. @returns {boolean} whether that is known */
function comeBack() {
  const { view, top } = history.state ?? {};
  if (!view) return false;
  map.setView(view.slice(0, 2), view[2], { animate: false });
  list.scrollTop = top;
  return true;
}

/** Whether a switch is on. @param {Element} button */
function isOn(button) {
  return button.getAttribute("aria-checked") === "true";
}

/** Whether the dots lie on the ground, and have not gone to the network. */
function isOnGround() {
  return !glideButton || !isOn(glideButton);
}

/** Switch on what lies underneath, or off. @param {"" | "lines" | "network"} state */
async function setUnderneath(state) {
  if (!map?.hereabouts.connections) return;
  // The name is computed so that nothing of it is fetched before.
  underneath ??= import(UNDERNEATH).then(({ Underneath }) => new Underneath(map, underneathBox, says));
  const it = await underneath;
  it.chosen = chosen?.uuid ?? null;
  it.lines.choose(it.chosen);
  await it.set(state);
}

/** What the page's address says of it: `lines`, `network`, or nothing. */
function underneathSaid() {
  const said = new URLSearchParams(location.search).get("underneath") ?? "";
  return said === "network" ? "network" : said ? "lines" : "";
}

/** The map is there: listen to it. */
async function mapWanted() {
  if (map) {
    map.invalidateSize();
    return;
  }
  map = await loadMap(box);
  map.invalidateSize();
  if (switchButton) {
    switchButton.hidden = !map.hereabouts.connections;
    if (underneathSaid()) setUnderneath(underneathSaid());
  }
  ask();
  markHere();
  if (!comeBack() && new URLSearchParams(location.search).size) followResults("history");
  map.on("moveend", keep);
}

/** Show the sheet that the history says is there, or none. */
function followSheet() {
  const wanted = Boolean(history.state?.sheet) && !wide.matches;
  if (wanted === "sheet" in explore.dataset) return;
  explore.toggleAttribute("data-sheet", wanted);
  // What lies behind it is out of reach.
  for (const it of [list, openButton, ...document.querySelectorAll("body > :not(main)")]) it.inert = wanted;
  if (wanted) mapWanted().then(keep, closeSheet);
  (wanted ? closeButton : openButton).focus();
}

/** The sheet is a step of its own: "back" closes it before it leads anywhere. */
function openSheet() {
  history.pushState({ ...history.state, sheet: 1 }, "");
  followSheet();
}

function closeSheet() {
  if (!("sheet" in explore.dataset)) return;
  if (history.state?.sheet === 1) {
    history.back();
    return;
  }
  history.replaceState({ ...history.state, sheet: 0 }, "");
  followSheet();
}

if (explore && box) {
  explore.dataset.ready = "";
  sheet = new Sheet($(".sheet"));
  enhance(list, sheet.dialog);
  searchWith((url) => show(url));

  explore.addEventListener("hb:pick", (/** @type {CustomEvent} */ event) => pick(event.detail));
  explore.addEventListener("hb:hover", (/** @type {CustomEvent} */ event) => lightCard((event.detail ?? chosen)?.uuid));
  explore.addEventListener("hb:moved", (/** @type {CustomEvent} */ event) => {
    movedTo = event.detail.bbox;
    areaButton.hidden = false;
  });
  explore.addEventListener("hb:results", (/** @type {CustomEvent} */ event) => {
    offerNearMe();
    followResults(event.detail.from);
    keep();
    $(".sheet__foot button").textContent = $("#results-title").textContent.trim();
    // What is found has an address of its own; what is drawn on the map is kept in it.
    underneath?.then((it) => it.write());
  });

  for (const [type, lit] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]]) {
    list.addEventListener(type, (/** @type {Event} */ event) => {
      const card = /** @type {HTMLElement} */ (event.target).closest?.(".card");
      if (!card || !map) return;
      if (isOnGround()) map.hereabouts.points?.light(lit ? nodeOf(/** @type {HTMLElement} */ (card)) : chosen);
      underneath?.then((it) => it.hint(lit ? (/** @type {HTMLElement} */ (card).dataset.node ?? null) : null));
    });
  }

  areaButton.addEventListener("click", () => {
    const url = new URL(location.href);
    for (const name of ["near", "within", "page", "typed"]) url.searchParams.delete(name);
    url.searchParams.set("bbox", movedTo ?? "");
    areaButton.hidden = true;
    show(url, { from: "area" });
  });
  openButton?.addEventListener("click", openSheet);
  closeButton?.addEventListener("click", closeSheet);
  filterButton.addEventListener("click", openFilters);
  // The summary is another one after each question.
  list.addEventListener("click", (/** @type {MouseEvent} */ event) => {
    if (/** @type {HTMLElement} */ (event.target).closest(".filters summary")) openFilters(event);
  });
  switchButton?.addEventListener("click", () => setUnderneath(isOn(switchButton) ? "" : "lines"));
  glideButton?.addEventListener("click", () => setUnderneath(isOn(glideButton) ? "lines" : "network"));
  $(".explore__unpick")?.addEventListener("click", () => {
    pick(null);
    // The button is gone: who pressed it is on the map still.
    map.getContainer().focus({ preventScroll: true });
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || sheet.isOpen) return;
    if (chosen) pick(null);
    else closeSheet();
  });

  const start = () => {
    if (wide.matches) mapWanted().catch((problem) => console.error(problem));
  };
  wide.addEventListener("change", () => {
    sheet.gone();
    start();
  });
  start();
  addEventListener("popstate", followSheet);
  // A result is opened: where the list is scrolled to.
  list.addEventListener("click", keep, { capture: true });
  if (location.hash === "#map" && !wide.matches && !history.state) openSheet();
  else followSheet();
}
