"""Networks that are hard to put in order: regular, symmetric, many times the same; each of at most 3,000 nodes.

    for name, network in structured(2_000): ...

The first 200 are small for the most part, and each family is among them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import networkx
import numpy as np

from mapping.graph.network import Network

MAX_NODES = 3_000


def structured(count: int) -> Iterator[tuple[str, Network]]:
    """The first `count` networks: of each family in turn the next one."""
    made = 0
    for number in itertools.count():
        for name, family in FAMILIES.items():
            if made == count:
                return
            yield f"{name} {number}", _network(family(number))
            made += 1


def renumbered(network: Network, seed: int) -> Network:
    """The same network with its nodes numbered otherwise."""
    names = np.random.default_rng(seed).permutation(network.size)
    return Network.of(network.size, names[network.edges], network.weights)


def _network(graph: networkx.Graph) -> Network:
    graph = networkx.convert_node_labels_to_integers(graph)
    weights = [weight for _, _, weight in graph.edges(data="weight", default=1.0)]
    return Network.of(len(graph), list(graph.edges()), weights)


def _size(number: int, least: int, most: int) -> int:
    """Sizes from `least` to `most`, spread evenly by how they compare; more of them small."""
    return round(least * (most / least) ** ((number * 0.618034 % 1) ** 1.4))


def _paley(number: int) -> networkx.Graph:
    primes = (5, 13, 17, 29, 37, 41, 53, 61, 73, 89, 97, 101, 109, 113, 137, 149, 157, 173, 181, 193, 197, 229, 233)
    prime = primes[number % len(primes)]
    squares = {it * it % prime for it in range(1, prime)}
    return networkx.Graph([(i, (i + it) % prime) for i in range(prime) for it in squares])


def _shrikhande(number: int) -> networkx.Graph:
    """Strongly regular (16, 6, 2, 2), beside the lattice of the same parameters; so many of each."""
    steps = ((0, 1), (1, 0), (1, 1), (0, 3), (3, 0), (3, 3))
    points = list(itertools.product(range(4), repeat=2))
    one = networkx.Graph([((a, b), ((a + x) % 4, (b + y) % 4)) for a, b in points for x, y in steps])
    return networkx.disjoint_union_all([one, _lattice(1)] * (1 + number % 6))


def _lattice(number: int) -> networkx.Graph:
    return networkx.line_graph(networkx.complete_bipartite_graph(*[3 + number % 15] * 2))


def _triangular(number: int) -> networkx.Graph:
    return networkx.line_graph(networkx.complete_graph(5 + number % 14))


def _latin(number: int) -> networkx.Graph:
    """The cells of a Latin square, joined when they share a row, a column or a letter: strongly regular."""
    side = 4 + number % 12
    cells = list(itertools.product(range(side), repeat=2))
    return networkx.Graph(
        [
            (one, two)
            for one, two in itertools.combinations(cells, 2)
            if one[0] == two[0] or one[1] == two[1] or sum(one) % side == sum(two) % side
        ]
    )


def _kneser(number: int) -> networkx.Graph:
    sizes = [(5, 2), (6, 2), (7, 2), (7, 3), (8, 3), (9, 2), (9, 3), (9, 4), (10, 2), (10, 3), (11, 2)]
    of, chosen = sizes[number % 11]
    sets = [frozenset(it) for it in itertools.combinations(range(of), chosen)]
    return networkx.Graph([(one, two) for one, two in itertools.combinations(sets, 2) if not one & two])


def _plane(number: int) -> networkx.Graph:
    """Points and lines of a projective plane of prime order: who lies on what."""
    order = (2, 3, 5, 7, 11, 13)[number % 6]
    points = [(1, a, b) for a in range(order) for b in range(order)] + [(0, 1, a) for a in range(order)] + [(0, 0, 1)]
    return networkx.Graph(
        [
            (("point", *one), ("line", *two))
            for one, two in itertools.product(points, repeat=2)
            if sum(a * b for a, b in zip(one, two, strict=True)) % order == 0
        ]
    )


def _hadamard(number: int) -> networkx.Graph:
    """Rows and columns of a Hadamard matrix (Sylvester), each with both signs."""
    matrix = np.array([[1]])
    for _ in range(2 + number % 4):
        matrix = np.block([[matrix, matrix], [matrix, -matrix]])
    rows = range(len(matrix))
    return networkx.Graph([(("r", i, s), ("c", j, s * int(matrix[i, j]))) for i in rows for j in rows for s in (1, -1)])


def _twisted(number: int) -> networkx.Graph:
    """Cai, Fürer and Immerman's gadgets along a cubic graph, one tie twisted in every other: refinement is blind."""
    base = [networkx.complete_graph(4), networkx.petersen_graph(), networkx.cubical_graph(), networkx.heawood_graph()]
    cubic = networkx.convert_node_labels_to_integers(base[number // 2 % 4])
    graph = networkx.Graph()
    for node in cubic:
        for even in itertools.product((0, 1), repeat=3):
            if sum(even) % 2 == 0:
                graph.add_edges_from(
                    (("inner", node, even), ("end", node, other, bit))
                    for other, bit in zip(sorted(cubic[node]), even, strict=True)
                )
    for place, (one, other) in enumerate(cubic.edges()):
        twist = 1 if place == 0 and number % 2 else 0
        graph.add_edges_from((("end", one, other, bit), ("end", other, one, bit ^ twist)) for bit in (0, 1))
    return graph


def _cage(number: int) -> networkx.Graph:
    cages: list[Callable[[], networkx.Graph]] = [
        networkx.petersen_graph,
        networkx.heawood_graph,
        networkx.pappus_graph,
        networkx.desargues_graph,
        networkx.moebius_kantor_graph,
        networkx.hoffman_singleton_graph,
        networkx.dodecahedral_graph,
        networkx.tutte_graph,
        networkx.frucht_graph,
        lambda: networkx.LCF_graph(24, [12, 7, -7], 8),
        lambda: networkx.LCF_graph(30, [-13, -9, 7, -7, 9, 13], 5),
        lambda: networkx.LCF_graph(112, [37, 13, -13, -37, 5, -5], 18),
    ]
    return networkx.disjoint_union_all([cages[number % 12]()] * (1 + number // 12 % 5))


def _circulant(number: int) -> networkx.Graph:
    size = _size(number, 12, MAX_NODES)
    return networkx.circulant_graph(size, sorted({1, 2 + number % 5, size // 2 - number % 3}))


def _copies(number: int) -> networkx.Graph:
    one = [
        networkx.complete_graph(2),
        networkx.cycle_graph(3 + number % 7),
        networkx.petersen_graph(),
        networkx.path_graph(4),
        networkx.complete_bipartite_graph(2, 3),
        networkx.random_regular_graph(3, 10, seed=number),
    ][number % 6]
    return networkx.disjoint_union_all([one] * max(_size(number, 8, MAX_NODES) // len(one), 2))


def _rings(number: int) -> networkx.Graph:
    """One long ring beside two of half its length: alike for every node in them."""
    half = 3 + _size(number, 4, MAX_NODES // 4 - 4)
    return networkx.disjoint_union_all([networkx.cycle_graph(it) for it in (2 * half, half, half)])


def _multipartite(number: int) -> networkx.Graph:
    return networkx.complete_multipartite_graph(*[2 + number % 7] * (3 + number % 23))


def _torus(number: int) -> networkx.Graph:
    high = 3 + number % 45
    return networkx.grid_2d_graph(high, min(3 + _size(number, 4, 60), MAX_NODES // high), periodic=bool(number % 2))


def _caterpillar(number: int) -> networkx.Graph:
    spine = networkx.path_graph(_size(number, 6, MAX_NODES // 3))
    legs = [(node, ("leg", node, it)) for node in spine for it in range((node * number) % 3)]
    spine.add_edges_from(legs)
    return spine


def _theatre(number: int) -> networkx.Graph:
    """A small causal map: factors in two layers, everything of one tied to everything of the other but itself."""
    side = 4 + number % 30
    return networkx.Graph([(("a", i), ("b", j)) for i in range(side) for j in range(side) if i != j])


def _weighted(number: int) -> networkx.Graph:
    graph = networkx.circulant_graph(_size(number, 12, 600), [1, 2, 5])
    for one, other, data in graph.edges(data=True):
        data["weight"] = 1.0 + (one + other) % 3
    return graph


def _town(number: int) -> networkx.Graph:
    """Hubs with leaves, pairs, lonely nodes: what a neighbourhood looks like."""
    graph = networkx.barabasi_albert_graph(_size(number, 30, 2_400), 1 + number % 2, seed=number)
    graph.add_edges_from((("pair", it, 0), ("pair", it, 1)) for it in range(number % 40))
    graph.add_nodes_from(("alone", it) for it in range(number % 25))
    return graph


FAMILIES: dict[str, Callable[[int], networkx.Graph]] = {
    "Paley": _paley,
    "Shrikhande and lattice": _shrikhande,
    "lattice": _lattice,
    "triangular": _triangular,
    "Latin square": _latin,
    "hypercube": lambda it: networkx.hypercube_graph(2 + it % 10),
    "Kneser": _kneser,
    "projective plane": _plane,
    "Hadamard": _hadamard,
    "Cai, Fürer and Immerman": _twisted,
    "cages": _cage,
    "circulant": _circulant,
    "copies": _copies,
    "rings": _rings,
    "multipartite": _multipartite,
    "torus or grid": _torus,
    "random regular": lambda it: networkx.random_regular_graph(3 + it % 4, 2 * (_size(it, 8, MAX_NODES) // 2), it),
    "random tree": lambda it: networkx.random_labeled_tree(_size(it, 8, MAX_NODES), seed=it),
    "balanced tree": lambda it: networkx.balanced_tree(2 + it % 3, 2 + it % 4),
    "caterpillar": _caterpillar,
    "path": lambda it: networkx.path_graph(_size(it, 8, MAX_NODES)),
    "ladder": lambda it: networkx.circular_ladder_graph(_size(it, 6, MAX_NODES // 2)),
    "bipartite without a matching": _theatre,
    "weighted circulant": _weighted,
    "town": _town,
    "drawn at random": lambda it: networkx.gnm_random_graph(n := _size(it, 10, MAX_NODES), 3 * n, it),
    "barbell": lambda it: networkx.barbell_graph(3 + it % 40, it % 12),
    "star of stars": lambda it: networkx.full_rary_tree(3 + it % 9, _size(it, 10, MAX_NODES)),
}
