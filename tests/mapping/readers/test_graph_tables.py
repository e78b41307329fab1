"""Networks as tables, JSON and spreadsheets."""

from __future__ import annotations

import json
import zipfile

import networkx
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping.readers.edge_table import EndColumns
from mapping.readers.errors import ReadError, Reject
from mapping.readers.graph_arrays import read_arrays
from mapping.readers.graph_formats import open_graph


@pytest.fixture
def save(tmp_path):
    def write(text, name: str):
        path = tmp_path / name
        if isinstance(text, (dict, list)):
            text = json.dumps(text)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def ends(graph) -> list[tuple[str, str]]:
    return [(it.source, it.target) for it in graph.checked_edges() if not isinstance(it, Reject)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("source,target,weight\nA,B,2\nB,C,\n", "a.csv"),
        ("From;To;Weight\nA;B;2\nB;C;\n", "a.csv"),
        ("source\ttarget\tweight\nA\tB\t2\nB\tC\t\n", "a.tsv"),
        ("weight|To|From\n2|B|A\n|C|B\n", "a.csv"),
    ],
)
def test_tables_are_read_whatever_divides_their_columns(save, text, name):
    graph = open_graph(save(text, name))
    assert ends(graph) == [("A", "B"), ("B", "C")]
    assert [it.weight for it in graph.edges()] == [2.0, None]


@pytest.mark.parametrize(
    "text", ["1,2\n2,3\n", "1 2\n2 3\n", "# a comment\n1\t2\n2\t3\n", "1 2 {'weight': 3}\n2 3 {}\n"]
)
def test_lists_without_a_header_are_read(save, text):
    assert ends(open_graph(save(text, "a.csv" if text.startswith("1,") else "a.txt"))) == [("1", "2"), ("2", "3")]


def test_the_header_of_a_list_is_no_edge(save):
    assert ends(open_graph(save("source target\na b\n", "a.txt"))) == [("a", "b")]


def test_prose_is_no_list_of_edges(save):
    graph = open_graph(save("This is a licence of many words\nand then some more of them here\n", "a.txt"))
    assert [type(it) for it in graph.checked_edges()] == [Reject, Reject]


def test_columns_may_be_said(save):
    path = save("Giver,Who gets,Charity\nA,B,X\nC,,Y\n", "a.csv")
    with pytest.raises(ReadError, match="no columns for the two ends"):
        open_graph(path)
    graph = open_graph(path, ends=EndColumns(("Giver",), ("Who gets", "Charity")))
    assert ends(graph) == [("A", "B"), ("C", "Y")]
    with pytest.raises(ReadError, match="Did you mean 'Giver'"):
        open_graph(path, ends=EndColumns(("Givers",), ("Charity",)))


def test_a_row_without_an_end_is_a_row_that_cannot_be_used(save):
    [bad] = open_graph(save("source,target\nA,\n", "a.csv")).checked_edges()
    assert (bad.row, bad.field) == (2, "target")


def test_kumus_two_tables_are_read_and_several_targets_are_several_edges(save):
    elements = save("Label,Type,Tags,Description\nHall,Building,a|b,Old\nBank,Group,,\n", "elements.csv")
    path = save("From,To,Direction,Type,Strength\nHall,Bank|Shop,mutual,hosts,4\nBank,Hall,sideways,,\n", "k.csv")
    graph = open_graph(path, elements=elements)
    assert [(node.id, node.attributes["Type"]) for node in graph.nodes] == [("Hall", "Building"), ("Bank", "Group")]
    found = list(graph.checked_edges())
    assert [(it.source, it.target, it.direction) for it in found[:2]] == [
        ("Hall", "Bank", "mutual"),
        ("Hall", "Shop", "mutual"),
    ]
    assert isinstance(found[2], Reject) and found[2].value == "sideways"


def test_kumus_elements_alone_are_no_connections(save):
    with pytest.raises(ReadError, match="--elements"):
        open_graph(save("Label,Type\nHall,Building\n", "elements.csv"))


BLUEPRINT = {
    "elements": [
        {"label": "Hall", "type": "Building", "tags": ["old", "cold"]},
        {"_id": "elem-1", "attributes": {"label": "Bank", "element type": "Group"}},
    ],
    "connections": [
        {"from": "Hall", "to": "Bank", "direction": "directed", "type": "hosts"},
        {"from": "Hall", "to": "elem-1", "_id": "c1", "attributes": {"connection type": "x"}},
        {"from": "Hall", "to": "Bank", "direction": "up"},
        "nonsense",
    ],
}


def test_kumus_blueprint_is_read(save):
    graph = open_graph(save(BLUEPRINT, "k.json"))
    assert graph.format == "kumu-json"
    assert [(node.id, node.label) for node in graph.nodes] == [("Hall", "Hall"), ("elem-1", "Bank")]
    assert graph.nodes[0].attributes["tags"] == "old|cold"
    found = list(graph.checked_edges())
    assert [(it.target, it.key, it.direction) for it in found[:2]] == [("Bank", "", "directed"), ("elem-1", "c1", "")]
    assert [it.field for it in found[2:]] == ["direction", "(whole connection)"]


@pytest.mark.parametrize("links", ["links", "edges"])
def test_node_link_is_read_as_networkx_writes_it(save, links):
    club = networkx.karate_club_graph()
    graph = open_graph(save(networkx.node_link_data(club, edges=links), "net.json"))
    assert graph.format == "node-link" and graph.nodes[0].attributes["club"] == "Mr. Hi"
    assert ends(graph) == [(str(a), str(b)) for a, b in club.edges]
    assert {it.direction for it in graph.edges()} == {"undirected"}


def test_a_link_to_a_node_that_is_not_there_is_told(save):
    graph = open_graph(save({"nodes": [{"id": 1}], "links": [{"source": 1, "target": 2}]}, "net.json"))
    [bad] = graph.checked_edges()
    assert (bad.field, bad.value) == ("target", "2")


@pytest.mark.parametrize("text", ["[1, 2]", '{"type": "FeatureCollection"}', '"words"', "{", "[" * 5000])
def test_other_json_is_refused_in_one_line(save, text):
    with pytest.raises(ReadError) as error:
        list(open_graph(save(text, "net.json")).checked_edges())
    assert "\n" not in str(error.value)


def book(path, sheets: dict[str, list[list]]):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def test_a_spreadsheet_with_kumus_sheets_is_read(tmp_path):
    path = book(
        tmp_path / "k.xlsx",
        {
            "Notes (ignore)": [["From", "To"], ["x", "y"]],
            "Elements": [["Label", "Type"], ["Hall", "Building"]],
            "Connections": [["From", "To", "Strength"], ["Hall", "Bank", 3.0], [None, None, None], ["Bank", "Hall", 2]],
        },
    )
    graph = open_graph(path)
    assert (graph.format, [node.id for node in graph.nodes]) == ("xlsx", ["Hall"])
    assert ends(graph) == [("Hall", "Bank"), ("Bank", "Hall")]
    assert [it.row for it in graph.edges()] == [2, 4]


def test_what_excel_had_to_escape_is_read_as_it_was_typed(tmp_path):
    """openpyxl 3.1.5 leaves `_x000D_` in the names (findings/openpyxl-leaves-the-escapes-of-excel.sh)."""
    rows = [["From", "To"], ["HALL", "FORM"], ["Acre Hall Stretford", "plain_x"]]
    plain = book(tmp_path / "plain.xlsx", {"Connections": rows})
    path = tmp_path / "k.xlsx"
    with zipfile.ZipFile(plain) as before, zipfile.ZipFile(path, "w") as after:
        for name in before.namelist():
            text = before.read(name).replace(b"HALL", b"Acre Hall_x000D_\nStretford_x0000_")
            after.writestr(name, text.replace(b"FORM", b"form_x005F_x0041_"))
    assert ends(open_graph(path)) == [("Acre Hall Stretford", "form_x0041_"), ("Acre Hall Stretford", "plain_x")]


def test_a_spreadsheet_without_connections_or_broken_is_refused(tmp_path, save):
    with pytest.raises(ReadError, match="columns From and To"):
        open_graph(book(tmp_path / "a.xlsx", {"One": [["Name"], ["x"]]}))
    with pytest.raises(ReadError, match="cannot be unpacked"):
        open_graph(save(b"PK\x03\x04 and then nothing", "b.xlsx"))


def test_a_name_that_promises_another_format_is_told(save):
    with pytest.raises(ReadError, match="--format"):
        open_graph(save("a,b\n1,2\n", "net.gexf"))
    with pytest.raises(ReadError, match="Did you mean 'graphml'"):
        open_graph(save("a,b\n1,2\n", "net.csv"), format="graphm")


def test_a_network_becomes_numbers_and_names(save):
    found = read_arrays(open_graph(save("source,target\nA,B\nB,\nC,C\nB,A\n", "a.csv")))
    assert found.names == ["A", "B", "C"]
    assert found.edges.tolist() == [[0, 1], [2, 2], [1, 0]]
    assert found.rejected == 1 and found.rejects[0].row == 3


def test_nodes_that_nothing_joins_are_kept(save):
    found = read_arrays(open_graph(save({"nodes": [{"id": "x"}, {"id": "y"}], "links": []}, "net.json")))
    assert found.names == ["x", "y"] and found.edges.shape == (0, 2)


names = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=12).map(str.strip)
pairs = st.lists(st.tuples(names.filter(bool), names.filter(bool)), min_size=1, max_size=10)


@given(pairs)
def test_a_written_table_is_read_as_it_was(tmp_path_factory, edges):
    import csv

    path = tmp_path_factory.mktemp("tables") / "net.csv"
    with path.open("w", newline="", encoding="utf-8") as handle:
        csv.writer(handle).writerows([("source", "target"), *edges])
    assert ends(open_graph(path)) == edges
