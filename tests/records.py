"""Something at every address of a place."""

from __future__ import annotations

from cms.commands import ensure_pages
from cms.models import Widget
from listings.commands import proposals
from listings.models import (
    Claim,
    ClaimState,
    ClaimWay,
    Feed,
    Invitation,
    Listing,
    ListingKind,
    Nomination,
    Organisation,
)
from mapping.models import Actor, NodeKind, NodeState, Place
from tests import factories


def make(place: Place, group: Organisation) -> dict[str, str]:
    """Make it, and return by what name each is found in an address (tests/test_access.py)."""
    ensure_pages(place, Actor.command("test"))
    hall = factories.NodeFactory(name="The hall", place=place)
    statement = factories.StatementFactory(connection=factories.ConnectionFactory(source=group, target=hall))
    listing = Listing.objects.create(
        name="Tea dance",
        place=place,
        kind=NodeKind.ACTIVITY,
        listing_kind=ListingKind.EVENT,
        organiser=group,
        category=factories.CategoryFactory(slug="event"),
        state=NodeState.PENDING,
    )
    date = factories.dates_for(listing)
    factories.open_space_of(group)
    suggestion, _new = proposals.suggest(node=hall, typed={"phone": "0161 496 0000"}, base={"phone": ""})
    widget = Widget.objects.create(name="A widget", place=place)
    report, photo = factories.report_with_photo(place)
    invitation = Invitation.objects.create(organisation=group, email="ann@example.org", role="editor")
    claim = Claim.objects.create(
        node=group, user=factories.UserFactory(), way=ClaimWay.STEWARD, state=ClaimState.WAITING, words="I run it."
    )
    place.refresh_from_db()
    return {
        "report": str(report.uuid),
        "photo": str(photo.uuid),
        "invitation": str(invitation.uuid),
        "claim": str(claim.uuid),
        "nomination": str(Nomination.objects.create(place=place, name="Choir").uuid),
        "node": str(hall.uuid),
        "connection": str(statement.connection.uuid),
        "statement": str(statement.uuid),
        "listing": str(listing.uuid),
        "date": date,
        "proposal": str(suggestion.uuid),
        "widget": widget.token,
        "group": str(group.uuid),
        "feed": str(Feed.objects.create(organisation=group, url="https://example.org/calendar.ics").uuid),
        "revision": place.revision_token,
    }
