"""Is the same thing already here? Names that are alike, near each other, from different sources.

Nothing is merged here: pairs become MatchCandidates, and a person decides. Records of one source are
taken at their word: two rows of one publisher are two things.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from rapidfuzz import fuzz

from mapping.models import CandidateState, MatchCandidate, Node

NEAR_METRES = 150
# Further apart, a shared number does not make one thing of two with different names.
FAR_METRES = 1_000
ALIKE = 0.86  # from 0 to 1; chosen so that "St Johns Centre" and "St. John's Centre" are alike
MAX_PER_NODE = 3
# What the database may filter out before names are compared properly (pg_trgm, 0 to 1).
ROUGHLY_ALIKE = 0.35
ROUGHLY_ALIKE_ALONE = 0.6

_COMMON = re.compile(r"\b(the|of|and|ltd|limited|cic|cio|plc|llp|charity|incorporated|inc|company)\b|[^a-z0-9 ]")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two nodes (ids) that may be one; `older` was here first."""

    older: int
    newer: int
    score: float
    reason: str


def plain_name(name: str) -> str:
    """A name without what people leave out or spell differently.

    >>> plain_name("The St. John's Centre (Old Trafford) CIC")
    'st johns centre old trafford'
    """
    text = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    text = text.replace("'", "").replace("&", " ").replace("saint ", "st ")
    text = re.sub(r"[-/.,()]", " ", text)
    return " ".join(_COMMON.sub(" ", text).split())


def likeness(one: str, other: str) -> float:
    """How alike two names are, from 0 to 1 (1: the same words, in any order)."""
    one, other = plain_name(one), plain_name(other)
    if not one or not other:
        return 0.0
    return fuzz.token_sort_ratio(one, other) / 100


def far_and_unlike(node: Node, name: str, where: tuple[float, float] | None) -> bool:
    """Whether a node and a row that share a number are two things all the same: far apart and called otherwise."""
    if where is None or node.location is None:
        return False
    if any(likeness(name, other) >= ALIKE for other in (node.name, *node.other_names)):
        return False
    east = (where[0] - node.location.x) * math.cos(math.radians(where[1]))
    return math.hypot(east, where[1] - node.location.y) * 111_320 > FAR_METRES


# `public_point` has the index; distances are between the true locations.
_NEAR = """
SELECT o.id, n.id, o.name, n.name, ST_Distance(o.location::geography, n.location::geography)
FROM mapping_node n
JOIN mapping_node o ON o.public_point && ST_Expand(n.location, %(degrees)s, %(degrees)s / 2)
  AND o.id < %(first)s AND o.kind = n.kind AND o.state <> 'archived'
  AND o.source_id IS DISTINCT FROM n.source_id
  AND similarity(o.name, n.name) >= %(roughly)s
WHERE n.id = ANY(%(ids)s) AND n.location IS NOT NULL
"""
# Without a point, only the name is left, within the same home place: an organisation's may be alike, any
# other's must be the same to the letter (of any case), for there is a "Play area" in every street.
_BY_NAME = """
SELECT o.id, n.id, o.name, n.name, NULL
FROM mapping_node n
JOIN mapping_node o ON {names}
  AND o.id <> n.id AND o.kind = n.kind AND o.state <> 'archived'
  AND o.place_id IS NOT DISTINCT FROM n.place_id
  AND (%(within)s OR o.source_id IS DISTINCT FROM n.source_id)
WHERE n.id = ANY(%(ids)s) AND (n.location IS NULL OR o.location IS NULL) AND n.kind {kinds}
"""
_SAME_NAME = _BY_NAME.format(names="upper(o.name) = upper(n.name)", kinds="<> 'organisation'")
_ALIKE_NAME = _BY_NAME.format(
    names="mapping_plain_name(o.name) %% mapping_plain_name(n.name)", kinds="= 'organisation'"
)


def alike(new_ids: Sequence[int], *, within_source: bool = False) -> list[Pair]:
    """Pairs of a node of `new_ids` (just created, so with the highest ids) and one that is alike.

    `within_source` also compares same names of one source: for sources that keep no register of their
    own, such as a funder's list of grants.
    """
    if not new_ids:
        return []
    values = {
        "ids": list(new_ids),
        "first": min(new_ids),
        "degrees": NEAR_METRES / 111_320 * 2,  # a degree of longitude is shorter up here
        "roughly": ROUGHLY_ALIKE,
        "within": within_source,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NEAR, values)
        rows = cursor.fetchall()
        cursor.execute(_SAME_NAME, values)
        rows += cursor.fetchall()
        cursor.execute("SELECT set_limit(%s)", [ROUGHLY_ALIKE_ALONE])
        cursor.execute(_ALIKE_NAME, values)
        rows += cursor.fetchall()
    best: dict[int, list[Pair]] = {}
    for older, newer, old_name, new_name, metres in rows:
        if metres is not None and metres > NEAR_METRES:
            continue
        score = likeness(old_name, new_name)
        if score < ALIKE:
            continue
        if older > newer:
            older, newer = newer, older
        where = "not on the map" if metres is None else f"{metres:.0f} m apart"
        same = "the same name" if plain_name(old_name) == plain_name(new_name) else "alike names"
        best.setdefault(newer, []).append(Pair(older, newer, score, f"{same}, {where}"))
    return [pair for pairs in best.values() for pair in sorted(pairs, key=lambda p: (-p.score, p.older))[:MAX_PER_NODE]]


def keep_candidates(pairs: Sequence[Pair]) -> int:
    """Write pairs for a person to decide. A pair that is there, decided or not, is left alone."""
    rows = {(min(p.older, p.newer), max(p.older, p.newer)): p for p in pairs if p.older != p.newer}
    if not rows:
        return 0
    there = set(
        MatchCandidate.objects.filter(second__in={second for _, second in rows}).values_list("first_id", "second_id")
    )
    made = MatchCandidate.objects.bulk_create(
        [
            MatchCandidate(
                first_id=first,
                second_id=second,
                score=round(pair.score, 4),
                reason=pair.reason[:300],
                state=CandidateState.WAITING,
            )
            for (first, second), pair in rows.items()
            if (first, second) not in there
        ],
        batch_size=1000,
        ignore_conflicts=True,
    )
    return len(made)
