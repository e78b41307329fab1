"""What a post says of who runs it and where it is: statements, by whoever posted it, once it is live.

`organiser runs listing` and `venue hosts listing`, for the group where its poster may speak for it, else as somebody
who lives or works here. They go when the listing is put elsewhere or in another group's name. What others said of the
same connections stays.
"""

from __future__ import annotations

from django.db.models import Q

from listings.access import permissions
from listings.models import Listing
from mapping.commands import connections
from mapping.commands.change import Change
from mapping.commands.connections import Claim
from mapping.models import Actor, AuditEntry, ConnectionType, LocationPrecision, NodeState, Statement, Visibility

# Statements of this kind are known by it: whoever posted may say the same again in their own words.
KEY = "listing"
# Why they are taken back, in the audit.
MOVED = "the listing says otherwise now"
RUNS, HOSTS = "runs", "hosts"


def keep(it: Change, listing: Listing, *, actor: Actor, said_by) -> None:
    """Bring the statements in line with a live listing, as a part of the change `it`. `said_by` is who says so now.

    Nothing is said for a listing that is not live or has no poster; not of a venue whose listings must not be found
    there exactly; and not with a type of connection that its place does not use.
    """
    wanted = _ends(listing)
    if listing.state != NodeState.LIVE:
        # Nobody sees it, nor how it is connected; what was said stays for when it is live again.
        return
    for statement in _said(listing):
        end = statement.connection.type.slug, statement.connection.source_id
        # It was said, by whomever: it is not said a second time.
        if wanted.pop(end, None) is None:
            connections.withdraw(actor=actor, statement=statement, reason=MOVED)
    if said_by is None:
        return
    claims = [
        _claim(listing, slug, source, said_by)
        for (slug, _pk), source in wanted.items()
        if _is_used(slug, listing) and not _was_taken_back(listing, slug, source)
    ]
    if claims:
        connections.state_within(it, claims)


def _was_taken_back(listing: Listing, slug: str, source) -> bool:
    """Whether somebody took it back by hand: then it is not said again behind their back."""
    last = (
        Statement.objects.filter(
            key=KEY, connection__target=listing.pk, connection__source=source, connection__type__slug=slug
        )
        .exclude(withdrawn_at=None)
        .order_by("-withdrawn_at")
        .first()
    )
    if last is None:
        return False
    taken = AuditEntry.objects.filter(target_uuid=last.uuid, action="withdraw statement").order_by("-pk").first()
    return taken is None or taken.data.get("reason") != MOVED


def _ends(listing: Listing) -> dict:
    """Type of connection and id of what it comes from, to that node."""
    found = {}
    if listing.organiser is not None:
        found[RUNS, listing.organiser_id] = listing.organiser
    # Where it must not be found exactly, its venue is not told of it either.
    if listing.venue is not None and listing.location_precision == LocationPrecision.EXACT:
        found[HOSTS, listing.venue_id] = listing.venue
    return found


def _said(listing: Listing):
    said = Statement.objects.live().filter(key=KEY, connection__target=listing.pk, by_source=None, by_rule="")
    return list(said.select_related("connection__type").order_by("pk"))


def _claim(listing: Listing, slug: str, source, said_by) -> Claim:
    group = listing.organiser if permissions.posts_for(said_by, listing.organiser) else None
    return Claim(
        source=source,
        target=listing,
        type=slug,
        by_user=said_by,
        by_node=group,
        key=KEY,
        # Not more people than may see the listing are told of it.
        visibility=listing.visibility,
        group=listing.group if listing.visibility == Visibility.GROUP else None,
    )


def _is_used(slug: str, listing: Listing) -> bool:
    types = ConnectionType.objects.filter(Q(place=None) | Q(place=listing.place), slug=slug)
    return types.exists() and not types.filter(hidden_in=listing.place_id).exists()
