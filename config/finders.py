"""Two finders of static files: the browser libraries, and the files we make from our sources.

`VendorFinder` gives `vendor/<package>/...` for the files listed here, out of node_modules, and nothing else of it.
`BuiltFinder` makes `css/hereabouts.css`, `css/map.css` and `icons.svg` under `var/assets/` whenever a source is newer.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage

from config import icons, stylesheets

ROOT = Path(__file__).resolve().parent.parent
NODE_MODULES = ROOT / "node_modules"
ASSETS = ROOT / "var" / "assets"
VENDOR_FILES = (
    "@mapbox/point-geometry/index.js",
    "@mapbox/vector-tile/index.js",
    "pbf/index.js",
    "leaflet/dist/leaflet.js",
    "protomaps-leaflet/dist/protomaps-leaflet.js",
    "htmx.org/dist/htmx.min.js",
)


class _AssetFinder(BaseFinder):
    """Finds the files of `files()` in `ASSETS`, written there when they are missing or older than their sources."""

    def files(self) -> dict[str, Path]:
        """Return path -> file, all of them up to date."""
        raise NotImplementedError

    def find(self, path: str, find_all: bool = False, **kwargs: object) -> str | list[str]:
        found = self.files().get(path)
        if found is None:
            return []
        return [str(found)] if find_all else str(found)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        storage = FileSystemStorage(location=ASSETS)
        for path in self.files():
            if not matches_patterns(path, list(ignore_patterns or ())):
                yield path, storage


def _write(path: Path, text: str) -> None:
    """Write whole or not at all: another process may be reading."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def _newest(sources: Iterable[Path]) -> float:
    return max((source.stat().st_mtime for source in sources if source.exists()), default=0)


def _stale(path: Path, newest: float) -> bool:
    return not path.exists() or path.stat().st_mtime < newest


class VendorFinder(_AssetFinder):
    """The listed files of node_modules, as `vendor/...`, without the pointers to their source maps."""

    def files(self) -> dict[str, Path]:
        found = {}
        for name in VENDOR_FILES:
            source, copy = NODE_MODULES / name, ASSETS / "vendor" / name
            if not source.exists():
                continue
            if _stale(copy, source.stat().st_mtime):
                lines = source.read_text(encoding="utf-8").splitlines(keepends=True)
                # A pointer to a map that is not served would stop collectstatic.
                kept = [line for line in lines if not line.startswith("//# sourceMappingURL=")]
                _write(copy, "".join(kept))
            found[f"vendor/{name}"] = copy
        return found


class BuiltFinder(_AssetFinder):
    """What we make: one style sheet for pages, one for maps, the sprite of icons."""

    def files(self) -> dict[str, Path]:
        found = {}
        for name, sources in stylesheets.SHEETS.items():
            built = ASSETS / "css" / name
            if _stale(built, _newest([*sources, Path(stylesheets.__file__)])):
                _write(built, stylesheets.build(sources))
            found[f"css/{name}"] = built
        sprite = ASSETS / "icons.svg"
        if _stale(
            sprite,
            _newest([*icons.VOCABULARY.glob("*.toml"), *icons.OWN.glob("*.svg"), Path(icons.__file__), icons.MAKI]),
        ):
            icons.names.cache_clear()
            _write(sprite, icons.sprite())
        found["icons.svg"] = sprite
        return found
