"""Streets of an extract and of a table; and the one spelling by which a street is found."""

from __future__ import annotations

import pytest

from mapping.readers.errors import ReadError, Reject
from mapping.readers.street_names import street_key
from mapping.readers.streets import OsmStreets, read_street_table


@pytest.mark.parametrize(
    "several",
    [
        ["Harboro Road", "harboro rd", "HARBORO RD.", " Harboro  road "],
        ["St John's Street", "St. John’s St", "Saint Johns Street", "st johns st."],
        ["Church Street", "Church St"],
        ["Washway Road South", "Washway Rd S"],
        ["Hope & Anchor Lane", "Hope and Anchor La"],
        ["Café Close", "cafe cl"],
        ["Great St Helens", "Great Saint Helens"],
    ],
)
def test_spellings_of_one_street_have_one_key(several):
    assert len({street_key(it) for it in several}) == 1


@pytest.mark.parametrize(
    ("name", "key"),
    [("St Mary's Road", "saint marys road"), ("Park St", "park street"), ("St", "saint"), ("The Grove", "the grove")],
)
def test_st_is_a_saint_at_the_beginning_and_a_street_at_the_end(name, key):
    assert street_key(name) == key


def node(number, east, north=0):
    """A node so many metres east and north of a point in Sale."""
    return f'<node id="{number}" lon="{-2.33 + east / 66_350:.7f}" lat="{53.42 + north / 111_300:.7f}" version="1"/>'


def way(number, name, *nodes, highway="residential", more=""):
    refs = "".join(f'<nd ref="{it}"/>' for it in nodes)
    return (
        f'<way id="{number}" version="1">{refs}<tag k="highway" v="{highway}"/><tag k="name" v="{name}"/>{more}</way>'
    )


@pytest.fixture
def osm(tmp_path):
    def write(*things):
        path = tmp_path / "a.osm"
        path.write_text(f'<osm version="0.6">{"".join(things)}</osm>')
        return OsmStreets(path)

    return write


def test_pieces_that_touch_or_lie_near_are_one_street_at_its_middle(osm):
    nodes = [node(1, 0), node(2, 100), node(3, 300), node(4, 400), node(5, 500)]
    data = osm(way(1, "Harboro Road", 1, 2), way(2, "Harboro Road", 2, 3), way(3, "Harboro Rd", 4, 5), *nodes)
    [row] = data.rows()
    assert (row.name, row.pieces) == ("Harboro Road", ())
    # Halfway between the middles of the pieces, by length: 225 m, which lies on the second.
    assert (row.lon, row.lat) == pytest.approx((-2.33 + 225 / 66_350, 53.42), abs=1e-5)


def test_two_streets_of_one_name_are_two(osm):
    nodes = [node(1, 0), node(2, 100), node(3, 900), node(4, 1000)]
    rows = list(osm(way(1, "Park Road", 3, 4), way(2, "Park Road", 1, 2), *nodes).rows())
    assert [row.name for row in rows] == ["Park Road", "Park Road"]
    assert rows[0].lon < rows[1].lon


def test_a_long_street_brings_its_pieces(osm):
    nodes = [node(1, 0), node(2, 1500), node(3, 3000)]
    [row] = osm(way(1, "Chester Road", 1, 2), way(2, "Chester Road", 2, 3), *nodes).rows()
    assert [round(metres, -1) for _, _, metres in row.pieces] == [1500, 1500]


def test_what_is_no_street_is_left_out_and_other_names_are_kept(osm):
    other = '<tag k="alt_name" v="Back Lane;Harboro Rd"/><tag k="name:cy" v="Ffordd Harboro"/>'
    data = osm(
        way(1, "Planned Road", 1, 2, highway="proposed"),
        way(2, "Harboro Road", 1, 2, more=other),
        way(3, "Market Place", 1, 2, highway="pedestrian"),
        node(1, 0),
        node(2, 100),
    )
    assert sorted(row.name for row in data.rows()) == ["Back Lane", "Ffordd Harboro", "Harboro Rd", "Market Place"]


def test_ways_without_their_points_are_counted(osm):
    data = osm(way(1, "Harboro Road", 1, 2), way(2, "Sibson Road", 8, 9), node(1, 0), node(2, 50))
    assert [row.name for row in data.rows()] == ["Harboro Road"]
    assert data.missing == 1


def test_the_points_of_overpass_may_stand_in_the_ways(osm):
    # As `out geom` gives them.
    nodes = '<nd ref="1" lat="53.42" lon="-2.33"/><nd ref="2" lat="53.42" lon="-2.32"/>'
    tags = '<tag k="highway" v="residential"/><tag k="name" v="Harboro Road"/>'
    data = osm(f'<way id="1">{nodes}{tags}</way>')
    [row] = data.rows()
    assert (row.lon, row.lat, data.missing) == (-2.325, 53.42, 0)


def test_a_file_that_is_no_extract_is_refused(tmp_path):
    path = tmp_path / "a.osm.pbf"
    path.write_text("no")
    with pytest.raises(ReadError, match="cannot be read as an OpenStreetMap extract"):
        list(OsmStreets(path).rows())


def test_the_streets_of_real_extracts(data_folder):
    rows = list(OsmStreets(data_folder / "osm/leeds-chapel-allerton-2014.osm.pbf").rows())
    names = [row.name for row in rows]
    assert len(rows) == 875 and names.count("Chapeltown Road") == 1
    assert all(-1.6 < row.lon < -1.4 and 53.7 < row.lat < 53.9 for row in rows)


def table(tmp_path, text):
    path = tmp_path / "streets.csv"
    path.write_text(text)
    return list(read_street_table(path))


def test_a_table_of_streets(tmp_path):
    text = "Street,lat,lon,Town,Ward\nHarboro Road,53.42,-2.34,Sale,\nPark Road,53.41,-2.33,,Brooklands\n"
    rows = table(tmp_path, text)
    assert [(it.name, it.lon, it.lat, it.town, it.area) for it in rows] == [
        ("Harboro Road", -2.34, 53.42, "Sale", ""),
        ("Park Road", -2.33, 53.41, "", "Brooklands"),
    ]


def test_rows_that_cannot_be_used_are_told(tmp_path):
    rows = table(tmp_path, "street,lon,lat\n,-2.3,53.4\nA Road,53.4,-2.3\nB Road,-2.3,53.4\nB Road,-2.3,53.4\n")
    assert [type(it) is Reject for it in rows] == [True, True, False, True]
    assert [it.field for it in rows if isinstance(it, Reject)] == ["street", "lon", "street"]
    with pytest.raises(ReadError, match="no column 'street'"):
        table(tmp_path, "road,lon,lat\nA,-2.3,53.4\n")
