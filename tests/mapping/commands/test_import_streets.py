"""import_streets: each with its town and ward, once, from an extract or a table."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.db import IntegrityError, transaction

from mapping.models import AuditEntry, GazetteerEntry, Revision, Source, Street
from tests import factories

pytestmark = pytest.mark.django_db

SOURCE = ("--source-title", "Trees", "--source-licence", "OGL-UK-3.0")


@pytest.fixture
def towns(place):
    for name, kind, lon in [("Sale", "town", -2.32), ("Stretford", "town", -2.26), ("Ashton", "suburb", -2.345)]:
        GazetteerEntry.objects.create(name=name, district="Trafford", kind=kind, point=Point(lon, 53.42, srid=4326))
    factories.PlaceFactory(
        name="Priory",
        slug="priory",
        code="E05000001",
        kind="ward",
        is_home=False,
        boundary=MultiPolygon(Polygon.from_bbox((-2.325, 53.41, -2.30, 53.43)), srid=4326),
    )
    return place


@pytest.fixture
def table(tmp_path):
    def write(*rows):
        path = tmp_path / "streets.csv"
        path.write_text("\n".join(("street,lon,lat", *rows, "")))
        return path

    return write


def test_each_street_gets_its_town_and_ward(towns, table, run):
    path = table("Sibson Road,-2.321,53.42", "Harboro Rd,-2.344,53.42", "Far Road,-0.1,51.5")
    assert run("import_streets", path, *SOURCE)[-1] == "created 3, updated 0, unchanged 0, rejected 0"
    found = {it.name: (it.key, it.town, it.area) for it in Street.objects.all()}
    assert found == {
        "Sibson Road": ("sibson road", "Sale", "Priory"),
        "Harboro Rd": ("harboro road", "Sale", "Ashton"),
        "Far Road": ("far road", "", ""),
    }
    assert Source.objects.get(slug="trees").licence == "OGL-UK-3.0"


def test_a_later_file_replaces_the_earlier(towns, table, run):
    run("import_streets", table("Sibson Road,-2.321,53.42", "Harboro Rd,-2.344,53.42"), *SOURCE)
    kept = Street.objects.get(name="Sibson Road").pk
    lines = run("import_streets", table("Sibson Road,-2.321,53.42", "New Road,-2.33,53.42"), *SOURCE)
    assert lines == ["1 that are no longer in the file removed.", "created 1, updated 0, unchanged 1, rejected 0"]
    assert set(Street.objects.values_list("name", flat=True)) == {"Sibson Road", "New Road"}
    assert Street.objects.filter(pk=kept).exists()


def test_a_second_run_leaves_no_trace(towns, table, run):
    path = table("Sibson Road,-2.321,53.42")
    run("import_streets", path, *SOURCE)
    before = Revision.objects.get(place=towns).number
    assert run("import_streets", path, *SOURCE)[-1] == "created 0, updated 0, unchanged 1, rejected 0"
    assert AuditEntry.objects.filter(action="import streets").count() == 1
    assert Revision.objects.get(place=towns).number == before


def test_what_was_answered_before_is_answered_anew(towns, table, run):
    before = towns.revision_number
    run("import_streets", table("Sibson Road,-2.321,53.42"), *SOURCE)
    assert towns.revision_number > before


def test_other_sources_are_left_alone(towns, table, run):
    run("import_streets", table("Sibson Road,-2.321,53.42"), *SOURCE)
    run("import_streets", table("Harboro Rd,-2.344,53.42"), "--source-title", "Others")
    assert Street.objects.count() == 2


def test_a_place_keeps_its_own_streets_and_those_around_the_corner(towns, table, run):
    # Trafford ends at -2.45; 1 km further, and 6 km.
    path = table("Sibson Road,-2.321,53.42", "Next Road,-2.465,53.42", "Far Road,-2.54,53.42")
    lines = run("import_streets", path, "--place", "trafford", *SOURCE)
    assert lines[0] == "1 further than 2 km from Trafford left out."
    assert set(Street.objects.values_list("name", flat=True)) == {"Sibson Road", "Next Road"}


def test_a_long_street_of_an_extract_is_one_in_each_town(towns, run, tmp_path):
    nodes = "".join(f'<node id="{n}" lon="{-2.33 + n / 100:.3f}" lat="53.42" version="1"/>' for n in range(8))
    ways = "".join(
        f'<way id="{n + 1}" version="1"><nd ref="{n}"/><nd ref="{n + 1}"/><tag k="highway" v="primary"/>'
        '<tag k="name" v="Chester Road"/></way>'
        for n in range(7)
    )
    path = tmp_path / "a.osm"
    path.write_text(f'<osm version="0.6">{nodes}{ways}</osm>')
    assert run("import_streets", path, "--place", "trafford")[-1].startswith("created 2,")
    towns_of_it = dict(Street.objects.values_list("town", "name"))
    assert towns_of_it == {"Sale": "Chester Road", "Stretford": "Chester Road"}
    assert "OpenStreetMap contributors" in Source.objects.get().attribution


def test_a_dry_run_keeps_nothing_and_bad_rows_are_refused(towns, table, run, refused, tmp_path):
    run("import_streets", table("Sibson Road,-2.321,53.42"), "--dry-run", *SOURCE)
    assert not Street.objects.exists()
    bad = table("Sibson Road,-2.321,53.42", "Other Road,53.42,-2.32")
    assert "Longitude and latitude look swapped" in refused("import_streets", bad, *SOURCE)
    assert not Street.objects.exists()
    assert run("import_streets", bad, "--rejects", tmp_path / "r.csv", *SOURCE)[-1].startswith("created 1,")
    assert "--source-title" in refused("import_streets", bad)


def test_a_street_has_a_key_and_is_there_once_for_a_source(place):
    street = factories.StreetFactory()
    for more in ({"key": ""}, {}):
        values = {it: getattr(street, it) for it in ("name", "key", "town", "area", "point")}
        with pytest.raises(IntegrityError), transaction.atomic():
            Street.objects.bulk_create([Street(source=street.source, **values | more)])


def test_whoever_mistypes_the_name_of_a_table_is_told_of_that_first(place, refused, tmp_path):
    said = refused("import_streets", tmp_path / "nowhere.csv")
    assert "nowhere.csv" in said and "--source-title" not in said
