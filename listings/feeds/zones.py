"""What a calendar file means by the name of a time zone.

icalendar 7.3.2 remembers a zone that a file defines for the whole process, the first file's for all that follow, and
gives times without a zone for names that it does not know. So names are resolved here, for each file by itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from icalendar import Timezone
from icalendar.timezone import TZP, tzp
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

# Names of no table that calendars are written with all the same.
SPOKEN = {
    "bst": "Europe/London",
    "british summer time": "Europe/London",
    "gmt/bst": "Europe/London",
    "gmt0bst": "Europe/London",
    "gmt daylight time": "Europe/London",
    "greenwich mean time": "Europe/London",
    "cest": "Europe/Paris",
    "edt": "America/New_York",
    "cdt": "America/Chicago",
    "mdt": "America/Denver",
    "pdt": "America/Los_Angeles",
    "z": "UTC",
    "coordinated universal time": "UTC",
    "(utc) coordinated universal time": "UTC",
    "tzone://microsoft/utc": "UTC",
}
_SUMMER, _WINTER = datetime(2026, 7, 1, 12), datetime(2026, 1, 1, 12)
OFFSET = re.compile(r"\(?(?:GMT|UTC)?\)?\s*([+-])(\d{1,2}):?(\d{2})?\)?", re.IGNORECASE)


class Zones:
    """The zones of one file. `definitions` are its VTIMEZONE components as text, by TZID; `home` is floating time's."""

    def __init__(self, home: ZoneInfo, definitions: Mapping[str, str] | None = None) -> None:
        self.home = home
        self._definitions = {_plain(name): text for name, text in (definitions or {}).items()}
        self._found: dict[str, tzinfo | None] = {}
        self.broken: set[str] = set()

    def find(self, name: str) -> tzinfo | None:
        """The zone of this TZID; None when nothing says what it is."""
        if name not in self._found:
            self._found[name] = self._find(_plain(name))
        return self._found[name]

    def _find(self, name: str) -> tzinfo | None:
        # An IANA name means the zone that everybody knows, whatever the file adds: Google, Apple and icalendar read it
        # so. Not those without an area: files define a "GMT" of their own that has a summer time.
        if name in known_zones() and ("/" in name or name == "UTC"):
            return ZoneInfo(name)
        if name in self._definitions and (own := self._defined(name)) is not None:
            return own
        return _known(name, self.home)

    def _defined(self, name: str) -> tzinfo | None:
        try:
            component = Timezone.from_ical(self._definitions[name])
            zone = component.to_tz(TZP(), lookup_tzid=False)
            # It has to answer, and a bad rule only says so when asked.
            zone.utcoffset(_SUMMER), zone.utcoffset(_WINTER)
            return zone
        except Exception:  # whatever a parser of other people's rules raises: the name may still be known
            self.broken.add(name)
            return None
        finally:
            # Reading a VTIMEZONE has the process remember it.
            tzp.use_zoneinfo()


@cache
def known_zones() -> frozenset[str]:
    return frozenset(available_timezones() - {"localtime", "posixrules", "Factory"})


@cache
def _by_lower_name() -> dict[str, str]:
    return {name.lower(): name for name in sorted(known_zones(), reverse=True)}


@cache
def _by_city() -> dict[str, str]:
    """The last part of a name ("london") to the name; of several the one that is not an old spelling."""
    areas = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    return {name.rpartition("/")[2].lower(): name for name in sorted(known_zones()) if name.startswith(areas)}


def _plain(name: str) -> str:
    return name.strip().strip('"').strip().strip("/").strip()


def _known(name: str, home: ZoneInfo) -> tzinfo | None:
    if name in known_zones():
        return ZoneInfo(name)
    if name in WINDOWS_TO_OLSON:
        return ZoneInfo(WINDOWS_TO_OLSON[name])
    lower = name.lower()
    if lower in SPOKEN:
        return ZoneInfo(SPOKEN[lower])
    if (found := _by_lower_name().get(lower.replace(" ", "_"))) is not None:
        return ZoneInfo(found)
    # "/mozilla.org/20070129_1/Europe/London": a vendor, then the name.
    parts = lower.split("/")
    for start in range(1, len(parts) - 1):
        if (found := _by_lower_name().get("/".join(parts[start:]))) is not None:
            return ZoneInfo(found)
    return _of_cities(lower, home) or _of_offset(name)


def _of_cities(name: str, home: ZoneInfo) -> ZoneInfo | None:
    """Outlook shows a zone by its cities: "(UTC+00:00) Dublin, Edinburgh, Lisbon, London"."""
    cities = [it.strip().replace(" ", "_") for it in re.split(r"[,:()/]+", name)]
    found = [_by_city()[it] for it in cities if it in _by_city()]
    if home.key in found:
        return home
    return ZoneInfo(found[0]) if found else None


def _of_offset(name: str) -> tzinfo | None:
    match = OFFSET.fullmatch(name)
    if match is None:
        return None
    hours, minutes = int(match[2]), int(match[3] or 0)
    if hours > 14 or minutes > 59:
        return None
    ahead = timedelta(hours=hours, minutes=minutes)
    return timezone(ahead if match[1] == "+" else -ahead) if ahead else UTC
