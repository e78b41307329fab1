"""What a new listing may repeat, before it is judged: few of a million records, each found by an index.

- The nearest of the neighbourhood, whatever they are called (KNN on the public point).
- In the whole place: those of the same name; those that have every word of it, as it is typed or as a known word much
  like it is written; and, where a word is known nowhere, those that have the others.

Only after that the names are compared, by trigrams. Their index alone does not do: three trigrams in four of an
ordinary name are in ten thousand others, and to go through these takes a third of a second.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import Point
from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection, transaction
from django.db.models import BooleanField, FloatField, QuerySet, Value

from mapping.models import Node, NodeKind, NodeState, Place
from mapping.models.plain_name import WORDS, PlainName
from mapping.search import spelling
from mapping.search.geocoding import Spot
from mapping.search.geometry import box_around, distance_to, nearness_to
from mapping.search.text import Unguessed

# So many are compared by name, of each way of looking.
MOST_NEAR, MOST_SAME, MOST_WORDED, MOST_THEIRS = 600, 100, 300, 20
# Metres: nearly the same spot, and the neighbourhood in which somebody would repeat something.
SAME_SPOT, NEARBY = 60, 800
# From 0 to 1, by trigrams of the names.
MUCH_ALIKE, ALIKE, HARDLY = 0.5, 0.3, 0.12
MAX_WORDS = 8
# One common word is in a tenth of all names, and hardly one of them is like it.
MIN_WORDS = 2


@dataclass(frozen=True)
class Candidate:
    """A node (id): how alike its name is (0 to 1), how far its public point (metres; None: not known)."""

    pk: int
    kind: str
    likeness: float
    metres: float | None
    is_theirs: bool = False

    @property
    def is_here(self) -> bool:
        return self.metres is not None and self.metres <= SAME_SPOT

    @property
    def is_nearby(self) -> bool:
        return self.metres is not None and self.metres <= NEARBY

    def is_likely(self, same_time: bool) -> bool:
        if self.kind != NodeKind.ACTIVITY:
            return self.likeness >= MUCH_ALIKE
        return (
            self.likeness >= MUCH_ALIKE
            or (self.likeness >= ALIKE and (self.is_nearby or same_time))
            or (self.likeness >= HARDLY and self.is_here and same_time)
        )

    def score(self, same_time: bool) -> float:
        near = 0.3 if self.is_here else 0.15 if self.is_nearby else 0.0
        return self.likeness + near + (0.25 if same_time else 0.0)


def candidates(seen: QuerySet[Node], place: Place, name: str, near: Point | None, user: Any) -> list[Candidate]:
    """Return those of `seen` (nodes of `place`) that are near or called alike, and what `user` has waiting there.

    `near` is in degrees (4326). Three statements, bounded however many nodes there are; no id twice.
    """
    # Of the public point: distance tells no more than the map does.
    spot = Spot("", "", "postcode", near.x, near.y) if near is not None else None
    names, texts = _asked(name)
    # In no order: sorted by name, each of the thousands that may have these words would have to be read.
    seen = seen.order_by()
    ways = [seen.filter(name__iexact=it)[:MOST_SAME] for it in names]
    ways += [seen.filter(search_vector=Unguessed(it, search_type="raw", config=WORDS))[:MOST_WORDED] for it in texts]
    if spot is not None:
        around = seen.filter(point_3857__bboverlaps=box_around(spot.lon, spot.lat, NEARBY))
        ways.append(around.order_by(nearness_to(spot))[:MOST_NEAR])
    rows = [_measured(it, name, spot) for it in ways]
    if user.is_authenticated:
        waiting = Node.objects.filter(listing__posted_by=user, place=place, state=NodeState.PENDING)
        rows.append(_measured(waiting, name, spot, theirs=True).order_by("-likeness", "pk")[:MOST_THEIRS])
    with transaction.atomic(), connection.cursor() as cursor:
        # The planner takes these for large questions, and to start its helpers takes longer than the answer.
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        found = [Candidate(*row) for row in rows[0].union(*rows[1:])]
    return [it for it in found if it.is_theirs or it.likeness >= HARDLY]


def likeliest(found: Collection[Candidate], most: int) -> list[Candidate]:
    """Return those of `found` that may be likely if they are on at the same time, the likeliest first."""
    likely = [it for it in found if it.is_likely(same_time=True)]
    return sorted(likely, key=lambda it: (-it.score(same_time=False), it.pk))[:most]


def _measured(nodes: QuerySet[Node], name: str, spot: Spot | None, theirs: bool = False) -> QuerySet:
    nodes = nodes if nodes.query.is_sliced else nodes.order_by()
    return nodes.annotate(
        likeness=TrigramSimilarity(PlainName("name"), PlainName(Value(name))),
        metres=distance_to(spot) if spot is not None else Value(None, output_field=FloatField()),
        theirs=Value(theirs, output_field=BooleanField()),
    ).values_list("pk", "kind", "likeness", "metres", "theirs")


def _asked(name: str) -> tuple[list[str], list[str]]:
    """The names to look up, and what to search for (`to_tsquery`): every word, each as it is typed or like a known one;
    and without those that nobody knows, which may be misspelt beyond knowing."""
    words = list(dict.fromkeys(spelling.words_of(name)))[:MAX_WORDS]
    alike = spelling.alike(words) if words else {}
    if len(words) < MIN_WORDS:
        return [name, *(it for other in alike.values() for it in other if it != name.lower())], []
    # A known word stands for itself: with all that are like it, ten times as many rows have to be looked at.
    known = [word for word in words if word in alike[word]]
    either = [word if word in known else f"({' | '.join([word, *alike[word]])})" for word in words]
    texts = [either, known] if MIN_WORDS <= len(known) < len(either) else [either]
    return [name], [" & ".join(it) for it in texts]
