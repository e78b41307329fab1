"""The spaces of two groups that are merged: a step of `mapping.commands.merges`, taken back with the merge.

Has only the dropped group a space, it is the kept one's, with its members and contacts. Have both, the kept group's
stays, and who belonged to the other asks to join it: being let into one group is not being let into another. Where
anybody may join they are members at once.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from listings.models import Joining, Member, MemberState, Space
from mapping.commands.journal import Journal
from mapping.commands.merges import MergeRefused
from mapping.models import Node


def move(journal: Journal, kept: Node, dropped: Node) -> None:
    """Move the space of `dropped`, or its people. Raises `MergeRefused` where an open space would end in a closed."""
    found = {it.organisation_id: it for it in Space.objects.filter(organisation__in=[kept.pk, dropped.pk])}
    own, other = found.get(kept.pk), found.get(dropped.pk)
    if other is None:
        return
    if own is None:
        journal.move(Space.objects.filter(pk=other.pk), "organisation", kept.pk)
        return
    if other.opened_at is not None and own.opened_at is None:
        raise MergeRefused(
            _("“%(dropped)s” has an open space for its members, and that of “%(kept)s” is closed.")
            % {"dropped": dropped.name, "kept": kept.name},
            _("Keep “%(dropped)s”, and merge the other into it.") % {"dropped": dropped.name},
        )
    _move_people(journal, own, other)
    journal.set(other, opened_at=None)


def _move_people(journal: Journal, own: Space, other: Space) -> None:
    there = Member.objects.filter(space=own).values("user")
    at_once = own.joining == Joining.OPEN and own.opened_at is not None
    people = Member.objects.filter(space=other).exclude(state=MemberState.TURNED_AWAY).exclude(user__in=there)
    for member in people.order_by("pk"):
        waits = {} if at_once or member.state == MemberState.ASKED else {
            "state": str(MemberState.ASKED), "since": None, "decided_at": None,
        }  # fmt: skip
        journal.set(member, space_id=own.pk, **waits)
