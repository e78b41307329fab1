"""RSS and Atom: news, podcasts and livestreams of local media, each a notice with its link."""

from __future__ import annotations

import calendar
import hashlib
import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

import feedparser

from ..events import FeedEvent, FeedKind, FeedLink, Problem, Reading, Window
from ..plain_text import one_line, plain, web_address
from . import live_items

MAX_ENTRIES = 500
MAX_LINKS = 5


def looks_like_syndication(text: str) -> bool:
    start = text[:3000].lower()
    return any(mark in start for mark in ("<rss", "<feed", "<rdf:rdf"))


def read_syndication(data: bytes, *, home: ZoneInfo, window: Window, address: str = "") -> Reading:
    """Read RSS or Atom. An entry without a title is left out, and said. `address`: what relative links are to."""
    reading = Reading("syndication")
    # As a file: of bytes feedparser would first try whether they are the name of one.
    parsed = feedparser.parse(io.BytesIO(data), resolve_relative_uris=False, sanitize_html=False)
    entries = parsed.get("entries", [])
    # Not what feedparser says of the feed itself: the parts of a livestream become the feed's there.
    reading.title, live = live_items.read(data, address, home)
    reading.events += live
    if not entries and not live:
        reading.problems.append(Problem("", "There are no entries in it.", "Check its address."))
        return reading
    if parsed.get("bozo") and not isinstance(
        parsed.get("bozo_exception"), feedparser.CharacterEncodingOverride | feedparser.NonXMLContentType
    ):
        line = getattr(parsed.get("bozo_exception"), "getLineNumber", lambda: 0)()
        where = f"line {line}" if line else ""
        reading.problems.append(Problem(where, "It is not well-formed XML; what could be read of it was taken."))
    if len(entries) > MAX_ENTRIES:
        reading.problems.append(Problem("", f"Of {len(entries):,} entries the first {MAX_ENTRIES} were taken."))
    seen = {it.uid for it in live}
    for number, entry in enumerate(entries[:MAX_ENTRIES], start=1):
        event = _event(entry, number, address)
        if event is None:
            reading.problems.append(Problem(f"entry {number}", "It has no title.", "Give it one."))
        elif event.uid not in seen:
            seen.add(event.uid)
            reading.events.append(event)
    return reading


def _event(entry: Any, number: int, address: str) -> FeedEvent | None:
    name = one_line(entry.get("title", ""), 250)
    url = web_address(urljoin(address, entry.get("link", "")))
    if not name:
        return None
    uid = str(entry.get("id") or url)[:500]
    if not uid:
        uid = f"no-uid-{hashlib.blake2b(name.encode(), digest_size=10).hexdigest()}"
    content = next((it.get("value", "") for it in entry.get("content", [])), "")
    text = entry.get("summary", "") or content
    # Not by its own `get`, which gives the other date where this one is missing.
    changed = dict.get(entry, "updated_parsed")
    event = FeedEvent(
        uid=uid,
        name=name,
        description=plain(text),
        url=url,
        categories=tuple(dict.fromkeys(one_line(it.get("term") or "", 80) for it in entry.get("tags", [])[:20])),
        kind=FeedKind.NOTICE,
        published=_time(entry.get("published_parsed") or changed),
        changed=_time(changed),
        links=_links(entry, address),
        line=number,
    )
    return replace(event, source=repr(replace(event, line=0)))


def _links(entry: Any, address: str) -> tuple[FeedLink, ...]:
    """What there is to hear or watch: enclosures, media, videos."""
    found: dict[str, FeedLink] = {}
    for it in [*entry.get("enclosures", []), *entry.get("media_content", [])]:
        url = web_address(urljoin(address, str(it.get("href") or it.get("url") or "")))
        media = str(it.get("type") or it.get("medium") or "").partition("/")[0]
        if url and media in ("audio", "video"):
            found.setdefault(url, FeedLink(url, media))
    link = web_address(urljoin(address, entry.get("link", "")))
    if link and entry.get("yt_videoid"):
        found.setdefault(link, FeedLink(link, "video"))
    return tuple(found.values())[:MAX_LINKS]


def _time(parsed: Any) -> datetime | None:
    """A struct_time, which feedparser gives in UTC."""
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, TypeError):
        return None
