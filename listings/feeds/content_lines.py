"""The lines of an iCalendar file (RFC 5545, section 3.1), unfolded, with their numbers, in blocks from BEGIN to END.

Every event is a block of its own, so that one that is broken spoils no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from icalendar.parser import Contentline, Parameters

from .events import Problem

NAME = re.compile(r"\s*([A-Za-z0-9-]+)\s*[;:]")
DATED = ("DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE", "RDATE")
# An Outlook name of a time zone has colons and commas in it, and stands there without the quotes that they need.
_TZID = re.compile(r';\s*TZID\s*=\s*("[^"]*"|[^;"]*)', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Property:
    """One line: `value` with its backslashes as they stand (`unescape`); `line` is its number in the file."""

    name: str
    params: Parameters
    value: str
    line: int
    zone: str | None = None


@dataclass(slots=True)
class Block:
    """What stands between BEGIN and END: its own lines, and the blocks within."""

    name: str
    line: int
    lines: list[tuple[int, str]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    is_whole: bool = True

    def walk(self, name: str) -> Iterator[Block]:
        """Yield this block and those within it that have this name."""
        if self.name == name:
            yield self
            return
        for block in self.blocks:
            yield from block.walk(name)

    def text(self) -> str:
        """The block as a file of its own."""
        own = [line for _, line in self.lines]
        within = [block.text() for block in self.blocks]
        return "\r\n".join([f"BEGIN:{self.name}", *own, *within, f"END:{self.name}"])

    def properties(self, problems: list[Problem]) -> Iterator[Property]:
        """Yield the properties; a line that is none becomes a problem."""
        for number, line in self.lines:
            try:
                yield read_property(number, line)
            except ValueError:
                problems.append(
                    Problem(
                        f"line {number}",
                        f"“{shortened(line)}” is not a line of a calendar, and was left out.",
                        "A line begins with a name and a colon; a long text goes on with a space at its beginning.",
                    )
                )


def unfold(text: str) -> Iterator[tuple[int, str]]:
    """Yield (number of its first line, line) with the lines that go on put together; blank lines are skipped."""
    number, parts = 0, []
    for at, line in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        if line[:1] in (" ", "\t") and parts:
            parts.append(line[1:])
            continue
        if not line.strip():
            # Within a fold some writers leave a blank line.
            continue
        if parts:
            yield number, "".join(parts)
        number, parts = at, [line]
    if parts:
        yield number, "".join(parts)


def read_blocks(text: str, problems: list[Problem]) -> Block:
    """Return a block without a name that holds those of the file. What is not closed is kept, but not `is_whole`."""
    top = Block("", 0)
    open_blocks = [top]
    for number, line in unfold(text):
        word, colon, rest = line.partition(":")
        word, rest = word.strip().upper(), rest.strip().upper()
        if colon and word == "BEGIN":
            if rest == "VEVENT" and open_blocks[-1].name == "VEVENT":
                _break_off(open_blocks.pop(), problems)
            block = Block(rest, number)
            # Deeper than any calendar: kept flat, so that nothing that walks it can run out of stack.
            if len(open_blocks) < 20:
                open_blocks[-1].blocks.append(block)
            open_blocks.append(block)
        elif colon and word == "END":
            names = [it.name for it in open_blocks]
            if rest in names[1:]:
                while open_blocks[-1].name != rest:
                    _break_off(open_blocks.pop(), problems)
                open_blocks.pop()
            else:
                problems.append(Problem(f"line {number}", f"There is an END:{shortened(rest)} without its BEGIN."))
        else:
            open_blocks[-1].lines.append((number, line))
    for block in open_blocks[1:]:
        _break_off(block, problems)
    return top


def read_property(number: int, line: str) -> Property:
    """Read one line. Raises ValueError when it is none."""
    match = NAME.match(line)
    if match is None:
        raise ValueError("no name")
    name = match[1].upper()
    zone = None
    if name in DATED:
        # The values of these have no colon, so that whatever stands before the last one is a parameter.
        head, colon, value = line.rpartition(":")
        if not colon:
            raise ValueError("no colon")
        found = _TZID.search(head)
        if found:
            zone = found[1].strip().strip('"').strip()
            head = head[: found.start()] + head[found.end() :]
        line = f"{head}:{value.strip()}"
    found_name, params, value = Contentline(line).raw_parts()
    return Property(found_name.upper(), params, value, number, zone)


def shortened(text: str, most: int = 60) -> str:
    """The beginning of a line, as it may be shown."""
    text = "".join(it if it.isprintable() else " " for it in text).strip()
    return text if len(text) <= most else text[: most - 1] + "…"


def _break_off(block: Block, problems: list[Problem]) -> None:
    if block.is_whole:
        block.is_whole = False
        if block.name == "VEVENT":
            message = "The event that begins here has no end, and was left out."
            problems.append(Problem(f"line {block.line}", message, "The file may have been cut short: write it again."))
        elif block.name == "VCALENDAR":
            problems.append(Problem(f"line {block.line}", "The calendar breaks off before its END:VCALENDAR."))
