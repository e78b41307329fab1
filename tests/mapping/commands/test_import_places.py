"""import_places: dated releases, kept side by side."""

from __future__ import annotations

import datetime
import json

import pytest
from django.core.management import CommandError

from mapping.models import Place, Revision, Source
from tests import factories

pytestmark = pytest.mark.django_db


def square(west, size=0.1):
    return {
        "type": "Polygon",
        "coordinates": [[[west, 53.4], [west + size, 53.4], [west + size, 53.5], [west, 53.5], [west, 53.4]]],
    }


@pytest.fixture
def wards(tmp_path):
    def write(*features, release="2023-05-04", kind="ward"):
        path = tmp_path / "wards.geojson"
        made = [
            {"type": "Feature", "properties": {"n": name, "c": code}, "geometry": geometry}
            for name, code, geometry in features
        ]
        path.write_text(json.dumps({"type": "FeatureCollection", "features": made}))
        return (
            "import_places", path, "--kind", kind, "--name-field", "n", "--code-field", "c", "--release", release,
        )  # fmt: skip

    return write


SALE, HALE = ("Sale", "E1", square(-2.3)), ("Hale", "E2", square(-2.5))


def test_places_are_made_once(wards, run):
    words = wards(SALE, HALE)
    assert run(*words)[-1] == "created 2, updated 0, unchanged 0, rejected 0"
    assert run(*words)[-1] == "created 0, updated 0, unchanged 2, rejected 0"
    sale = Place.objects.get(slug="sale")
    assert (sale.kind, sale.code, sale.release) == ("ward", "E1", datetime.date(2023, 5, 4))
    assert sale.boundary.geom_type == "MultiPolygon"


def test_a_newer_release_keeps_the_place_and_leaves_the_old_boundary_behind(wards, run):
    run(*wards(SALE))
    sale = Place.objects.get()
    node = factories.NodeFactory(place=sale)
    words = wards(("Sale Town", "E1", square(-2.31)), release="2027-05-06")
    assert run(*words)[-1] == "created 0, updated 1, unchanged 0, rejected 0"
    now = Place.objects.current().get()
    assert (now.pk, now.slug, now.name) == (sale.pk, "sale", "Sale Town")
    old = Place.objects.get(superseded_at__isnull=False)
    assert (old.name, old.release, old.superseded_at) == (
        "Sale", datetime.date(2023, 5, 4), datetime.date(2027, 5, 6),
    )  # fmt: skip
    assert old.boundary.equals(sale.boundary) and not now.boundary.equals(sale.boundary)
    node.refresh_from_db()
    assert node.place_id == now.pk
    assert run(*words)[-1] == "created 0, updated 0, unchanged 1, rejected 0"


def test_an_older_release_is_history_from_the_start(wards, run):
    run(*wards(SALE))
    words = wards(("Sale", "E1", square(-2.33)), release="2019-05-02")
    assert run(*words)[-1] == "created 1, updated 0, unchanged 0, rejected 0"
    assert run(*words)[-1] == "created 0, updated 0, unchanged 1, rejected 0"
    assert Place.objects.current().get().release == datetime.date(2023, 5, 4)


def test_a_ward_and_a_town_of_one_name_have_slugs_of_their_own(wards, run):
    run(*wards(SALE))
    run(*wards(("Sale", "", square(-2.3, 0.01)), kind="town"))
    assert {p.slug: p.kind for p in Place.objects.all()} == {"sale": "ward", "sale-town": "town"}


def test_a_home_place_gets_a_revision_a_parent_and_a_source(wards, run):
    run(*wards(("Trafford", "E0", square(-2.6, 0.5)), kind="district"), "--home", "--source-title", "Boundaries")
    home = Place.objects.get()
    assert home.is_home and Revision.objects.get(place=home).number >= 1
    assert home.source == Source.objects.get(slug="boundaries")
    run(*wards(SALE), "--parent", "trafford")
    assert Place.objects.get(slug="sale").parent == home


def test_bad_places_refuse_the_file_unless_rejects_are_asked_for(wards, run, refused, tmp_path):
    words = wards(SALE, ("Point", "E3", {"type": "Point", "coordinates": [-2.3, 53.4]}))
    assert "row 2, geometry 'Point': A place needs a boundary" in refused(*words)
    assert not Place.objects.exists()
    assert run(*words, "--rejects", tmp_path / "r.csv")[-1] == "created 1, updated 0, unchanged 0, rejected 1"


def test_a_dry_run_keeps_nothing(wards, run):
    assert run(*wards(SALE), "--dry-run")[-1] == "created 1, updated 0, unchanged 0, rejected 0"
    assert not Place.objects.exists()


def test_mistakes_are_one_readable_line(wards, refused):
    assert "is not a date" in refused(*wards(SALE, release="May 2023"))
    name, path, *rest = wards(SALE)
    assert "no feature has a property 'nme'" in refused(name, path, *[("nme" if w == "n" else w) for w in rest])
    assert "There is no place 'traford'" in refused(name, path, *rest, "--parent", "traford")


def test_new_wards_raise_the_number_of_all_places(wards, run, place):
    before = place.revision_number
    run(*wards(SALE, HALE))
    assert place.revision_number == before + 1
    run(*wards(SALE, HALE))
    assert place.revision_number == before + 1


def test_a_place_knows_its_nation_by_code_by_parent_or_by_word(wards, run):
    factories.PlaceFactory(slug="cardiff", code="W06000015")
    run(*wards(("Sale", "E05000841", square(-2.3)), ("Hale", "", square(-2.5))), "--parent", "cardiff")
    assert dict(Place.objects.filter(kind="ward").values_list("slug", "nation")) == {"sale": "england", "hale": "wales"}
    zone = ("--time-zone", "Europe/Isle_of_Man")
    run(*wards(("Gretna", "", square(-3.0)), kind="town"), "--nation", "scotland", "--units", "km", *zone)
    gretna = Place.objects.get(slug="gretna")
    assert (gretna.nation, gretna.timezone, gretna.units) == ("scotland", "Europe/Isle_of_Man", "km")


def test_hours_follow_a_nation_that_an_import_says(wards, run):
    run(*wards(("Gretna", "", square(-3.0)), kind="town"))
    node = factories.opens(factories.NodeFactory(place=Place.objects.get()), "Mo-Fr 10:00-12:00; PH off")
    assert node.opening_hours.nation == ""
    run(*wards(("Gretna", "", square(-3.0)), kind="town"), "--nation", "scotland")
    node.opening_hours.refresh_from_db()
    assert node.opening_hours.nation == "scotland"


def test_a_time_zone_that_is_none_is_refused(wards, refused):
    assert "is not a time zone" in refused(*wards(SALE), "--time-zone", "Mars/Olympus")


# --- of an OpenStreetMap extract ------------------------------------------------------------------------------------


def extract(tmp_path, *, bounds=""):
    """A way that reaches far outside, and three points that belong to none."""
    path = tmp_path / "town.osm"
    nodes = [(1, -2.30, 53.40), (2, -2.20, 53.44), (3, -2.301, 53.401), (4, -2.30, 53.402), (5, -2.302, 53.4005)]
    text = "".join(f'<node id="{n}" lon="{lon}" lat="{lat}" version="1"/>' for n, lon, lat in nodes)
    way = '<way id="1" version="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way>'
    path.write_text(f'<osm version="0.6">{bounds}{text}{way}</osm>')
    return ("import_places", path, "--kind", "neighbourhood", "--release", "2025-10-04", "--home")


def test_an_extract_is_a_place_whose_boundary_is_its_box(run, tmp_path):
    words = extract(tmp_path, bounds='<bounds minlon="-2.31" minlat="53.39" maxlon="-2.29" maxlat="53.41"/>')
    assert run(*words, "--name", "Old Town")[-1] == "created 1, updated 0, unchanged 0, rejected 0"
    assert run(*words, "--name", "Old Town")[-1] == "created 0, updated 0, unchanged 1, rejected 0"
    place = Place.objects.get(slug="old-town")
    assert (place.name, place.kind, place.is_home) == ("Old Town", "neighbourhood", True)
    assert place.boundary.extent == pytest.approx((-2.31, 53.39, -2.29, 53.41))
    assert place.source.licence == "ODbL-1.0"
    assert "OpenStreetMap contributors" in place.source.attribution


def test_without_bounds_it_is_the_box_of_the_points_that_belong_to_no_way(run, tmp_path):
    run(*extract(tmp_path), "--name", "Old Town", "--slug", "centre")
    assert Place.objects.get(slug="centre").boundary.extent == pytest.approx((-2.302, 53.4005, -2.30, 53.402))


def test_a_slug_of_marks_alone_is_made_of_the_name(run, tmp_path):
    run(*extract(tmp_path), "--name", "Old Town", "--slug", "%%")
    assert Place.objects.get(name="Old Town").slug == "old-town"


def test_bounds_without_ground_are_none(run, tmp_path):
    words = extract(tmp_path, bounds='<bounds minlon="-2.31" minlat="53.39" maxlon="-2.31" maxlat="53.41"/>')
    run(*words, "--name", "Old Town")
    assert Place.objects.get(name="Old Town").boundary.area > 0


def test_an_extract_that_says_nothing_of_where_it_is(run, tmp_path):
    words = extract(tmp_path)
    words[1].write_text('<osm version="0.6"><node id="1" lon="-2.3" lat="53.4" version="1"/></osm>')
    with pytest.raises(CommandError, match="does not say which part of the world it is"):
        run(*words, "--name", "Old Town")
    assert not Place.objects.exists()


def test_each_kind_of_file_says_what_it_needs(run, wards, tmp_path):
    with pytest.raises(CommandError, match="--name NAME"):
        run(*extract(tmp_path), "--name-field", "n")
    words = list(wards(SALE))
    at = words.index("--name-field")
    with pytest.raises(CommandError, match="--name-field F"):
        run(*words[:at], "--name", "Sale", *words[at + 2 :])
