"""Which venue or group of a place is meant by what somebody typed."""

from __future__ import annotations

from listings.models import Organisation
from mapping.models import PUBLIC, Node, NodeKind, Place
from mapping.search.names import MAX_NAMES, distinct_label, like

__all__ = ["is_public", "organisations_like", "distinct_label", "venues_like"]

# Categories of things at which people do not meet: offered last.
HARDLY_VENUES = ("defibrillator", "plaque", "memorial", "listed-building", "tram-stop", "toilets")


def venues_like(place: Place, text: str, most: int = MAX_NAMES) -> list[Node]:
    """Return public assets of `place` that stand on the map, best match first: the same name, then similar."""
    venues = Node.objects.visible_to(PUBLIC).current().of_place(place).filter(kind=NodeKind.ASSET).located()
    return like(venues, text, most=most, last=HARDLY_VENUES)


def organisations_like(place: Place, text: str, most: int = MAX_NAMES) -> list[Organisation]:
    """Return public organisations of `place`, best match first."""
    return like(Organisation.objects.visible_to(PUBLIC).current().of_place(place), text, most=most, last=HARDLY_VENUES)


def is_public(node: Node) -> bool:
    """Whether everybody may see `node`."""
    return Node.objects.visible_to(PUBLIC).filter(pk=node.pk).exists()
