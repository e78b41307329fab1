"""Which venue or group of a place is meant by what somebody typed, and whether a listing is there already."""

from __future__ import annotations

from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db.models import Case, IntegerField, Q, Value, When

from mapping.models import Node, NodeKind, NodeState, Place
from mapping.viewers import PUBLIC

from .models import Listing, Organisation

MOST = 8
# Below this many letters nearly everything matches.
LEAST_LETTERS = 2
# Categories of things at which people do not meet: offered last.
HARDLY_VENUES = ("defibrillator", "plaque", "memorial", "listed-building", "tram-stop", "toilets")


def venues_like(place: Place, text: str, most: int = MOST) -> list[Node]:
    """Return public assets of `place` that stand on the map, best match first: the same name, then similar."""
    return _like(
        Node.objects.visible_to(PUBLIC).of_place(place).filter(kind=NodeKind.ASSET).located(), text, most
    )


def organisations_like(place: Place, text: str, most: int = MOST) -> list[Organisation]:
    """Return public organisations of `place`, best match first."""
    return _like(Organisation.objects.visible_to(PUBLIC).of_place(place), text, most)


def same_as(place: Place, name: str, user, most: int = 3) -> list[Listing]:
    """Return listings of `place` that a new one of this `name` may repeat: public ones, and what `user` has waiting."""
    public = Listing.objects.visible_to(PUBLIC).of_place(place)
    found = public.filter(name__trigram_similar=name)
    if user.is_authenticated:
        waiting = Listing.objects.filter(posted_by=user, place=place, state=NodeState.PENDING)
        found = found | waiting.filter(name__trigram_similar=name)
    return list(found.annotate(likeness=TrigramSimilarity("name", name)).order_by("-likeness", "pk")[:most])


def _like(nodes, text: str, most: int) -> list:
    text = " ".join(text.split())[:200]
    if len(text) < LEAST_LETTERS:
        return []
    matches = Q(name__icontains=text) | Q(name__trigram_word_similar=text) | Q(name__trigram_similar=text)
    return list(
        nodes.filter(matches)
        .annotate(
            rank=Case(
                When(name__iexact=text, then=Value(0)),
                When(category__slug__in=HARDLY_VENUES, then=Value(3)),
                When(name__istartswith=text, then=Value(1)),
                default=Value(2),
                output_field=IntegerField(),
            ),
            likeness=TrigramWordSimilarity(text, "name"),
        )
        .order_by("rank", "-likeness", "name", "pk")[:most]
    )


def told_apart(node: Node) -> str:
    """A venue's name with what tells it from others of that name: `Library, Sibson Road, M33 7SL`."""
    return ", ".join(part for part in (node.name, node.public_address or node.public_postcode) if part)
