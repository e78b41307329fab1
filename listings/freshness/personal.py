"""What the room keeps about people: whom it asks, and who does not want to be asked."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from listings.models import Reminder, ReminderStop
from mapping.access.personal_data import Holding, Person, delete_rows, register


def _reminders(person: Person):
    return Reminder.objects.filter(person.has("email") | person.is_in("user"))


def register_holdings() -> None:
    """Called once, from the AppConfig's `ready`."""
    register(
        Holding(
            "listings.Reminder",
            _("letters that asked whether something is still true"),
            of=_reminders,
            fields=("email", "node__name", "sent_at", "answer", "answered_at"),
            erase=delete_rows,
        )
    )
    register(
        Holding(
            "listings.ReminderStop",
            _("addresses that want no such letters"),
            of=lambda person: ReminderStop.objects.filter(person.has("email")),
            fields=("email", "created_at"),
            erase=delete_rows,
        )
    )
