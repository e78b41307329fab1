"""Flags: said, confirmed, disowned. Anybody may say that something is wrong, without an account.

    said = flags.say(target=target, reason=FlagReason.GONE, words="...", email="", user=None, household="192.0.2.1")
    flags.confirm(flag)                      # by the link of a letter: the address is theirs

What is hidden before a steward has looked, and why (`_may_hide`):

- only what is flagged as unsafe, and never again for `IMMUNE` days after a steward said that it stays;
- one flag is enough whose address is confirmed: an address does so three times a day at most, and not for ninety days
  after a steward kept what it had hidden;
- of others two are needed, from two households and, where both give an address, from two addresses. One person in two
  windows is one household. That it was sent without JavaScript, or from a page that had been open for long, does not
  matter; what the guard of the form noticed in its words (links, the place's list) counts only once its address is
  confirmed.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from listings.commands import flag_targets
from listings.commands.flag_targets import Target
from listings.models import URGENT_REASONS, Decision, Flag, FlagCase
from listings.models.hold import WORK_HOLDS
from mapping.commands.change import change
from mapping.models import Actor

READER = Actor(label="a reader")
MAX_OF_ADDRESS_A_DAY = 20
MAX_OF_CASE = 200
MAX_HIDES_A_DAY = 3
IMMUNE = datetime.timedelta(days=30)
DISTRUSTED = datetime.timedelta(days=90)
DAY = datetime.timedelta(days=1)


class TooManyFlags(HereaboutsError):
    """Somebody flags more in a day than one person would."""

    status = 429


@dataclass(frozen=True)
class Said:
    """What became of a flag: whether it is new, and whether the record is hidden because of it."""

    flag: Flag
    fresh: bool
    hidden: bool


def say(
    *,
    target: Target,
    reason: str,
    words: str = "",
    email: str = "",
    user=None,
    household: str = "",
    other=None,
    held: str = "",
) -> Said:
    """Keep a flag. The same said twice is one: then `fresh` is False. Raises `TooManyFlags`.

    The address of an account counts as confirmed where the account has confirmed it. `held` says why it may come from
    a machine.
    """
    email, confirmed = _address(email, user)
    _not_too_many(email)
    actor = Actor.of(user) if user is not None else READER
    with transaction.atomic():
        case = _open_case(target)
        values = {
            "words": words.strip()[:1000],
            "other": other,
            "user": user,
            "held": held[:100],
            "language": get_language() or "",
        }
        source = {"email": email} if email else {"email": "", "household": _number(case, household)}
        known = Flag.objects.filter(case=case, reason=reason, **source).first() if any(source.values()) else None
        if known is not None:
            return Said(known, False, False)
        if case.flags.count() >= MAX_OF_CASE:
            raise TooManyFlags(_("So many have told us of this that we know by now. A steward looks at it."))
        with change(actor=actor, action="flag", place=target.place, target=target.record) as it:
            it.places.clear()
            flag = Flag.objects.create(
                case=case,
                reason=reason,
                email=email,
                household=_number(case, household),
                confirmed_at=timezone.now() if confirmed else None,
                **values,
            )
            # Neither who nor in which words: the flag has that, as long as it is kept.
            it.data |= {"case": str(case.uuid), "reason": reason}
            if reason in URGENT_REASONS and not case.urgent:
                case.urgent = True
                case.save(update_fields=["urgent"])
        hidden = _hide_if_urgent(case, flag)
    return Said(flag, True, hidden)


def confirm(*, flag: Flag) -> tuple[bool, bool]:
    """Say that the address is theirs. Returns whether it was not confirmed before, and whether it hides now."""
    with transaction.atomic():
        case = FlagCase.objects.select_for_update().get(pk=flag.case_id)
        now = timezone.now()
        with change(actor=READER, action="confirm flag", place=case.place_id, target=case) as it:
            it.places.clear()
            it.data |= {"case": str(case.uuid), "reason": flag.reason}
            fresh = bool(Flag.objects.filter(pk=flag.pk, confirmed_at=None).exclude(email="").update(confirmed_at=now))
            if not fresh:
                it.nothing_changed()
        flag.refresh_from_db()
        hidden = fresh and case.is_open and _hide_if_urgent(case, flag)
    return fresh, hidden


def disown(*, flag: Flag) -> None:
    """Whoever has the letter says that they never sent this: the address goes, and the flag counts for nothing."""
    with change(actor=READER, action="disown flag", place=flag.case.place_id, target=flag.case) as it:
        it.places.clear()
        it.data["case"] = str(flag.case.uuid)
        Flag.objects.filter(pk=flag.pk).update(email="", household="", confirmed_at=None, held="disowned")
    flag.refresh_from_db()


def known_address(user) -> str:
    """The address of an account that it has confirmed; empty where there is none."""
    if user is None:
        return ""
    known = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "pk").first()
    return known.email.lower() if known else ""


def _address(email: str, user) -> tuple[str, bool]:
    """The address that answers go to, and whether it is known to be theirs."""
    known = known_address(user)
    return (known, True) if known else (email.strip().lower(), False)


def _number(case: FlagCase, household: str) -> str:
    """A number that stands for a household in this case and in no other."""
    if not household:
        return ""
    text = f"{case.uuid} {household}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).hexdigest()[:32]


def _not_too_many(email: str) -> None:
    since = timezone.now() - DAY
    if email and Flag.objects.filter(email=email, created_at__gt=since).count() >= MAX_OF_ADDRESS_A_DAY:
        raise TooManyFlags(
            _("You have flagged %(number)s things since yesterday, which is as many as one person may.")
            % {"number": MAX_OF_ADDRESS_A_DAY},
            _("Tell us of the rest tomorrow, or write to a steward of the place."),
        )


def _open_case(target: Target) -> FlagCase:
    """The open case of a record, locked; made if there is none. Two people at once find the same one."""
    for _attempt in range(3):
        case = FlagCase.objects.select_for_update().filter(target_uuid=target.uuid, decision="").first()
        if case is not None:
            return case
        try:
            with transaction.atomic():
                FlagCase.objects.create(
                    target=target.kind, target_uuid=target.uuid, target_name=target.name[:300], place=target.place
                )
        except IntegrityError:
            continue
    return FlagCase.objects.select_for_update().get(target_uuid=target.uuid, decision="")


def _hide_if_urgent(case: FlagCase, flag: Flag) -> bool:
    """Hide the record when this flag, with those before it, is enough. The case is locked."""
    if flag.reason not in URGENT_REASONS or case.hidden_at is not None or not _may_hide(case, flag):
        return False
    target = flag_targets.load(case)
    if target is None or not target.shown:
        return False
    return flag_targets.hide(actor=Actor(label="flags that agree"), case=case, target=target)


def _may_hide(case: FlagCase, flag: Flag) -> bool:
    now = timezone.now()
    kept = FlagCase.objects.filter(
        target_uuid=case.target_uuid, urgent=True, decision=Decision.KEEP, decided_at__gt=now - IMMUNE
    )
    if kept.exists():
        return False
    # Whoever presses the button of a letter is no machine, however the form was sent.
    if flag.confirmed_at is not None and _is_trusted(flag.email, case, now):
        return True
    if not may_agree(flag):
        return False
    others = Flag.objects.filter(case=case, reason__in=URGENT_REASONS).exclude(pk=flag.pk)
    return any(may_agree(it) and _agree(flag, it) for it in others[:MAX_OF_CASE])


def may_agree(flag: Flag) -> bool:
    """Whether a flag counts as one of two. Work that a browser did not do says nothing against a person."""
    return not flag.held or set(flag.held.split(",")) <= set(WORK_HOLDS)


def _is_trusted(email: str, case: FlagCase, now: datetime.datetime) -> bool:
    """Whether the word of a confirmed address is enough: see the module."""
    theirs = FlagCase.objects.filter(flags__email=email, flags__reason__in=URGENT_REASONS, hidden_at__isnull=False)
    theirs = theirs.exclude(pk=case.pk)
    if theirs.filter(decision=Decision.KEEP, decided_at__gt=now - DISTRUSTED).exists():
        return False
    return theirs.filter(hidden_at__gt=now - DAY).distinct().count() < MAX_HIDES_A_DAY


def _agree(one: Flag, other: Flag) -> bool:
    """Whether two flags are of two people, as far as can be told."""
    if not one.household or not other.household or one.household == other.household:
        return False
    return not (one.email and one.email == other.email)
