"""Where a tie may be missing, and what hangs on one node: suggestions with their reasons, the strongest first.

Everything here only says where to look. Whether two should know each other, they know best.

References
----------
Burt, R. S. (1992), Structural Holes: The Social Structure of Competition, Harvard University Press.
Newman, M. E. J. (2006), Modularity and community structure in networks, PNAS 103, 8577-8582.
Hopcroft, J. and Tarjan, R. (1973), Efficient algorithms for graph manipulation, CACM 16, 372-378.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from . import measures
from .communities import communities
from .terrain import Terrain

GROUPS, UNMET, ALONE, HELD = "groups", "unmet", "alone", "held"
WHAT = (GROUPS, UNMET, ALONE, HELD)
"""Two groups with much in common and few ties; two nodes near and alike but far in the network; a node without ties
beside others of its kind; a node that others hang on."""
MAX_FOUND = 40
NEAR_METRES = 1000.0
ALONE_METRES = 1500.0
# Two are far from each other in the network from so many steps on.
FAR_STEPS = 4
# One node is named so often in one kind of suggestion, so that nobody is sent to everybody.
MAX_OF_A_NODE = 2
# Candidates looked at closely, and single points of failure: the rest are weaker still.
CANDIDATES = 2000
CLOSELY = 100
POINTS = 60
# Groups that are put beside each other, the largest.
MAX_GROUPS = 200
# One that hangs on another is the edge of every network.
MIN_CUT_OFF = 2
SCALE_METRES = 500.0


@dataclass(frozen=True)
class Gap:
    """One suggestion.

    what : one of `WHAT`; nodes : whom it is about (two groups: the middle of each); members : of both groups, or who
    hangs on the node; terms : what they have in common; score : 0 to 1, comparable within `what`.
    Numbers by `what`: groups `links`, `expected`, `metres`, `first`, `second` (sizes); unmet `metres`, `steps` (0: no
    way but through hubs); alone `metres`, `links` (of the other); held `alone`,
    `pieces`, `cut_off`, `others`, `largest` (`measures.Falling`).
    """

    what: str
    nodes: tuple[int, ...]
    score: float
    numbers: dict[str, float] = field(default_factory=dict)
    terms: tuple[int, ...] = ()
    members: tuple[tuple[int, ...], ...] = ()


def find(terrain: Terrain, *, most: int = MAX_FOUND, seed: int = 1) -> dict[str, list[Gap]]:
    """Return the suggestions of each kind, the strongest first, at most `most` of each."""
    group = communities(terrain.network, apart=terrain.hubs, seed=seed)
    return {
        GROUPS: groups_apart(terrain, group)[:most],
        UNMET: unmet(terrain)[:most],
        ALONE: alone(terrain)[:most],
        HELD: held(terrain)[:most],
    }


def groups_apart(terrain: Terrain, group: NDArray[np.int64]) -> list[Gap]:
    """Return pairs of groups that have much in common and fewer ties than chance would give.

    For groups a and b, `links` L counts the ties between them in the network without hubs, and `expected` is what the
    configuration model gives: E = K_a K_b / 2m, where K is the sum of the degrees of a group and m the number of
    ties (Newman 2006). What they have in common is the cosine of their profiles, each term weighing its share in the
    group times how much it tells; groups whose middles are within `NEAR_METRES` count as having a fifth in common
    for that alone. Score: common x sqrt(min(1, sizes/10)) / (1 + L); only pairs with L <= E, or none at all.

    Parameters
    ----------
    group : (n,) int, -1 for who is in none; the largest `MAX_GROUPS` are looked at
    """
    group = np.where(group < MAX_GROUPS, group, -1)
    count = int(group.max(initial=-1)) + 1
    if count < 2:
        return []
    sizes = np.bincount(group[group >= 0], minlength=count)
    profile = _profiles(terrain, group, count, sizes)
    length = np.linalg.norm(profile, axis=1)
    cosine = (profile @ profile.T) / np.maximum(np.outer(length, length), 1e-12)
    middle = _middles(terrain, group, count)
    metres = np.hypot(*(middle[:, None, :] - middle[None, :, :]).transpose(2, 0, 1))
    near = np.nan_to_num(metres, nan=np.inf) <= NEAR_METRES
    common = np.minimum(cosine + 0.2 * near, 1.0)
    links = np.zeros((count, count))
    ends = group[terrain.rest.edges]
    across = (ends >= 0).all(axis=1) & (ends[:, 0] != ends[:, 1])
    np.add.at(links, (ends[across, 0], ends[across, 1]), 1)
    links += links.T
    degree = measures.degree(terrain.rest)
    share = np.bincount(group[group >= 0], weights=degree[group >= 0], minlength=count)
    expected = np.outer(share, share) / max(2 * len(terrain.rest.edges), 1)
    weight = np.sqrt(np.minimum(1.0, np.outer(sizes, sizes) / 100))
    score = np.triu(common * weight / (1 + links), 1)
    score[(links > 0) & (links > expected)] = 0
    score[common < 0.2] = 0
    members = [
        tuple(who[np.lexsort((who, -degree[who]))].tolist())
        for who in (np.flatnonzero(group == it) for it in range(count))
    ]
    found = []
    for a, b in zip(*np.nonzero(score), strict=True):
        shared = profile[a] * profile[b]
        terms = np.lexsort((np.arange(len(shared)), -shared))[:3]
        found.append(
            Gap(
                GROUPS,
                (members[a][0], members[b][0]),
                float(score[a, b]),
                {
                    "links": int(links[a, b]),
                    "expected": float(expected[a, b]),
                    "metres": float(metres[a, b]),
                    "first": int(sizes[a]),
                    "second": int(sizes[b]),
                },
                tuple(int(it) for it in terms if shared[it] > 0),
                (members[a], members[b]),
            )
        )
    return _spread(found)


def unmet(terrain: Terrain) -> list[Gap]:
    """Return pairs that are near and alike but far from each other in the network (structural holes, Burt 1992).

    Near: at most `NEAR_METRES` apart. Alike: they share a telling term. Far: `FAR_STEPS` steps or more, or no way at
    all, when hubs are left out. Score: likeness x exp(-metres/500) x (1 without a way, else 1 - 2/steps). Both have
    a tie already: for who has none see `alone`.
    """
    tied = np.flatnonzero(terrain.acts & (terrain.degree > 0))
    pairs = terrain.alike_pairs(tied, tied, within=NEAR_METRES, nearest=6)
    pairs, metres, likeness = _strongest(terrain, pairs)
    if not len(pairs):
        return []
    starts = np.unique(pairs[:, 0])
    graph = terrain.rest.igraph
    close = dict(zip(starts.tolist(), map(set, graph.neighborhood(starts.tolist(), FAR_STEPS - 1)), strict=True))
    keep = np.flatnonzero([b not in close[a] for a, b in pairs.tolist()])[: MAX_OF_A_NODE * CLOSELY]
    pairs, metres, likeness = pairs[keep], metres[keep], likeness[keep]
    ways = [graph.distances(a, b)[0][0] for a, b in pairs.tolist()]
    steps = np.array([0 if np.isinf(it) else it for it in ways], dtype=np.int64)
    far = np.where(steps == 0, 1.0, 1 - 2 / np.maximum(steps, 1))
    score = likeness * np.exp(-metres / SCALE_METRES) * far
    return _spread(
        [
            Gap(
                UNMET,
                (int(pairs[i, 0]), int(pairs[i, 1])),
                float(score[i]),
                {"metres": float(metres[i]), "steps": int(steps[i])},
                tuple(terrain.common(*pairs[i]).tolist()[:3]),
            )
            for i in np.flatnonzero(score)
        ]
    )


def alone(terrain: Terrain) -> list[Gap]:
    """Return nodes without any tie, each with the nearest of its kind that has some.

    At most `ALONE_METRES` apart, sharing a telling term. Score: likeness x exp(-metres/500).
    """
    lonely = np.flatnonzero(terrain.acts & (terrain.degree == 0))
    tied = np.flatnonzero(terrain.acts & (terrain.degree > 0))
    pairs, metres, likeness = _strongest(terrain, terrain.alike_pairs(lonely, tied, within=ALONE_METRES, nearest=3))
    score = likeness * np.exp(-metres / SCALE_METRES)
    best: dict[int, Gap] = {}
    for i in np.lexsort((pairs[:, 1], pairs[:, 0], -score)) if len(pairs) else []:
        one, other = (int(it) for it in pairs[i])
        if terrain.degree[one]:
            one, other = other, one
        if one not in best:
            numbers = {"metres": float(metres[i]), "links": int(terrain.degree[other])}
            terms = tuple(terrain.common(one, other).tolist()[:3])
            best[one] = Gap(ALONE, (one, other), float(score[i]), numbers, terms)
    return _spread(list(best.values()))


def held(terrain: Terrain) -> list[Gap]:
    """Return single points of failure: nodes without which others lose their last way to the rest.

    Articulation points (Hopcroft and Tarjan 1973), of which the `POINTS` with the most ties are looked at: `alone`
    nodes left without any tie, `pieces` of two and more that come apart, `cut_off` nodes in all. Score: the share
    of its piece that is cut off. Members: the best joined of the two largest pieces that would come apart, between
    which a tie would help most; none when only single nodes hang on it.
    """
    cut = measures.articulation_points(terrain.network)
    worst = cut[np.lexsort((cut, -terrain.degree[cut]))][:POINTS]
    piece = measures.components(terrain.network)
    sizes = np.bincount(piece, minlength=1)
    found = []
    for it in measures.falling(terrain.network, worst):
        if it.cut_off < MIN_CUT_OFF:
            continue
        numbers = {name: getattr(it, name) for name in ("alone", "pieces", "cut_off", "others", "largest")}
        share = it.cut_off / max(int(sizes[piece[it.node]]) - 1, 1)
        found.append(Gap(HELD, (it.node,), float(share), numbers, members=_rejoined(terrain, it.node)))
    return sorted(found, key=lambda it: (-it.numbers["cut_off"], it.nodes))


def key(gap: Gap, name: Callable[[int], str]) -> str:
    """A name for a suggestion that stays while what it is about stays; `name` gives a node's own (its uuid)."""
    ends = [name(it) for it in gap.nodes]
    return ":".join([gap.what, *(ends[:1] if gap.what == ALONE else sorted(ends))])


def _strongest(
    terrain: Terrain, pairs: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """The pairs that are nearest and most alike, at most `CANDIDATES`; their metres and likeness."""
    metres = terrain.apart(pairs)
    if len(pairs) > 4 * CANDIDATES:
        keep = np.sort(np.argsort(metres, kind="stable")[: 4 * CANDIDATES])
        pairs, metres = pairs[keep], metres[keep]
    likeness = np.array([terrain.likeness(int(a), int(b)) for a, b in pairs])
    order = np.lexsort((np.arange(len(pairs)), -likeness * np.exp(-metres / SCALE_METRES)))[:CANDIDATES]
    return pairs[order], metres[order], likeness[order]


def _spread(found: list[Gap]) -> list[Gap]:
    """The strongest first, naming each node `MAX_OF_A_NODE` times at most."""
    named: dict[int, int] = {}
    kept = []
    for gap in sorted(found, key=lambda it: (-it.score, it.nodes)):
        if all(named.get(node, 0) < MAX_OF_A_NODE for node in gap.nodes):
            kept.append(gap)
            for node in gap.nodes:
                named[node] = named.get(node, 0) + 1
    return kept


def _profiles(terrain: Terrain, group: NDArray[np.int64], count: int, sizes: NDArray[np.int64]) -> NDArray[np.float64]:
    """(groups, terms): the share of each group that has each term, times how much the term tells.

    Things at the end of a single tie do not count: what hangs on a wall says little of those who meet within.
    """
    counts = np.zeros((count, len(terrain.terms)))
    mine = np.where(terrain.acts | (terrain.degree > 1), group, -1)[terrain.node]
    np.add.at(counts, (mine[mine >= 0], terrain.term[mine >= 0]), 1)
    # What one member alone has is not the group's.
    counts[counts < 2] = 0
    return counts / np.maximum(sizes, 1)[:, None] * terrain.specific


def _middles(terrain: Terrain, group: NDArray[np.int64], count: int) -> NDArray[np.float64]:
    """(groups, 2) float: the middle of each group on the ground; NaN when none of it is anywhere."""
    known = terrain.located & (group >= 0)
    number = np.bincount(group[known], minlength=count)
    sums = [np.bincount(group[known], weights=terrain.metres[known, axis], minlength=count) for axis in (0, 1)]
    return np.where(number > 0, np.array(sums) / np.maximum(number, 1), np.nan).T


def _rejoined(terrain: Terrain, node: int) -> tuple[tuple[int, ...], ...]:
    """The best joined of each of the two largest pieces of two and more that come apart without `node`."""
    piece = measures.components(terrain.network.without([node]))
    sides = np.unique(piece[terrain.network.neighbours[node]])
    parts = [np.flatnonzero(piece == it) for it in sides]
    large = sorted((it for it in parts if len(it) > 1), key=lambda it: (-len(it), it[0]))[:2]
    if len(large) < 2:
        return ()
    return tuple((int(it[np.lexsort((it, -terrain.degree[it]))[0]]),) for it in large)
