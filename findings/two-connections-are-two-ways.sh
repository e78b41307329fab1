#!/bin/sh
# PyPI networkx 3.6, igraph 1.0, rustworkx 0.18 and networkit 11.2: betweenness where one pair is connected twice (it funds, and it meets there).
# Guess, written first: a shortest way is a row of nodes, so two connections of one pair are one way, and all four give the same figures.
# Needs python3 with venv, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check networkx==3.6.1 igraph==1.0.0 rustworkx==0.18.1 networkit==11.2.2
"$work/venv/bin/python" -W ignore - <<'PYTHON'
import igraph
import networkit
import networkx
import rustworkx

names = ["council", "hall", "choir", "library"]
edges = [(0, 1), (0, 1), (1, 3), (0, 2), (2, 3)]
other = rustworkx.PyGraph(multigraph=True)
other.add_nodes_from(names)
other.add_edges_from_no_data(edges)
third = networkit.Graph(len(names))
for one, two in edges:
    third.addEdge(one, two)
found = {
    f"networkx {networkx.__version__}": networkx.betweenness_centrality(networkx.MultiGraph(edges), normalized=False),
    f"igraph {igraph.__version__}": dict(enumerate(igraph.Graph(len(names), edges).betweenness())),
    f"rustworkx {rustworkx.__version__}": dict(rustworkx.betweenness_centrality(other, normalized=False)),
    f"networkit {networkit.__version__}": dict(enumerate(networkit.centrality.Betweenness(third).run().scores())),
}
figures = []
for name, said in found.items():
    figures.append([round(said[node], 3) for node in range(len(names))])
    print(name, dict(zip(names, figures[-1])))
print("A ring of four, one side of it double: of networkx all four are equal, of the others hall and council are twice choir and library,")
print("and networkit's figures are those of igraph times two (it counts each pair both ways, until it is told to normalise).")
held = figures[0] == [0.5] * 4 and figures[1] == figures[2] == [0.667, 0.667, 0.333, 0.333]
raise SystemExit(0 if held and figures[3] == [1.333, 1.333, 0.667, 0.667] else 1)
PYTHON
