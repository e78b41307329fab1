"""Where the browser finds our ES modules, and what the Content-Security-Policy has to know about it.

Modules import each other by bare names (`hb/map/points`), never by path: the map gives each name its
hashed address, so every file may be cached for ever. A module of ours is any file in a folder of
`mapping/static/mapping/js/`; its name is `hb/`, the folder and the file's name. Several that are needed together are
served as one file (config/scripts.py), and the map gives all their names that file's address. Leaflet and
protomaps-leaflet are classic scripts that set a global (folium needs it so); they are listed in `CLASSIC`. The decoder
of vector tiles is protomaps-leaflet's own: a second copy of it as modules would cost a page 6 KB and three requests.
"""

import base64
import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

from config import scripts

OURS = scripts.MODULES
CLASSIC = {
    "leaflet": "vendor/leaflet/dist/leaflet.js",
    "protomaps-leaflet": "vendor/protomaps-leaflet/dist/protomaps-leaflet.js",
}


def module_files() -> dict[str, str]:
    """Return name -> path of the static file that holds it, for every module the browser may import."""
    return scripts.served()


@lru_cache(maxsize=1)
def document() -> str:
    """Return the import map as JSON. It can be nobody's input: names and addresses are ours."""
    addresses = {name: static(path) for name, path in module_files().items()}
    return json.dumps({"imports": addresses}, separators=(",", ":"), sort_keys=True)


def script() -> SafeString:
    """Return the import map's script element, whose contents `csp_hash()` allows."""
    return mark_safe(f'<script type="importmap">{document()}</script>')


@lru_cache(maxsize=1)
def csp_hash() -> str:
    """Return the source expression that lets exactly this import map run (CSP Level 3, 6.7.3.3)."""
    digest = hashlib.sha256(document().encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@lru_cache(maxsize=1)
def map_scripts() -> tuple[str, ...]:
    """Return the addresses that a page's map needs before its own script, in order."""
    return tuple(static(path) for path in (*CLASSIC.values(), "mapping/js/map/folium_bridge.js"))


def source(path: str) -> str:
    """Return the text of the static file `path`, as it is served.

    Raises FileNotFoundError, with what to do, when `npm ci` has not run.
    """
    found = finders.find(path)
    if not found:
        raise FileNotFoundError(f"{path} is missing. Run `npm ci` to fetch the browser libraries.")
    return Path(found).read_text(encoding="utf-8")


def needed_by(name: str) -> set[str]:
    """Return the bundles that `name` needs, at once or when it comes to it, its own among them."""
    files = module_files()
    needed, left = set(), [scripts.bundle_of()[name]]
    while left:
        module = left.pop()
        if module not in needed and module in files:
            needed.add(module)
            left += re.findall(scripts.NAME, source(files[module]))
    return needed


def inline_modules(first: str = "hb/map/folium_bridge") -> str:
    """Return the import map with the modules that `first` needs as `data:` addresses, for a page that is one file.

    Put it, as the text of `<script type="importmap">`, before the first module of that file. It names bundles only:
    so they import each other.
    """
    files = module_files()
    addresses = {
        name: "data:text/javascript;base64," + base64.b64encode(source(files[name]).encode()).decode()
        for name in needed_by(first)
    }
    return json.dumps({"imports": addresses}, separators=(",", ":"), sort_keys=True)
