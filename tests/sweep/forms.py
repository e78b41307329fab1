"""The forms that a page shows to whoever may see it, and what a browser would send of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from django.test import Client
from django.urls import Resolver404, resolve

HOST = "http://testserver"
# What is typed where a form is empty, by a part of the name of the field.
TYPED = {
    "email": "somebody@example.net",
    "postcode": "M33 7XX",
    "phone": "0161 496 0001",
    "url": "https://example.net/",
    "website": "https://example.net/",
    "date": "2031-05-04",
    "day": "2031-05-04",
    "time": "10:00",
    "starts": "10:00",
    "number": "3",
    "places": "3",
    "needed": "3",
}
LEFT_EMPTY = {"leave_empty", "guard_answer"}


@dataclass(frozen=True)
class Sent:
    """One press of a button: where it goes, under which URL pattern, with what."""

    address: str
    route: str
    data: tuple[tuple[str, str], ...]

    def body(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, value in self.data:
            found.setdefault(name, []).append(value)
        return found

    def kind(self) -> tuple:
        """The same for the same button of two rows."""
        return self.route, tuple(name for name, _value in self.data), self.data[-1:]

    def __str__(self) -> str:
        return f"{self.address} {dict(self.data)}"


def route_of(address: str) -> str:
    try:
        return resolve(urlsplit(address).path).route
    except Resolver404:
        return ""


def crawl(client: Client, first: list[str], *, a_route: int = 2, skip=()) -> Iterator[Sent]:
    """Every press of a button on pages that can be reached from `first`; of each pattern `a_route` pages at most."""
    waiting, seen, counted = list(first), set(), {}
    while waiting:
        address = waiting.pop(0)
        route = route_of(address)
        if address in seen or not route or route.startswith(skip) or counted.get(route, 0) >= a_route:
            continue
        seen.add(address)
        counted[route] = counted.get(route, 0) + 1
        response = client.get(address)
        if response.status_code != 200 or "text/html" not in response.get("Content-Type", ""):
            continue
        page = BeautifulSoup(response.content, "html.parser")
        here = HOST + address
        for form in page.find_all("form"):
            if form.get("method", "get").lower() == "post":
                yield from _presses(form, page, here)
        for link in page.find_all("a", href=True):
            there = urlsplit(urljoin(here, link["href"]))
            if there.netloc == "testserver":
                waiting.append(there.path + (f"?{there.query}" if there.query else ""))


def _presses(form: Tag, page: BeautifulSoup, here: str) -> Iterator[Sent]:
    there = urlsplit(urljoin(here, form.get("action") or here))
    if there.netloc != "testserver":
        return
    address = there.path + (f"?{there.query}" if there.query else "")
    elsewhere = page.find_all(["input", "select", "textarea", "button"], attrs={"form": form.get("id") or "-"})
    filled, buttons = [], []
    for it in [*form.find_all(["input", "select", "textarea", "button"]), *elsewhere]:
        name, kind = it.get("name"), it.get("type", "submit" if it.name == "button" else "text")
        if kind in ("submit", "image"):
            buttons.append((it, name, it.get("value", "")))
        elif name and name != "csrfmiddlewaretoken" and kind not in ("file", "button"):
            filled.append((name, kind, it))
    data = list(_values(filled))
    for button, name, value in buttons or [(form, "", "")]:
        to = urlsplit(urljoin(here, button.get("formaction"))).path if button.get("formaction") else address
        yield Sent(to, route_of(to), (*data, (name, value)) if name else tuple(data))


def _values(filled) -> Iterator[tuple[str, str]]:
    radios = set()
    for name, kind, it in filled:
        if kind == "radio":
            if name in radios:
                continue
            radios.add(name)
            yield name, it.get("value", "on")
        elif kind == "checkbox":
            yield name, it.get("value", "on")
        elif it.name == "select":
            options = it.find_all("option")
            chosen = [one for one in options if one.has_attr("selected")]
            with_value = [one for one in options if one.get("value", one.text)]
            best = [one for one in chosen if one.get("value", one.text)] or with_value
            if best:
                yield name, best[0].get("value", best[0].text)
        else:
            given = it.text.strip("\r\n") if it.name == "textarea" else it.get("value", "")
            if given or name in LEFT_EMPTY or name.startswith("guard_"):
                yield name, given
            else:
                fits = [typed for part, typed in TYPED.items() if part in name.lower()]
                yield name, fits[0] if fits else "Some words that fit"
