"""What the page of a listing says of taking part: places left, who is needed, links elsewhere."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from config.compiled import Compiled
from listings.access import permissions
from listings.models import BookingTerms, Listing, ListingLink
from mapping.models import Node, NodeKind, Viewer
from mapping.nodes.providers import Action, Section

from .dates import choices

SHOWN = 4
# Asked only of a listing that the viewer may see.
_LINKS = Compiled(lambda listing: ListingLink.objects.filter(listing=listing)[:10], listing=int)
_TERMS = Compiled(
    lambda listing: BookingTerms.objects.select_related("listing__place").filter(listing=listing, is_open=True),
    listing=int,
)


def sections(node: Node, viewer: Viewer, asked=None) -> list[Section]:
    """Return "Take part" where it takes bookings, "Watch, listen, read" where it has links. Two queries for most."""
    if node.kind != NodeKind.ACTIVITY:
        return []
    found = []
    links = _LINKS.objects(listing=node.pk)
    if links:
        found.append(
            Section(
                _("Watch, listen, read"),
                links=[{"label": it.words or str(it.get_kind_display()), "url": it.url} for it in links],
                position=-12,
            )
        )
    terms = _TERMS.first(listing=node.pk)
    if terms is not None:
        found += _of_terms(terms.listing, terms)
    return found


def _of_terms(listing: Listing, terms: BookingTerms) -> list[Section]:
    coming = choices(listing, terms)
    if not coming:
        return []
    zone = listing.place.timezone if listing.place_id else None
    with timezone.override(zone):
        lines = []
        for it in coming[:SHOWN]:
            when = date_format(timezone.localtime(it.starts_at), "l j F, H:i")
            lines.append(": ".join(part for part in (", ".join(filter(None, (when, it.label))), it.words) if part))
    label = _("Sign up to help") if terms.is_shifts else _("Book a place")
    title = _("Help out") if terms.is_shifts else _("Take part")
    url = reverse("book", args=[listing.uuid])
    return [Section(title, lines=lines, links=[{"label": label, "url": url}], position=-15)]


def actions(user, node: Node) -> list[Action]:
    """Return the link to its bookings, for whoever looks after it; to its links, where their changes count at once."""
    if not user.is_authenticated or node.kind != NodeKind.ACTIVITY:
        return []
    listing = Listing.objects.filter(pk=node.pk).select_related("organiser").first()
    if listing is None or not permissions.may_change(user, listing):
        return []
    found = [Action(reverse("bookings", args=[listing.uuid]), _("Bookings, shifts, who comes"), 5, own=True)]
    if permissions.can_edit(user, listing):
        url = reverse("listing-links", args=[listing.uuid])
        found.append(Action(url, _("Livestream and other links"), 6, own=True))
    return found
