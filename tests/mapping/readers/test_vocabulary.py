"""The vocabularies that come with Hereabouts."""

from __future__ import annotations

from pathlib import Path

import pytest

from mapping.models import Rank
from mapping.readers.errors import ReadError
from mapping.readers.vocabulary import read_categories, read_connection_types, read_osm_tags

ROOT = Path(__file__).resolve().parents[3]
TOP = {
    "food-help", "community-space", "green-space", "sport-play", "faith", "health", "learning", "arts-heritage",
    "organisation", "other",
}  # fmt: skip


def test_the_tree_has_ten_tops_and_every_branch_leads_to_one():
    entries = read_categories()
    assert {it.slug for it in entries if not it.parent} == TOP
    assert {it.group for it in entries} == TOP
    assert all(it.capital and it.infrastructure for it in entries if it.slug != "other")


def test_a_category_has_a_rank_of_its_own_or_that_of_its_parent(tmp_path):
    ranks = {it.slug: it.rank for it in read_categories()}
    # What people look for first; what is only there; what is small and pale until asked for.
    assert {ranks[it] for it in ("food-bank", "advice", "community-centre", "village-hall", "event", "library")} == {1}
    assert {ranks[it] for it in ("cafe", "park", "church", "organisation", "other", "skate-park")} == {2}
    pale = ("plaque", "listed-building", "defibrillator", "football-pitch", "cricket-ground", "playing-field")
    assert {ranks[it] for it in pale} == {3}
    assert set(ranks.values()) == set(Rank.values)


def test_where_one_eats_and_drinks_is_one_family():
    entries = {it.slug: it for it in read_categories()}
    family = {"cafe", "restaurant", "takeaway", "pub", "bar"}
    assert {slug for slug, it in entries.items() if it.parent == "eating"} == family
    assert {entries[it].group for it in family} == {"community-space"}
    rules = dict(read_osm_tags().rules)
    served = {"cafe": "cafe", "restaurant": "restaurant", "fast_food": "takeaway", "pub": "pub", "bar": "bar"}
    assert {value: rules[frozenset({("amenity", value)})] for value in served} == served


def test_a_rank_that_there_is_not_is_refused(tmp_path):
    (tmp_path / "osm_tags.toml").write_text("")
    (tmp_path / "categories.toml").write_text('[park]\nname = "Park"\nrank = "frist"\n')
    with pytest.raises(ReadError, match="has the rank 'frist'") as refused:
        read_categories(tmp_path)
    assert "first" in refused.value.remedy


def test_every_icon_is_a_maki_icon():
    icons = ROOT / "node_modules/@mapbox/maki/icons"
    if not icons.is_dir():
        pytest.skip("browser libraries are not installed (npm ci)")
    there = {path.stem for path in icons.glob("*.svg")}
    assert {it.icon for it in read_categories()} <= there


def test_types_of_connection_have_two_readings():
    types = {it.slug: it for it in read_connection_types()}
    assert (types["funds"].forward, types["funds"].reverse) == ("funds", "is funded by")
    assert all(it.directed or it.forward == it.reverse for it in types.values())


def test_the_default_vocabulary_of_connections_is_whole():
    types = {it.slug: it for it in read_connection_types()}
    asked = (
        "runs works_with meets_at funds refers_to supplies lends_to shares_space volunteers_at member_of part_of "
        "supports learns_from competes_with trusts turns_to shares_purpose owns leases maintains hosts"
    ).split()
    assert set(asked) <= set(types)
    assert types["refers_to"].reverse == "gets referrals from"
    # Each says what it means; each but rivalry says what it does for social capital.
    assert all(it.meaning.endswith(".") and len(it.meaning) <= 300 for it in types.values())
    assert {slug for slug, it in types.items() if not it.tie} == {"competes_with"}
    assert len({it.forward for it in types.values()}) == len(types)


def test_every_tag_rule_leads_to_a_category():
    slugs = {it.slug for it in read_categories()}
    table = read_osm_tags()
    assert {slug for _, slug in table.rules} <= slugs
    assert table.unnamed <= slugs


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[a]\nname = "A"\nparent = "b"\n', "parent 'b', which is not above it"),
        ('[a]\nplural = "A"\n', "needs 'name'"),
        ('[a]\nname = "A"\nicn = "x"\n', "Did you mean 'icon'"),
        ('[a]\nname = "A"\ncapital = "physic"\n', "Did you mean 'physical'"),
        ("a = 1\n", "must be a table"),
        ("[a\n", "not valid TOML"),
    ],
)
def test_mistakes_are_explained(tmp_path, text, said):
    (tmp_path / "osm_tags.toml").write_text("[categories]\n")
    (tmp_path / "categories.toml").write_text(text)
    with pytest.raises(ReadError) as caught:
        read_categories(tmp_path)
    assert said in str(caught.value)


def test_the_docs_show_every_tag_rule():
    text = (ROOT / "docs/importing.md").read_text()
    for tags, slug in read_osm_tags().rules:
        rule = " + ".join(f"`{key}={value}`" for key, value in sorted(tags))
        assert any(f"`{slug}`" in line and rule in line for line in text.splitlines()), (slug, rule)
