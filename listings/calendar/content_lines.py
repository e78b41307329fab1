"""Content lines of iCalendar (RFC 5545, section 3.1): escaped, folded at 75 octets, ended by CRLF.

icalendar escapes texts and folds lines right, so it does. It leaves control characters in, which no line may hold, and
does not escape `X-` values (7.3.2): texts of ours go through `text`, whatever they are called.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from icalendar import vText
from icalendar.parser import Contentline

MAX_OCTETS = 75
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029\x85]")
_BREAK = re.compile(r"\r\n?|[\u2028\u2029\x85]")


def text(value: str) -> str:
    """A value of type TEXT. Control characters are left out; every sort of line break is one."""
    return vText(_CONTROL.sub("", _BREAK.sub("\n", value))).to_ical().decode()


def uri(value: str) -> str:
    """A value of type URI: not escaped, and so without anything that would end the line."""
    return _CONTROL.sub("", value).replace("\n", "").replace("\t", "").replace(" ", "%20")


def line(name: str, value: str) -> str:
    """One line; `name` with its parameters. Not folded yet."""
    return f"{name}:{value}"


def written(lines: Iterable[str]) -> bytes:
    return b"".join(_folded(it) + b"\r\n" for it in lines)


def _folded(content: str) -> bytes:
    # Most lines are short: in half the time.
    return content.encode() if len(content) < MAX_OCTETS and content.isascii() else Contentline(content).to_ical()
