"""Somebody who posts listings through the pages, as a browser without JavaScript would."""

from __future__ import annotations

import datetime
import html
import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser

SECONDS = 20
PER_ACCOUNT = 15
"""Listings from one address, fewer than the site lets one person post in a day."""


class Refused(Exception):
    """A page that was not what it should be: its status, or what was missing on it."""


class _Forms(HTMLParser):
    """Finds the forms of a page: where each is sent, and what it would send as it stands."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self._select = ""
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs}
        name = about.get("name", "")
        if tag == "form":
            self.found.append((about.get("action", ""), {}))
        if not self.found:
            return
        values = self.found[-1][1]
        if tag == "input" and name:
            kind = about.get("type", "text")
            if kind not in ("radio", "checkbox", "submit", "button") or ("checked" in about and kind != "submit"):
                values[name] = about.get("value", "on" if kind == "checkbox" else "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in about or self._select not in values):
            values[self._select] = about.get("value", "")
        elif tag == "textarea":
            self._area = name
            values[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area and self.found:
            self.found[-1][1][self._area] += data


class Visitor:
    """One person with a browser: keeps cookies, signs in with a code from the demo's letter box."""

    def __init__(self, base: str, run: str, place: str) -> None:
        self.base, self.run, self.place = base, run, place
        self.posted = 0
        self._accounts = 0
        self._new_browser()

    def get(self, path: str) -> str:
        """Return a page. Raises `Refused` for a status of 400 or more, OSError when nothing answers."""
        return self._open(urllib.request.Request(urllib.parse.urljoin(self.base, path)))

    def post_listing(self, name: str) -> str:
        """Post a listing and return the address of the thank-you page, which says that it is kept."""
        if self.posted and self.posted % PER_ACCOUNT == 0:
            self._new_browser()
        day = (datetime.date.today() + datetime.timedelta(days=30)).isoformat()
        typed = {
            "name": name, "summary": "Written by the drill.", "repeats": "once", "date": day, "starts": "10:00",
            "ends": "11:00", "at": "online", "website": "https://example.org/drill",
        }  # fmt: skip
        page = self.get(f"/post/new/?place={self.place}")
        category = re.search(r'<option value="([a-z-]+)"', page.partition('name="category"')[2])
        typed["category"] = category[1] if category else ""
        page = self._send(page, "name", typed)
        if 'name="email"' in page and "login" in page:
            page = self._sign_in(page)
        page = self._send(page, "", {}, action="send")
        uuid = re.search(r"/post/sent/([0-9a-f-]{36})", self.at)
        if not uuid:
            raise Refused(f"no thank-you page, but {self.at}")
        self.posted += 1
        return uuid[1]

    def ask_for_code(self, email: str) -> str:
        """Ask for a code to sign in, and return the page that comes then."""
        return self._send(self.get("/accounts/login/"), "email", {"email": email})

    def _sign_in(self, page: str) -> str:
        self._accounts += 1
        address = f"drill-{self.run}-{self._accounts}@example.org"
        page = self._send(page, "email", {"email": address})
        letters = html.unescape(re.sub(r"<[^>]+>", " ", self.get("/demo/mail/")))
        code = re.search(re.escape(address) + r".*?\b([A-Z]{4}-[A-Z]{4})\b", letters, re.DOTALL)
        if not code:
            raise Refused("no code in the letter box")
        return self._send(page, "code", {"code": code[1]})

    def _send(self, page: str, field: str, typed: dict[str, str], action: str = "") -> str:
        """Fill in the form of a page that has this field, or is sent there, and send it."""
        forms = _Forms()
        forms.feed(page)
        for where, values in forms.found:
            if (field and field in values and "csrfmiddlewaretoken" in values) or (action and action in where):
                data = urllib.parse.urlencode(values | typed).encode()
                target = urllib.parse.urljoin(self.at, where)
                return self._open(urllib.request.Request(target, data, {"Referer": self.at}))
        raise Refused(f"no form with {field or action} at {self.at}")

    def _open(self, request: urllib.request.Request) -> str:
        try:
            with self._browser.open(request, timeout=SECONDS) as answer:
                self.at = answer.url
                return answer.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            with error:
                self.at = error.url or self.at
                raise Refused(f"{error.code} at {urllib.parse.urlsplit(request.full_url).path}") from None

    def _new_browser(self) -> None:
        self.at = self.base
        self._browser = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        )
