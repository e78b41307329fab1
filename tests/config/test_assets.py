"""What the browser fetches: the import map and its hash, the libraries served, the sprite of icons."""

import base64
import hashlib
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template import RequestContext, Template
from django.template.loader import render_to_string
from django.templatetags.static import static

from config import icons, importmap, scripts
from config.finders import VENDOR_FILES, without_comments

ROOT = Path(settings.ROOT)
MODULES = {name: path.read_text("utf-8") for name, path in scripts.sources().items()}
IMPORTS = r"""(?:^import\s|\bfrom\s|\bimport\()\s*["']([^"']+)["']"""

needs_libraries = pytest.mark.skipif(
    not (ROOT / "node_modules").is_dir(), reason="the browser libraries are not installed (npm ci)"
)


def test_the_policy_allows_exactly_the_import_map_that_pages_carry():
    carried = re.fullmatch(r'<script type="importmap">(.*)</script>', importmap.script())[1]
    digest = base64.b64encode(hashlib.sha256(carried.encode()).digest()).decode()
    assert importmap.csp_hash() == f"'sha256-{digest}'"


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_module_imports_only_what_the_map_names(name):
    imported = set(re.findall(IMPORTS, MODULES[name], flags=re.MULTILINE))
    assert imported <= set(importmap.module_files())


@needs_libraries
def test_every_module_of_the_map_is_served():
    for path in (*importmap.module_files().values(), *importmap.CLASSIC.values()):
        assert finders.find(path), path


@needs_libraries
def test_one_file_holds_the_modules_that_its_map_needs():
    addresses = json.loads(importmap.inline_modules())["imports"]
    assert {"hb/map/folium_bridge", "hb/map/connections", "hb/map/palette"} <= set(addresses)
    assert set(addresses) == importmap.needed_by("hb/map/folium_bridge") == importmap.needed_by("hb/map/points")
    # The network view is a page of its own, and weighs more than a map.
    assert "hb/network/page" not in addresses
    bridge = addresses["hb/map/folium_bridge"].removeprefix("data:text/javascript;base64,")
    assert "addPoints" in base64.b64decode(bridge).decode()


@needs_libraries
def test_only_the_listed_files_of_node_modules_are_served():
    assert finders.find("vendor/leaflet/dist/leaflet.js")
    for path in ("vendor/axe-core/axe.js", "vendor/leaflet/package.json", "vendor/../package.json"):
        assert not finders.find(path)
    served = {path for finder in finders.get_finders() for path, _ in finder.list([])}
    assert {path for path in served if path.startswith("vendor/")} == {f"vendor/{name}" for name in VENDOR_FILES}


def test_what_is_served_has_no_comments_but_licences():
    script = (
        "/*! Licence */\n/**\n * @param {string} a\n */\nexport const a = 'http://x'; // kept\n"
        "  // gone\n  /* gone */ go(/[/*]/);\n"
    )
    assert without_comments(script) == "/*! Licence */\nexport const a = 'http://x'; // kept\n  go(/[/*]/);\n".replace(
        "  go", "go"
    )


def test_each_source_is_served_once_as_what_it_was_made_into():
    served = [path for finder in finders.get_finders() for path, _ in finder.list([])]
    assert len(served) == len(set(served))
    assert "css/hereabouts.css" in served
    assert "css/tokens.css" not in served
    assert "@param" not in Path(finders.find("mapping/js/map/folium_bridge.js")).read_text(encoding="utf-8")


@needs_libraries
def test_a_page_carries_the_icons_that_it_shows(rf):
    request = rf.get("/")
    page = render_to_string("components/icon.html", {"name": "search"}, request=request)
    assert '<use href="#i-search"/>' in page
    carried = Template("{% load design %}{% page_icons %}").render(RequestContext(request))
    assert re.findall(r'<symbol id="([^"]+)"', carried) == ["i-search"]


def test_an_icon_outside_a_page_points_at_the_sprite():
    assert f'{static("icons.svg")}#i-search"' in render_to_string("components/icon.html", {"name": "search"})


@needs_libraries
def test_libraries_point_to_no_source_map():
    for name in VENDOR_FILES:
        assert "sourceMappingURL" not in Path(finders.find(f"vendor/{name}")).read_text(encoding="utf-8")


@needs_libraries
def test_the_sprite_holds_every_icon_once():
    root = ET.fromstring(icons.sprite())
    symbols = [symbol.get("id") for symbol in root]
    assert sorted(symbols) == sorted(f"i-{name}" for name in icons.names())
    assert all(symbol[0].get("d") for symbol in root)


NUMBER = re.compile(r"[+-]?(?:\d*\.\d+|\d+\.?)(?:e[+-]?\d+)?", re.IGNORECASE)


@needs_libraries
@pytest.mark.parametrize("name", sorted(icons.names()))
def test_an_icon_is_shortened_without_changing_its_shape(name, monkeypatch):
    shortened = icons.path_of(name)
    monkeypatch.setattr(icons, "LONG", re.compile(r"(?!)"))
    original = icons.path_of(name)
    assert re.sub(r"[^a-z]", "", shortened, flags=re.IGNORECASE) == re.sub(r"[^a-z]", "", original, flags=re.IGNORECASE)
    before, after = (list(map(float, NUMBER.findall(path))) for path in (original, shortened))
    assert len(before) == len(after)
    assert all(abs(one - other) <= 0.0051 for one, other in zip(before, after, strict=True))


def test_an_unknown_icon_becomes_the_marker():
    assert icons.known("no-such-thing") == icons.known(None) == icons.known("") == "marker"
    assert icons.known("search") == "search"


@needs_libraries
def test_an_icon_that_maki_lacks_is_a_plain_error():
    with pytest.raises(FileNotFoundError, match="Icon 'unicorn': Maki has no such icon"):
        icons.path_of("unicorn")


def test_missing_libraries_are_a_plain_error():
    with pytest.raises(FileNotFoundError, match="Run `npm ci`"):
        importmap.source("vendor/not/there.js")
