"""Which nodes somebody means by a name that they typed, best match first."""

from __future__ import annotations

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Case, IntegerField, Q, Value, When

MAX_NAMES = 8
# Below this many letters nearly everything matches.
MIN_LETTERS = 2


def like(nodes, text: str, *, most: int = MAX_NAMES, last: tuple[str, ...] = ()) -> list:
    """Return those of `nodes` (a queryset) whose name is `text`, begins with it, contains it or is similar.

    Slugs of categories in `last` are offered last. One query; none below `MIN_LETTERS` letters.
    """
    text = " ".join(text.split())[:200]
    if len(text) < MIN_LETTERS:
        return []
    matches = Q(name__icontains=text) | Q(name__trigram_word_similar=text) | Q(name__trigram_similar=text)
    return list(
        nodes.filter(matches)
        .annotate(
            rank=Case(
                When(name__iexact=text, then=Value(0)),
                When(category__slug__in=last, then=Value(3)),
                When(name__istartswith=text, then=Value(1)),
                default=Value(2),
                output_field=IntegerField(),
            ),
            likeness=TrigramWordSimilarity(text, "name"),
        )
        .order_by("rank", "-likeness", "name", "pk")[:most]
    )


def distinct_label(node) -> str:
    """A node's name with what tells it from others of that name: `Library, Sibson Road, M33 7SL`."""
    return ", ".join(part for part in (node.name, node.public_address or node.public_postcode) if part)
