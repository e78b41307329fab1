"""What a network is like in a few figures, as `analyse_graph` says it, by the same engine that measures places.

References
----------
Brandes, U. (2001), A faster algorithm for betweenness centrality, Journal of Mathematical Sociology 25, 163-177.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import igraph
import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import centrality, measures
from .communities import communities, modularity
from .network import Network

# Nodes times ties up to which betweenness is worked out exactly: about a minute. (Places stop earlier: they wait.)
EXACT_LIMIT = 1_000_000_000
# More edges than any place has: there two rounds of Leiden must do, and a small sample of nodes.
LARGE = 500_000
LARGE_ROUNDS = 2
LARGE_PIVOTS = 64


@dataclass(frozen=True, eq=False)
class Summary:
    """What a network is like.

    nodes, edges, components, bridges, articulation_points : counts; edges are joined pairs (ordered ones when
    directed). betweenness : (nodes,) float, normalised to 0..1; `error` is 0 when exact, else the largest by which a
    value is off in 95 of 100 cases. communities : (nodes,) int, the largest 0, each node without a tie one of
    its own. modularity : of these communities. loops, repeated : edges of the file that a simple network leaves out.
    """

    nodes: int
    edges: int
    components: int
    bridges: int
    articulation_points: int
    betweenness: NDArray[np.float64]
    communities: NDArray[np.int64]
    modularity: float
    error: float = 0.0
    loops: int = 0
    repeated: int = 0


def summarise(
    size: int,
    edges: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    directed: bool = False,
    exact_limit: int = EXACT_LIMIT,
    pivots: int | None = None,
    seed: int = 1,
) -> Summary:
    """Measure a network of `size` nodes.

    Parameters
    ----------
    edges : (m, 2) int, pairs of nodes 0 to size - 1. Loops and repetitions are left out.
    weights : (m,) float above 0, or None: every tie counts once. Weights of repeated ties add up; they say how
        strong a tie is, so for betweenness a tie is 1 / weight long.
    directed : betweenness follows directions, and edges are counted by direction. Pieces, bridges and communities
        are those of the network without directions.
    exact_limit : nodes times ties up to which betweenness is exact.
    pivots : sample betweenness from so many nodes (`centrality.betweenness`), however small the network is. Only
        without directions and weights.
    seed : of communities and of the sample.

    Examples
    --------
    >>> found = summarise(4, [(0, 1), (1, 2), (2, 1), (3, 3)])
    >>> found.edges, found.components, found.bridges, found.articulation_points, found.betweenness.tolist()
    (2, 2, 2, 1, [0.0, 0.3333333333333333, 0.0, 0.0])
    """
    pairs = np.asarray(edges, dtype=np.int64).reshape(-1, 2)
    loops = int((pairs[:, 0] == pairs[:, 1]).sum())
    network = Network.of(size, pairs, weights)
    if weights is None:
        network = Network(size, network.edges, np.ones(len(network.edges)))
    count = len(network.edges)
    off = 0.0
    if directed or weights is not None:
        between, count = _followed(size, pairs, network, weights, directed)
    else:
        if pivots is None and len(network.edges) > LARGE and size * len(network.edges) > exact_limit:
            pivots = LARGE_PIVOTS
        chosen = {"exact_limit": exact_limit} if pivots is None else {"exact_limit": 0, "pivots": pivots}
        found = centrality.betweenness(network, seed=seed, **chosen)
        between, off = found.values, found.error
    large = len(network.edges) > LARGE
    groups = _rough_communities(network, seed) if large else communities(network, seed=seed, smallest=1)
    alone = groups < 0
    groups[alone] = groups.max(initial=-1) + 1 + np.arange(alone.sum())
    return Summary(
        nodes=size,
        edges=count,
        components=int(measures.components(network).max(initial=-1)) + 1,
        bridges=len(measures.bridges(network)),
        articulation_points=len(measures.articulation_points(network)),
        betweenness=between,
        communities=groups,
        modularity=modularity(network, groups),
        error=off,
        loops=loops,
        repeated=len(pairs) - loops - count,
    )


def _rough_communities(network: Network, seed: int) -> NDArray[np.int64]:
    """Communities by two rounds of Leiden: to its fixed point would take very long with millions of ties."""
    igraph.set_random_number_generator(random.Random(seed))
    try:
        found = network.igraph.community_leiden(
            objective_function="modularity", weights="weight", n_iterations=LARGE_ROUNDS
        )
    finally:
        igraph.set_random_number_generator(random)
    return measures.by_size(np.asarray(found.membership, dtype=np.int64))


def _followed(
    size: int, pairs: NDArray[np.int64], network: Network, weights: ArrayLike | None, directed: bool
) -> tuple[NDArray[np.float64], int]:
    """Betweenness along directions, or by strength (Brandes 2001), and the number of edges."""
    if directed:
        heavy = np.ones(len(pairs)) if weights is None else np.asarray(weights, dtype=np.float64)
        apart = pairs[:, 0] != pairs[:, 1]
        keys, where = np.unique(pairs[apart, 0] * size + pairs[apart, 1], return_inverse=True)
        ends = np.column_stack(np.divmod(keys, max(size, 1)))
        strong = np.bincount(where.ravel(), weights=heavy[apart], minlength=len(keys))
    else:
        ends, strong = network.edges, network.weights
    graph = igraph.Graph(n=size, edges=ends.tolist(), directed=directed)
    lengths = None if weights is None else (1 / strong).tolist()
    ways = (size - 1) * (size - 2) / (1 if directed else 2)
    if ways <= 0:
        return np.zeros(size), len(ends)
    return np.asarray(graph.betweenness(directed=directed, weights=lengths), dtype=np.float64) / ways, len(ends)
