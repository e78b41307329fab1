"""One walk through map and list in a browser, and what every part of the page has to say after each step."""

import html
import re
import time
from urllib.parse import urlsplit

from django.http import QueryDict
from playwright.sync_api import Error

from mapping.search import Query

# What each part of the page says, as pairs of names and values.
SAID = """() => {
    const pairs = (form) => form && [...new FormData(form)].filter(([, value]) => value !== "");
    const asked = (link) => link && [...new URL(link.href).searchParams];
    const links = [...document.querySelectorAll(".explore__head a")];
    const link = (words) => links.find((it) => it.textContent.trim() === words);
    const box = document.querySelector(".explore__list form[role=search]");
    return {
        address: [...new URLSearchParams(location.search)],
        box: pairs(box),
        filters: pairs(document.querySelector("form[data-filters]")),
        other: asked(link("List only") ?? link("With the map")),
        calendar: asked(link("Calendar")),
        title: document.title,
        count: document.querySelector("#results-title").textContent.trim(),
        cards: [...document.querySelectorAll("#results > .cards .card")].map((it) => it.dataset.node),
        chips: [...document.querySelectorAll("#filters > .chips .chip")].map((it) => it.textContent.trim()),
        busy: "busy" in document.querySelector(".explore").dataset,
    };
}"""
PARTS = ("address", "box", "filters", "other", "calendar")


class Journey:
    """A walk through the page of a place. Each step ends when all parts say what is expected, or fails."""

    def __init__(self, reader, place, client, javascript):
        self.reader, self.place, self.client, self.javascript = reader, place, client, javascript
        self.page = reader.page

    def walk(self, steps):
        for number, (step, *rest) in enumerate(steps, 1):
            *words, expected = rest
            getattr(self, step)(*words)
            self.agrees(expected, f"{number}. {step} {' '.join(words)}")
        assert self.reader.errors == []

    # --- steps

    def open(self, address):
        self.reader.go(address)

    def search(self, words):
        box = self.page.locator("#search")
        box.fill(words)
        box.press("Enter")

    def type(self, words):
        self.page.locator("#search").fill(words)

    def tick(self, label):
        self._filters()
        self.page.locator("#filters .chip--input", has_text=label).first.click()
        self._send()

    def choose(self, label, value):
        self._filters()
        self.page.get_by_label(label).select_option(value)
        self._send()

    def _filters(self):
        if self.page.locator("#filters details").get_attribute("open") is None:
            self.page.locator("#filters summary").click()

    def _send(self):
        if not self.javascript:
            self.page.get_by_role("button", name="Show results").click()

    def clear(self):
        self._filters()
        self.follow("Clear the filters")

    def remove(self, chip):
        self.page.locator("#filters > .chips a", has_text=chip).click()

    def follow(self, link):
        self.page.get_by_role("link", name=link, exact=True).first.click()

    def result(self, name):
        """Open a result."""
        self.page.locator("#results .card__name a", has_text=name).first.click()
        self.page.wait_for_url("**/node/**")

    def back(self):
        self.reader.back()

    def forward(self):
        self.page.go_forward()

    def near_me(self):
        self.page.get_by_role("button", name="Near me").click()

    def area(self):
        self.page.locator(".explore__map .leaflet-container").wait_for()
        self.rested()
        self.page.mouse.move(1000, 300)
        self.page.mouse.down()
        self.page.mouse.move(800, 400, steps=4)
        self.page.mouse.up()
        self.page.get_by_role("button", name="Search this area").click()

    # --- what is there

    def agrees(self, expected, step):
        """All parts say `expected`, a query string; None: the page is another one."""
        if expected is None:
            return
        end, differ = time.monotonic() + 8, {}
        while time.monotonic() < end:
            try:
                differ = self._differing(expected)
            except Error:  # between two pages
                differ = {"page": "never came"}
            if not differ:
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"after {step}, expected {expected!r}, but {differ}")

    def _differing(self, expected):
        said = self.page.evaluate(SAID)
        if said["busy"]:
            return {"page": "busy"}
        found = {part: self._canonical(said[part]) for part in PARTS}
        if expected == "bbox":
            # Wherever the map has been moved to: that of the address.
            assert "bbox=" in found["address"], found
            expected = found["address"]
        differ = {part: text for part, text in found.items() if text != self._canonical(expected)}
        return differ or self._stale(said)

    def _stale(self, said):
        """What differs from a fresh look at the same address."""
        path = urlsplit(self.page.url)
        fresh = self.client.get(f"{path.path}?{path.query}", follow=True).content.decode().partition('id="results"')[2]
        count = html.unescape(re.search(r'id="results-title">([^<]*)<', fresh)[1]).strip()
        # What is nearest where nothing answers has headings of a lower level, and is not among the results.
        cards = re.findall(r'data-node="([^"]+)"[^>]*>(?:(?!</article>).)*?<h3 class="card__name"', fresh, re.DOTALL)
        wanted = {"count": count, "cards": cards}
        return {name: (said[name], it) for name, it in wanted.items() if said[name] != it}

    def _canonical(self, pairs):
        """The question that pairs of names and values ask, without its page and what goes without saying."""
        asked = QueryDict(pairs if isinstance(pairs, str) else "", mutable=True)
        if pairs is None:
            return "not there"
        for name, value in [] if isinstance(pairs, str) else pairs:
            asked.appendlist(name, value)
        query = Query.from_params(asked, self.place)
        if query.sort == query.replace(sort="").order:
            query = query.replace(sort="")
        exact = "&exact" if asked.get("exact") in ("1", query.q) else ""
        return query.replace(page=1).query_string + exact

    def view(self):
        """Where on the screen the dots of single nodes are: (uuid, x, y), sorted."""
        return self.page.evaluate(
            """() => [...document.querySelectorAll('.leaflet-hb-points-pane .leaflet-tile')].flatMap((tile) => {
                const box = document.querySelector('.explore__map').getBoundingClientRect();
                const at = tile.getBoundingClientRect();
                return (tile.dots ?? []).filter(({properties}) => (properties.n ?? 1) === 1)
                    .map(({properties, x, y}) => [properties.uuid, Math.round(at.left + x), Math.round(at.top + y)])
                    .filter(([, x, y]) => x > box.left && x < box.right && y > box.top && y < box.bottom);
            }).sort()"""
        )

    def shows(self, view):
        """Whether the map rests there again, but for two pixels."""
        now, then = ({uuid: at for uuid, *at in it} for it in (self.rested(), view))
        both = now.keys() & then.keys()
        # One that lies at the edge may be in sight or not.
        return len(both) >= max(len(now), len(then)) - 1 > 0 and all(
            abs(a - b) <= 2 for uuid in both for a, b in zip(now[uuid], then[uuid], strict=True)
        )

    def rested(self):
        before = None
        for _ in range(40):
            now = self.view()
            if now and now == before:
                return now
            before = now
            self.page.wait_for_timeout(200)
        raise AssertionError("the map never came to rest")
