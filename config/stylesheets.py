"""Few style sheets out of many small files: one noun a file; maps, the network view, posting, calendars have their own.

`SHEETS` says which files make which sheet. The order of files does not decide who wins: cascade layers do,
declared first in tokens.css. `build` joins them and takes out what a browser does not need.
"""

import re
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "config" / "static" / "css"
MAPS = ROOT / "mapping" / "static" / "mapping" / "css"


def _ordered(folder: Path, *first: str) -> list[Path]:
    leading = [folder / name for name in first]
    return [*leading, *(path for path in sorted(folder.rglob("*.css")) if path not in leading)]


# Only the page of the network view loads it.
NETWORK = MAPS / "network"
# Only the pages on which one posts, and those of a calendar.
POSTING = PAGES / "posting"
CALENDAR = PAGES / "calendar"
# The page of a node; the front page of a place; its map and list.
NODE = PAGES / "node"
EXPLORE = PAGES / "explore"
PLACE = PAGES / "place"
# Where a search box suggests something.
SEARCH = PAGES / "search"
SHEETS = {
    "hereabouts.css": [
        path
        for path in _ordered(PAGES, "tokens.css", "reset.css", "base.css", "layout.css")
        if not {POSTING, CALENDAR, NODE, PLACE, EXPLORE, SEARCH} & set(path.parents)
    ],
    "map.css": [path for path in _ordered(MAPS, "leaflet.css") if NETWORK not in path.parents],
    "posting.css": _ordered(POSTING),
    "calendar.css": _ordered(CALENDAR),
    "node.css": _ordered(NODE),
    "place.css": _ordered(PLACE),
    "explore.css": _ordered(EXPLORE, "page.css"),
    "suggested.css": _ordered(SEARCH),
    "network.css": _ordered(NETWORK, "page.css", "picture.css", "legend.css", "panels.css", "sheet.css", "media.css"),
}


def minify(css: str) -> str:
    """Return `css` without comments and needless white space. Strings are left as they are."""
    parts = re.split(r"(\"[^\"\n]*\"|'[^'\n]*')", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    for index in range(0, len(parts), 2):
        text = re.sub(r"\s+", " ", parts[index])
        text = re.sub(r" ?([{};,]) ?", r"\1", text)
        parts[index] = re.sub(r"(?<=[\w-]): ", ":", text).replace(";}", "}")
    return "".join(parts).strip() + "\n"


def build(sources: Iterable[Path]) -> str:
    """Return the files of `sources`, joined and minified."""
    return minify("\n".join(path.read_text(encoding="utf-8") for path in sources))
