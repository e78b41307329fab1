"""The address of a calendar, as people paste it -> the one that its data is at."""

from __future__ import annotations

import base64
import re
from urllib.parse import parse_qs, quote, urlsplit, urlunsplit

from config.errors import HereaboutsError

MAX_ADDRESS = 1000


class BadAddress(HereaboutsError):
    """An address that cannot be a feed's."""

    status = 422


def feed_address(text: str) -> str:
    """The address to fetch. Pages of Google and Outlook become their calendars, a sheet its table.

    Raises `BadAddress` for what is no address of the web.
    """
    text = text.strip()
    if not re.match(r"[a-z][a-z0-9+.-]*:", text, re.IGNORECASE) and re.match(r"[\w-]+(\.[\w-]+)+(/|$)", text):
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise BadAddress("This is not an address.", _REMEDY) from None
    if parts.scheme.lower() not in ("http", "https", "webcal", "webcals"):
        raise BadAddress("This is not an address of the web.", _REMEDY)
    if not parts.hostname or re.search(r"[\s\x00-\x1f\x7f\\]", text):
        raise BadAddress("This is not an address.", _REMEDY)
    if parts.username is not None or parts.password is not None:
        raise BadAddress(
            "There is a name or a password in this address.",
            "Give an address without one: whoever looks after the group can read it here.",
        )
    scheme = "https" if parts.scheme.lower() in ("https", "webcals") else parts.scheme.lower()
    host = parts.hostname.lower()
    host = f"[{host}]" if ":" in host else host
    found = urlunsplit((scheme, host if port is None else f"{host}:{port}", parts.path or "/", parts.query, ""))
    found = _of_google(found, parts) or _of_outlook(found, parts) or found
    if len(found) > MAX_ADDRESS:
        raise BadAddress(f"The address is longer than {MAX_ADDRESS} characters.", "Ask for a shorter one.")
    return found


_REMEDY = "Copy the whole address of the calendar: it begins with https:// or webcal://."


def _of_google(url: str, parts) -> str:
    host = parts.hostname
    if host == "docs.google.com" and (
        match := re.match(r"/spreadsheets/d/([\w-]+)/(?:edit|view|htmlview)?", parts.path)
    ):
        if match[1] == "e":
            return ""
        gid = parse_qs(f"{parts.query}&{parts.fragment}").get("gid", ["0"])[0]
        number = gid if gid.isdigit() else "0"
        return f"https://docs.google.com/spreadsheets/d/{match[1]}/export?format=csv&gid={number}"
    if host == "docs.google.com" and parts.path.endswith("/pubhtml"):
        return url.replace("/pubhtml", "/pub").partition("?")[0] + "?output=csv"
    if host == "calendar.google.com" and not parts.path.startswith("/calendar/ical/"):
        asked = parse_qs(parts.query)
        source = next(iter(asked.get("src", [])), "")
        if not source and (cid := next(iter(asked.get("cid", [])), "")):
            source = cid if "@" in cid else _decoded(cid)
        if source:
            return f"https://calendar.google.com/calendar/ical/{quote(source, safe='')}/public/basic.ics"
    return ""


def _of_outlook(url: str, parts) -> str:
    if parts.hostname in ("outlook.live.com", "outlook.office365.com", "outlook.office.com"):
        if parts.path.endswith("/calendar.html"):
            return url.replace("/calendar.html", "/calendar.ics")
    return ""


def _decoded(text: str) -> str:
    try:
        found = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except ValueError:
        return ""
    return found if "@" in found and found.isprintable() else ""
