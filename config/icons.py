"""The sprite of icons: Maki (CC0) for what stands on the map, a few of our own for the pages.

Only the icons that something uses are in it: those named by the categories' vocabulary
(`mapping/vocabulary/*.toml`) and by the pages (`PAGES`). `python manage.py collectstatic` (or the first
request, while developing) makes it, by config/finders.py.
"""

import re
import tomllib
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAKI = ROOT / "node_modules" / "@mapbox" / "maki" / "icons"
VOCABULARY = ROOT / "mapping" / "vocabulary"
FALLBACK = "marker"
PAGES = (
    *("marker", "wheelchair", "telephone", "globe", "watch", "information", "home", "heart"),
    *("star", "danger", "suitcase", "town", "village", "landmark", "post"),
)
# Drawn on Maki's 15 by 15 grid. Strokes are written as outlines so that one fill colours all.
OWN = {
    "search": "M6.2 1a5.2 5.2 0 1 0 3.1 9.4l3.5 3.5 1.1-1.1-3.5-3.5A5.2 5.2 0 0 0 6.2 1zm0 1.6a3.6 3.6 0 1 1 0 7.2 3.6 3.6 0 0 1 0-7.2z",
    "close": "M3 1.9 1.9 3l4.5 4.5L1.9 12 3 13.1l4.5-4.5 4.5 4.5 1.1-1.1-4.5-4.5L13.1 3 12 1.9 7.5 6.4z",
    "filter": "M1 3h13v1.6H1zm2.4 3.7h8.2v1.6H3.4zm2.4 3.7h3.4V12H5.8z",
    "list": "M1 2.7h2v2H1zm4 .2h9v1.6H5zM1 6.5h2v2H1zm4 .2h9v1.6H5zM1 10.3h2v2H1zm4 .2h9v1.6H5z",
    "map": "M1 3.2 5.2 1.6l4.6 1.6L14 1.6v10.2l-4.2 1.6-4.6-1.6L1 13.4zm1.5 1v7l2-.76v-7zm3.5-.8v7.1l3 1.05V4.45zm4.5 1.1v7.06l2-.76v-7z",
    "underneath": "M7.5 1a2 2 0 0 1 .75 3.86v1.9l3.2 2.3a2 2 0 1 1-.86 1.22L7.5 8.06l-3.09 2.22a2 2 0 1 1-.86-1.22l3.2-2.3v-1.9A2 2 0 0 1 7.5 1z",
    "locate": "M6.75.5h1.5v1.56a5.5 5.5 0 0 1 4.69 4.69h1.56v1.5h-1.56a5.5 5.5 0 0 1-4.69 4.69v1.56h-1.5v-1.56a5.5 5.5 0 0 1-4.69-4.69H.5v-1.5h1.56a5.5 5.5 0 0 1 4.69-4.69zm.75 3a4 4 0 1 0 0 8 4 4 0 0 0 0-8zm0 2.2a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6z",
    "calendar": "M4 1h1.5v1.5h4V1H11v1.5h2.5V14h-12V2.5H4zM3 6v6.5h9V6zm1.5 1.5h2v2h-2z",
    "check": "m5.6 12.6-4.2-4.2 1.1-1.1 3.1 3.1 6.9-6.9 1.1 1.1z",
    "whole": "M1 1h5v1.6H2.6V6H1zm8 0h5v5h-1.6V2.6H9zM1 9h1.6v3.4H6V14H1zm11.4 0H14v5H9v-1.6h3.4z",
    "plus": "M6.7 2h1.6v4.7H13v1.6H8.3V13H6.7V8.3H2V6.7h4.7z",
    "minus": "M2 6.7h11v1.6H2z",
    "mail": "M1 3h13v9.5H1zm1.6 1.6v.2l4.9 3.4 4.9-3.4v-.2zm0 2.1v4.2h9.8V6.7L7.5 10z",
    "link": "M8.5 2.2a3.3 3.3 0 0 1 4.6 4.7l-1.9 1.9-1.1-1.1L12 5.8a1.75 1.75 0 0 0-2.4-2.5L7.7 5.2 6.6 4.1zM5.6 10.5 10.5 5.6 9.4 4.5 4.5 9.4zM3.8 6.2l1.1 1.1L3 9.2a1.75 1.75 0 0 0 2.4 2.5l1.9-1.9 1.1 1.1-1.9 1.9a3.3 3.3 0 0 1-4.6-4.7z",
}


def _named_in(value: object) -> set[str]:
    if isinstance(value, dict):
        own = {value["icon"]} if isinstance(value.get("icon"), str) else set()
        return own.union(*(_named_in(part) for part in value.values()))
    if isinstance(value, list):
        return set().union(*(_named_in(part) for part in value))
    return set()


def vocabulary_icons() -> set[str]:
    """Return the icons that the vocabulary's files name (`icon = "..."`)."""
    names: set[str] = set()
    for path in sorted(VOCABULARY.glob("*.toml")):
        names |= _named_in(tomllib.loads(path.read_text(encoding="utf-8")))
    return names


@lru_cache(maxsize=1)
def names() -> frozenset[str]:
    """Return every icon of the sprite."""
    return frozenset({*OWN, *PAGES, *vocabulary_icons()})


def known(name: str | None) -> str:
    """Return `name` when the sprite has it, else the plain marker."""
    return name if name in names() else FALLBACK


def path_of(name: str) -> str:
    """Return the path (the `d` of SVG) of the icon `name`, on a 15 by 15 grid.

    Raises FileNotFoundError, with what to do, when Maki has no such icon or is not installed.
    """
    if name in OWN:
        return OWN[name]
    file = MAKI / f"{name}.svg"
    if not file.exists():
        reason = "has no such icon" if MAKI.is_dir() else "is not installed: run `npm ci`"
        raise FileNotFoundError(f"Icon {name!r}: Maki {reason}.")
    paths = re.findall(r'<path[^>]*?\sd="([^"]+)"', file.read_text(encoding="utf-8"))
    joined = " ".join(re.sub(r"(?:&#x[0-9A-F]+;|\s)+", " ", path).strip() for path in paths)
    return re.sub(r"\d+\.\d{3,}", lambda number: f"{float(number[0]):.2f}".rstrip("0").rstrip("."), joined)


def sprite() -> str:
    """Return the sprite as SVG, one symbol an icon."""
    symbols = "".join(
        f'<symbol id="{name}" viewBox="0 0 15 15"><path d="{path_of(name)}"/></symbol>'
        for name in sorted(names())
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>\n'
