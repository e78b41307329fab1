"""import_nodes: once, twice, changed, broken; what is the same and what only looks so."""

from __future__ import annotations

import csv
import json

import pytest
from django.contrib.gis.geos import Point

from listings.models import Organisation
from mapping.commands import nodes
from mapping.management.base import ImportCommand
from mapping.models import (
    AuditEntry,
    CandidateState,
    Identifier,
    LocationPrecision,
    LocationSource,
    MatchCandidate,
    Node,
    NodeState,
    OpeningHours,
    Postcode,
    Revision,
    Source,
    SourceRecord,
    Tag,
)
from mapping.readers.errors import Reject
from tests import factories

MAPPING = """
kind = "asset"
category = ["library", "community-space"]
place = "trafford"

[source]
title = "Libraries"
publisher = "The council"

[file]
separator = ";"

[columns]
key = "id"
name = "name"
summary = "about"
postcode = "postcode"
hours = "hours"

[location]
x = "lon"
y = "lat"

[tags]
columns = ["tags"]

[identifiers]
UPRN = "uprn"
GB-CHC = "charity"

[facts]
Grade = "grade"
"""
COLUMNS = "id name about postcode hours lon lat tags uprn charity grade".split()
SALE = {"id": "1", "name": "Sale Library", "hours": "Monday 9am-5pm", "lon": "-2.32", "lat": "53.42", "tags": "books",
        "grade": "II"}  # fmt: skip
HALE = {"id": "2", "name": "Hale Library", "postcode": "WA15 9TJ"}

# Its row at the beginning and the end, the setting twice, its transaction, what it said.
OF_THE_RUN = 7

pytestmark = pytest.mark.django_db


@pytest.fixture
def libraries(tmp_path, place, vocabulary):
    """Write rows and a mapping; the words of the command."""

    def write(*rows, mapping=MAPPING, name="a"):
        data, rules = tmp_path / f"{name}.csv", tmp_path / f"{name}.toml"
        with data.open("w", newline="", encoding="utf-8") as handle:
            writer = csv.DictWriter(handle, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
        rules.write_text(mapping, encoding="utf-8")
        return "import_nodes", data, "--mapping", rules

    return write


def postcode_at(code, lon, lat):
    Postcode.objects.create(code=code, point=Point(lon, lat, srid=4326))


def test_rows_become_live_nodes_with_all_that_hangs_on_them(libraries, run, place):
    assert run(*libraries(SALE))[-1] == "created 1, updated 0, unchanged 0, rejected 0"
    node = Node.objects.get()
    assert (node.name, node.kind, node.state, node.place) == ("Sale Library", "asset", NodeState.LIVE, place)
    assert node.category.slug == "library"
    assert [c.slug for c in node.more_categories.all()] == ["community-space"]
    assert set(node.category_ids) == {node.category_id, *node.more_categories.values_list("pk", flat=True)}
    assert node.location.coords == (-2.32, 53.42) and node.location_source == LocationSource.EXACT
    assert node.opening_hours.expression == "Mo 09:00-17:00" and node.hours_text == "Monday 9am-5pm"
    assert [tag.name for tag in node.tags.all()] == ["books"]
    assert node.facts == {"Grade": "II"} and node.source.publisher == "The council"
    assert "Library" in node.search_extra and "books" in node.search_extra


def test_a_second_run_changes_nothing(libraries, run, place):
    words = libraries(SALE, HALE)
    run(*words)
    revision, audits = Revision.objects.get(place=place).number, AuditEntry.objects.count()
    before = list(Node.objects.values())
    assert run(*words)[-1] == "created 0, updated 0, unchanged 2, rejected 0"
    assert list(Node.objects.values()) == before
    assert Revision.objects.get(place=place).number == revision
    assert AuditEntry.objects.count() == audits


def test_one_run_is_one_revision_and_one_audit_row(libraries, run, place):
    before = Revision.objects.get(place=place).number
    run(*libraries(SALE, HALE))
    assert Revision.objects.get(place=place).number == before + 1
    entry = AuditEntry.objects.get(action="import nodes")
    assert entry.data["created"] == 2 and entry.actor == "command import_nodes"
    assert entry.target == "Libraries"


def test_a_changed_row_updates_its_node_and_no_other(libraries, run):
    run(*libraries(SALE, HALE))
    uuid = Node.objects.get(name="Sale Library").uuid
    changed = {**SALE, "name": "Sale Waterside Library", "hours": "", "tags": "warm space", "grade": ""}
    assert run(*libraries(changed, HALE))[-1] == "created 0, updated 1, unchanged 1, rejected 0"
    node = Node.objects.get(uuid=uuid)
    assert node.name == "Sale Waterside Library" and node.facts == {}
    assert not OpeningHours.objects.exists() and not node.opening_intervals.exists()
    assert [tag.name for tag in node.tags.all()] == ["warm space"]


def test_a_dry_run_counts_and_keeps_nothing(libraries, run):
    lines = run(*libraries(SALE, HALE), "--dry-run")
    assert lines[-2:] == ["Dry run: nothing was kept.", "created 2, updated 0, unchanged 0, rejected 0"]
    assert not Node.objects.exists() and not SourceRecord.objects.exists() and not Source.objects.exists()
    assert not Tag.objects.exists() and not AuditEntry.objects.filter(action="import nodes").exists()


def test_a_postcode_gives_a_rough_point(libraries, run):
    postcode_at("WA159TJ", -2.34, 53.37)
    run(*libraries(HALE))
    node = Node.objects.get()
    assert node.location.coords == (-2.34, 53.37)
    assert (node.location_source, node.location_precision) == (LocationSource.POSTCODE, LocationPrecision.POSTCODE)


def test_a_postcode_that_becomes_known_later_places_the_node(libraries, run):
    words = libraries(HALE)
    assert "1 without a place on the map" in run(*words)[0]
    postcode_at("WA159TJ", -2.34, 53.37)
    assert run(*words)[-1] == "created 0, updated 1, unchanged 0, rejected 0"
    assert Node.objects.get().location is not None


BAD = [
    ({**HALE, "name": ""}, "name"),
    ({**HALE, "lon": "53.42", "lat": "-2.32"}, "lon"),
    ({**HALE, "lon": "400", "lat": "53"}, "lon"),
    ({**HALE, "lon": "west", "lat": "53"}, "lon"),
    ({**HALE, "lon": "-2.3", "lat": ""}, "lat"),
    ({**HALE, "postcode": "M99"}, "postcode"),
    ({**HALE, "id": ""}, "id"),
    ({**HALE, "id": "1"}, "id"),
]


@pytest.mark.parametrize(("bad", "field"), BAD)
def test_one_bad_row_refuses_the_whole_file(libraries, refused, bad, field):
    words = libraries(SALE, bad, {**HALE, "id": "3"})
    text = refused(*words)
    assert text.startswith(f"{words[1]}: 1 row cannot be used, so nothing was kept. The first: row 3, {field} '")
    assert "--rejects FILE" in text
    assert not Node.objects.exists() and not Source.objects.exists()


def test_rejects_keep_the_good_rows_and_name_the_bad(libraries, run, tmp_path):
    rejects = tmp_path / "rejects.csv"
    rows = [SALE, *(bad for bad, _ in BAD), {**HALE, "id": "9"}]
    lines = run(*libraries(*rows), "--rejects", rejects)
    assert lines[-1] == f"created 2, updated 0, unchanged 0, rejected {len(BAD)}"
    with rejects.open(newline="") as handle:
        kept = list(csv.DictReader(handle))
    assert [row["field"] for row in kept] == [field for _, field in BAD]
    assert list(kept[0]) == ["row", "field", "value", "remedy"]
    assert all(row["remedy"] for row in kept) and kept[0]["row"] == "3"
    assert Source.objects.get().health == "problems"


def test_a_rejects_file_cannot_start_a_formula(libraries, run, tmp_path):
    rejects = tmp_path / "rejects.csv"
    run(*libraries({**HALE, "postcode": "=cmd|x"}), "--rejects", rejects)
    assert "'=cmd|x" in rejects.read_text()


def test_a_column_of_a_rejects_file_cannot_start_a_formula(tmp_path):
    command = ImportCommand()
    with command._rejects(str(tmp_path / "rejects.csv")):
        command.on_reject(Reject.of(2, '=HYPERLINK("x")', "x", "@do it"))
    [_, row] = csv.reader((tmp_path / "rejects.csv").open(newline=""))
    assert row == ["2", '\'=HYPERLINK("x")', "x", "'@do it"]


def test_no_rejects_file_is_left_when_the_import_fails(libraries, refused, tmp_path):
    words = libraries(SALE, mapping=MAPPING.replace('"library"', '"librry"'))
    assert "Did you mean 'library'?" in refused(*words, "--rejects", tmp_path / "r.csv")
    assert not list(tmp_path.glob("*r.csv*"))


def broken_files():
    return {
        "missing": (None, "no such file"),
        "empty": (b"", "empty"),
        "column": (b"id,nme\n1,x\n", "no column 'name'. Did you mean 'nme'"),
        "encoding": ("id,name\n1,Café\n".encode() + b"2,Zo\xeb\n", "is not UTF-8"),
        "nul": (b"id,name\n1,a\x00b\n", "NUL byte"),
        "giant": (b"id,name\n1," + b"x" * (1 << 21), "a line is longer"),
        "quote": (",".join(COLUMNS).encode() + b'\n1,"Sale\n', "line 2 is never closed"),
        "web page": (b"<!DOCTYPE html><html>", "web page"),
    }


@pytest.mark.parametrize("what", list(broken_files()))
def test_a_broken_file_is_one_readable_line(libraries, refused, tmp_path, what):
    content, said = broken_files()[what]
    name, data, *rest = libraries(SALE)
    data.unlink()
    if content is not None:
        data.write_bytes(content)
    assert said in refused(name, data, *rest)
    assert not Node.objects.exists()


def test_a_folder_an_unknown_place_and_an_unknown_system_are_named(libraries, refused, tmp_path):
    name, data, *rest = libraries(SALE)
    assert "a folder" in refused(name, tmp_path, *rest)
    assert "Did you mean 'trafford'?" in refused(name, data, *rest, "--place", "traford")
    words = libraries(SALE, mapping=MAPPING.replace("[location]", '[location]\ncrs = "EPSG:1"'))
    assert "no reference system 'EPSG:1'" in refused(*words)


def test_a_cut_geojson_keeps_nothing(tmp_path, refused, place, vocabulary, monkeypatch):
    monkeypatch.setattr(nodes, "BATCH", 10)  # so that some were written before the end is found missing
    features = [
        {"type": "Feature", "properties": {"name": f"Park {n}"},
         "geometry": {"type": "Point", "coordinates": [-2.3, 53.4 + n / 9999]}}
        for n in range(50)
    ]  # fmt: skip
    whole = json.dumps({"type": "FeatureCollection", "features": features})
    (tmp_path / "a.geojson").write_text(whole[:-30])
    (tmp_path / "a.toml").write_text(
        'kind = "asset"\ncategory = "park"\nplace = "trafford"\n[source]\ntitle = "P"\n[columns]\nname = "name"\n'
    )
    said = refused("import_nodes", tmp_path / "a.geojson", "--mapping", tmp_path / "a.toml")
    assert f"at byte {len(whole) - 30}" in said
    assert not Node.objects.exists()


def other(mapping=MAPPING, title="Other", **changes):
    """The mapping of another publisher."""
    text = mapping.replace('title = "Libraries"', f'title = "{title}"')
    for old, new in changes.items():
        text = text.replace(old, new)
    return text


def test_a_register_number_makes_two_rows_one_thing_and_adds_only_what_is_missing(libraries, run):
    run(*libraries({**SALE, "charity": "123"}))
    node = Node.objects.get()
    row = {"id": "x", "name": "SALE LIBRARY (charity)", "about": "Books.", "charity": "0123", "hours": "Tuesday 1-2pm",
           "lon": "-2.4", "lat": "53.5"}  # fmt: skip
    words = libraries(row, mapping=other(), name="b")
    assert run(*words)[-1] == "created 0, updated 1, unchanged 0, rejected 0"
    again = Node.objects.get()
    assert (again.pk, again.name, again.summary) == (node.pk, "Sale Library", "Books.")
    assert again.other_names == ["SALE LIBRARY (charity)"]
    assert again.location == node.location
    assert [h.expression for h in OpeningHours.objects.all()] == ["Mo 09:00-17:00"]
    assert run(*words)[-1] == "created 0, updated 0, unchanged 1, rejected 0"
    assert not MatchCandidate.objects.exists()


def test_the_first_source_still_updates_its_own_node(libraries, run):
    run(*libraries({**SALE, "charity": "123"}))
    run(*libraries({"id": "x", "name": "Sale Lib", "charity": "123", "about": "Books."}, mapping=other(), name="b"))
    run(*libraries({**SALE, "charity": "123", "name": "Sale Central Library"}))
    node = Node.objects.get()
    assert node.name == "Sale Central Library" and "Sale Lib" in node.other_names


def test_an_alike_name_near_by_is_kept_apart_for_a_person(libraries, run):
    run(*libraries({"id": "1", "name": "St. John's Centre", "lon": "-2.30000", "lat": "53.40000"}))
    words = libraries(
        {"id": "1", "name": "St Johns Centre", "lon": "-2.30050", "lat": "53.40020"},
        {"id": "2", "name": "St Johns Centre", "lon": "-2.35000", "lat": "53.40000"},
        {"id": "3", "name": "Chess Club", "lon": "-2.30000", "lat": "53.40000"},
        mapping=other(), name="b",
    )  # fmt: skip
    assert run(*words)[-1] == "created 3, updated 0, unchanged 0, rejected 0"
    pair = MatchCandidate.objects.get()
    assert (pair.first.name, pair.second.name) == ("St. John's Centre", "St Johns Centre")
    assert pair.state == CandidateState.WAITING and "m apart" in pair.reason
    assert Node.objects.count() == 4
    run(*words)
    assert MatchCandidate.objects.count() == 1


def test_a_decided_pair_is_not_asked_again(libraries, run):
    run(*libraries({"id": "1", "name": "Hall", "lon": "-2.3", "lat": "53.4"}))
    row = {"id": "1", "name": "Hall", "lon": "-2.3", "lat": "53.4"}
    run(*libraries(row, mapping=other(), name="b"))
    MatchCandidate.objects.update(state=CandidateState.DIFFERENT)
    run(*libraries({**row, "about": "changed"}, mapping=other(), name="b"))
    assert MatchCandidate.objects.get().state == CandidateState.DIFFERENT


def test_rows_of_one_source_are_taken_at_their_word(libraries, run):
    rows = [{"id": str(n), "name": "Play area", "lon": "-2.3", "lat": "53.4"} for n in range(3)]
    run(*libraries(*rows))
    assert Node.objects.count() == 3 and not MatchCandidate.objects.exists()


def test_a_shared_property_number_is_a_question_not_an_answer(libraries, run):
    run(*libraries({**SALE, "uprn": "77"}))
    run(*libraries({"id": "1", "name": "Waterside Arts", "uprn": "077"}, mapping=other(), name="b"))
    assert Node.objects.count() == 2
    assert MatchCandidate.objects.get().reason == "the same UPRN-77"
    assert Identifier.objects.get().node.name == "Sale Library"


def test_organisations_become_rows_of_their_own_model(libraries, run):
    mapping = MAPPING.replace('kind = "asset"', 'kind = "organisation"')
    run(*libraries(SALE, {**HALE, "id": "2"}, mapping=mapping))
    assert {it.name for it in Organisation.objects.all()} == {"Sale Library", "Hale Library"}
    assert not Organisation.objects.filter(trusted=True).exists()


def test_a_place_that_people_may_know_roughly_is_moved_for_the_public(libraries, run):
    run(*libraries(SALE, mapping=MAPPING.replace('place = "trafford"', 'place = "trafford"\nprecision = "area"')))
    node = Node.objects.get()
    assert node.location.coords == (-2.32, 53.42)
    assert node.location_precision == LocationPrecision.AREA


def test_the_number_of_queries_does_not_grow_with_the_rows(libraries, run, django_assert_max_num_queries):
    def rows(count, start):
        return [
            {"id": f"{start + n}", "name": f"Hall {n}", "lon": f"{-2.4 + n / 5000}", "lat": "53.4", "tags": "a",
             "hours": "Monday 9am-5pm", "charity": f"{start + n + 1}"}
            for n in range(count)
        ]  # fmt: skip

    with django_assert_max_num_queries(40 + OF_THE_RUN):
        run(*libraries(*rows(300, 0)))
    assert Node.objects.count() == 300


def test_no_vocabulary_says_what_to_run(tmp_path, place, refused):
    (tmp_path / "a.csv").write_text("name\nx\n")
    rules = 'kind = "asset"\ncategory = "park"\n[source]\ntitle = "P"\n[columns]\nname = "name"\n'
    (tmp_path / "a.toml").write_text(rules)
    said = refused("import_nodes", tmp_path / "a.csv", "--mapping", tmp_path / "a.toml")
    assert "Run load_vocabulary first" in said


def test_a_node_that_somebody_made_is_not_overwritten(libraries, run, place):
    node = factories.NodeFactory(name="Sale Library", summary="Ours.", place=place)
    Identifier.objects.create(scheme="GB-CHC", value="123", node=node)
    run(*libraries({**SALE, "charity": "123", "about": "Theirs."}))
    node.refresh_from_db()
    assert node.summary == "Ours." and node.source is None
    assert node.facts == {"Grade": "II"}
