"""What a calendar is asked: the dates of what a question finds, all over a place or at one venue or group.

question = Question(found, place.get_absolute_url())      # found: mapping.search.Found
question.rows                                             # occurrences, in no order
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from listings.models import Listing, Occurrence
from listings.models.occurrence import OccurrenceQuerySet
from mapping.models import Node, NodeKind, NodeQuerySet
from mapping.nodes.window import Window, zone_of
from mapping.search import Found, Query

# Of one venue or group so many listings are looked at.
MAX_LISTINGS = 2000


@dataclass(frozen=True)
class Question:
    """`found` is the question as pages ask it; `at` narrows it down to one venue or group, or one listing.

    `home` is the address below which its pages lie: `/trafford/`, or that of a node with a slash.
    """

    found: Found
    home: str
    at: Node | None = None
    now: datetime = field(default_factory=timezone.now)

    @cached_property
    def query(self) -> Query:
        """What has dates is an activity, whatever kind was asked for; order and pages are the calendar's own."""
        return self.found.query.replace(kind=(NodeKind.ACTIVITY.value,), sort="", page=1)

    @cached_property
    def asked(self) -> Found:
        """The same for the form of filters, which offers what has dates."""
        return dataclasses.replace(self.found, query=self.query, path=self.path)

    @property
    def viewer(self):
        return self.found.viewer

    @cached_property
    def zone(self) -> ZoneInfo:
        """The clocks of the place."""
        return zone_of(self.found.query.place)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def is_narrowed(self) -> bool:
        """Whether less than everything in the place is asked for."""
        return self.query != Query(place=self.query.place, kind=self.query.kind)

    @property
    def anything(self) -> Question:
        """The same place, venue or group, with nothing else asked."""
        query = Query(place=self.query.place)
        return dataclasses.replace(self, found=dataclasses.replace(self.found, query=query, problems=()))

    def midnight(self, day: date) -> datetime:
        """When a day begins on these clocks (aware)."""
        return datetime.combine(day, time(), self.zone)

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    # --- what answers

    @cached_property
    def nodes(self) -> NodeQuerySet:
        """The nodes that answer whenever they are on, without what is over."""
        if self.found.unasked:
            return Node.objects.none()
        query = self.query.replace(when="", at="")
        return query.restrict(Node.objects.visible_to(self.viewer), self.viewer).current(self.now).order_by()

    @property
    def listings(self):
        """The listings that answer, in no order. Where a time is asked for: those that are on then."""
        found = Listing.objects.filter(pk__in=self.nodes.values("pk"))
        if self.window is not None:
            found = found.filter(pk__in=self.rows.on().values("listing"))
        return self._at(found)

    def _at(self, found):
        if self.at is None:
            return found
        if self.at.kind == NodeKind.ACTIVITY:
            return found.filter(pk=self.at.pk)
        return found.filter(Q(venue_id=self.at.pk) | Q(organiser_id=self.at.pk))

    @cached_property
    def window(self) -> Window | None:
        """The time that is asked for; None: any."""
        return self.query.window

    @property
    def first_day(self) -> date:
        """Where a calendar begins when nobody says: with the time that is asked for, else today."""
        return self.window.date if self.window is not None else self.today

    @cached_property
    def rows(self) -> OccurrenceQuerySet:
        """The occurrences that answer, cancelled ones among them."""
        found = self._anytime
        if self.window is None:
            return found
        return found.none() if self.window.is_empty else found.filter(self.window.covers())

    @property
    def _anytime(self) -> OccurrenceQuerySet:
        if self.at is None:
            return Occurrence.objects.filter(listing__in=self.nodes.values("pk"))
        ids = list(
            self._at(Listing.objects.filter(pk__in=self.nodes.values("pk"))).values_list("pk", flat=True)[:MAX_LISTINGS]
        )
        # A date of something else may have moved here.
        moved = Occurrence.objects.filter(venue_id=self.at.pk, listing__in=self.nodes.values("pk"))
        moved = list(moved.not_over(self.now).values_list("pk", flat=True)[:MAX_LISTINGS])
        return Occurrence.objects.filter(Q(listing__in=ids) | Q(pk__in=moved))

    # --- addresses

    @property
    def path(self) -> str:
        return f"{self.home}calendar/"

    @property
    def filters_chosen(self) -> int:
        """How many filters are in force; that it has dates is none."""
        return self.asked.filters_chosen - 1

    @property
    def params(self) -> list[tuple[str, str]]:
        return [
            (name, value)
            for name, values in self.query.replace(kind=()).to_params().items()
            for value in (values if isinstance(values, list) else [values])
        ]

    def url(self, path: str = "", **more: Any) -> str:
        """The address of this question below the calendar; `more` are the calendar's own parameters (`from_`)."""
        own = [(name.rstrip("_"), str(value)) for name, value in more.items() if value not in ("", None)]
        text = urlencode([*self.params, *own], safe=",:")
        return f"{self.path}{path}?{text}" if text else f"{self.path}{path}"

    @property
    def file_url(self) -> str:
        """The address of the same as a file for other calendars: whenever it is on, for these have days themselves."""
        return self._beside("calendar.ics", [it for it in self.params if it[0] not in ("when", "at")])

    @property
    def qr_url(self) -> str:
        """The address of a QR code that leads to this calendar."""
        return self._beside("calendar.svg", self.params)

    def _beside(self, name: str, params: list[tuple[str, str]]) -> str:
        text = urlencode(params, safe=",:")
        return f"{self.home}{name}?{text}" if text else f"{self.home}{name}"
