"""Livestreams that a podcast's feed announces (`podcast:liveItem`), each an event with its time and its link.

feedparser 6.0.14 knows no such element: it takes its parts for those of the feed. So it is read here, by expat, without
entities of any kind.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from urllib.parse import urljoin
from xml.parsers import expat

from ..events import FeedEvent, FeedLink, FeedOccurrence, FeedStatus, instant
from ..plain_text import one_line, plain, web_address

# The names that the namespace has had.
NAMESPACES = (
    "https://podcastindex.org/namespace/1.0",
    "https://github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md",
)
MAX_LIVE, MAX_TEXT = 50, 20_000
_TEXTS = ("title", "link", "description", "guid")


@dataclass
class _Live:
    starts: str
    ends: str
    status: str
    line: int
    texts: dict[str, str] = field(default_factory=dict)
    enclosures: list[tuple[str, str]] = field(default_factory=list)


class _Refused(Exception):
    """The file declares entities."""


class _Parser:
    """Gathers the title of the channel and its live items; whatever else there is goes by."""

    def __init__(self) -> None:
        self.title, self.found = "", []
        self._path: list[str] = []
        self._live: _Live | None = None
        self.parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.EntityDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.buffer_text = True

    def _refuse(self, *_) -> None:
        raise _Refused

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        self._path.append(local)
        if local == "liveItem" and namespace in NAMESPACES and len(self.found) < MAX_LIVE:
            wanted = (attributes.get(it, "") for it in ("start", "end", "status"))
            self._live = _Live(*wanted, line=self.parser.CurrentLineNumber)
        elif self._live is not None and local == "enclosure":
            self._live.enclosures.append((attributes.get("url", ""), attributes.get("type", "")))
        elif self._live is not None and local == "contentLink" and namespace in NAMESPACES:
            self._live.enclosures.append((attributes.get("href", ""), "video"))

    def _text(self, text: str) -> None:
        where = self._path[-1] if self._path else ""
        if self._live is not None:
            if where in _TEXTS and self._path[-2:-1] == ["liveItem"]:
                self._live.texts[where] = (self._live.texts.get(where, "") + text)[:MAX_TEXT]
        elif where == "title" and self._path[-2:-1] in (["channel"], ["feed"]):
            self.title = (self.title + text)[:MAX_TEXT]

    def _end(self, name: str) -> None:
        if self._path.pop() == "liveItem" and self._live is not None:
            self.found.append(self._live)
            self._live = None


def read(data: bytes, address: str, home: tzinfo) -> tuple[str, list[FeedEvent]]:
    """Return the title of a feed, and its live items as events. Where it is not well-formed it ends."""
    parser = _Parser()
    try:
        parser.parser.Parse(data, True)
    except (expat.ExpatError, _Refused, ValueError, LookupError):
        # What is wrong with the file is said by whoever reads its entries.
        pass
    events = [event for it in parser.found if (event := _event(it, address, home)) is not None]
    return one_line(parser.title, 200), events


def _event(it: _Live, address: str, home: tzinfo) -> FeedEvent | None:
    name, starts = one_line(it.texts.get("title", ""), 250), _moment(it.starts, home)
    if not name or starts is None:
        return None
    ends = _moment(it.ends, home)
    if ends is not None and instant(ends) <= instant(starts):
        ends = None
    links = {web_address(urljoin(address, url)): kind.partition("/")[0] for url, kind in it.enclosures}
    url = web_address(urljoin(address, it.texts.get("link", "").strip()))
    event = FeedEvent(
        uid=(it.texts.get("guid", "").strip() or f"{name} {it.starts}")[:500],
        name=name,
        description=plain(it.texts.get("description", "")),
        url=url or next((link for link in links if link), ""),
        status=FeedStatus.CONFIRMED,
        links=tuple(FeedLink(link, kind) for link, kind in links.items() if link and kind in ("audio", "video")),
        occurrences=(FeedOccurrence(starts, ends, f"{starts:%Y-%m-%dT%H:%M}"),),
        line=it.line,
    )
    return replace(event, source=repr(replace(event, line=0)))


def _moment(text: str, home: tzinfo) -> datetime | None:
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=home)
