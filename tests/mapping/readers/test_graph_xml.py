"""GraphML and GEXF, and what makes XML dangerous."""

from __future__ import annotations

import gzip

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping.readers import graph_file
from mapping.readers.errors import ReadError, Reject
from mapping.readers.graph_file import GraphEdge
from mapping.readers.graph_formats import open_graph

GRAPHML = """<?xml version="1.0"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <desc>Made for a test</desc>
  <key id="d0" for="node" attr.name="name" attr.type="string"/>
  <key id="d1" for="edge" attr.name="weight" attr.type="double"><default>2</default></key>
  <key id="d2" for="edge" attr.name="kind" attr.type="string"/>
  {body}
</graphml>"""
GEXF = """<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.{minor}" xmlns:viz="http://gexf.net/1.{minor}/viz" version="1.{minor}">
  <meta lastmodifieddate="2024-01-01"><creator>Test</creator></meta>
  <graph defaultedgetype="undirected" mode="dynamic" timeformat="date">{body}</graph>
</gexf>"""


@pytest.fixture
def save(tmp_path):
    def write(text: str | bytes, name: str = "net.graphml"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def graphml(body: str) -> str:
    return GRAPHML.format(body=body)


def refusal(path) -> str:
    with pytest.raises(ReadError) as error:
        list(open_graph(path).checked_edges())
    said = str(error.value)
    assert "\n" not in said and path.name in said
    return said


def test_nodes_edges_and_typed_keys_are_read(save):
    graph = open_graph(
        save(
            graphml(
                """<graph edgedefault="undirected">
                <node id="a"><data key="d0"> The Hall </data><port name="n"/></node><node id="b"/>
                <edge id="e" source="a" target="b" sourceport="n"><data key="d2">funds</data></edge>
                <edge source="b" target="a" directed="true"><data key="d1">0.5</data></edge>
                </graph>"""
            )
        )
    )
    assert [(node.id, node.label) for node in graph.nodes] == [("a", "The Hall"), ("b", "")]
    first, second = graph.checked_edges()
    assert (first.source, first.target, first.key, first.direction, first.weight) == ("a", "b", "e", "undirected", 2.0)
    assert first.attributes["kind"] == "funds"
    assert (second.direction, second.weight) == ("directed", 0.5)


def test_graphs_within_nodes_and_edges_before_nodes_are_read(save):
    graph = open_graph(
        save(
            graphml(
                """<graph edgedefault="directed"><edge source="in" target="out"/>
                <node id="out"><data key="d0">Outer</data><graph edgedefault="undirected">
                <node id="in"><data key="d0">Inner</data></node><node id="in2"/><edge source="in" target="in2"/>
                </graph></node></graph>"""
            )
        )
    )
    assert {node.id: node.label for node in graph.nodes} == {"in": "Inner", "in2": "", "out": "Outer"}
    assert [(e.source, e.target, e.direction) for e in graph.checked_edges()] == [
        ("in", "out", "directed"),
        ("in", "in2", "undirected"),
    ]


@pytest.mark.parametrize("minor", [1, 2, 3])
def test_gexf_is_read_with_attributes_weights_and_times(save, minor):
    body = """
    <attributes class="node"><attribute id="0" title="Kind" type="string"><default>hall</default></attribute>
    </attributes>
    <attributes class="edge"><attribute id="0" title="why" type="string"/></attributes>
    <nodes><node id="a" label="A"><attvalues><attvalue for="0" value="shop"/></attvalues><viz:size value="3"/></node>
    <node id="b" label="B"><nodes><node id="c" label="C"/></nodes></node></nodes>
    <edges><edge id="0" source="a" target="b" weight="2.5" type="directed" start="2019-05-01" end="2020-01-01">
      <attvalues><attvalue for="0" value="rent"/></attvalues></edge>
    <edge id="1" source="b" target="c"><spells><spell start="2001-01-01" end="2002-01-01"/>
      <spell start="2004-01-01"/></spells></edge></edges>"""
    graph = open_graph(save(GEXF.format(minor=minor, body=body), "net.gexf"))
    assert {node.id: node.attributes["Kind"] for node in graph.nodes} == {"a": "shop", "b": "hall", "c": "hall"}
    first, second = graph.checked_edges()
    assert (first.weight, first.direction, first.attributes["why"]) == (2.5, "directed", "rent")
    assert (first.attributes["start"], first.attributes["end"]) == ("2019-05-01", "2020-01-01")
    assert second.direction == "undirected"
    # One of its spells has no end: it goes on.
    assert second.attributes["start"] == "2001-01-01" and "end" not in second.attributes


BOMB = """<?xml version="1.0"?><!DOCTYPE graphml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<graphml><graph edgedefault="directed"><node id="&c;"/></graph></graphml>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE graphml [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<graphml><graph edgedefault="directed"><node id="&x;"/></graph></graphml>"""
EMPTY_TYPE = (
    """<?xml version="1.0"?><!DOCTYPE graphml SYSTEM "http://example.org/graphml.dtd"><graphml><graph/></graphml>"""
)


@pytest.mark.parametrize("text", [BOMB, OUTSIDE, EMPTY_TYPE], ids=["bomb", "outside", "type"])
@pytest.mark.parametrize("name", ["net.graphml", "net.gexf"])
def test_xml_with_entities_or_a_document_type_is_refused(save, text, name):
    said = refusal(save(text, name))
    assert "document type or an entity" in said and "Save it again" in said
    assert "root:" not in said


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("<graphml><graph edgedefault='directed'><node id='a'>", "ends in the middle"),
        ("<graphml><graph></node></graph></graphml>", "not valid XML, line 1"),
        ("<graphml></graphml>", "no <graph>"),
        ("<svg xmlns='http://www.w3.org/2000/svg'></svg>", "outermost element is <svg>"),
        ("<!doctype html><html><p>Not found</p></html>", "web page"),
        ("<a>" * 200, "nested more than"),
        ("<graphml><key id='k' attr.type='hyper'/><graph/></graphml>", "unknown type 'hyper'"),
    ],
)
def test_broken_xml_is_refused_in_one_line(save, text, what):
    assert what in refusal(save(text))


def test_edges_to_nothing_nodes_twice_and_hyperedges_are_rows_that_cannot_be_used(save):
    graph = open_graph(
        save(
            graphml(
                """<graph edgedefault="directed"><node id="a"/><node id="b"/><node id="a"/><node/>
                <edge id="1" source="a" target="ghost"/><edge id="2" source="a"/><edge id="3" source="a" target="b"/>
                <hyperedge id="h"><endpoint node="a"/></hyperedge></graph>"""
            )
        )
    )
    assert [(it.row, it.field) for it in graph.rejects] == [(3, "id"), (4, "id")]
    found = list(graph.checked_edges())
    assert [type(it) for it in found] == [Reject, Reject, GraphEdge, Reject]
    assert [it.field for it in found if isinstance(it, Reject)] == ["target", "target", "hyperedge"]
    assert found[0].value == "ghost" and "no node with this id" in found[0].remedy


def test_other_encodings_and_packed_files_are_read(save):
    text = graphml('<graph edgedefault="directed"><node id="Café"/></graph>')
    for data in (
        text.replace('"1.0"', '"1.0" encoding="ISO-8859-1"', 1).encode("latin-1"),
        text.replace('"1.0"', '"1.0" encoding="windows-1252"', 1).encode("cp1252"),
        text.encode("utf-16"),
        gzip.compress(text.encode()),
    ):
        assert open_graph(save(data)).nodes[0].id == "Café"


def test_a_file_of_too_many_edges_is_refused_plainly(save, monkeypatch):
    monkeypatch.setattr(graph_file, "MAX_EDGES", 3)
    edges = '<edge source="a" target="b"/>' * 4
    path = save(graphml(f'<graph edgedefault="directed"><node id="a"/><node id="b"/>{edges}</graph>'))
    said = refusal(path)
    assert "more than 3 edges" in said and "Split the file" in said


def test_a_file_of_too_many_nodes_is_refused_plainly(save, monkeypatch):
    monkeypatch.setattr(graph_file, "MAX_NODES", 2)
    nodes = "".join(f'<node id="{n}"/>' for n in range(3))
    assert "more than 2 nodes" in refusal(save(graphml(f'<graph edgedefault="directed">{nodes}</graph>')))


networks = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.floats(0.1, 9).map(lambda it: round(it, 3))), max_size=20
)


@pytest.mark.parametrize("ending", ["graphml", "gexf"])
@given(edges=networks, directed=st.booleans())
def test_what_networkx_writes_is_read_as_it_was(tmp_path_factory, ending, edges, directed):
    graph = networkx.DiGraph() if directed else networkx.Graph()
    graph.add_nodes_from(range(10))
    graph.add_weighted_edges_from(edges)
    path = tmp_path_factory.mktemp("networks") / f"net.{ending}"
    (networkx.write_graphml if ending == "graphml" else networkx.write_gexf)(graph, path)
    read = open_graph(path)
    assert [node.id for node in read.nodes] == [str(node) for node in graph]
    found = [(e.source, e.target, e.weight, e.direction) for e in read.checked_edges()]
    way = "directed" if directed else "undirected"
    assert found == [(str(a), str(b), weight, way) for a, b, weight in graph.edges(data="weight")]


def test_weights_of_two_kinds_are_of_one_name(tmp_path):
    """networkx 3.6.1 writes a key for each, which igraph 1.0.0 refuses.

    Source: findings/networkx-graphml-that-others-refuse.sh.
    """
    graph = networkx.Graph()
    graph.add_weighted_edges_from([("hall", "library", 2), ("library", "garden", 2.5)])
    networkx.write_graphml(graph, tmp_path / "net.graphml")
    assert (tmp_path / "net.graphml").read_text().count('attr.name="weight"') == 2
    assert [edge.weight for edge in open_graph(tmp_path / "net.graphml").checked_edges()] == [2, 2.5]


def test_what_is_said_once_counts_for_all(save):
    """igraph 1.0.0 drops what is of a key for all, graphology-graphml 0.5.2 refuses the file.

    Source: findings/graphml-said-once-for-all.sh.
    """
    text = """<graphml><key id="k" for="node" attr.name="kind" attr.type="string"><default>hall</default></key>
        <key id="s" for="all" attr.name="source" attr.type="string"/><key id="w" attr.name="seen" attr.type="string"/>
        <graph edgedefault="undirected"><node id="a"><data key="s">council</data></node><node id="b"/>
        <edge source="a" target="b"><data key="s">walk</data><data key="w">May</data></edge></graph></graphml>"""
    graph = open_graph(save(text))
    assert [node.attributes for node in graph.nodes] == [{"kind": "hall", "source": "council"}, {"kind": "hall"}]
    assert [edge.attributes for edge in graph.checked_edges()] == [{"source": "walk", "seen": "May"}]


@given(st.binary(max_size=300))
def test_any_bytes_give_an_answer_or_a_readable_refusal(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("bytes") / "net.graphml"
    path.write_bytes(b"<graphml>" + data)
    with pytest.raises(ReadError) as error:
        list(open_graph(path).checked_edges())
    assert "\n" not in str(error.value)
