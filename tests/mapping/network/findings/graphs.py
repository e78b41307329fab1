"""Three hundred networks for the words to be true of: structured ones, random ones, with and without a ground."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import networkx

from mapping.graph.snapshot import Snapshot
from tests.mapping.graph.small import snapshot_of

TYPES = ("member-of", "works-with", "funds", "knows")
TIES = {"member-of": "bonding", "works-with": "bridging", "funds": "linking", "knows": ""}


def _several(*parts: networkx.Graph) -> networkx.Graph:
    return networkx.disjoint_union_all(parts)


def _council(size: int, seed: int) -> networkx.Graph:
    """One that many are joined with, some groups among them, pairs beside them: the shape of a borough."""
    draw = random.Random(seed)
    graph = networkx.star_graph(size)
    for _ in range(size // 2):
        graph.add_edge(draw.randint(1, size), draw.randint(1, size + size // 2))
    graph.remove_edges_from(list(networkx.selfloop_edges(graph)))
    return _several(graph, *[networkx.path_graph(2)] * (seed % 5), networkx.path_graph(3))


FAMILIES = {
    "only isolated": lambda it: networkx.empty_graph(it),
    "two nodes": lambda it: networkx.path_graph(2) if it % 2 else _several(*[networkx.path_graph(2)] * (1 + it)),
    "star": lambda it: networkx.star_graph(1 + it * 3),
    "stars": lambda it: _several(*(networkx.star_graph(1 + n % 7) for n in range(1 + it))),
    "path": lambda it: networkx.path_graph(2 + it * 2),
    "ring": lambda it: networkx.cycle_graph(3 + it),
    "clique": lambda it: networkx.complete_graph(2 + it),
    "cliques": lambda it: _several(*(networkx.complete_graph(2 + n % 5) for n in range(1 + it))),
    "bipartite": lambda it: networkx.complete_bipartite_graph(1 + it // 3, 2 + it % 5),
    "tree": lambda it: networkx.random_labeled_tree(3 + 3 * it, seed=it),
    "barbell": lambda it: networkx.barbell_graph(3 + it % 6, it % 4),
    "grid": lambda it: networkx.convert_node_labels_to_integers(networkx.grid_2d_graph(2 + it % 9, 2 + it)),
    "random": lambda it: networkx.gnm_random_graph(6 + 3 * it, 4 + 4 * it, seed=it),
    "sparse": lambda it: networkx.gnm_random_graph(10 + 4 * it, 4 + 3 * it, seed=it),
    "council": lambda it: _council(22 + 4 * it, it),
}


def networks(count: int = 300) -> list[tuple[str, networkx.Graph, Snapshot]]:
    """Name, the graph for networkx, and the same as a snapshot, in which some connections are said twice, of several
    types, worked out by rules, disputed or mutual, and some nodes are not on the map."""
    made = []
    for number in itertools.count():
        for name, family in FAMILIES.items():
            if len(made) == count:
                return made
            made.append(_made(f"{name} {number}", family(number)))


def _made(name: str, graph: networkx.Graph) -> tuple[str, networkx.Graph, Snapshot]:
    draw = random.Random(name)
    size = len(graph)
    rows = []
    for one, other in graph.edges():
        rows += [{"ends": (one, other), "type": draw.choice(TYPES)}] * draw.choice((1, 1, 1, 2))
    # What rules work out joins in no count of what is stated.
    rows += [{"ends": pair, "type": "near", "derived": True} for pair in itertools.combinations(range(min(size, 4)), 2)]
    # A third have no ground, in a third all lie close together, in a third they are spread over some kilometres.
    spread = draw.choice((None, 0.004, 0.15))
    points = None
    if spread:
        points = [
            (draw.gauss(-2.3, spread), draw.gauss(53.4, spread * 0.6)) if draw.random() < 0.9 else None
            for _ in range(size)
        ]
    rows = list({(it["ends"], it.get("type"), it.get("derived", False)): it for it in rows}.values())
    snapshot = snapshot_of(size, rows, points=points, types=[*TYPES, "near"] if rows else None)
    for kind in snapshot.tables["types"]:
        kind["tie"] = TIES.get(kind["slug"], "")
    stated = ~snapshot.derived
    number = snapshot.connections
    said = {"mutual": stated & (number % 3 == 0), "disputed": stated & (number % 7 == 0)}
    return name, graph, replace(snapshot, **said)
