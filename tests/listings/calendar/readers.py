"""What other calendars make of a file of ours: each gives [(uid, start, end or None, is all day)], times in UTC."""

from __future__ import annotations

import datetime
import json
import shutil
import subprocess
from pathlib import Path

import icalendar
import recurring_ical_events
import vobject

ROOT = Path(__file__).resolve().parents[3]
NODE = shutil.which("node")
ICAL_JS = ROOT / "node_modules" / "ical.js" / "dist" / "ical.js"
ONE_DAY = datetime.timedelta(days=1)


def utc(value):
    if isinstance(value, datetime.datetime):
        assert value.tzinfo is not None, f"{value} has no time zone"
        return value.astimezone(datetime.UTC)
    return value


def recurring(content: bytes, first: datetime.date, last: datetime.date):
    """icalendar reads, recurring-ical-events works out; both days included."""
    calendar = icalendar.Calendar.from_ical(content)
    found = []
    for it in recurring_ical_events.of(calendar).between(first, last + ONE_DAY):
        if str(it.get("STATUS")) == "CANCELLED":
            continue
        start = it["DTSTART"].dt
        given = "DTEND" in it or "DURATION" in it
        end = it.end if given and it.end != it.start else None
        found.append((str(it["UID"]), utc(start), utc(end), not isinstance(start, datetime.datetime)))
    return sorted(found, key=str)


def by_vobject(content: bytes, last: datetime.date):
    """vobject reads one component after the other; it knows nothing of RECURRENCE-ID, so these are put in here."""
    calendar = vobject.readOne(content.decode())
    series, replaced = [], {}
    for it in calendar.contents.get("vevent", []):
        target = replaced if hasattr(it, "recurrence_id") else None
        if target is None:
            series.append(it)
        else:
            target[it.uid.value, utc(it.recurrence_id.value)] = it
    found = []
    for it in series:
        all_day = not isinstance(it.dtstart.value, datetime.datetime)
        lasts = it.dtend.value - it.dtstart.value if hasattr(it, "dtend") else None
        lasts = it.duration.value if hasattr(it, "duration") else lasts
        # A rule that goes on is followed as far as asked.
        for start in it.getrruleset(addRDate=True) or [it.dtstart.value]:
            start = start.date() if all_day and isinstance(start, datetime.datetime) else start
            if (start if all_day else start.date()) > last:
                break
            other = replaced.get((it.uid.value, utc(start)))
            if other is not None:
                if other.status.value != "CANCELLED":
                    end = other.dtend.value if hasattr(other, "dtend") else None
                    found.append((it.uid.value, utc(other.dtstart.value), utc(end), all_day))
            elif it.status.value != "CANCELLED":
                found.append((it.uid.value, utc(start), utc(start + lasts) if lasts else None, all_day))
    return sorted(found, key=str)


SCRIPT = """
import {readFileSync} from "node:fs";
import {pathToFileURL} from "node:url";
const {default: ICAL} = await import(pathToFileURL(process.argv[2]));
const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
for (const zone of calendar.getAllSubcomponents("vtimezone"))
  ICAL.TimezoneService.register(new ICAL.Timezone(zone));
const until = process.argv[3], found = [];
const told = time => time.isDate ? time.toString() : time.toJSDate().toISOString();
for (const component of calendar.getAllSubcomponents("vevent")) {
  if (component.hasProperty("recurrence-id")) continue;
  const event = new ICAL.Event(component);
  const add = (item, start, end) => {
    if (item.component.getFirstPropertyValue("status") === "CANCELLED") return;
    const given = item.component.hasProperty("dtend") || item.component.hasProperty("duration");
    found.push([event.uid, told(start), given ? told(end) : null, start.isDate]);
  };
  if (!event.isRecurring()) { add(event, event.startDate, event.endDate); continue; }
  const dates = event.iterator();
  for (let next; (next = dates.next()) && next.toString().slice(0, 10) <= until;) {
    const it = event.getOccurrenceDetails(next);
    add(it.item, it.startDate, it.endDate);
  }
}
console.log(JSON.stringify(found));
"""


def by_ical_js(content: bytes, last: datetime.date, folder: Path, zone: str = "UTC"):
    """`zone` is that of the device: it must make no difference."""
    script = folder / "read.mjs"
    script.write_text(SCRIPT)
    asked = subprocess.run(
        [NODE, script, ICAL_JS, last.isoformat()],
        input=content,
        capture_output=True,
        check=False,
        env={"TZ": zone, "PATH": "/usr/bin:/bin"},
    )
    assert asked.returncode == 0, asked.stderr.decode()
    return sorted(
        ((uid, _js(start), _js(end), all_day) for uid, start, end, all_day in json.loads(asked.stdout)), key=str
    )


def _js(text: str | None):
    if text is None:
        return None
    return (
        datetime.date.fromisoformat(text)
        if len(text) == 10
        else datetime.datetime.fromisoformat(text).astimezone(datetime.UTC)
    )
