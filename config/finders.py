"""Finders of static files: the apps' own, the files we make of our sources, the browser libraries.

`BuiltFinder` makes `css/hereabouts.css`, `css/map.css`, `icons.svg` and the bundles of our modules (config/scripts.py),
under `var/assets/`, whenever a source is newer. `AppFinder` is Django's, less the sources of those. `VendorFinder`
gives `vendor/<package>/...` for the files listed here, out of node_modules, and nothing else of it; protomaps-leaflet's
as far as our maps use it.
"""

import json
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.contrib.staticfiles.finders import AppDirectoriesFinder, BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage

from config import icons, scripts, stylesheets

ROOT = Path(__file__).resolve().parent.parent
NODE_MODULES = ROOT / "node_modules"
SOURCES = ["css/*.css", "mapping/js/*.js", "mapping/css/*.css"]
ASSETS = ROOT / "var" / "assets"
KEPT = re.compile(r"^\s*/\*!|@licen[cs]e|@preserve")
OWN_AGE = max(Path(file).stat().st_mtime for file in (__file__, scripts.__file__))
PROTOMAPS = "protomaps-leaflet/dist/protomaps-leaflet.js"
VENDOR_FILES = ("leaflet/dist/leaflet.js", PROTOMAPS)


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
    """Write whole or not at all: another process or thread may be reading, or writing the same."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".", delete=False, encoding="utf-8") as part:
        part.write(text)
    # Readable by the server's user, whoever wrote it.
    Path(part.name).chmod(0o644)
    Path(part.name).replace(path)


def _newest(sources: Iterable[Path]) -> float:
    return max((source.stat().st_mtime for source in sources if source.exists()), default=0)


def _stale(path: Path, newest: float) -> bool:
    return not path.exists() or path.stat().st_mtime < newest


def without_comments(script: str) -> str:
    """Return `script` without the comments that have lines of their own; what stands beside code stays.

    A comment with a licence (`@license`, `@preserve`, `/*!`) stays too.
    """
    return scripts.COMMENTS.sub(lambda comment: comment[0] if KEPT.search(comment[0]) else "", script)


class AppFinder(AppDirectoriesFinder):
    """The static files of the apps, but not the sources that `BuiltFinder` makes something of."""

    def find(self, path: str, find_all: bool = False, **kwargs: object) -> str | list[str]:
        return [] if matches_patterns(path, SOURCES) else super().find(path, find_all=find_all, **kwargs)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        for path, storage in super().list(ignore_patterns):
            if not matches_patterns(path, SOURCES):
                yield path, storage


class VendorFinder(_AssetFinder):
    """The listed files of node_modules, as `vendor/...`, without the pointers to their source maps."""

    def files(self) -> dict[str, Path]:
        found = {}
        for name in VENDOR_FILES:
            source, copy = NODE_MODULES / name, ASSETS / "vendor" / name
            if not source.exists():
                continue
            if name == PROTOMAPS:
                if scripts.esbuild() is None:
                    continue
                if _stale(copy, max(_newest([source, *(scripts.MODULES / "map").glob("*.js")]), OWN_AGE)):
                    _write(copy, scripts.protomaps())
            elif _stale(copy, max(source.stat().st_mtime, OWN_AGE)):
                # Also a pointer to a source map goes: collectstatic stops when that is not served.
                _write(copy, without_comments(source.read_text(encoding="utf-8")))
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
        found |= self._bundles()
        sprite = ASSETS / "icons.svg"
        if _stale(
            sprite,
            _newest([*icons.VOCABULARY.glob("*.toml"), *icons.OWN.glob("*.svg"), Path(icons.__file__), icons.MAKI]),
        ):
            icons.names.cache_clear()
            icons.symbols.cache_clear()
            _write(sprite, icons.sprite())
        found["icons.svg"] = sprite
        return found

    def _bundles(self) -> dict[str, Path]:
        """Return path -> file of our modules; none where the browser libraries (with esbuild) are missing."""
        if scripts.esbuild() is None:
            return {}
        # Asked once: each asking looks at every module, and this is done for every file that a page asks for.
        bundles = scripts.bundles()
        stamp, wanted = ASSETS / "bundles.json", json.dumps(bundles)
        files = {name: ASSETS / path for name, path in scripts.served().items() if name in bundles}
        # A module that moves from one bundle to another is no newer for it.
        moved = not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted
        newest = max(_newest(scripts.sources().values()), OWN_AGE)
        if moved or any(_stale(built, newest) for built in files.values()):
            for name, built in files.items():
                _write(built, scripts.bundle(name))
            _write(stamp, wanted)
        return {built.relative_to(ASSETS).as_posix(): built for built in files.values()}
