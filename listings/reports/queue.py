"""What waits for a steward among reports: held ones, photos, those that are nobody's, letters that went astray."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from listings.access import permissions
from listings.models import Hold, Report, ReportDelivery, ReportPhoto, ReportStatus
from listings.moderation import items
from listings.moderation.items import Button, Item, Waiting

from . import sending


def waiting_reports(user) -> QuerySet[Report]:
    """The reports that this user is asked to look at, oldest first, with why (`photo_waits`, `astray`, `nobodys`)."""
    photo = ReportPhoto.objects.filter(report=OuterRef("pk"), shown_at=None)
    letters = ReportDelivery.objects.filter(report=OuterRef("pk"))
    gone_astray = sending.astray().filter(report=OuterRef("pk"))
    found = (
        Report.objects.filter(
            place__in=permissions.places_to_decide_in(user), confirmed_at__isnull=False, hidden_at=None
        )
        .annotate(photo_waits=Exists(photo), astray=Exists(gone_astray), has_letter=Exists(letters))
        .filter(
            ~Q(held_for="")
            | Q(photo_waits=True)
            | Q(astray=True)
            | Q(has_letter=False, status__in=(ReportStatus.OPEN, ReportStatus.REOPENED))
        )
    )
    return found.select_related("place", "category").order_by("confirmed_at", "pk")


def why(report: Report) -> str:
    """Why it waits, in a sentence."""
    if report.held_for:
        reasons = [str(Hold(it).label) for it in report.held_for.split(",") if it in Hold.values]
        words = _("Nobody sees it until you have looked.")
        return " ".join([words, *reasons])
    if report.photo_waits:
        return _("Its photo is the first from this person: nobody sees it until you have looked.")
    if report.astray:
        return _("It is not known whether the letter to those who look after it went out.")
    return _("Nobody was told of it: no body that confirmed its address looks after this kind of thing there.")


def waiting(user, limit: int) -> Waiting:
    """A source of the queue (`listings.moderation.items`)."""
    found = waiting_reports(user)
    return Waiting(items.count(found), tuple(_items(found[:limit])) if limit else ())


def _items(reports) -> Iterator[Item]:
    for it in reports:
        url = admin_url(it)
        yield Item(
            key=str(it.uuid),
            title=it.title,
            why=why(it),
            since=it.confirmed_at,
            place=it.place,
            url=url,
            detail=f"{it.category.name}. {it.words}",
            buttons=(
                Button(_("Look at it"), url, primary=True),
                Button(_("Its page"), it.get_absolute_url()),
            ),
        )


def admin_url(report: Report) -> str:
    """Where stewards look after it."""
    try:
        return reverse("steward-report", args=[report.uuid])
    except NoReverseMatch:  # The admin's addresses belong to an app above this one.
        return report.get_absolute_url()
