"""Flags that wait: cases with what was said of each, for the queue and for the stewards' page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from listings.access import permissions
from listings.commands import flag_decisions, flags
from listings.models import Decision, Flag, FlagAppeal, FlagCase, FlagReason, FlagTarget, Hold
from listings.moderation import items
from listings.moderation.items import Button, Item, Waiting
from mapping.models import Connection, Node

MAX_SHOWN = 50


def cases_for(user) -> QuerySet[FlagCase]:
    """The cases that this user may decide, whatever became of them."""
    cases = FlagCase.objects.select_related("place", "decided_by")
    if user.is_superuser and user.is_active:
        return cases
    mine = Q(place__in=permissions.places_to_decide_in(user))
    if permissions.areas_to_decide_in(user).exists():
        uuid = OuterRef("target_uuid")
        mine |= Exists(permissions.to_decide(user, Node.objects.filter(uuid=uuid)))
        for end in ("source", "target"):
            mine |= Exists(permissions.to_decide(user, Connection.objects.filter(uuid=uuid), end))
    return cases.filter(mine)


def open_for(user) -> QuerySet[FlagCase]:
    """Those that wait: not decided yet, or asked to be looked at again. Urgent, then oldest first."""
    asked = FlagAppeal.objects.filter(case=OuterRef("pk"), answered_at=None)
    return cases_for(user).filter(Q(decision="") | Exists(asked)).order_by("-urgent", "opened_at", "pk")


def waiting(user, limit: int) -> Waiting:
    """What the queue shows (`items.Source`)."""
    found = open_for(user)
    number = items.count(found)
    rows = items.first(found, limit)
    reasons = reasons_of(rows)
    asked = set(FlagAppeal.objects.filter(case__in=rows, answered_at=None).values_list("case_id", flat=True))
    return Waiting(number, [_item(it, reasons[it.pk], it.pk in asked) for it in rows])


def reasons_of(cases: list[FlagCase]) -> dict[int, Counter]:
    """How often each reason was given, by case."""
    found: dict[int, Counter] = {it.pk: Counter() for it in cases}
    counted = Flag.objects.filter(case__in=cases).order_by().values_list("case_id", "reason").annotate(n=Count("pk"))
    for case, reason, number in counted:
        found[case][reason] = number
    return found


def _item(case: FlagCase, reasons: Counter, asked: bool) -> Item:
    url = reverse("flag-case", args=[case.uuid])
    look = Button(_("Look at it"), url, primary=True)
    keep = Button(
        _("Let it stay"),
        reverse("flag-case-decide", args=[case.uuid]),
        post=True,
        data=(("decision", Decision.KEEP.value), ("seen", flag_decisions.version_of_flags(sum(reasons.values())))),
    )
    return Item(
        key=str(case.uuid),
        title=case.target_name,
        why=_("Somebody asks you to look at your decision again.")
        if asked and not case.is_open
        else why(case, reasons),
        since=case.opened_at,
        place=case.place,
        url=url,
        detail="" if case.target == FlagTarget.NODE else case.get_target_display(),
        buttons=(look, keep) if case.is_open else (look,),
        urgent=case.urgent and case.is_open,
    )


def why(case: FlagCase, reasons: Counter) -> str:
    """Why it is in the queue: how many, what they say, and whether it is hidden."""
    number = sum(reasons.values())
    said = "; ".join(str(FlagReason(it).label) for it, _count in reasons.most_common())
    words = ngettext("%(n)s person: %(said)s.", "%(n)s people: %(said)s.", number) % {"n": number, "said": said}
    return f"{words} {_('It is hidden until you decide.')}" if case.hidden_at else words


@dataclass(frozen=True)
class FlagLine:
    """One flag as a steward reads it; never whose address it is, only whether it is confirmed."""

    flag: Flag
    by: str


def lines_of(case: FlagCase) -> list[FlagLine]:
    """What was said of a case, the first fifty."""
    return [FlagLine(it, _by(it)) for it in case.flags.all()[:MAX_SHOWN]]


def _by(flag: Flag) -> str:
    if flag.user_id:
        return _("Somebody with an account")
    if flag.confirmed_at:
        return _("Somebody whose address is confirmed")
    if not flags.may_agree(flag):
        held = ", ".join(str(Hold(it).label) for it in flag.held.split(",") if it in Hold.values)
        return _("Somebody; look closely: %(why)s") % {"why": held}
    return (
        _("Somebody who gave an address and has not confirmed it") if flag.email else _("Somebody without an address")
    )
