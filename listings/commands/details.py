"""What somebody said of something that is on: checked, and not yet a record."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.gis.geos import Point

from listings.models import Organisation
from listings.schedules.schedule import Schedule
from mapping.models import Category, LocationPrecision, LocationSource, Node


@dataclass(frozen=True, kw_only=True)
class Where:
    """A known venue, a point (4326), or online (neither)."""

    venue: Node | None = None
    point: Point | None = None
    source: str = LocationSource.NONE
    precision: str = LocationPrecision.EXACT
    address: str = ""
    postcode: str = ""

    @property
    def online(self) -> bool:
        return self.point is None and self.venue is None

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
class Details:
    """Everything that the form asks for."""

    name: str
    summary: str
    listing_kind: str
    category: Category
    organiser: Organisation | None = None
    organiser_name: str = ""
    where: Where
    # How exactly everybody may know where it is; empty where that was not asked.
    precision: str = ""
    schedule: Schedule
    cost: str = ""
    step_free: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""

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
            "email": self.email,
            "phone": self.phone,
            "website": self.website,
        }
