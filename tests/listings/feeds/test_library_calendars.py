"""Every calendar file that the packages icalendar and recurring-ical-events carry is read, as the latter reads it."""

from __future__ import annotations

import warnings
from datetime import UTC, date, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest

from listings.feeds.events import Window

from .calendars import LONDON, ours, theirs

PACKAGES = [Path(find_spec(name).origin).parent for name in ("icalendar", "recurring_ical_events")]
FILES = sorted(path for package in PACKAGES for path in package.rglob("*.ics"))
WINDOW = Window(date(1990, 1, 1), date(2035, 12, 31), LONDON, occurrences=100_000)
# UNTIL=20250920 of a rule with times: recurring-ical-events 3.8.2 drops that day (test_library_facts).
DROPS_A_DAY = {"issue_75_range_parameter.ics": ("210", "2025-09-21 14:22:00+00:00")}


def _instant(moment: date | datetime) -> str:
    if not isinstance(moment, datetime):
        return str(moment)
    return str((moment if moment.tzinfo else moment.replace(tzinfo=LONDON)).astimezone(UTC))


def test_there_are_as_many_as_the_packages_carry():
    assert len(FILES) == 163 + 95


@pytest.mark.parametrize("path", FILES, ids=lambda it: it.name)
@pytest.mark.filterwarnings("ignore")
def test_it_is_read_without_a_traceback_and_with_the_same_occurrences(path):
    data = path.read_bytes()
    reading = ours(data, WINDOW)
    found = sorted((event.uid, _instant(it.starts)) for event, it in reading.occurrences() if it.is_live)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            their = theirs(data, WINDOW, skip_bad_series=True)
    except Exception:  # what the library itself cannot read has to be read without a traceback, no more
        return
    expected = sorted(
        (str(it.get("UID", "")), _instant(it["DTSTART"].dt)) for it in their if it.get("STATUS") != "CANCELLED"
    )
    # Who has no UID gets one from us.
    assert sorted((("" if uid.startswith("no-uid-") else uid), at) for uid, at in found) == sorted(
        expected + [DROPS_A_DAY[path.name]] if path.name in DROPS_A_DAY else expected
    )
    if expected or their:
        assert reading.events
