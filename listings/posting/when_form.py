"""The part "When" as a form by itself: to say a schedule back while the rest is not written yet."""

from __future__ import annotations

from listings.schedules.schedule import Schedule
from mapping.models import Place

from .when_fields import WhenFields


class WhenForm(WhenFields):
    """`past`: dates that have passed are no mistake, as in an edit (`before` is its schedule)."""

    def __init__(self, data, *, place: Place, before: Schedule | None = None, past: bool = False) -> None:
        super().__init__(data)
        self.past = past or before is not None
        self.ask_when(place, before)

    def clean(self) -> dict:
        data = super().clean()
        self.schedule = self.read_schedule(data, past=self.past)
        return data
