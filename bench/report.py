"""The table at the end, and the same as JSON."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "results"


@dataclass
class Row:
    """One figure: what was measured, what we hold ourselves to, what came out, and what it is compared with.

    `met` is None where there is no goal, or the figure could not be taken (`note` says why).
    """

    what: str
    goal: str = ""
    measured: str = ""
    peer: str = ""
    ratio: str = ""
    met: bool | None = None
    note: str = ""
    figures: dict[str, float] = field(default_factory=dict)


def skipped(what: str, why: str) -> Row:
    """A row for what could not be measured here."""
    return Row(what, measured="not measured", note=why)


def ms(seconds: float) -> str:
    """Seconds as milliseconds, in words."""
    return f"{1000 * seconds:.1f} ms"


def kb(count: float) -> str:
    """Bytes as thousands of bytes, in words."""
    return f"{count / 1000:.1f} KB"


def table(rows: list[Row]) -> str:
    """The rows as a table for a terminal (and for Markdown)."""
    head = ("what", "goal", "measured", "peer", "ratio", "met")
    lines = [head, *((it.what, it.goal, it.measured, it.peer, it.ratio, _met(it.met)) for it in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    out = []
    for number, line in enumerate(lines):
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        out.append("| " + " | ".join(cells) + " |")
        if number == 0:
            out.append("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    notes = [f"- {it.what}: {it.note}" for it in rows if it.note]
    return "\n".join([*out, *([""] if notes else []), *notes])


def _met(met: bool | None) -> str:
    return "" if met is None else "yes" if met else "NO"


def save(rows: list[Row], options: dict) -> Path:
    """Write the rows as JSON into bench/results/ and return the file."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{time.strftime('%Y-%m-%dT%H-%M-%S')}.json"
    about = {
        "at": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "cores": os.cpu_count(),
        "load_at_the_end": os.getloadavg()[0],
        "python": platform.python_version(),
        "options": options,
    }
    path.write_text(json.dumps({"about": about, "rows": [asdict(it) for it in rows]}, indent=1), encoding="utf-8")
    return path


Measure = Callable[..., list[Row]]
