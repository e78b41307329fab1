"""The sprite of icons: Maki (CC0) for what stands on the map, a few of our own for the pages.

Only the icons that something uses are in it: those named by the categories' vocabulary
(`mapping/vocabulary/*.toml`) and by the pages (`PAGES`). A page carries the few that it shows (config/templatetags/design.py);
the map fetches the whole sprite once it is near enough for icons. `python manage.py collectstatic` (or the first request,
while developing) makes that file, by config/finders.py.
"""

import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles.storage import staticfiles_storage

ROOT = Path(__file__).resolve().parent.parent
MAKI = ROOT / "node_modules" / "@mapbox" / "maki" / "icons"
# Drawn on the grid of Maki, 15 by 15.
OWN = ROOT / "config" / "own_icons"
VOCABULARY = ROOT / "mapping" / "vocabulary"
FALLBACK = "marker"
PAGES = (
    *("marker", "wheelchair", "telephone", "globe", "watch", "information", "home", "heart"),
    *("star", "danger", "suitcase", "town", "village", "landmark", "post"),
    # Of features (mapping/models/features.py).
    *("toilet", "parking", "gift", "building"),
)


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
    own = (path.stem for path in OWN.glob("*.svg"))
    return frozenset({*own, *PAGES, *vocabulary_icons()})


def known(name: str | None) -> str:
    """Return `name` when the sprite has it, else the plain marker."""
    return name if name in names() else FALLBACK


def path_of(name: str) -> str:
    """Return the path (the `d` of SVG) of the icon `name`, on a 15 by 15 grid.

    Raises FileNotFoundError, with what to do, when Maki has no such icon or is not installed.
    """
    own = OWN / f"{name}.svg"
    file = own if own.exists() else MAKI / f"{name}.svg"
    if not file.exists():
        reason = "has no such icon" if MAKI.is_dir() else "is not installed: run `npm ci`"
        raise FileNotFoundError(f"Icon {name!r}: Maki {reason}.")
    paths = re.findall(r'<path[^>]*?\sd="([^"]+)"', file.read_text(encoding="utf-8"))
    joined = " ".join(re.sub(r"(?:&#x[0-9A-F]+;|\s)+", " ", path).strip() for path in paths)
    return LONG.sub(_shorter, joined)


# A number of three decimals or more, and the character after it. One that begins with a nought and another digit is
# the flags of an arc run into a number ("01.234"): left alone.
LONG = re.compile(r"(?<![\d.])(?!0\d)(\d*\.\d{3,})(?=(.?))")


def _shorter(match: re.Match[str]) -> str:
    """Return a number of a path with two decimals: a hundredth of the grid is far below a pixel."""
    text = f"{float(match[1]):.2f}".rstrip("0").rstrip(".")
    text = text.removeprefix("0") if "." in text else text
    # "1.0003.5" is two numbers; "1.5" would be one.
    return f"{text} " if match[2] == "." and "." not in text else text


@lru_cache(maxsize=1)
def symbols() -> dict[str, str]:
    """Return the symbol (an SVG element with the id `i-<name>`) of every icon.

    Where the sources are not at hand (a server with collected files only), they come out of the collected sprite.
    """
    try:
        return {
            name: f'<symbol id="i-{name}" viewBox="0 0 15 15"><path d="{path_of(name)}"/></symbol>'
            for name in sorted(names())
        }
    except FileNotFoundError:
        with staticfiles_storage.open("icons.svg") as collected:
            found = re.findall(r'<symbol id="i-([^"]+)".*?</symbol>', text := collected.read().decode())
        whole = re.findall(r"<symbol .*?</symbol>", text)
        return dict(zip(found, whole, strict=True))


def sprite(only: Iterable[str] | None = None) -> str:
    """Return the sprite as SVG, one symbol an icon; with `only`, those icons, as part of a page."""
    if only is None:
        return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols().values())}</svg>\n'
    chosen = "".join(symbols()[name] for name in sorted(only) if name in symbols())
    return f'<svg hidden aria-hidden="true" width="0" height="0">{chosen}</svg>'
