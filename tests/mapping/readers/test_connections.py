"""Connections in waiting: the mapping file, and what each row says by it."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping.readers import connections
from mapping.readers.connection_mapping import check_connection_mapping, load_connection_mapping
from mapping.readers.connections import ConnectionRow, open_connections
from mapping.readers.errors import ReadError, Reject

SOURCE = {"source": {"title": "A workshop"}}


def rules(**tables):
    return check_connection_mapping({**SOURCE, **tables}, "rules.toml")


@pytest.fixture
def rows(tmp_path):
    def read(text: str, **tables):
        path = tmp_path / "net.csv"
        path.write_text(text)
        return list(open_connections(path, rules(**tables)).rows())

    return read


def test_a_row_is_read_by_the_headings_that_people_use(rows):
    text = (
        "ID,From,To,Relation,Strength,Since,Until,Said on,Note,Evidence,Amount,Currency\n"
        '7,A,B,funds,4,2019,2020-06,2021-01-05,Rent  help,example.org/a,"1,250.50",gbp\n'
    )
    assert rows(text) == [
        ConnectionRow(
            row=2, source="A", target="B", type="funds", key="7", strength=4, held_from=datetime.date(2019, 1, 1),
            held_to=datetime.date(2020, 6, 30), said_on=datetime.date(2021, 1, 5), note="Rent help",
            evidence_url="https://example.org/a", amount=Decimal("1250.50"), currency="GBP",
        )
    ]  # fmt: skip


def test_the_mapping_says_columns_words_and_strengths(rows):
    [row] = rows(
        "Who,Whom,How,How much\nA,B,Gets money from,A lot\n",
        columns={"source": "Who", "target": "Whom", "type": "How", "strength": "How much"},
        type={"synonyms": {"gets money from": "is funded by"}},
        strength={"values": {"a lot": 5}},
    )
    assert (row.source, row.target, row.type, row.strength) == ("A", "B", "is funded by", 5)


@pytest.mark.parametrize(
    ("cells", "field", "remedy"),
    [
        ("A,B,,3,,,", "type", "give a default"),
        ("A,B,x,6,,,", "strength", "from 1 (weak) to 5 (strong)"),
        ("A,B,x,0.5,,,", "strength", "from 1"),
        ("A,B,x,strong,,,", "strength", "[strength.values]"),
        ("A,B,x,3,31/03/2020,,", "held_from", "2024-03-31"),
        ("A,B,x,3,2020-02-30,,", "held_from", "2024-03-31"),
        ("A,B,x,3,2020,2019,", "held_to", "Put the dates in order"),
        ("A,B,x,3,,,lots", "amount", "1250.50"),
        ("A,B,x,3,,,12", "currency", "GBP"),
        ("A,B,x,3,,,inf", "amount", "1250.50"),
        (",B,x,3,,,", "source", "Say which node"),
    ],
)
def test_a_bad_value_is_told_with_its_field_and_remedy(rows, cells, field, remedy):
    [bad] = rows(f"source,target,type,strength,since,until,amount\n{cells}\n")
    assert isinstance(bad, Reject) and (bad.row, bad.field) == (2, field)
    assert remedy in bad.remedy


def test_derived_connections_are_not_stated_by_a_file(tmp_path):
    path = tmp_path / "net.csv"
    path.write_text("source,target,type,origin\nA,B,near,derived\nA,B,funds,stated\n")
    file = open_connections(path, rules())
    assert [row.type for row in file.rows()] == ["funds"]
    assert file.left_out == 1


def test_aliases_are_followed_to_their_end():
    mapping = rules(aliases={"SPH": "Stretford Hall", "stretford hall": "Stretford Public Hall"})
    assert mapping.aliased("sph") == "Stretford Public Hall"
    assert mapping.aliased("Sale Hall") == "Sale Hall"


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=12))
def test_a_circle_of_aliases_is_always_found_and_named(pairs):
    table = {f"n{a}": f"n{b}" for a, b in pairs}
    circular = False
    for start in table:
        name, steps = start, 0
        while name in table and steps <= len(table):
            name, steps = table[name], steps + 1
        circular = circular or steps > len(table)
    if circular:
        with pytest.raises(ReadError, match="go round in a circle"):
            rules(aliases=table)
    else:
        assert rules(aliases=table).aliases == table


def test_the_names_of_a_circle_are_told_in_order():
    with pytest.raises(ReadError, match='"a" = "b" = "c" = "a". Take one of them out'):
        rules(aliases={"a": "b", "b": "c", "c": "a", "d": "a"})


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ({"sauce": {}}, "Did you mean 'source'"),
        ({"ends": {"missing": "invent"}}, "ends.missing cannot be 'invent'"),
        ({"ends": {"missing": "create"}}, "ends.category is needed"),
        ({"ends": {"kind": "person"}}, "ends.kind cannot be 'person'"),
        ({"ends": {"kinds": {"Human": "somebody"}}}, "ends.kinds.Human cannot be 'somebody'"),
        ({"ends": {"persons": "make"}}, "ends.persons cannot be 'make'"),
        ({"ends": {"names_are_ids": "yes"}}, "ends.names_are_ids must be true or false"),
        ({"type": {"undirected": "maybe"}}, "type.undirected cannot be"),
        ({"strength": {"values": {"much": 9}}}, "from 1 to 5"),
        ({"columns": {"source": "A"}}, "needed together"),
        ({"aliases": {"a": 1}}, "aliases must be a table"),
        ({"visibility": "group"}, "visibility cannot be"),
        ({"source": {}}, "source.title is needed"),
    ],
)
def test_a_wrong_mapping_is_refused_saying_what_is_wrong(tables, said):
    with pytest.raises(ReadError) as error:
        check_connection_mapping({**SOURCE, **tables}, "rules.toml")
    assert said in str(error.value) and "rules.toml" in str(error.value)


def test_a_mapping_file_that_is_none_is_refused(tmp_path):
    path = tmp_path / "rules.toml"
    path.write_text("source = [")
    with pytest.raises(ReadError, match="not valid TOML"):
        load_connection_mapping(path)


def test_what_the_file_says_of_its_nodes_comes_with_the_ends(tmp_path):
    path, elements = tmp_path / "net.csv", tmp_path / "elements.csv"
    path.write_text("From,To\nHall,Bank\n")
    elements.write_text("Label,Element type,Charity,Longitude,Latitude\nHall,Building,GB-CHC-012,-2.3,53.4\n")
    said = {"identifiers": {"GB-CHC": "Charity"}, "kinds": {"Building": "asset"}}
    mapping = rules(ends=said, aliases={"Bank": "Bench"})
    file = open_connections(path, mapping, elements=elements)
    hall, bank = file.end("Hall"), file.end("Bank")
    assert (hall.name, hall.kind, hall.point) == ("Hall", "asset", (-2.3, 53.4))
    assert hall.identifiers == (("GB-CHC", "12"),)
    assert (bank.name, bank.references) == ("Bench", ("Bench",))


def test_more_rows_than_one_import_takes_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(connections, "MAX_CONNECTIONS", 2)
    path = tmp_path / "net.csv"
    path.write_text("source,target,type\n" + "A,B,x\n" * 3)
    with pytest.raises(ReadError, match="more than 2 edges"):
        list(open_connections(path, rules()).rows())
