"""What the room keeps about people: who booked, and who told us what is missing."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from listings.commands import bookings
from listings.models import Booking, MissingReport
from mapping.access.personal_data import Holding, register


def register_holdings() -> None:
    """Called once, from the AppConfig's `ready`."""
    register(
        Holding(
            "listings.Booking",
            _("bookings and shifts"),
            of=lambda person: Booking.objects.select_related("date").filter(person.has("email")),
            fields=(
                "email",
                "name",
                "people",
                "date__listing__name",
                "date__starts_at",
                "state",
                "words",
                "made_at",
                "came_at",
            ),
            erase=lambda rows, person: bookings.erase(rows),
        )
    )
    register(
        Holding(
            "listings.MissingReport",
            _("what was said to be missing"),
            of=lambda person: MissingReport.objects.filter(person.has("email")),
            fields=("email", "looked_for", "words", "created_at", "answered_at"),
            erase=lambda rows, person: rows.update(email="", words=""),
            keeps=_("what was looked for, without who looked for it"),
        )
    )
