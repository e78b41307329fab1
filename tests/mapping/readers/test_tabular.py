"""Tables of every dialect."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapping.readers.errors import ReadError, Reject
from mapping.readers.tabular import DELIMITERS, open_table, sniff_delimiter


def rows_of(path, **options):
    return list(open_table(path, **options).rows())


@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_it_finds_out_the_delimiter(tmp_path, delimiter, end):
    path = tmp_path / "a.csv"
    lines = ["name", "note"], ["Sale", "one; two, three"], ["Hale", ""]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(lines)
    path.write_text(out.getvalue(), newline="")
    assert [row for _, row in rows_of(path)] == [
        {"name": "Sale", "note": "one; two, three"},
        {"name": "Hale", "note": None},
    ]


def test_a_known_column_decides_between_delimiters():
    assert sniff_delimiter("a;b,c;d\n1;2,3;4\n", ("b,c",)) == ";"


def test_row_numbers_are_those_of_a_spreadsheet(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('name,note\nSale,"two\nlines"\n\nHale,x\n')
    assert [number for number, _ in rows_of(path)] == [2, 4]


def test_texts_for_nothing_become_none(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\nNA, x \n")
    assert rows_of(path, nulls=frozenset({"", "NA"})) == [(2, {"a": None, "b": "x"})]


def test_a_row_of_another_width_is_rejected_by_itself(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n1,2,3\n1\n3,4\n")
    found = rows_of(path)
    assert [isinstance(row, Reject) for row in found] == [False, True, True, False]
    assert found[1].row == 3 and "3 cells" in found[1].remedy
    assert "cut short" in found[2].remedy


def test_a_missing_column_is_named_with_the_likely_one(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Name,Postcode\nSale,M33 1AA\n")
    with pytest.raises(ReadError, match=r"no column 'Postcod'. Did you mean 'Postcode'\?"):
        open_table(path, columns=("Postcod",))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("\n\n", "empty"),
        ("<!DOCTYPE html><p>x", "web page"),
        ('{"a": 1}', "JSON"),
        ("<?xml version='1.0'?><a/>", "XML"),
        (",,\n1,2,3\n", "first row is empty"),
        ('a,b\n1,"never closed\n2,3\n', "line 2 is never closed"),
    ],
)
def test_what_is_not_a_table_is_refused(tmp_path, content, said):
    path = tmp_path / "a.csv"
    path.write_text(content)
    with pytest.raises(ReadError, match=said):
        rows_of(path)


def test_columns_of_one_name_are_told_apart(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,a\n1,2\n")
    assert rows_of(path) == [(2, {"a": "1", "a (2)": "2"})]


cells = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\u2028\u2029\x85"),
    min_size=1,
    max_size=12,
).filter(lambda text: text.strip() == text)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=20), st.sampled_from(DELIMITERS))
def test_what_was_written_is_read_back(tmp_path_factory, rows, delimiter):
    path = tmp_path_factory.mktemp("t") / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, delimiter=delimiter)
        writer.writerows([("one", "two", "three"), *rows])
    read = rows_of(path, delimiter=delimiter, encoding="utf-8")
    assert [tuple(row.values()) for _, row in read] == rows


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=200))
def test_any_text_is_read_or_refused(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("t") / "a.csv"
    path.write_text(text, encoding="utf-8", newline="")
    try:
        for row in open_table(path).rows():
            assert row
    except ReadError as error:
        assert str(error)


def test_every_real_table_is_read_whole(data_folder):
    expected = {
        "trafford/community/gm_food_banks.csv": 171,
        "trafford/community/charities_operating_in_trafford_nocontact.csv": 736,
        "trafford/community/trafford_land_and_building_assets.csv": 608,
        "trafford/grants/trafford_council_voluntary_sector_grants.csv": 555,
        "trafford/boundaries/trafford_postcodes.csv": 11264,
        "charity-classification/sample.csv": 4203,
    }
    for name, count in expected.items():
        found = rows_of(data_folder / name)
        assert len(found) == count, name
        assert not any(isinstance(row, Reject) for row in found), name
