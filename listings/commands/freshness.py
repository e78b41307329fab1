"""Writes that keep records true: confirm, let fade, let rest; the letters that ask, and what is answered to them.

    freshness.confirm(actor=Actor.of(user), node=listing, by=ConfirmedBy.STEWARD)
    freshness.answer(reminder=reminder, answer=ReminderAnswer.TRUE)

Nothing is deleted. What rests in the archive was taken off the map, and is put back by whoever says that it is true.
"""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from listings.models import Listing, Membership, Reminder, ReminderAnswer, ReminderStop
from listings.models.organisation import EDITING_ROLES
from mapping.commands import publication, retention
from mapping.commands.change import change
from mapping.models import Actor, ConfirmedBy, Node, NodeState

CONFIRM, FADE = "confirm", "let fade"
# Whoever holds the link of a letter. No name is kept of them in the audit.
READER = Actor(label="a reader of a letter")
# A letter's link answers for so long.
KEPT = datetime.timedelta(days=400)


class AnswerRefused(HereaboutsError):
    """An answer that cannot be taken; the text says why and what to do."""

    status = 409


def confirm(*, actor: Actor, node: Node, by: ConfirmedBy, now: datetime.datetime | None = None) -> Node:
    """Say that a live record still holds. Raises `AnswerRefused` when it is not on the map."""
    now = now or timezone.now()
    with transaction.atomic():
        node = _locked(node)
        if node.state != NodeState.LIVE:
            raise AnswerRefused(
                _("“%(name)s” is not on the map, so it cannot be confirmed.") % {"name": node.name},
                _("Put it back first."),
            )
        with change(actor=actor, action=CONFIRM, place=node.place_id, target=node) as it:
            it.touch_around([node.pk])
            it.data["by"] = str(by)
            _confirmed(node, by, now)
    return node


def _confirmed(node: Node, by: ConfirmedBy, now: datetime.datetime) -> None:
    # `updated_at` stays: what is said is what was said before, and whoever is editing it loses nothing.
    Node.objects.filter(pk=node.pk).update(confirmed_at=now, confirmed_by=by, fading_since=None)
    node.confirmed_at, node.confirmed_by, node.fading_since = now, by, None
    Reminder.objects.filter(node=node, sent_at=None).delete()


def fade(*, actor: Actor, node: Node, now: datetime.datetime | None = None) -> bool:
    """Say that nobody has answered. Returns whether that was new."""
    now = now or timezone.now()
    with transaction.atomic():
        node = _locked(node)
        if node.state != NodeState.LIVE or node.fading_since is not None:
            return False
        with change(actor=actor, action=FADE, place=node.place_id, target=node) as it:
            it.touch_around([node.pk])
            Node.objects.filter(pk=node.pk).update(fading_since=now)
    return True


def rest(*, actor: Actor, node: Node, reason: str) -> bool:
    """Let a record that has faded rest in the archive. Returns whether it did: not what was confirmed meanwhile."""
    with transaction.atomic():
        node = _locked(node)
        if node.state != NodeState.LIVE or node.fading_since is None:
            return False
        publication.unpublish(actor=actor, node=node, reason=reason, by_steward=False)
    return True


def answers_for(reminder: Reminder) -> bool:
    """Whether whoever was asked still looks after the record: its poster, or an editor of its group."""
    node, user = reminder.node, reminder.user
    if user is None or not user.is_active:
        return False
    listing = Listing.objects.filter(pk=node.pk).only("posted_by_id", "organiser_id").first()
    group = listing.organiser_id if listing is not None else node.pk
    members = Membership.objects.filter(organisation_id=group, role__in=EDITING_ROLES)
    if group is not None and members.filter(user=user).exists():
        return True
    # A group's listing is the group's: who has left it answers no more, unless there is nobody else.
    return listing is not None and listing.posted_by_id == user.pk and not (group is not None and members.exists())


def _by(reminder: Reminder) -> ConfirmedBy:
    listing = Listing.objects.filter(pk=reminder.node_id).only("organiser_id").first()
    group = listing.organiser_id if listing is not None else reminder.node_id
    member = Membership.objects.filter(organisation_id=group, user=reminder.user, role__in=EDITING_ROLES).exists()
    return ConfirmedBy.GROUP if group is not None and member else ConfirmedBy.POSTER


def answer(*, reminder: Reminder, answer: ReminderAnswer, now: datetime.datetime | None = None) -> Reminder:
    """Take an answer of a letter, as often as it is given: the last one holds.

    TRUE confirms, and puts back what rests in the archive or was said to have finished; FINISHED takes it off the map;
    CHANGED is noted. Raises `AnswerRefused` when they do not look after it any more, or a steward took it off the map.
    """
    now = now or timezone.now()
    with transaction.atomic():
        reminder = Reminder.objects.select_for_update(of=("self",)).select_related("node", "user").get(pk=reminder.pk)
        node = _locked(reminder.node)
        if not answers_for(reminder):
            raise AnswerRefused(
                _("This letter was for somebody who does not look after “%(name)s” any more.") % {"name": node.name},
                _("Whoever does can sign in and change it."),
            )
        if answer == ReminderAnswer.TRUE:
            _hold(reminder, node, now)
        elif answer == ReminderAnswer.FINISHED:
            _finish(node)
        Reminder.objects.filter(pk=reminder.pk).update(answer=answer, answered_at=now)
        reminder.answer, reminder.answered_at = answer, now
    return reminder


def _hold(reminder: Reminder, node: Node, now: datetime.datetime) -> None:
    if node.state == NodeState.ARCHIVED:
        off = publication.unpublication(node)
        if off is None or off.for_stewards:
            # Also what readers flagged as unsafe: the word of whoever looks after it is not enough.
            raise AnswerRefused(
                _("A steward took “%(name)s” off the map, so a steward puts it back.") % {"name": node.name},
                _("Write to them if they are wrong."),
            )
        publication.put_back(actor=READER, node=node)
    confirm(actor=READER, node=node, by=_by(reminder), now=now)


def _finish(node: Node) -> None:
    if node.state == NodeState.LIVE:
        publication.unpublish(
            actor=READER, node=node, reason=_("It has finished, says whoever looks after it."), by_steward=False
        )


def answer_all(*, letter, now: datetime.datetime | None = None) -> list[Reminder]:
    """Say "still true" to all questions of a letter that are open. Returns those that were; others are passed over."""
    done = []
    for reminder in open_of(letter):
        try:
            done.append(answer(reminder=reminder, answer=ReminderAnswer.TRUE, now=now))
        except HereaboutsError:
            # That one has a page of its own, which says why.
            continue
    return done


def open_of(letter):
    """The questions of one letter that nobody has answered, with their records."""
    asked = Reminder.objects.filter(letter=letter, answer=ReminderAnswer.NONE).exclude(email="")
    return list(asked.select_related("node", "node__place", "user")[:200])


def stop(*, email: str) -> None:
    """Write no more such letters to this address. What waits for it is asked of others instead."""
    email = email.strip().lower()
    if not email:
        return
    with change(actor=READER, action="stop reminders") as it:
        made = ReminderStop.objects.get_or_create(email=email)[1]
        Reminder.objects.filter(email=email, sent_at=None).delete()
        if not made:
            it.nothing_changed()


def resume(*, email: str) -> None:
    """Write to this address again."""
    with change(actor=READER, action="resume reminders") as it:
        if not ReminderStop.objects.filter(email=email.strip().lower()).delete()[0]:
            it.nothing_changed()


def remind(rows: list[Reminder]) -> int:
    """Keep these questions to be asked; those that are kept already stay as they are. Returns how many were new."""
    before = Reminder.objects.filter(node__in=[it.node_id for it in rows]).count()
    Reminder.objects.bulk_create(rows, ignore_conflicts=True)
    return Reminder.objects.filter(node__in=[it.node_id for it in rows]).count() - before


def purge(now: datetime.datetime | None = None) -> int:
    """Delete letters' questions that are too old to be answered. Returns how many."""
    old = Reminder.objects.filter(created_at__lt=(now or timezone.now()) - KEPT)
    return retention.let_go(old, action="delete old reminders")


def _locked(node: Node) -> Node:
    return Node.objects.select_for_update(of=("self",)).select_related("place").get(pk=node.pk)
