"""Boundaries, postcodes and names of places."""

from __future__ import annotations

import json

import pytest

from mapping.readers.errors import ReadError, Reject
from mapping.readers.gazetteer import GazetteerRow, read_gazetteer
from mapping.readers.places import PlaceRow, open_places
from mapping.readers.postcodes import read_directory, read_table

SQUARE = {"type": "Polygon", "coordinates": [[[-2.3, 53.4], [-2.2, 53.4], [-2.2, 53.5], [-2.3, 53.4]]]}


def places(tmp_path, *features, **fields):
    path = tmp_path / "p.geojson"
    made = [{"type": "Feature", "properties": p, "geometry": g} for p, g in features]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": made}))
    return list(open_places(path, name_field="name", **fields).rows())


def test_a_place_has_a_boundary_of_many_polygons(tmp_path):
    [row] = places(tmp_path, ({"name": "Bucklow-St Martins", "code": "E1"}, SQUARE), code_field="code")
    assert isinstance(row, PlaceRow)
    assert (row.name, row.code, row.slug, row.boundary.geom_type) == (
        "Bucklow-St Martins", "E1", "bucklow-st-martins", "MultiPolygon",
    )  # fmt: skip


def test_places_that_cannot_be_kept(tmp_path):
    rows = places(
        tmp_path,
        ({"name": "", "code": "1"}, SQUARE),
        ({"name": "a", "code": "2"}, {"type": "Point", "coordinates": [-2, 53]}),
        ({"name": "b", "code": "3"}, None),
        ({"name": "c", "code": "4"}, SQUARE),
        ({"name": "c", "code": "4"}, SQUARE),
        ({"name": "c", "code": "5"}, SQUARE),
        code_field="code",
    )
    assert [isinstance(row, Reject) for row in rows] == [True, True, True, False, True, False]
    assert rows[3].slug != rows[5].slug


def test_a_missing_field_is_named(tmp_path):
    with pytest.raises(ReadError, match="no feature has a property 'code'"):
        places(tmp_path, ({"name": "a"}, SQUARE), code_field="code")


def table(tmp_path, text):
    path = tmp_path / "p.csv"
    path.write_text(text)
    rows = list(read_table(path))
    codes = [code for batch in rows if not isinstance(batch, Reject) for code in batch.codes]
    return codes, [row for row in rows if isinstance(row, Reject)]


def test_postcodes_of_a_table(tmp_path):
    codes, rejects = table(
        tmp_path, "postcode,lon,lat\nM32 0TH,-2.3,53.4\nm33,-2.3,53.4\nxx,-2,53\nM32 0TH,-2,53\nM1 1AA,53,-2\n"
    )
    assert codes == ["M320TH", "M33"]
    assert [reject.field for reject in rejects] == ["postcode", "postcode", "lon"]


def test_an_outcode_wins_over_a_sector_that_reads_the_same(tmp_path):
    codes, rejects = table(tmp_path, "sector,lon,lat\nM1 1,-2.2,53.4\nM11,-2.1,53.4\nM32 0,-2.3,53.4\n")
    assert (codes, rejects) == (["M11", "M320"], [])


def test_a_table_without_postcodes_is_refused(tmp_path):
    with pytest.raises(ReadError, match="no column 'postcode'"):
        table(tmp_path, "name,lon,lat\nx,1,2\n")


def test_the_directory_of_one_district():
    pytest.importorskip("msgpack")
    batches = list(read_directory(["E08000009"]))
    codes = {code for batch in batches for code in batch.codes}
    assert len(codes) > 11_000 and "M320TH" in codes
    [batch] = [b for b in batches if "M320TH" in b.codes]
    at = batch.codes.index("M320TH")
    assert (batch.lons[at], batch.lats[at]) == pytest.approx((-2.285, 53.459), abs=0.01)
    assert set(batch.districts) == {"E08000009"}


@pytest.mark.parametrize("code", ["Trafford", "E99", "N09000003"])
def test_the_directory_knows_districts_of_great_britain_only(code):
    with pytest.raises(ReadError, match="not the code of a district"):
        list(read_directory([code]))


def test_names_with_and_without_a_header(tmp_path):
    path = tmp_path / "g.tsv"
    path.write_text("Sale\tTrafford\tt\t53.42\t-2.32\nSale\tTrafford\tt\t53.42\t-2.32\nHale\tTrafford\tt\t-2.3\t53.4\n")
    sale, twice, swapped = read_gazetteer(path)
    assert sale == GazetteerRow(1, "Sale", "Trafford", "town", -2.32, 53.42)
    assert "twice" in twice.remedy and "swapped" in swapped.remedy
    path.write_text("lon,lat,name\n-2.32,53.42,Sale\n")
    [row] = read_gazetteer(path)
    assert (row.row, row.name, row.lon) == (2, "Sale", -2.32)


@pytest.mark.parametrize("text", ["a\tb\n", "name,lat\nx,1\n", ""])
def test_what_is_no_gazetteer_is_refused(tmp_path, text):
    path = tmp_path / "g.tsv"
    path.write_text(text)
    with pytest.raises(ReadError):
        list(read_gazetteer(path))


def test_real_names_and_boundaries(data_folder):
    rows = list(read_gazetteer(data_folder / "gazetteer/gb_places.tsv"))
    assert len(rows) == 45_974 and all(isinstance(row, GazetteerRow) for row in rows)
    assert sum(row.name == "Ladywood" for row in rows) == 4
    wards = open_places(
        data_folder / "trafford/boundaries/gm_ward_generalised.geojson", name_field="area_name", code_field="area_code"
    )
    kept = list(wards.rows())
    assert len(kept) == 215 and len({row.slug for row in kept}) == 215
