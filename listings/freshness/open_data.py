"""Records of open data that nobody looks after and nobody has confirmed for two years: one row of the queue a place.

They are never asked about and never fade; a steward looks through them when there is time. They are counted once a day
(`figure.count`), and read a page at a time.
"""

from __future__ import annotations

import datetime

from django.db.models import Count, Exists, F, OuterRef, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from listings.access import permissions
from listings.models import Listing, Membership
from listings.moderation.items import Button, Item, Waiting
from mapping.models import Node, NodeState, Place, PlaceFreshness, Visibility

LONG = datetime.timedelta(days=730)


def unconfirmed(now: datetime.datetime | None = None) -> QuerySet[Node]:
    """The live public records of open data without an owner that nobody has confirmed for `LONG`, of all places."""
    own = Listing.objects.filter(pk=OuterRef("pk"))
    owned = own.filter(posted_by__isnull=False) | own.filter(organiser__isnull=False)
    return (
        Node.objects.current(now)
        .alias(last_said=Coalesce("confirmed_at", "created_at"))
        .filter(
            ~Exists(owned),
            ~Exists(Membership.objects.filter(organisation_id=OuterRef("pk"))),
            source__isnull=False,
            state=NodeState.LIVE,
            visibility=Visibility.PUBLIC,
            fading_since=None,
            last_said__lt=(now or timezone.now()) - LONG,
        )
    )


def numbers(now: datetime.datetime) -> dict[int, int]:
    """How many there are of each place. One query over the live records: for the daily count."""
    rows = unconfirmed(now).filter(place__isnull=False).order_by().values("place").annotate(number=Count("pk"))
    return {it["place"]: it["number"] for it in rows}


def fewer(place: Place, done: int) -> None:
    """Take what was confirmed just now off the count; the next day counts anew."""
    left = Greatest(F("long_unconfirmed") - done, 0)
    PlaceFreshness.objects.filter(place=place).update(long_unconfirmed=left)


def waiting(user, limit: int) -> Waiting:
    """The source of the queue (`listings.moderation.items`): one row a place. Two queries."""
    if not user.is_authenticated:
        return Waiting()
    places = permissions.places_to_decide_in(user).order_by().values("pk")
    found = PlaceFreshness.objects.filter(place__in=places, long_unconfirmed__gt=0)
    rows = found.select_related("place").order_by("counted_at", "pk")[:limit] if limit else ()
    return Waiting(found.count(), [_item(it) for it in rows])


def _item(row: PlaceFreshness) -> Item:
    url = reverse("stale-open-data", args=[row.place.slug])
    words = ngettext(
        "%(n)s record from open data has not been confirmed for two years",
        "%(n)s records from open data have not been confirmed for two years",
        row.long_unconfirmed,
    )
    return Item(
        key=str(row.pk),
        title=words % {"n": row.long_unconfirmed},
        why=_("Nobody here looks after them, so nobody is asked. Look through them when you have time."),
        since=row.counted_at,
        place=row.place,
        url=url,
        buttons=(Button(_("Look through them"), url, primary=True),),
    )
