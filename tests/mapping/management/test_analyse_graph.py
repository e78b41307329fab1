"""The command `analyse_graph`: exactly the keys that were agreed, and readable refusals."""

from __future__ import annotations

import io
import json

import networkx
import pytest
from django.core.management import CommandError, call_command

KEYS = ["nodes", "edges", "components", "bridges", "articulation_points", "betweenness", "communities", "modularity"]


def analysed(path, **options):
    out, notes = io.StringIO(), io.StringIO()
    call_command("analyse_graph", str(path), stdout=out, stderr=notes, **options)
    return out.getvalue(), notes.getvalue()


def answer(path, **options) -> dict:
    return json.loads(analysed(path, json=True, **options)[0])


@pytest.fixture
def club(tmp_path):
    """Zachary's club in every format."""
    graph = networkx.karate_club_graph()
    for _, _, data in graph.edges(data=True):
        data.pop("weight")
    networkx.write_graphml(graph, tmp_path / "club.graphml")
    networkx.write_gexf(graph, tmp_path / "club.gexf")
    (tmp_path / "club.json").write_text(json.dumps(networkx.node_link_data(graph, edges="links")))
    networkx.write_edgelist(graph, tmp_path / "club.txt", data=False)
    rows = "".join(f"{a},{b}\n" for a, b in graph.edges)
    (tmp_path / "club.csv").write_text("source,target\n" + rows)
    return tmp_path


@pytest.mark.parametrize("ending", ["graphml", "gexf", "json", "txt", "csv"])
def test_every_format_gives_the_same_known_answer(club, ending):
    found = answer(club / f"club.{ending}")
    assert list(found) == KEYS
    assert (found["nodes"], found["edges"], found["components"]) == (34, 78, 1)
    assert (found["bridges"], found["articulation_points"]) == (1, 1)
    assert found["betweenness"]["0"] == pytest.approx(0.437635, abs=1e-6)
    assert found["betweenness"]["33"] == pytest.approx(0.304075, abs=1e-6)
    assert len(found["communities"]) == 34 and len(set(found["communities"].values())) == 4
    assert found["modularity"] == pytest.approx(0.4198, abs=1e-4)


def test_loops_and_repetitions_are_left_out_and_told(tmp_path):
    path = tmp_path / "net.txt"
    path.write_text("a b\nb a\nc c\n")
    out, notes = analysed(path, json=True)
    found = json.loads(out)
    assert (found["nodes"], found["edges"], found["components"]) == (3, 1, 2)
    assert "1 edges from a node to itself left out" in notes and "1 edges that repeat another" in notes


def test_directions_and_weights_count_when_asked(tmp_path):
    path = tmp_path / "net.csv"
    path.write_text("source,target,weight\na,b,1\nb,c,1\nc,a,1\na,c,5\n")
    assert answer(path)["edges"] == 3
    assert answer(path, directed=True)["edges"] == 4
    assert answer(path, directed=True)["betweenness"] == {"a": 0.5, "b": 0.0, "c": 0.5}
    assert answer(path, weighted=True)["betweenness"]["a"] == 0.0


def test_the_summary_can_be_read(club):
    out, _ = analysed(club / "club.csv")
    assert "nodes 34, edges 78, pieces 1" in out
    assert "communities 4 (modularity 0.4198)" in out
    assert "  0.437635  0" in out


def test_a_sample_tells_how_far_it_may_be_off(club):
    _, notes = analysed(club / "club.csv", sample=5)
    assert "in 95 of 100 cases" in notes


def test_rows_that_cannot_be_used_stop_it_unless_they_are_to_be_skipped(tmp_path):
    path = tmp_path / "net.csv"
    path.write_text("source,target\na,b\nb,\nb,c\n")
    with pytest.raises(CommandError) as error:
        analysed(path)
    assert "1 row cannot be used" in str(error.value) and "row 3, target" in str(error.value)
    out, notes = analysed(path, json=True, skip_bad=True)
    assert json.loads(out)["edges"] == 2 and "1 rows left out" in notes


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"sample": 0}, "1 or more"),
        ({"sample": 5, "directed": True}, "Leave one of them out"),
        ({"weighted": True}, "Weights must be above 0"),
    ],
    ids=["none", "both", "weights"],
)
def test_options_that_make_no_sense_are_refused(tmp_path, options, said):
    path = tmp_path / "net.csv"
    path.write_text("source,target,weight\na,b,-1\n")
    with pytest.raises(CommandError, match=said):
        analysed(path, **options)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(CommandError, match="there is no such file"):
        analysed(tmp_path / "nothing.graphml")
