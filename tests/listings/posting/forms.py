"""What one types into the part "When", for the tests of it."""

from __future__ import annotations

import datetime
from typing import Any

from listings.posting.typed_schedule import typed_when
from listings.posting.when_form import WhenForm
from listings.schedules.schedule import Schedule
from tests import factories

# A Tuesday, the second of its month.
TUESDAY = datetime.date(2027, 1, 12)


def when_form(*, before: Schedule | None = None, place=None, **typed: Any) -> WhenForm:
    """The form with a Tuesday at ten, and what else is given; checked."""
    given = {"repeats": "once", "date": str(TUESDAY), "starts": "10:00", "ends": "11:30", **typed}
    place = place or factories.PlaceFactory.build(nation="england")
    form = WhenForm({name: it for name, it in given.items() if it is not None}, place=place, before=before)
    form.is_valid()
    return form


def again(schedule: Schedule) -> Schedule:
    """What an edit makes of `schedule` when nothing is changed in it."""
    form = WhenForm(typed_when(schedule), place=factories.PlaceFactory.build(nation=schedule.nation), before=schedule)
    assert form.is_valid(), form.errors
    return form.schedule
