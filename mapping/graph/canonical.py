"""An order of nodes that does not depend on how they are called or numbered, as far as a bounded effort can tell.

What starts at random (groups, layouts) comes out alike for one network under any numbers only when it sees the nodes
in such an order.

References
----------
Weisfeiler, B. and Leman, A. (1968), The reduction of a graph to canonical form, NTI Series 2, 9, 12-16.
McKay, B. D. and Piperno, A. (2014), Practical graph isomorphism, II, Journal of Symbolic Computation 60, 94-112.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .network import Network
from .refinement import ROUND, Budget, Colouring, OutOfSteps, Ties, refine
from .symmetry import settle

# Steps (`refinement.Budget`): less than a tenth of a second for up to 3,000 nodes, and so much more for each node more.
STEPS = 8_000_000
STEPS_A_NODE = 2_500


@dataclass(frozen=True, eq=False)
class Order:
    """nodes : (size,) int, the nodes in order. settled : whether the same network under any other numbers gives the
    same network in this order. steps : how many it took, at most `budget`."""

    nodes: NDArray[np.int64]
    settled: bool
    steps: int
    budget: int


def order(network: Network, budget: int | None = None) -> Order:
    """Put the nodes in canonical order.

    Nodes are told apart by degree, then by what their neighbours are, and so on (Weisfeiler and Leman 1968). What is
    still alike is told apart by taking single nodes aside (McKay and Piperno 2014). All of that takes at most
    `budget` steps. What cannot be told apart within them keeps the order of its numbers, which is the order in which
    nodes were entered, and `settled` is False.

    Parameters
    ----------
    budget : steps that may be made. Default: `STEPS`, and `STEPS_A_NODE` for each node above 3,000.

    Examples
    --------
    >>> one, other = Network.of(3, [(0, 1), (1, 2)]), Network.of(3, [(2, 0), (0, 1)])
    >>> int(order(one).nodes[-1]), int(order(other).nodes[-1])
    (1, 0)
    >>> order(one).settled, order(one, budget=0).settled
    (True, False)
    """
    size = network.size
    steps = Budget(STEPS + STEPS_A_NODE * max(size - 3_000, 0) if budget is None else budget)
    colouring = Colouring.of(np.bincount(network.edges.ravel(), minlength=size))
    try:
        # Counted before the ties are copied: what is too large to be looked at once is not copied either.
        steps.spend(ROUND + 12 * len(network.edges))
        kinds = np.unique(network.weights, return_inverse=True)[1].astype(np.int64)
        ties = Ties.of(size, network.edges, kinds)
        refine(ties, colouring, np.arange(size), steps)
        return Order(settle(ties, colouring, steps), True, steps.spent, steps.most)
    except OutOfSteps:
        return Order(np.lexsort((np.arange(size), colouring.colours)), False, steps.spent, steps.most)
