"""Letters about flags: to those who flagged, and to who looks after the record. Neither learns who the other is."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation

from config import letters
from listings.commands import flag_targets
from listings.models import Flag, FlagAppeal, FlagCase, FlagReason, FlagTarget
from listings.moderation import carers

ROOM = "listings/moderation/mail"
# Of one case; more would be a mailing, and an attack on ours.
MAX_FLAGGERS = 200


def confirm(flag: Flag, request: HttpRequest | None = None) -> bool:
    """Ask whether the address is theirs. Returns whether the letter went."""
    return letters.send(
        f"{ROOM}/flag_confirm.txt",
        to=flag.email,
        context={"flag": flag, "case": flag.case, "urgent": flag.reason == FlagReason.UNSAFE},
        about=f"flag of case {flag.case.uuid}",
        request=request,
        language=flag.language,
    )


def to_be_written_to(case: FlagCase) -> list[Flag]:
    """Of each confirmed address the first flag, at most `MAX_FLAGGERS`."""
    confirmed = case.flags.exclude(email="").filter(confirmed_at__isnull=False).order_by("pk")
    found: dict[str, Flag] = {}
    for flag in confirmed[:MAX_FLAGGERS]:
        found.setdefault(flag.email, flag)
    return list(found.values())


def carers_of(case: FlagCase) -> list[tuple[str, str]]:
    """Address and language of each who looks after the record."""
    target = flag_targets.load(case)
    return [] if target is None else list(carers.addresses(target).items())


def decided(flag: Flag) -> bool:
    """Tell somebody who flagged it what was decided. Returns whether the letter went."""
    case = flag.case
    return letters.send(
        f"{ROOM}/flag_decided.txt",
        to=flag.email,
        context={"flag": flag, "case": case, "url": _page_of(case)},
        about=f"decision on case {case.uuid}",
        language=flag.language or settings.LANGUAGE_CODE,
    )


def answered(appeal: FlagAppeal, flag: Flag) -> bool:
    """Tell somebody who flagged it, and asked for the decision to be looked at again. Returns whether it went."""
    return letters.send(
        f"{ROOM}/flag_appeal_answered.txt",
        to=flag.email,
        context={"case": appeal.case, "appeal": appeal, "url": _page_of(appeal.case)},
        about=f"appeal of case {appeal.case.uuid}",
        language=flag.language or settings.LANGUAGE_CODE,
    )


def to_carer(case: FlagCase, name: str, to: str, language: str, **more: Any) -> bool:
    """Tell one of those who look after it: hidden, decided, answered. Returns whether the letter went."""
    with translation.override(language):
        context = {**_for_carers(case), **more}
    return letters.send(f"{ROOM}/{name}.txt", to=to, context=context, about=f"case {case.uuid}", language=language)


def _for_carers(case: FlagCase) -> dict[str, Any]:
    """What letters to carers say, in the language of the moment."""
    target = flag_targets.load(case)
    reasons = [str(FlagReason(it).label) for it in case.flags.order_by().values_list("reason", flat=True).distinct()]
    # Where they see why it is off, for what is off.
    url = target.url if target is not None else ""
    if target is not None and not target.shown and case.target == FlagTarget.NODE:
        url = reverse("publication", args=[target.uuid])
    elif target is not None and not target.shown and case.target == FlagTarget.REPORT:
        # Its page is gone; how it stands is on the page of the case.
        url = ""
    return {"case": case, "reasons": reasons, "url": url, "shown": target is not None and target.shown}


def _page_of(case: FlagCase) -> str:
    target = flag_targets.load(case)
    return target.url if target is not None and target.shown else ""
