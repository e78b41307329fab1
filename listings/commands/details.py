"""What somebody said of something that is on: checked, and not yet a record."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.contrib.gis.geos import Point

from listings.models import Organisation
from listings.schedules.schedule import Schedule
from mapping.models import Category, LocationPrecision, LocationSource, Node
from mapping.models.features import FEATURES

ONLINE, AT_HOME = "online", "at-home"
# What people write of the cost of what is free.
FREE_IN_WORDS = ("free", "free of charge", "no charge", "nothing", "£0")


def is_free(cost: str) -> bool:
    """Whether a cost, in words, says that there is none."""
    return cost.casefold().strip(" .!") in FREE_IN_WORDS


@dataclass(frozen=True, kw_only=True)
class Where:
    """A known venue, a point (4326), or neither: online, or at the homes of those who ask."""

    venue: Node | None = None
    point: Point | None = None
    source: str = LocationSource.NONE
    precision: str = LocationPrecision.EXACT
    address: str = ""
    postcode: str = ""
    at_home: bool = False

    @property
    def online(self) -> bool:
        return self.point is None and self.venue is None and not self.at_home

    @classmethod
    def at(cls, venue: Node) -> Where:
        """At `venue`, no more exactly than the public may know where that is. The database keeps it so."""
        exact = venue.location_precision == LocationPrecision.EXACT
        return cls(
            venue=venue,
            point=venue.public_point,
            source=LocationSource.VENUE if exact else venue.location_source,
            precision=venue.location_precision,
            address=venue.public_address,
            postcode=venue.public_postcode,
        )


@dataclass(frozen=True, kw_only=True)
class SaidWhere(Where):
    """Where it is in the group's own words: nothing that could stand on a map, and not online either."""

    @property
    def online(self) -> bool:
        return False


@dataclass(frozen=True, kw_only=True)
class Details:
    """Everything that the form asks for."""

    name: str
    summary: str
    listing_kind: str
    # None only of what members alone see.
    category: Category | None
    organiser: Organisation | None = None
    organiser_name: str = ""
    where: Where
    # The group whose members alone are to see it; None: everybody.
    only_for: Organisation | None = None
    # How exactly everybody may know where it is; empty where that was not asked.
    precision: str = ""
    # None: it has no date; then it may say until which day (that day too) it is shown.
    schedule: Schedule | None
    expires: datetime.date | None = None
    # Its dates come from elsewhere (a feed) and stay as they are, without a schedule of ours.
    dates_stay: bool = False
    cost: str = ""
    step_free: str = ""
    # Tokens of `mapping.models.features`; ages in years.
    features: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    min_age: int | None = None
    max_age: int | None = None
    capacity: int | None = None
    hire_rate: str = ""
    hire_booking: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""

    def all_features(self) -> list[str]:
        """The features, with those that follow from where it is, in the order of the table."""
        given = {*self.features, *([ONLINE] if self.where.online else []), *([AT_HOME] if self.where.at_home else [])}
        return [it for it in FEATURES if it in given] + sorted(given - set(FEATURES))

    def fields(self) -> dict[str, object]:
        """The columns of a listing that these details fill, apart from its dates and how exactly it is shown.

        Where a venue is, the database writes into its listings itself.
        """
        where = self.where
        place = {} if where.venue else {
            "location": where.point,
            "location_source": where.source,
            "address": where.address,
            "postcode": where.postcode,
        }  # fmt: skip
        return {
            **place,
            "name": self.name,
            "summary": self.summary,
            "listing_kind": self.listing_kind,
            "category": self.category,
            "organiser": self.organiser,
            "organiser_name": "" if self.organiser else self.organiser_name,
            "venue": where.venue,
            "online": where.online,
            "cost": self.cost,
            "step_free": self.step_free,
            "features": self.all_features(),
            "audiences": list(self.audiences),
            "languages": list(self.languages),
            "min_age": self.min_age,
            "max_age": self.max_age,
            "capacity": self.capacity,
            "hire_rate": self.hire_rate,
            "hire_booking": self.hire_booking,
            "email": self.email,
            "phone": self.phone,
            "website": self.website,
        }
