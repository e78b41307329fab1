"""The audit as stewards read it: which records are theirs, filters, and what a record means in words."""

from __future__ import annotations

import datetime
import uuid as uuids
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from listings.access import permissions
from listings.models import FlagCase, FlagReason
from mapping.models import AuditEntry, Place

# Shown at first; a longer time is asked for by its days.
DAYS = 90
MAX_EXPORTED = 50_000

# Name of a group of actions, label, and words by which its actions are known.
GROUPS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "posts": (gettext_lazy("Posts and changes"), ("listing", "proposal", "change node", "edit")),
    "flags": (gettext_lazy("Flags, decisions, appeals"), ("flag", "appeal", "set statements aside")),
    "off": (gettext_lazy("Taken off and put back"), ("unpublish", "put back", "put statements back")),
    "connections": (gettext_lazy("Connections"), ("connection", "statement")),
    "duplicates": (gettext_lazy("Duplicates"), ("merge", "apart")),
    "people": (
        gettext_lazy("People, roles, consents"),
        ("consent", "person", "role", "membership", "steward", "user", "account", "trust", "member", "invit", "claim"),
    ),
    "imports": (gettext_lazy("Imports and calendars"), ("import", "feed", "venue")),
    "settings": (
        gettext_lazy("Rules and settings"),
        ("rule", "words", "reply", "replies", "duty", "widget", "tour", "view", "type"),
    ),
}

MEANINGS: dict[str, Any] = {
    "post listing": gettext_lazy("Posted something"),
    "approve listing": gettext_lazy("Published what had waited"),
    "send back listing": gettext_lazy("Sent a post back with a reason"),
    "refuse listing": gettext_lazy("Refused a post"),
    "schedule listing": gettext_lazy("Approved a post for later"),
    "unschedule listing": gettext_lazy("Let a post wait that was approved for later"),
    "edit listing": gettext_lazy("Changed a post"),
    "edit in admin": gettext_lazy("Changed it in the admin"),
    "note for review": gettext_lazy("Changed at once what a steward reads afterwards"),
    "cancel date": gettext_lazy("Cancelled a date"),
    "move date": gettext_lazy("Moved a date"),
    "put date back": gettext_lazy("Put a date back"),
    "end dates": gettext_lazy("Ended its dates"),
    "propose change": gettext_lazy("Proposed a change"),
    "suggest change": gettext_lazy("Suggested a change"),
    "approve proposal": gettext_lazy("Approved a proposal"),
    "schedule proposal": gettext_lazy("Approved a proposal for later"),
    "unschedule proposal": gettext_lazy("Let a proposal wait that was approved for later"),
    "send back proposal": gettext_lazy("Sent a proposal back with a reason"),
    "refuse proposal": gettext_lazy("Refused a proposal"),
    "withdraw proposal": gettext_lazy("Took their proposal back"),
    "correct facts": gettext_lazy("Put facts right"),
    "unpublish": gettext_lazy("Took something off the map"),
    "give up nominated group": gettext_lazy("Gave up a group that had not agreed to be on the map"),
    "put back": gettext_lazy("Put something back on the map"),
    "flag": gettext_lazy("Somebody said that something is wrong with it"),
    "confirm flag": gettext_lazy("Whoever flagged it confirmed their address"),
    "disown flag": gettext_lazy("Somebody deleted the address that a flag had"),
    "decide flags": gettext_lazy("Decided what was flagged"),
    "appeal": gettext_lazy("Somebody asked for a decision to be looked at again"),
    "answer appeal": gettext_lazy("Answered whoever asked for that"),
    "set statements aside": gettext_lazy("Hid what is said of a connection, until a steward has looked"),
    "put statements back": gettext_lazy("Showed again what is said of a connection"),
    "withdraw statements": gettext_lazy("Withdrew what is said of a connection"),
    "withdraw statement": gettext_lazy("Took back what was said of a connection"),
    "state connection": gettext_lazy("Said that two are connected"),
    "merge nodes": gettext_lazy("Made two records one"),
    "undo merge": gettext_lazy("Took a merge back"),
    "keep nodes apart": gettext_lazy("Said that a pair is two things"),
    "record consent": gettext_lazy("Wrote down a person's consent"),
    "withdraw consent": gettext_lazy("Ended a person's consent"),
    "make steward": gettext_lazy("Made somebody a steward"),
    "forget import": gettext_lazy("Took an import back"),
    "write house rules": gettext_lazy("Wrote the house rules"),
    "set words": gettext_lazy("Changed the list of words that are looked at twice"),
    "keep saved reply": gettext_lazy("Kept a saved reply"),
    "choose duty": gettext_lazy("Chose when to be told what waits"),
}


@dataclass(frozen=True)
class Asked:
    """What is looked for. `problems` say what was not understood; that is then left out."""

    place: Place | None = None
    group: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None
    actor: str = ""
    target: str = ""
    before: int | None = None
    problems: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, params, places: QuerySet[Place]) -> Asked:
        """Read the parameters of an address: place, group, since, until, actor, target, before."""
        given = {name: params.get(name, "").replace("\0", "").strip() for name in
                 ("place", "group", "since", "until", "actor", "target", "before")}  # fmt: skip
        problems: list[str] = []
        place = places.filter(slug=given["place"][:80]).first() if given["place"] else None
        if given["place"] and place is None:
            problems.append(_("You look after no place of this name."))
        if given["group"] and given["group"] not in GROUPS:
            problems.append(_("There is no such group of changes."))
        days = {name: _day(given[name], problems) for name in ("since", "until")}
        if days["since"] and days["until"] and days["since"] > days["until"]:
            problems.append(_("The first day is after the last one. They were changed round."))
            days = {"since": days["until"], "until": days["since"]}
        before = given["before"]
        return cls(
            place=place,
            group=given["group"] if given["group"] in GROUPS else "",
            since=days["since"],
            until=days["until"],
            actor=given["actor"][:200],
            target=given["target"][:200],
            before=int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None,
            problems=problems,
        )


def _day(text: str, problems: list[str]) -> datetime.date | None:
    if not text:
        return None
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None:
        problems.append(_("“%(text)s” is not a day. Write it like 2026-05-31.") % {"text": text[:20]})
    return found


def entries(user, asked: Asked) -> QuerySet[AuditEntry]:
    """The records that `user` may read and asked for, the latest first. Without days, those of the last ninety."""
    found = AuditEntry.objects.select_related("place")
    if asked.place is not None:
        found = found.filter(place=asked.place)
    elif not (user.is_superuser and user.is_active):
        found = found.filter(place__in=list(permissions.places_to_decide_in(user).values_list("pk", flat=True)))
    zone = ZoneInfo(asked.place.timezone if asked.place is not None else settings.TIME_ZONE)
    since = asked.since
    if since is None and asked.until is None:
        since = timezone.localdate() - datetime.timedelta(days=DAYS)
    if since is not None:
        found = found.filter(at__gte=datetime.datetime.combine(since, datetime.time(), zone))
    if asked.until is not None and asked.until < datetime.date.max:
        after = asked.until + datetime.timedelta(days=1)
        found = found.filter(at__lt=datetime.datetime.combine(after, datetime.time(), zone))
    if asked.group:
        words = Q()
        for word in GROUPS[asked.group][1]:
            words |= Q(action__icontains=word)
        found = found.filter(words)
    if asked.actor:
        found = found.filter(actor__istartswith=asked.actor)
    if asked.target:
        found = found.filter(_of_target(asked.target))
    return found.order_by("-at", "-pk")


def _of_target(text: str) -> Q:
    try:
        return Q(target_uuid=uuids.UUID(text))
    except ValueError:
        return Q(target__istartswith=text)


def page(found: QuerySet[AuditEntry], before: int | None, number: int) -> tuple[list[AuditEntry], int | None]:
    """`number` records after the one called `before`, and what to go on with; None at the end."""
    if before is not None:
        last = AuditEntry.objects.filter(pk=before).values_list("at", flat=True).first()
        if last is not None:
            found = found.filter(Q(at__lt=last) | Q(at=last, pk__lt=before))
    rows = list(found[: number + 1])
    return rows[:number], rows[number - 1].pk if len(rows) > number else None


def meaning(entry: AuditEntry) -> str:
    """What was done, in words; the name of the action where there are none."""
    known = MEANINGS.get(entry.action)
    return str(known) if known is not None else entry.action[:1].upper() + entry.action[1:]


def details(entry: AuditEntry) -> list[tuple[str, str]]:
    """What the record holds besides, as label and value, in short."""
    found = []
    for name, value in list(entry.data.items())[:12]:
        if value in ("", None, [], {}):
            continue
        text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        found.append((str(name).replace("_", " "), text[:300]))
    return found


HEADER = ("when", "who", "what", "meaning", "of", "uuid", "place", "details")


def exported(found: QuerySet[AuditEntry]) -> Iterator[tuple[object, ...]]:
    """Rows for a file, the latest first, at most `MAX_EXPORTED`; the last row says so if there are more."""
    for number, it in enumerate(found[: MAX_EXPORTED + 1].iterator(chunk_size=1000)):
        if number == MAX_EXPORTED:
            yield (
                "",
                "",
                "",
                _("Only the latest %(n)s are here: ask for fewer days.") % {"n": MAX_EXPORTED},
                "",
                "",
                "",
                "",
            )
            return
        said = "; ".join(f"{name}: {value}" for name, value in details(it))
        place = it.place.slug if it.place is not None else ""
        yield (it.at.isoformat(), it.actor, it.action, meaning(it), it.target, str(it.target_uuid or ""), place, said)


FLAGS_HEADER = (
    "case", "place", "of", "uuid", "flagged", "people", "reasons", "hidden", "decided", "decision", "by", "words",
    "asked to look again", "answered", "answer",
)  # fmt: skip


def exported_flags(cases: QuerySet[FlagCase]) -> Iterator[tuple[object, ...]]:
    """The record of complaints: what was reported, when and why; what was decided, when and by whom; and appeals."""
    found = cases.prefetch_related("flags", "appeals").order_by("-opened_at", "-pk")[:MAX_EXPORTED]
    for it in found.iterator(chunk_size=500):
        flags, appeals = list(it.flags.all()), list(it.appeals.all())
        reasons = sorted({str(FlagReason(flag.reason).label) for flag in flags})
        yield (
            str(it.uuid),
            it.place.slug if it.place is not None else "",
            it.target_name,
            str(it.target_uuid),
            it.opened_at.isoformat(),
            len(flags),
            "; ".join(reasons),
            _moment(it.hidden_at),
            _moment(it.decided_at),
            it.get_decision_display(),
            str(it.decided_by) if it.decided_by is not None else "",
            it.words,
            "; ".join(f"{one.created_at.isoformat()} {one.get_side_display()}" for one in appeals),
            "; ".join(_moment(one.answered_at) for one in appeals),
            "; ".join(one.answer for one in appeals),
        )


def _moment(at: datetime.datetime | None) -> str:
    return at.isoformat() if at is not None else ""
