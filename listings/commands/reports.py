"""Reports: made, confirmed, followed, told of, moved, merged, hidden. Nothing of who reported stands in the audit.

report, reporter = make(place=place, category=category, point=point, title="A broken bench", words="...", email="...")
confirm(follower=reporter)          # by the link of a letter: public from here on
tell(report=report, by=Teller.BODY, words="On its way", status="in-hand", actor=...)
"""

from __future__ import annotations

import datetime
import uuid as uuids
from typing import Any

from django.contrib.gis.geos import Point
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from listings.models import (
    OPEN_STATUSES,
    Report,
    ReportCategory,
    ReportDelivery,
    ReportFollower,
    ReportPhoto,
    ReportStatus,
    ReportUpdate,
    Teller,
)
from mapping.commands.change import change
from mapping.models import Actor, Node, Place

# Whoever holds the link of a letter. No name is kept of them.
READER = Actor(label="a reader")
MAX_OF_ADDRESS = 10
# What may be said of one report in all: its page shows all of it.
MAX_UPDATES = 200
A_DAY = datetime.timedelta(days=1)
# A letter that asks to confirm is not sent again sooner.
AGAIN = datetime.timedelta(hours=1)


class ReportRefused(HereaboutsError):
    """Something cannot be done with a report; the text says why and what to do."""

    status = 422


class TooManyReports(HereaboutsError):
    """An address has sent as many reports, or follows as many, as one may in a day."""

    status = 429


def make(
    *,
    place: Place,
    category: ReportCategory,
    point: Point,
    title: str,
    words: str,
    email: str,
    name: str = "",
    show_name: bool = False,
    node: Node | None = None,
    photo: ReportPhoto | None = None,
    held_for: str = "",
    uuid: uuids.UUID | None = None,
    actor: Actor = READER,
) -> tuple[Report, ReportFollower]:
    """Keep a report, not confirmed yet: nobody sees it. Returns it, and whoever reported it.

    `photo` is one that waits for a form; `uuid` makes a report that is sent twice one report (the second raises
    `ReportRefused`). Raises `TooManyReports`.
    """
    email = email.strip().lower()
    _check_rate(email)
    try:
        with change(actor=actor, action="make report", place=place) as it:
            it.places.clear()
            report = Report.objects.create(
                uuid=uuid or uuids.uuid4(),
                place=place,
                category=category,
                node=node,
                point=point,
                title=title,
                words=words,
                name=name,
                show_name=bool(name and show_name),
                language=get_language() or "",
                held_for=held_for,
            )
            reporter = ReportFollower.objects.create(
                report=report, email=email, is_reporter=True, language=get_language() or ""
            )
            if photo is not None:
                # Of two forms that name the same photo one gets it.
                ReportPhoto.objects.filter(pk=photo.pk, report=None).update(report=report, alt=photo.alt)
            it.data["report"] = str(report.uuid)
    except IntegrityError:
        raise ReportRefused(_("This report was sent already."), _("Look into your mail for the letter.")) from None
    return report, reporter


def _check_rate(email: str) -> None:
    recent = ReportFollower.objects.filter(email=email, created_at__gt=timezone.now() - A_DAY)
    if recent.count() >= MAX_OF_ADDRESS:
        raise TooManyReports(
            _("%(number)s reports came from this address today, which is as many as there may be.")
            % {"number": MAX_OF_ADDRESS},
            _("Send it tomorrow, or write to the stewards."),
        )


def keep_photo(*, data: bytes, width: int, height: int, alt: str = "") -> ReportPhoto:
    """Keep a photo that `listings.reports.photo` has made anew, for a form that is sent again or a report."""
    photo = ReportPhoto(width=width, height=height, alt=alt)
    photo.file.save("photo.jpg", ContentFile(data), save=False)
    photo.save()
    return photo


def confirm(*, follower: ReportFollower) -> bool:
    """Say that the address is theirs; their report is public then. Returns whether it was not confirmed before."""
    report = follower.report
    with change(actor=READER, action="confirm report" if follower.is_reporter else "follow report",
                place=report.place, target=report) as it:  # fmt: skip
        it.places.clear()
        now = timezone.now()
        fresh = ReportFollower.objects.filter(pk=follower.pk, confirmed_at=None).update(
            confirmed_at=now, last_sent=_last_update(report)
        )
        if not fresh:
            it.nothing_changed()
        elif follower.is_reporter:
            Report.objects.filter(pk=report.pk, confirmed_at=None).update(confirmed_at=now, changed_at=now)
            if _is_known(follower.email, report):
                ReportPhoto.objects.filter(report=report, shown_at=None).update(shown_at=now)
    follower.refresh_from_db()
    report.refresh_from_db()
    return bool(fresh)


def _last_update(report: Report) -> int:
    return report.updates.order_by("-pk").values_list("pk", flat=True).first() or 0


def _is_known(email: str, report: Report) -> bool:
    """Whether a steward has looked at a photo of this address before, and shown it."""
    before = ReportFollower.objects.filter(email=email, is_reporter=True, report__photo__shown_at__isnull=False)
    return before.filter(report__hidden_at=None).exclude(report=report).exists()


def follow(*, report: Report, email: str, me_too: bool) -> tuple[ReportFollower, bool]:
    """Keep that somebody wants to be told. Returns it, and whether a letter that asks to confirm has to be sent.

    Raises `TooManyReports`.
    """
    email = email.strip().lower()
    now = timezone.now()
    known = report.followers.filter(email=email).first()
    if known is not None:
        if known.confirmed_at is None and known.created_at < now - AGAIN:
            ReportFollower.objects.filter(pk=known.pk).update(created_at=now)
            return known, True
        return known, False
    _check_rate(email)
    try:
        # Kept when it is confirmed, and audited then.
        with transaction.atomic():
            made = ReportFollower.objects.create(
                report=report, email=email, me_too=me_too, language=get_language() or ""
            )
    except IntegrityError:
        return report.followers.get(email=email), False
    return made, True


def stop(*, follower: ReportFollower) -> bool:
    """Delete an address. A report that was not confirmed yet goes with its reporter. Returns whether it did."""
    report = follower.report
    with change(actor=READER, action="stop following report", place=report.place, target=report) as it:
        it.places.clear()
        whole = follower.is_reporter and report.confirmed_at is None
        if whole:
            delete_whole(report)
        else:
            follower.delete()
            if follower.is_reporter and not report.show_name:
                Report.objects.filter(pk=report.pk).update(name="")
    return whole


def take_back(*, report: Report) -> None:
    """Undo `make`: its letter could not be sent. The photo waits for the form to come again."""
    with change(actor=READER, action="take report back", place=report.place) as it:
        it.places.clear()
        it.data["report"] = str(report.uuid)
        ReportPhoto.objects.filter(report=report).update(report=None, shown_at=None)
        report.delete()


def delete_whole(report: Report) -> None:
    """Delete a report with its photo, within a change of somebody's."""
    photo = ReportPhoto.objects.filter(report=report).first()
    if photo is not None:
        delete_photo(photo)
    report.delete()


def delete_photo(photo: ReportPhoto) -> None:
    """Delete a photo; its file goes when that is committed."""
    storage, name = photo.file.storage, photo.file.name
    photo.delete()
    transaction.on_commit(lambda: storage.delete(name))


def tell(
    *,
    actor: Actor,
    report: Report,
    by: str,
    words: str = "",
    status: str = "",
    by_name: str = "",
    **more: Any,
) -> ReportUpdate:
    """Add what somebody says of a report, and its status from here on. Raises `ReportRefused`."""
    words = words.strip()
    if not words and not status:
        raise ReportRefused(_("Nothing was said."), _("Choose how it stands, or write a sentence."))
    if status == ReportStatus.CLOSED and not words:
        raise ReportRefused(
            _("Nobody would know why it is closed."), _("Write the reason in a sentence: everybody reads it.")
        )
    with change(actor=actor, action="tell of report", place=report.place, target=report) as it:
        it.places.clear()
        report = Report.objects.select_for_update(of=("self",)).select_related("place", "category").get(pk=report.pk)
        if report.updates.count() >= MAX_UPDATES:
            raise ReportRefused(
                _("As much as may be said of this report has been said."),
                _("Report it anew, or write to the stewards."),
            )
        status = _next_status(report, status)
        if not status and not words:
            # "Not fixed" of what is open.
            words = _("It still needs care.")
        now = timezone.now()
        update = ReportUpdate.objects.create(
            report=report, by=by, by_name=by_name[:200], user=actor.user, status=status, words=words
        )
        _keep_status(report, status, now, **more)
        it.data.update(by=by, status=status)
    return update


def _next_status(report: Report, asked: str) -> str:
    """What is open again after it was closed says so."""
    if asked == ReportStatus.OPEN:
        return ReportStatus.REOPENED if report.status not in OPEN_STATUSES else ""
    return asked


def _keep_status(report: Report, status: str, now: datetime.datetime, **more: Any) -> None:
    values = {"changed_at": now, "asked_at": None, **more}
    if status:
        closed = status not in OPEN_STATUSES
        values |= {"status": status, "closed_at": (report.closed_at or now) if closed else None}
        if status != ReportStatus.CLOSED:
            values["duplicate_of"] = None
    Report.objects.filter(pk=report.pk).update(**values)
    report.refresh_from_db()


def hide(*, actor: Actor, report: Report, reason: str) -> None:
    """Take a report from the public. The reason stands in the record of changes, unless it was hidden already."""
    with change(actor=actor, action="hide report", place=report.place, target=report) as it:
        it.places.clear()
        it.data["reason"] = reason[:300]
        if not Report.objects.filter(pk=report.pk, hidden_at=None).update(hidden_at=timezone.now()):
            it.nothing_changed()
    report.refresh_from_db()


def show(*, actor: Actor, report: Report) -> None:
    """Show a report that was hidden, or held for a steward."""
    with change(actor=actor, action="show report", place=report.place, target=report) as it:
        it.places.clear()
        it.data.update(held_for=report.held_for)
        now = timezone.now()
        Report.objects.filter(pk=report.pk).update(hidden_at=None, held_for="", changed_at=now)
    report.refresh_from_db()


def show_photo(*, actor: Actor, report: Report) -> None:
    """Show the photo of a report to everybody: a steward has looked at it."""
    with change(actor=actor, action="show photo of report", place=report.place, target=report) as it:
        it.places.clear()
        if not ReportPhoto.objects.filter(report=report, shown_at=None).update(shown_at=timezone.now()):
            it.nothing_changed()


def remove_photo(*, actor: Actor, report: Report) -> None:
    """Delete the photo of a report."""
    with change(actor=actor, action="remove photo of report", place=report.place, target=report) as it:
        it.places.clear()
        photo = ReportPhoto.objects.filter(report=report).first()
        if photo is None:
            it.nothing_changed()
        else:
            delete_photo(photo)


def move(*, actor: Actor, report: Report, category: ReportCategory) -> None:
    """Put a report into another category of its place; whoever looks after that is told. Raises `ReportRefused`."""
    if category.place_id != report.place_id:
        raise ReportRefused(_("That category belongs to another place."))
    with change(actor=actor, action="move report", place=report.place, target=report) as it:
        it.places.clear()
        it.data["category"] = [report.category.slug, category.slug]
        if report.category_id == category.pk:
            it.nothing_changed()
        Report.objects.filter(pk=report.pk).update(category=category, changed_at=timezone.now())
        # Not begun yet: it may be another's to be told now (`sending.route`).
        report.deliveries.filter(sent_at=None, claimed_at=None).delete()
    report.refresh_from_db()


def merge(*, actor: Actor, report: Report, into: Report) -> ReportUpdate:
    """Close a report as the same as another; who followed it follows that one. Raises `ReportRefused`."""
    with transaction.atomic():
        # Both, in one order: two stewards cannot close each as the same as the other.
        rows = Report.objects.select_for_update(of=("self",)).select_related("place", "category").order_by("pk")
        both = {it.pk: it for it in rows.filter(pk__in=(report.pk, into.pk))}
        update = _merge(actor, report, both.get(into.pk))
    report.refresh_from_db()
    return update


def _merge(actor: Actor, report: Report, into: Report | None) -> ReportUpdate:
    if into is None or into.pk == report.pk or into.place_id != report.place_id or not into.is_public:
        raise ReportRefused(_("That is no other report of this place."), _("Give the address of one that is public."))
    if into.duplicate_of_id is not None:
        raise ReportRefused(_("That report is closed as the same as a third one."), _("Give the address of that one."))
    update = tell(
        actor=actor,
        report=report,
        by=Teller.STEWARD,
        status=ReportStatus.CLOSED,
        # Without its title: the page links to it, as long as everybody may see it.
        words=_("This was reported before."),
        duplicate_of=into,
    )
    last = _last_update(into)
    theirs = {it.email: it for it in report.followers.filter(confirmed_at__isnull=False)}
    # Who asked to be told of that one too and did not confirm it: the address is known to be theirs.
    for it in into.followers.filter(email__in=theirs, confirmed_at=None, is_reporter=False):
        ReportFollower.objects.filter(pk=it.pk).update(confirmed_at=theirs[it.email].confirmed_at, last_sent=last)
    ReportFollower.objects.bulk_create(
        [
            ReportFollower(
                report=into, email=it.email, me_too=True, language=it.language,
                confirmed_at=it.confirmed_at, last_sent=last,
            )
            for it in theirs.values()
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    report.duplicates.update(duplicate_of=into)
    return update


def send_again(*, actor: Actor, delivery: ReportDelivery) -> None:
    """Let a letter be sent that was begun and perhaps not sent: a steward has decided so."""
    report = delivery.report
    with change(actor=actor, action="send report again", place=report.place, target=report) as it:
        it.places.clear()
        found = ReportDelivery.objects.filter(pk=delivery.pk, sent_at=None)
        if not found.update(claimed_at=None, tries=0, due_at=timezone.now()):
            it.nothing_changed()
