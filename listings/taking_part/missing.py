"""What people did not find, for the stewards of the place: alike ones together, with how many asked."""

from __future__ import annotations

from django.db.models import Count, Max, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from listings.access import permissions
from listings.models import MissingReport
from listings.moderation import items
from listings.moderation.items import Button, Item, Waiting
from mapping.models import Place


def open_for(user):
    """What is open in the places of a steward, alike ones in one row; the longest open first."""
    rows = MissingReport.objects.filter(place__in=permissions.places_to_decide_in(user), answered_at=None)
    return (
        rows.order_by()
        .values("place_id", "alike")
        .annotate(
            number=Count("pk"),
            first=Min("created_at"),
            looked_for=Min("looked_for"),
            newest=Max("pk"),
            with_address=Count("pk", filter=~Q(email="")),
        )
        .order_by("first", "newest")
    )


def waiting(user, limit: int) -> Waiting:
    """The source of the queue (`listings.moderation.items`). Four queries."""
    if not user.is_authenticated:
        return Waiting()
    rows = open_for(user)
    number = items.count(rows)
    found = list(rows[:limit]) if limit else []
    places = Place.objects.in_bulk([it["place_id"] for it in found])
    reports = MissingReport.objects.in_bulk([it["newest"] for it in found])
    return Waiting(number, [_item(it, places[it["place_id"]], reports[it["newest"]]) for it in found])


def _item(row: dict, place: Place, report: MissingReport) -> Item:
    url = reverse("missing", args=[report.uuid])
    why = ngettext("%(n)s person did not find it", "%(n)s people did not find it", row["number"])
    return Item(
        key=str(report.uuid),
        title=row["looked_for"],
        why=why % {"n": row["number"]},
        since=row["first"],
        place=place,
        url=url,
        detail=report.words,
        buttons=(
            Button(_("Answer"), url, primary=True),
            Button(_("Nothing to be done"), url, True, (("close", "1"),)),
        ),
    )
