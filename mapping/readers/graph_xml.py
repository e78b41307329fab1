"""XML as a stream of events, without what makes XML dangerous.

No document type, no entity, no file or address from outside: a file that has any of it is refused, so nothing can be
expanded ("billion laughs") or fetched. Nothing is held but the open elements.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

from .errors import ReadError
from .text import open_bytes

CHUNK = 1 << 16
MAX_DEPTH = 100
# Characters of text in one element, and attributes of one.
MAX_TEXT = 1 << 20
MAX_ATTRIBUTES = 500
REFUSED = "Save it again without a document type (<!DOCTYPE ...>) and without entities."


class XmlEvent(NamedTuple):
    """The start or the end of an element. `name` and `attributes` are without namespaces; `text` comes with the end."""

    start: bool
    name: str
    attributes: dict[str, str]
    text: str
    line: int


def xml_events(path: str | Path) -> Iterator[XmlEvent]:
    """Each element's start and end, in order. Raises ReadError."""
    reader = _Reader(Path(path))
    with open_bytes(path) as handle:
        for chunk in iter(lambda: handle.read(CHUNK), b""):
            yield from reader.feed(chunk, last=False)
        yield from reader.feed(b"", last=True)


def root_of(path: str | Path) -> XmlEvent:
    """The start of the outermost element. Raises ReadError."""
    for event in xml_events(path):
        return event
    raise ReadError("there is nothing in it", path, "Fetch it again.")


class _Reader:
    def __init__(self, path: Path) -> None:
        self.path = path
        self._events: list[XmlEvent] = []
        self._open: list[tuple[str, dict[str, str], list[str]]] = []
        self._length = 0
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.UnparsedEntityDeclHandler = self._refuse
        parser.ExternalEntityRefHandler = self._refuse

    def feed(self, chunk: bytes, last: bool) -> list[XmlEvent]:
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError as error:
            what = expat.errors.messages.get(error.code, str(error))
            remedy = "Check the file there, or fetch it again."
            if error.code in _CUT_SHORT:
                what, remedy = "it ends in the middle", "It was cut short: fetch it again."
            raise ReadError(f"this is not valid XML, line {error.lineno} ({what})", self.path, remedy) from None
        except (LookupError, ValueError) as error:
            raise ReadError(f"this cannot be read as XML ({error})", self.path, "Save it as UTF-8.") from None
        events, self._events = self._events, []
        return events

    def _refuse(self, *args: object) -> None:
        line = self._parser.CurrentLineNumber
        raise ReadError(f"there is a document type or an entity in it, line {line}", self.path, REFUSED)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        line = self._parser.CurrentLineNumber
        if len(self._open) >= MAX_DEPTH:
            remedy = "No network needs that: check the file."
            raise ReadError(f"elements are nested more than {MAX_DEPTH} deep, line {line}", self.path, remedy)
        if len(attributes) > MAX_ATTRIBUTES:
            raise ReadError(f"an element has {len(attributes)} attributes, line {line}", self.path, "Check the file.")
        local = name.rpartition(" ")[2]
        if any(" " in key for key in attributes):
            attributes = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        self._open.append((local, attributes, []))
        self._length = 0
        self._events.append(XmlEvent(True, local, attributes, "", line))

    def _end(self, name: str) -> None:
        local, attributes, texts = self._open.pop()
        self._length = 0
        self._events.append(XmlEvent(False, local, attributes, "".join(texts), self._parser.CurrentLineNumber))

    def _text(self, text: str) -> None:
        self._length += len(text)
        if self._length > MAX_TEXT:
            line = self._parser.CurrentLineNumber
            raise ReadError(f"a text is longer than {MAX_TEXT:,} characters, line {line}", self.path, "Shorten it.")
        if self._open:
            self._open[-1][2].append(text)


_CUT_SHORT = {expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS]} | {
    expat.errors.codes[name]
    for name in (expat.errors.XML_ERROR_UNCLOSED_TOKEN, expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION)
}
