"""Which nodes somebody means by a name that they typed, best match first."""

from __future__ import annotations

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Case, IntegerField, Q, Value, When

from mapping.models.plain_name import PlainName, compared

MAX_NAMES = 8
# Below this many letters nearly everything matches.
MIN_LETTERS = 2


def like(nodes, text: str, *, most: int = MAX_NAMES, last: tuple[str, ...] = ()) -> list:
    """Return those of `nodes` (a queryset) whose name is `text`, begins with it, contains it or is similar.

    Accents, capitals, apostrophes and marks make no difference, nor do "St" and "Saint". `rank` is 0 where the name is
    `text`. Slugs of categories in `last` are offered last. One query; none below `MIN_LETTERS` letters.
    """
    text = " ".join(text.split())[:200]
    if len(compared(text)) < MIN_LETTERS:
        return []
    matches = (
        Q(name__plain__contains=text) | Q(name__plain__trigram_word_similar=text) | Q(name__plain__trigram_similar=text)
    )
    return list(
        nodes.filter(matches)
        .annotate(
            rank=Case(
                When(name__plain=text, then=Value(0)),
                When(category__slug__in=last, then=Value(3)),
                When(name__plain__startswith=text, then=Value(1)),
                default=Value(2),
                output_field=IntegerField(),
            ),
            likeness=TrigramWordSimilarity(PlainName(Value(text)), PlainName("name")),
        )
        .order_by("rank", "-likeness", "name", "pk")[:most]
    )


def distinct_label(node) -> str:
    """A node's name with what tells it from others of that name: `Library, Sibson Road, M33 7SL`."""
    return ", ".join(part for part in (node.name, node.public_address or node.public_postcode) if part)
