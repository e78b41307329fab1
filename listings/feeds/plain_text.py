"""Text that other people wrote, maybe with mark-up, as plain text."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

MAX_TEXT = 20_000
# Only what people write into descriptions: "a < b" and "<http://example.org>" are no mark-up.
TAG = re.compile(
    r"</?(?:html|body|head|p|br|div|span|a|b|i|u|em|strong|ul|ol|li|h[1-6]|table|tr|td|th|font|blockquote|pre|hr|img|"
    r"section|article|style|script|html-blob|center|small|figure|iframe)\b[^<>]*>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,6}|#x[0-9a-f]{1,6}|[a-z]{2,8});", re.IGNORECASE)
_SEPARATE = {"p", "div", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "section", "article"}
_BREAKS = {"br", "tr", "hr"}
_UNSEEN = {"style", "script", "head", "title", "iframe", "template"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = 0
        self._links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag in _SEPARATE:
            self.parts.append("\n\n")
        elif tag in _BREAKS:
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in ("td", "th"):
            self.parts.append(" ")
        elif tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self.parts)))

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag in _SEPARATE:
            self.parts.append("\n\n")
        elif tag == "a" and self._links:
            href, since = self._links.pop()
            words = "".join(self.parts[since:])
            if href.startswith(("http://", "https://")) and href not in words:
                self.parts.append(f" ({href})")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(re.sub(r"\s+", " ", data))


def has_markup(text: str) -> bool:
    return TAG.search(text) is not None


def plain(text: str, *, markup: bool | None = None, most: int = MAX_TEXT) -> str:
    """The text without mark-up, lines kept, blank lines at most one in a row.

    markup : whether it is HTML; None: by its looks. A link keeps its address, in brackets.
    """
    text = text[: most * 4].replace("\x00", "")
    if has_markup(text) if markup is None else markup:
        # Line ends between the tags of a text that also has line breaks of its own are such breaks too.
        if markup is None and "\n" in text and not re.search(r"<(?:p|br|div|li)\b", text, re.IGNORECASE):
            text = text.replace("\n", "<br>")
        reader = _Reader()
        reader.feed(text)
        reader.close()
        text = "".join(reader.parts)
    elif _ENTITY.search(text):
        text = unescape(text)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ").replace("\u200b", "")
    text = "".join(it for it in text if it.isprintable() or it == "\n")
    lines = [re.sub(r"[ \t]+", " ", line).strip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:most]


def one_line(text: str, most: int = 300) -> str:
    """The text as one line."""
    return " ".join(plain(text, most=most * 4).split())[:most].strip()


def web_address(text: str, most: int = 2000) -> str:
    """The text when it is an address of the web, else nothing."""
    text = text.strip()
    return text if re.fullmatch(r"https?://[^\s<>\"]+", text, re.IGNORECASE) and len(text) <= most else ""
