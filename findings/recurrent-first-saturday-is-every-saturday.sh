#!/bin/sh
# PyPI recurrent 0.4: how often something takes place, in words, made a rule of iCalendar; python-dateutil 2.9 counts its days.
# Guess, written first: what it cannot tell it refuses (parse gives None), so a first Saturday is once a month however it is said.
# Needs python3 with venv, and the network. Exits 1 when what was found is no longer so.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check recurrent==0.4.1 python-dateutil==2.9.0.post0
"$work/venv/bin/python" - <<'PYTHON'
import datetime
from importlib.metadata import version

from dateutil.rrule import rrulestr
from recurrent import RecurringEvent

begin = datetime.datetime(2026, 12, 1, 12)
quarter = begin, begin + datetime.timedelta(days=84)
print("recurrent", version("recurrent"))
expected = {
    "first Saturday of each month at 7pm": (3, 3),
    "every first Saturday at 7pm": (3, 12),
    "every other Wednesday at 7pm": (6, 6),
    "alternate Wednesdays at 7pm": (6, 12),
    "fortnightly on Wednesdays at 7pm": (6, 12),
    "second and fourth Tuesday of the month": (6, 1),
}
same = []
for words, (days, read) in expected.items():
    found = RecurringEvent(now_date=begin).parse(words)
    times = 1 if isinstance(found, datetime.datetime) else len(rrulestr(found, dtstart=begin).between(*quarter))
    print(f"{words}: {days} times in twelve weeks, read as {times}: {found}")
    same.append(times == read)
print("A word that it does not know beside one that it knows is passed over: what is on once a month is on each week.")
raise SystemExit(0 if all(same) else 1)
PYTHON
