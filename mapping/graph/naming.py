"""What sets a group apart from the rest: the words that it has more often, and who is in its middle.

References
----------
Sparck Jones, K. (1972), A statistical interpretation of term specificity and its application in retrieval, Journal of
Documentation 28, 11-21.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .snapshot import Snapshot

MAX_WORDS = 3
# A word tells something of a group when so many of it, and this share, have it, and it is so much more common there.
MIN_MEMBERS = 2
MIN_SHARE = 0.2
MIN_LIFT = 1.25


@dataclass(frozen=True)
class Word:
    """A tag or category that a group has more often than the whole.

    kind : "tag" or "category"; number : its place in the snapshot's `tables`; text : the tag, or the category's name in
    plural; share : of the group's members that have it; lift : how many times as common it is as in the whole.
    """

    kind: str
    number: int
    text: str
    share: float
    lift: float


def words(snapshot: Snapshot, groups: NDArray[np.int64], *, most: int = MAX_WORDS) -> dict[int, list[Word]]:
    """Return for each group (not -1) what sets it apart, the most telling first; at most `most` words.

    A word's weight is its share in the group times the logarithm of how many times as common it is there as in all
    of `snapshot` (term frequency times inverse document frequency, Sparck Jones 1972). Kept are words that at
    least `MIN_MEMBERS` members and a fifth of the group have, and that are 1.25 times as common there. A group that
    is like the whole gets no word.

    Parameters
    ----------
    groups : (n,) int, -1 for who is in none.
    """
    node, term, texts = _terms(snapshot)
    count = len(texts)
    found: dict[int, list[Word]] = {int(it): [] for it in np.unique(groups[groups >= 0])}
    if not count or not found:
        return found
    whole = np.bincount(term, minlength=count) / snapshot.size
    mine = groups[node]
    keys, often = np.unique(mine[mine >= 0] * count + term[mine >= 0], return_counts=True)
    group, word = np.divmod(keys, count)
    share = often / np.bincount(groups[groups >= 0])[group]
    lift = share / whole[word]
    keep = (often >= MIN_MEMBERS) & (share >= MIN_SHARE) & (lift >= MIN_LIFT)
    weight = share * np.log(np.maximum(lift, 1))
    for index in np.lexsort((word, -weight, group)):
        told = found[int(group[index])]
        kind, number, text = texts[int(word[index])]
        if keep[index] and len(told) < most and text.casefold() not in {it.text.casefold() for it in told}:
            told.append(Word(kind, number, text, float(share[index]), float(lift[index])))
    return found


def _terms(snapshot: Snapshot) -> tuple[NDArray[np.int64], NDArray[np.int64], list[tuple[str, int, str]]]:
    """Pairs of node and term, each once, and what the terms are: kind, number, text."""
    categories, tags = snapshot.tables["categories"], snapshot.tables["tags"]
    with_category = np.flatnonzero(snapshot.category >= 0)
    with_tags = np.repeat(np.arange(snapshot.size), np.diff(snapshot.tag_starts))
    node = np.concatenate([with_category, with_tags])
    term = np.concatenate([snapshot.category[with_category].astype(np.int64), snapshot.tags + len(categories)])
    texts = [("category", i, it["plural"] or it["name"]) for i, it in enumerate(categories)]
    return node, term, [*texts, *(("tag", i, str(it)) for i, it in enumerate(tags))]
