"""Our browser modules as they are served: few files, made by esbuild, out of many small ones, one noun a file.

Modules import each other by the bare names of the import map. Those that the same pages need are one file, a bundle:
what lies below the scripts of pages, and below what those load later (the roots), is put together by which roots reach
it. A module is in one bundle only, so it runs once whoever asks for it, and a bundle never needs one that needs it.
"""

import json
import re
import subprocess
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "mapping" / "static" / "mapping" / "js"
NODE_MODULES = ROOT / "node_modules"
NAME = r"""["'](hb/\w+/\w+)["']"""
AT_ONCE = re.compile(rf"""^(?:im|ex)port\s[^;"']*?{NAME}""", re.MULTILINE)
COMMENTS = re.compile(r"^[ \t]*(?:/\*(?:[^*]|\*(?!/))*\*/[ \t]*|//[^\n]*)\n?", re.MULTILINE)
# Pages load these by address; another module imports them too.
ALSO_LOADED = {"hb/map/map_box", "hb/map/near_me"}
# Browsers that have import maps have all of it.
TARGET = "es2022"
PROTOMAPS_LICENCE = "/*! protomaps-leaflet: Protomaps LLC, BSD-3-Clause; @mapbox and potpack: ISC, BSD-3; rbush: MIT */"
PROTOMAPS = re.compile(r"\b(?:P|protomapsL)\.([A-Za-z]\w*)")
# What protomaps-leaflet brings for other maps: a reader of PMTiles (ours begins with less), its makers' colours.
UNUSED = {
    "pmtiles": "export class PMTiles{}",
    "@protomaps/basemaps": "export const namedFlavor=()=>({})",
    "color2k": "export const mix=()=>''",
}


def sources() -> dict[str, Path]:
    """Return name -> file of each module: `hb/`, the folder and the file's name."""
    return {
        f"hb/{path.relative_to(MODULES).with_suffix('').as_posix()}": path for path in sorted(MODULES.rglob("*.js"))
    }


def needed_at_once(texts: dict[str, str]) -> dict[str, set[str]]:
    """Return name -> the modules that it imports before it runs; `texts` has no comments."""
    return {name: set(AT_ONCE.findall(text)) for name, text in texts.items()}


def needed_later(texts: dict[str, str]) -> set[str]:
    """Return the modules that some module of `texts` loads when it comes to it."""
    at_once = needed_at_once(texts)
    return set().union(*(set(re.findall(NAME, text)) - at_once[name] for name, text in texts.items()))


def bundles_of(texts: dict[str, str]) -> dict[str, list[str]]:
    """Return name of bundle -> the modules in it, all in alphabetical order.

    A bundle is called as the root in it, so that a root's own address is its bundle's; else as its first module.
    """
    at_once = needed_at_once(texts)
    imported = set().union(*at_once.values())
    roots = {*(set(texts) - imported), *needed_later(texts), *ALSO_LOADED} & set(texts)
    reached_by: dict[str, set[str]] = {name: set() for name in texts}
    for root in roots:
        left = [root]
        while left:
            name = left.pop()
            if root not in reached_by[name]:
                reached_by[name].add(root)
                left += at_once[name]
    together: dict[frozenset[str], list[str]] = {}
    for name in sorted(texts):
        together.setdefault(frozenset(reached_by[name]), []).append(name)
    return {next((name for name in names if name in roots), names[0]): names for names in together.values()}


@lru_cache(maxsize=2)
def _read(seen: tuple[tuple[Path, float], ...]) -> dict[str, list[str]]:
    return bundles_of({name: COMMENTS.sub("", path.read_text(encoding="utf-8")) for name, path in sources().items()})


def bundles() -> dict[str, list[str]]:
    """Return name of bundle -> the modules in it, as the sources are now."""
    return _read(tuple((path, path.stat().st_mtime) for path in sources().values()))


def bundle_of() -> dict[str, str]:
    """Return name of module -> name of the bundle that it is in."""
    return {name: bundle for bundle, names in bundles().items() for name in names}


def served() -> dict[str, str]:
    """Return name of module -> path of the static file in which it is served."""
    return {name: f"mapping/js/{home.removeprefix('hb/')}.js" for name, home in bundle_of().items()}


def esbuild() -> Path | None:
    """Return the program that makes bundles, out of node_modules; None where that is not filled."""
    return next(iter(sorted((NODE_MODULES / "@esbuild").glob("*/bin/esbuild"))), None)


def _made(options: Iterable[str], source: str) -> str:
    """Return what esbuild makes of `source`. Raises RuntimeError with its words when it cannot."""
    program = esbuild()
    if program is None:
        raise FileNotFoundError("esbuild is missing. Run `npm ci` to fetch the browser libraries.")
    words = [str(program), "--bundle", "--minify", "--charset=utf8", f"--target={TARGET}", "--log-level=warning"]
    made = subprocess.run([*words, *options], input=source, cwd=ROOT, capture_output=True, text=True, check=False)
    if made.returncode or made.stderr:
        raise RuntimeError(f"esbuild: {made.stderr.strip()}")
    return made.stdout


def bundle(name: str) -> str:
    """Return the script of the bundle `name`: it exports all that its modules do.

    Raises RuntimeError when esbuild finds a mistake. What two of its modules export under one name nobody outside gets.
    """
    inside, home = bundles()[name], bundle_of()
    others = sorted(set(home) - set(inside))
    paths = {"compilerOptions": {"paths": {"hb/*": [f"./{MODULES.relative_to(ROOT).as_posix()}/*"]}}}
    script = _made(
        ["--format=esm", f"--tsconfig-raw={json.dumps(paths)}", *(f"--external:{other}" for other in others)],
        "".join(f'export * from "{module}";\n' for module in inside),
    )
    # One name for one file: a page that carries its modules carries each once.
    return re.sub(NAME, lambda found: f'"{home.get(found[1], found[1])}"', script)


def protomaps() -> str:
    """Return protomaps-leaflet as the global `protomapsL`, with only what our modules use of it."""
    texts = (COMMENTS.sub("", path.read_text(encoding="utf-8")) for path in (MODULES / "map").glob("*.js"))
    used = sorted(set().union(*(PROTOMAPS.findall(text) for text in texts)))
    return _made(
        [
            *("--format=iife", "--global-name=protomapsL", f"--banner:js={PROTOMAPS_LICENCE}"),
            *(f"--alias:{package}=data:text/javascript,{instead}" for package, instead in UNUSED.items()),
        ],
        f'export {{ {", ".join(used)} }} from "protomaps-leaflet";',
    )
