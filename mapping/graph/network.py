"""A network: how many nodes, which pairs are joined, how strongly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import igraph
import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Network:
    """A simple undirected network, immutable.

    Parameters
    ----------
    size : int
        Number of nodes; they are called 0 to size - 1.
    edges : (m, 2) array of int
        Pairs of nodes, the smaller first, each pair once, in order.
    weights : (m,) array of float
        How strong each pair's tie is (a number of statements); above 0.

    Use `Network.of`, which makes any list of ties simple.
    """

    size: int
    edges: NDArray[np.int64]
    weights: NDArray[np.float64]

    @classmethod
    def of(cls, size: int, edges: ArrayLike, weights: ArrayLike | None = None) -> Network:
        """Make a network of ties in any order and direction. Parallel ties add up, loops are left out.

        Raises
        ------
        ValueError
            When an end is not a node (below 0, or `size` and above), or there is not one weight a tie.

        Examples
        --------
        >>> Network.of(3, [(1, 0), (0, 1), (2, 2), (1, 2)]).edges.tolist()
        [[0, 1], [1, 2]]
        """
        pairs = np.asarray(edges, dtype=np.int64).reshape(-1, 2)
        heavy = np.ones(len(pairs)) if weights is None else np.asarray(weights, dtype=np.float64).ravel()
        if len(heavy) != len(pairs):
            raise ValueError(f"{len(pairs)} ties need as many weights, not {len(heavy)}.")
        if len(pairs) and (pairs.min() < 0 or pairs.max() >= size):
            raise ValueError(f"Ties must join nodes 0 to {size - 1}.")
        apart = pairs[:, 0] != pairs[:, 1]
        pairs, heavy = np.sort(pairs[apart], axis=1), heavy[apart]
        # A pair as one number: sorting those is ten times faster than sorting rows.
        keys, where = np.unique(pairs[:, 0] * size + pairs[:, 1], return_inverse=True)
        summed = np.bincount(where.ravel(), weights=heavy, minlength=len(keys))
        simple = np.column_stack(np.divmod(keys, max(size, 1)))
        return cls(size, simple.reshape(-1, 2), summed[: len(keys)].astype(np.float64))

    @cached_property
    def igraph(self) -> igraph.Graph:
        """The same network for igraph, with the edge attribute `weight`."""
        graph = igraph.Graph(n=self.size, edges=self.edges, directed=False)
        graph.es["weight"] = self.weights.tolist()
        return graph

    @cached_property
    def neighbours(self) -> list[NDArray[np.int64]]:
        """For each node the nodes that it is joined with, in order."""
        if not self.size:
            return []
        ends = np.concatenate([self.edges, self.edges[:, ::-1]])
        ends = ends[np.lexsort((ends[:, 1], ends[:, 0]))]
        return np.split(ends[:, 1], np.searchsorted(ends[:, 0], np.arange(1, self.size)))

    def without(self, nodes: ArrayLike) -> Network:
        """The same nodes, with every tie of `nodes` taken away."""
        gone = np.zeros(self.size, dtype=bool)
        gone[np.asarray(nodes, dtype=np.int64)] = True
        keep = ~gone[self.edges].any(axis=1)
        return Network(self.size, self.edges[keep], self.weights[keep])

    def only(self, nodes: ArrayLike) -> Network:
        """The part among `nodes`, which are called 0 to len(nodes) - 1, in their order."""
        nodes = np.asarray(nodes, dtype=np.int64)
        name = np.full(self.size, -1, dtype=np.int64)
        name[nodes] = np.arange(len(nodes))
        renamed = name[self.edges]
        keep = (renamed >= 0).all(axis=1)
        return Network.of(len(nodes), renamed[keep], self.weights[keep])
