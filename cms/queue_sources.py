"""What waits for a steward besides listings: pairs that may be one thing, opening hours in doubt, feeds in trouble,
work that failed.
"""

from __future__ import annotations

from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from listings.access import permissions
from listings.models import Feed
from listings.moderation import items
from listings.moderation.items import Bulk, Button, Item, Waiting
from mapping.jobs.status import failed_jobs
from mapping.models import Place

from .views import background, duplicates, letters, opening_hours, queue, queue_proposals

# A feed may be away for a moment; after so many tries in a row somebody should look.
IN_TROUBLE = 3


def register() -> None:
    """Called once, from the `ready` of the app."""
    items.register(items.Source("duplicates", gettext_lazy("Possible duplicates"), pairs))
    items.register(items.Source("hours", gettext_lazy("Opening hours in doubt"), hours))
    items.register(items.Source("feeds", gettext_lazy("Feeds in trouble"), feeds))
    items.register(items.Source("jobs", gettext_lazy("Failed work"), jobs))
    items.register(items.Source("letters", gettext_lazy("Letters that did not go out"), letters.waiting))
    items.register_bulk(Bulk("approve", gettext_lazy("Approve those ticked"), queue.bulk_approve))
    items.register_bulk(Bulk("looked-at", gettext_lazy("Those ticked are all right"), queue_proposals.bulk_looked_at))


def pairs(user, limit: int) -> Waiting:
    found = duplicates.candidates_for(user)
    number = items.count(found)
    return Waiting(number, [_pair(it) for it in items.first(found, limit)])


def _pair(it) -> Item:
    url = reverse("duplicate", args=[it.pk])
    return Item(
        key=str(it.pk),
        title=_("%(one)s / %(other)s") % {"one": it.first.name, "other": it.second.name},
        why=_("These two may be one thing: %(reason)s.") % {"reason": it.reason.rstrip(".")},
        since=it.created_at,
        place=it.first.place,
        url=url,
        buttons=(
            Button(_("Look at both"), url, primary=True),
            Button(_("They are two"), url, post=True, data=(("do", "two"),)),
        ),
    )


def hours(user, limit: int) -> Waiting:
    """One row a place: after an import there may be many, and they are read one after the other on their own page."""
    found = opening_hours.of_places_of(user).with_questions().filter(node__place__isnull=False).order_by()
    rows = list(found.values("node__place").annotate(number=Count("pk"), since=Min("node__updated_at")))
    if not limit or not rows:
        return Waiting(len(rows))
    rows.sort(key=lambda it: (it["since"], it["node__place"]))
    places = Place.objects.defer("boundary").in_bulk([it["node__place"] for it in rows[:limit]])
    return Waiting(len(rows), [_hours(places[it["node__place"]], it) for it in rows[:limit]])


def _hours(place: Place, row: dict) -> Item:
    url = reverse("opening-hours")
    words = ngettext(
        "%(n)s set of opening hours is in doubt", "%(n)s sets of opening hours are in doubt", row["number"]
    )
    return Item(
        key=str(place.pk),
        title=words % {"n": row["number"]},
        why=_(
            "What was read was not understood, or can mean two things. Pages say “perhaps” until somebody has looked."
        ),
        since=row["since"],
        place=place,
        url=url,
        buttons=(Button(_("Look through them"), url, primary=True),),
    )


def feeds(user, limit: int) -> Waiting:
    places = permissions.places_to_decide_in(user)
    found = (
        Feed.objects.filter(organisation__place__in=places, paused=False, failures__gte=IN_TROUBLE)
        .select_related("organisation__place")
        .order_by("read_at", "pk")
    )
    number = items.count(found)
    return Waiting(number, [_feed(it) for it in found[:limit]] if limit and number else ())


def _feed(it: Feed) -> Item:
    url = reverse("feed", args=[it.uuid])
    words = ngettext("It could not be read %(n)s time.", "It could not be read %(n)s times.", it.failures)
    return Item(
        key=str(it.uuid),
        title=_("A calendar of %(group)s") % {"group": it.organisation.name},
        why=(words % {"n": it.failures}) + " " + it.failure,
        since=it.read_at or it.next_read_at or timezone.now(),
        place=it.organisation.place,
        url=url,
        buttons=(
            Button(_("See what is wrong"), url, primary=True),
            Button(_("All its calendars"), reverse("feeds-of-group", args=[it.organisation.uuid])),
        ),
    )


def jobs(user, limit: int) -> Waiting:
    places = {it.pk: it for it in permissions.places_to_decide_in(user).defer("boundary")}
    if not places:
        return Waiting()
    found = [it for it in failed_jobs() if background.concerns(it, user, set(places))]
    if not limit:
        return Waiting(len(found))
    return Waiting(len(found), [_job(it, user, places) for it in found[:limit]])


def _job(it, user, places: dict[int, Place]) -> Item:
    url = reverse("background")
    buttons = [Button(_("See it"), url, primary=True)]
    if background.may_retry(it, user, set(places)):
        buttons.append(Button(_("Try again"), reverse("background-retry", args=[it.pk]), post=True))
    place = places.get(background.place_of(it)) or next(iter(places.values()))
    return Item(
        key=str(it.pk),
        title=str(background.TASK_NAMES.get(it.task, it.task)),
        why=_("Work in the background failed: %(error)s") % {"error": str(it.error)[:200]},
        since=it.at or timezone.now(),
        place=place,
        url=url,
        buttons=buttons,
    )
