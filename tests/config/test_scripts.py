"""Our modules as they are served: which are one file, and what is in it."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from config import importmap, scripts

TEXTS = {
    "hb/a/page": 'import { one } from "hb/a/one";\nimport { all } from "hb/a/all";\nconst LATER = "hb/a/later";\n',
    "hb/a/one": 'import { two } from "hb/a/two";\nexport const one = two;\n',
    "hb/a/two": "export const two = 2;\n",
    "hb/a/other": 'import {\n  all,\n} from "hb/a/all";\n',
    "hb/a/all": "export const all = 0;\n",
    "hb/a/later": 'import { two } from "hb/a/two";\nexport { all } from "hb/a/all";\n',
}

needs_esbuild = pytest.mark.skipif(scripts.esbuild() is None, reason="esbuild is not installed (npm ci)")


def test_modules_that_the_same_pages_need_are_one_file():
    assert scripts.bundles_of(TEXTS) == {
        "hb/a/page": ["hb/a/one", "hb/a/page"],
        "hb/a/two": ["hb/a/two"],
        "hb/a/later": ["hb/a/later"],
        "hb/a/all": ["hb/a/all"],
        "hb/a/other": ["hb/a/other"],
    }


def test_every_module_is_in_one_bundle_and_none_needs_another_that_needs_it():
    home = scripts.bundle_of()
    assert sorted(home) == sorted(scripts.sources()) == sorted(sum(scripts.bundles().values(), []))
    texts = {name: scripts.COMMENTS.sub("", path.read_text("utf-8")) for name, path in scripts.sources().items()}
    needs = {bundle: set() for bundle in scripts.bundles()}
    for name, others in scripts.needed_at_once(texts).items():
        needs[home[name]] |= {home[other] for other in others} - {home[name]}
    while free := [bundle for bundle, others in needs.items() if not others & set(needs)]:
        for bundle in free:
            del needs[bundle]
    assert needs == {}


def test_no_two_modules_of_a_bundle_export_the_same_name():
    said = re.compile(r"^export (?:async )?(?:function\*?|class|const|let) (\w+)", re.MULTILINE)
    sources = scripts.sources()
    for bundle, names in scripts.bundles().items():
        exported = [word for name in names for word in said.findall(sources[name].read_text("utf-8"))]
        assert len(exported) == len(set(exported)), bundle


@needs_esbuild
@pytest.mark.parametrize("bundle", sorted(scripts.bundles()))
def test_a_bundle_is_small_and_asks_for_bundles_alone(bundle):
    script = Path(finders.find(f"mapping/js/{bundle.removeprefix('hb/')}.js")).read_text("utf-8")
    inside = [scripts.sources()[name].read_text("utf-8") for name in scripts.bundles()[bundle]]
    assert len(script) < sum(map(len, inside))
    assert "@param" not in script
    asked = set(re.findall(scripts.NAME, script))
    assert asked <= set(scripts.bundles()) - {bundle}
    assert "import" in script or not asked


@needs_esbuild
def test_the_scripts_of_pages_are_served_under_their_own_names():
    """Templates name them, and other modules import them: both have to come to the same file."""
    templates = Path(settings.ROOT).glob("*/templates/**/*.html")
    named = {name for path in templates for name in re.findall(r"static 'mapping/js/(\w+/\w+)\.js'", path.read_text())}
    assert "map/explore" in named
    assert {f"hb/{name}" for name in named} <= set(scripts.bundles())
    assert importmap.map_scripts()[-1].endswith("mapping/js/map/folium_bridge.js")
    assert "hb/map/folium_bridge" in scripts.bundles()


@needs_esbuild
def test_a_module_that_moves_is_not_left_in_its_old_bundle(tmp_path, monkeypatch):
    from config.finders import ASSETS, BuiltFinder

    monkeypatch.setattr("config.finders.ASSETS", tmp_path)
    files = BuiltFinder().files()
    page = files["mapping/js/network/page.js"]
    assert page.is_relative_to(tmp_path) and not page.is_relative_to(ASSETS)
    page.write_text("old", encoding="utf-8")
    assert BuiltFinder().files()["mapping/js/network/page.js"].read_text("utf-8") == "old"
    (tmp_path / "bundles.json").write_text(json.dumps({}), encoding="utf-8")
    assert BuiltFinder().files()["mapping/js/network/page.js"].read_text("utf-8") != "old"


@needs_esbuild
def test_a_mistake_in_a_script_is_told_with_esbuilds_words(monkeypatch, tmp_path):
    broken = tmp_path / "a" / "broken.js"
    broken.parent.mkdir()
    broken.write_text("export const it = ;", encoding="utf-8")
    monkeypatch.setattr(scripts, "MODULES", tmp_path)
    monkeypatch.setattr(scripts, "ROOT", tmp_path)
    with pytest.raises(RuntimeError, match=r"broken\.js:1:18"):
        scripts.bundle("hb/a/broken")


def test_without_esbuild_the_remedy_is_told(monkeypatch):
    monkeypatch.setattr(scripts, "esbuild", lambda: None)
    with pytest.raises(FileNotFoundError, match="Run `npm ci`"):
        scripts.bundle("hb/map/palette")


@needs_esbuild
def test_the_drawer_of_the_ground_has_what_our_maps_use_and_little_else():
    script = scripts.protomaps()
    for name in ("leafletLayer", "PmtilesSource", "PolygonSymbolizer", "LineLabelSymbolizer"):
        assert name in script
    assert script.startswith("/*! protomaps-leaflet")
    whole = scripts.NODE_MODULES / "protomaps-leaflet" / "dist" / "protomaps-leaflet.js"
    assert len(script) < 0.6 * whole.stat().st_size
