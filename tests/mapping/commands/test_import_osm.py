"""import_osm: what lies in the place, once."""

from __future__ import annotations

import pytest

from listings.models import Organisation
from mapping.models import MatchCandidate, Node, Source
from tests import factories

pytestmark = pytest.mark.django_db

EXTRACT = """<osm version="0.6">
<way id="5" version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="1"/><tag k="leisure" v="park"/>
  <tag k="name" v="A Park"/></way>
<node id="9" lon="-2.33" lat="53.42" version="1"><tag k="amenity" v="library"/><tag k="name" v="Sale Library"/>
  <tag k="opening_hours" v="Mo-Fr 09:00-17:00"/><tag k="wheelchair" v="yes"/></node>
<node id="8" lon="-2.33" lat="53.42" version="1"><tag k="office" v="ngo"/><tag k="name" v="Helpers"/></node>
<node id="7" lon="-0.1" lat="51.5" version="1"><tag k="amenity" v="pub"/><tag k="name" v="Far Away"/></node>
<node id="6" lon="-2.33" lat="53.42" version="1"><tag k="shop" v="vacant"/><tag k="name" v="Old Shop"/></node>
<node id="4" lon="-2.33" lat="53.42" version="1"><tag k="amenity" v="cafe"/></node>
<node id="1" lon="-2.32" lat="53.42" version="1"/><node id="2" lon="-2.31" lat="53.42" version="1"/>
<node id="3" lon="-2.31" lat="53.43" version="1"/></osm>"""


@pytest.fixture
def extract(tmp_path, place, vocabulary):
    path = tmp_path / "a.osm"
    path.write_text(EXTRACT)
    return "import_osm", path, "--place", "trafford"


def test_it_takes_what_lies_in_the_place(extract, run):
    lines = run(*extract)
    assert lines == [
        "1 outside Trafford left out.",
        "1 without a name left out.",
        "created 3, updated 0, unchanged 0, rejected 0",
    ]
    park = Node.objects.get(name="A Park")
    assert park.shape.geom_type == "Polygon" and park.category.slug == "park"
    library = Node.objects.get(name="Sale Library")
    assert library.opening_hours.expression == "Mo-Fr 09:00-17:00" and library.step_free == "yes"
    assert Organisation.objects.get().name == "Helpers"
    assert "OpenStreetMap contributors" in Source.objects.get().attribution


def test_a_second_run_changes_nothing(extract, run):
    run(*extract)
    assert run(*extract)[-1] == "created 0, updated 0, unchanged 3, rejected 0"


def test_a_dry_run_keeps_nothing(extract, run):
    assert run(*extract, "--dry-run")[-1] == "created 3, updated 0, unchanged 0, rejected 0"
    assert not Node.objects.exists()


def test_what_looks_like_something_here_is_kept_apart(extract, run, place):
    from django.contrib.gis.geos import Point

    factories.NodeFactory(name="Sale library", place=place, location=Point(-2.3301, 53.42, srid=4326))
    run(*extract)
    assert MatchCandidate.objects.get().second.name == "Sale Library"


def test_a_damaged_extract_keeps_nothing(extract, refused, tmp_path):
    (tmp_path / "a.osm").write_text(EXTRACT[:600])
    assert "cannot be read as an OpenStreetMap extract" in refused(*extract)
    assert not Node.objects.exists()
    assert "a folder" in refused("import_osm", tmp_path, "--place", "trafford")
    assert "no place 'sale'" in refused("import_osm", tmp_path / "a.osm", "--place", "sale")


def test_a_real_town(data_folder, run, place, vocabulary):
    place.boundary = None
    place.save()
    words = ("import_osm", data_folder / "osm/bristol-centre-2025.osm.pbf", "--place", "trafford")
    assert run(*words)[-1] == "created 88, updated 0, unchanged 0, rejected 0"
    assert run(*words)[-1] == "created 0, updated 0, unchanged 88, rejected 0"
    assert not Node.objects.filter(name__icontains="vacant").exists()
