"""What people did not find: told, counted with those alike, answered.

missing.tell(place=place, looked_for="Repair café", email="ann@example.org")
missing.answer(actor=Actor.of(user), place=place, alike="cafe repair", words="There is one now: ...")
"""

from __future__ import annotations

import datetime
import unicodedata

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from listings.models import MissingReport
from mapping.commands import retention
from mapping.commands.change import change
from mapping.models import Actor, Place
from mapping.search.geocoding import tidy

READER = Actor(label="a reader")
# An address asks so much in a day; and of one thing so many are kept.
MAX_A_DAY = 10
MAX_ALIKE = 500
MAX_OPEN = 5000
KEPT = datetime.timedelta(days=365)


class MissingRefused(HereaboutsError):
    """What cannot be kept or answered; the text says why."""

    status = 409


class TooManyMissing(MissingRefused):
    status = 429


def alike_of(text: str) -> str:
    """Return the words of `text` without case, accents and order: "Café, repair" and "repair cafe" are alike."""
    plain = "".join(it for it in unicodedata.normalize("NFKD", tidy(text).casefold()) if not unicodedata.combining(it))
    words = "".join(it if it.isalnum() else " " for it in plain).split()
    return " ".join(sorted(set(words)))[:200] or tidy(text).casefold()[:200]


def tell(*, place: Place, looked_for: str, words: str = "", email: str = "") -> MissingReport | None:
    """Keep what somebody looked for. The same of the same address is one; None where enough have said it already.

    Raises `TooManyMissing` for an address that tells more than `MAX_A_DAY` in a day.
    """
    looked_for, email, alike = tidy(looked_for)[:200], email.strip().lower(), alike_of(looked_for)
    opens = MissingReport.objects.filter(place=place, answered_at=None)
    if email:
        since = timezone.now() - datetime.timedelta(days=1)
        if MissingReport.objects.filter(email=email, created_at__gt=since).count() >= MAX_A_DAY:
            raise TooManyMissing(_("You have told us a lot today. Tell us more tomorrow."))
        if (known := opens.filter(alike=alike, email=email).first()) is not None:
            return known
    if opens.filter(alike=alike).count() >= MAX_ALIKE or opens.count() >= MAX_OPEN:
        return None
    try:
        with transaction.atomic(), change(actor=READER, action="tell what is missing", place=place) as it:
            it.places.clear()
            return MissingReport.objects.create(
                place=place,
                looked_for=looked_for,
                alike=alike,
                words=words.strip()[:1000],
                email=email,
                language=(get_language() or "")[:10],
            )
    except IntegrityError:
        # Sent twice at the same moment.
        return opens.filter(alike=alike, email=email).first()


def answer(*, actor: Actor, place: Place, alike: str, words: str = "") -> list[MissingReport]:
    """Close everything alike in a place. Returns those who left an address and are to be written to (with `words`).

    Raises `MissingRefused` when somebody else has answered it meanwhile.
    """
    now = timezone.now()
    with change(actor=actor, action="answer what is missing", place=place) as it:
        it.places.clear()
        rows = list(MissingReport.objects.select_for_update().filter(place=place, alike=alike, answered_at=None))
        if not rows:
            raise MissingRefused(_("Somebody else has answered this already."))
        it.data |= {"number": len(rows), "words": words}
        MissingReport.objects.filter(pk__in=[row.pk for row in rows]).update(answered_at=now)
    return [row for row in rows if row.email] if words else []


def forget_address(reports: list[MissingReport]) -> None:
    """Delete the addresses that have had their answer."""
    MissingReport.objects.filter(pk__in=[it.pk for it in reports]).update(email="")


def purge(now: datetime.datetime | None = None) -> int:
    """Delete what is older than a year, answered or not. Returns how many."""
    old = MissingReport.objects.filter(created_at__lt=(now or timezone.now()) - KEPT)
    return retention.let_go(old, action="delete what was missing")
