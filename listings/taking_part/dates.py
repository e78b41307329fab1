"""What can be booked of a listing: its next dates, or its shifts, and how many places each has left."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from listings.models import BookingDate, BookingTerms, Listing, Occurrence

MAX_SHOWN = 40


@dataclass(frozen=True)
class Choice:
    """A date that can be chosen: `key` names it in the form. `left` None: as many as come."""

    key: str
    starts_at: datetime.datetime
    ends_at: datetime.datetime | None
    label: str
    left: int | None
    is_shift: bool
    date: BookingDate | None = None
    row: Occurrence | None = None

    @property
    def is_full(self) -> bool:
        return self.left is not None and self.left <= 0

    @property
    def words(self) -> str:
        """How many places are left, or how many are still needed."""
        if self.left is None:
            return ""
        if self.is_shift:
            if self.is_full:
                return _("has enough people")
            return ngettext("needs %(n)s more", "needs %(n)s more", self.left) % {"n": self.left}
        if self.is_full:
            return _("full")
        return ngettext("%(n)s place left", "%(n)s places left", self.left) % {"n": self.left}


def choices(listing: Listing, terms: BookingTerms, now: datetime.datetime | None = None) -> list[Choice]:
    """Return what can still be booked, in order: two queries."""
    now = now or timezone.now()
    kept = list(BookingDate.objects.filter(listing=listing, starts_at__gt=now, cancelled_at=None))
    by_original = {it.original: it for it in kept if it.original}
    found = [
        Choice(str(it.uuid), it.starts_at, it.ends_at, it.label, it.left, True, date=it)
        for it in kept
        if not it.original
    ]
    rows = Occurrence.objects.on().filter(listing=listing, starts_at__gt=now).order_by("starts_at", "pk")
    for row in rows[:MAX_SHOWN]:
        date = by_original.get(row.original)
        left = date.left if date is not None else terms.places
        found.append(Choice(row.original, row.starts_at, row.ends_at, "", left, terms.is_shifts, date=date, row=row))
    return sorted(found, key=lambda it: (it.starts_at, it.key))[:MAX_SHOWN]
