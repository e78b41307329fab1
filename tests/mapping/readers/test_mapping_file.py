"""Mapping files: the whole format, and plain words for every mistake."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from mapping.readers.errors import ReadError
from mapping.readers.mapping_file import check_mapping, load_mapping
from mapping.readers.value_from import ValueFrom

ROOT = Path(__file__).resolve().parents[3]
SMALLEST = {
    "kind": "asset",
    "category": "library",
    "source": {"title": "Libraries"},
    "columns": {"name": "name"},
}


def wrong(**changes) -> str:
    with pytest.raises(ReadError) as caught:
        check_mapping({**SMALLEST, **changes}, "a.toml")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_smallest_mapping_is_enough():
    mapping = check_mapping(SMALLEST)
    assert (mapping.kind, mapping.categories, mapping.source.slug) == ("asset", ("library",), "libraries")
    assert mapping.columns_used() == ("name",)


def test_the_mapping_that_the_docs_show_with_every_key_is_valid():
    text = (ROOT / "docs/importing.md").read_text()
    blocks = re.findall(r"```toml\n(.*?)```", text, re.S)
    whole = [tomllib.loads(b) for b in blocks if "[source]" in b]
    assert len(whole) == 2
    every = check_mapping(whole[1])
    assert {"UPRN", "Easting", "Grade", "Area name"} <= set(every.columns_used())
    assert every.category_from.values["golf"] == ()
    assert set(every.category_slugs()) == {"food-bank", "sport-play", "swimming", "sports-ground", "park"}


def test_every_mapping_of_the_demo_place_is_valid():
    files = sorted((ROOT / "fixtures/trafford/mappings").glob("*.toml"))
    assert files
    for path in files:
        assert load_mapping(path).place == "trafford"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "aset"}, "kind cannot be 'aset'. Did you mean 'asset'?"),
        ({"kind": "person"}, "kind cannot be 'person'"),
        ({"categry": "x"}, "unknown key 'categry'. Did you mean 'category'?"),
        ({"columns": {"nmae": "x"}}, "unknown key 'columns.nmae'. Did you mean 'name'?"),
        ({"columns": {}}, "columns.name is needed"),
        ({"columns": {"name": 3}}, "columns.name must be a column name"),
        ({"columns": {"name": {"templat": "x"}}}, "Did you mean 'template'?"),
        ({"source": {}}, "source.title is needed"),
        ({"source": {"title": "x" * 301}}, "source.title is longer than 300"),
        ({"source": "x"}, "'source' must be a table"),
        ({"location": {"x": "lon"}}, "location.x and location.y are needed together"),
        ({"location": {"x": "a", "y": "b", "geometry": "c"}}, "not both"),
        ({"file": {"delimiter": ";;"}}, "must be one character"),
        ({"precision": "roughly"}, "precision cannot be 'roughly'"),
        ({"category_from": {"values": {}}}, "category_from.column is needed"),
    ],
)
def test_each_mistake_is_explained(changes, said):
    assert said in wrong(**changes)


def test_several_mistakes_are_told_at_once():
    text = wrong(kind="aset", precision="x", place=3)
    assert text.count(";") >= 2


def test_a_category_is_needed():
    with pytest.raises(ReadError, match="category"):
        check_mapping({k: v for k, v in SMALLEST.items() if k != "category"})


def test_files_that_are_not_toml_are_refused(tmp_path):
    path = tmp_path / "a.toml"
    path.write_text("kind = asset")
    with pytest.raises(ReadError, match="not valid TOML"):
        load_mapping(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ReadError):
        load_mapping(path)
    for bad, said in ((tmp_path, "folder"), (tmp_path / "none.toml", "no such")):
        with pytest.raises(ReadError, match=said):
            load_mapping(bad)


def test_categories_are_read_from_cells():
    mapping = check_mapping(
        {
            **SMALLEST,
            "file": {"separator": ";"},
            "category_from": {"column": "type", "values": {"Pool": "swimming", "Golf": [], "Pitch": ["a", "b"]}},
        }
    )
    assert mapping.category_from.read({"type": "pool; PITCH"}) == (("swimming", "a", "b"), ())
    assert mapping.category_from.read({"type": "Golf"}) == ((), ())
    assert mapping.category_from.read({"type": "Chess"}) == ((), (("type", "Chess"),))
    assert mapping.category_from.read({"type": None}) == ((), ())


@pytest.mark.parametrize(
    ("value", "row", "text"),
    [
        ("a", {"a": "x"}, "x"),
        ("a", {"a": None}, ""),
        (["a", "b"], {"a": "x", "b": None}, "x"),
        ({"join": ["a", "b"], "with": " - "}, {"a": "x", "b": "y"}, "x - y"),
        ({"first": ["a", "b"]}, {"a": None, "b": "y"}, "y"),
        ({"template": "At {a} in {b}"}, {"a": "x", "b": "y"}, "At x in y"),
        ({"template": "At {a}"}, {"a": None}, ""),
        ({"value": "always"}, {}, "always"),
    ],
)
def test_texts_are_made_of_columns(value, row, text):
    assert ValueFrom.parse(value).read(row) == text
