"""Which venue a location in words means: by what was taught, by name, postcode and distance, with how sure that is.

    venues = Venues(organisation)
    venues.match("The Hall, M33 7XZ")     # Match(venue=..., confidence=0.95, how="name and postcode")

Below `SURE` nobody decides but a person: the health page of the feed asks "which venue?", and the answer is an alias.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from rapidfuzz import fuzz

from listings.commands.details import Where
from listings.models import Organisation, VenueAlias
from listings.posting.venues import HARDLY_VENUES, venues_like
from mapping.models import PUBLIC, LocationPrecision, LocationSource, Node, NodeKind, Place
from mapping.search import geocoding

SURE = 0.75
MAX_CHOICES = 5
# Metres: a point of somebody's own map may be at the door or in the middle of the car park.
AT_IT, CLOSE = 60, 200
POSTCODE = re.compile(r"\b([A-Z]{1,2}[0-9][A-Z0-9]?)\s*([0-9][A-Z]{2})\b", re.IGNORECASE)
# Such a word alone, or with what says how; an "Online Centre" has an address.
ONLINE = re.compile(
    r"^\s*(?:online|on-line|virtual(?:ly)?|(?:via |on )?(?:zoom|teams|microsoft teams|google meet|skype|youtube)|"
    r"facebook live|webinar)\s*(?:$|[,;:(.–-]|(?:meeting|event|only|link|call|via|on)\b)|"
    r"zoom\.us/|teams\.microsoft\.com/|meet\.google\.com/|^\s*https?://\S+\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Match:
    """`how`: "alias", "name", "name and postcode", "postcode", "distance", "online", "organisation", "address" or "".

    `choices` are the venues that it may be, best first, for whoever is asked.
    """

    venue: Node | None = None
    confidence: float = 0.0
    how: str = ""
    choices: tuple[Node, ...] = ()

    @property
    def is_sure(self) -> bool:
        return self.how in ("online", "organisation") or self.how == "alias" or self.confidence >= SURE


def folded(text: str) -> str:
    """A location as it is compared: without case, accents, signs and doubled spaces."""
    text = unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
    text = "".join(it for it in text if not unicodedata.combining(it))
    return " ".join(re.sub(r"[^\w]+", " ", re.sub(r"['’`]", "", text)).split())[:300]


class Venues:
    """The venues of an organisation's place, asked for many locations; each text is looked up once."""

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation
        self.place: Place = organisation.place
        self._aliases: dict[str, Node | None] | None = None
        self.match = lru_cache(maxsize=2000)(self._match)

    def _match(self, text: str, point: tuple[float, float] | None = None) -> Match:
        """The match of a location; `point` is longitude and latitude (WGS84), where the calendar gives them."""
        if not text.strip() and point is None:
            return Match(how="organisation", confidence=1.0)
        if ONLINE.search(text):
            return Match(how="online", confidence=1.0)
        aliases = self._known()
        if (key := folded(text)) in aliases:
            return Match(aliases[key], 1.0, "alias")
        scored = sorted(
            ((*self._score(node, text, point), node) for node in self._candidates(text, point)),
            key=lambda it: (-it[0], it[2].pk),
        )
        choices = tuple(node for score, _, node in scored if score >= 0.3)[:MAX_CHOICES]
        if not choices:
            return Match()
        score, how, best = scored[0]
        if len(scored) > 1 and scored[1][0] > score - 0.05:
            # Two that fit as well as each other: a person knows.
            score = min(score, SURE - 0.05)
        return Match(best, round(score, 2), how, choices)

    def _known(self) -> dict[str, Node | None]:
        if self._aliases is None:
            rows = VenueAlias.objects.filter(place=self.place, organisation__in=[self.organisation]).select_related(
                "venue"
            )
            shared = VenueAlias.objects.filter(place=self.place, organisation=None).select_related("venue")
            visible = set(
                Node.objects.visible_to(PUBLIC)
                .filter(pk__in=[it.venue_id for it in [*rows, *shared] if it.venue_id])
                .values_list("pk", flat=True)
            )
            self._aliases = {
                it.text: it.venue
                for it in [*shared, *rows]
                # A venue that is off the map is asked for anew.
                if it.venue_id is None or it.venue_id in visible
            }
        return self._aliases

    def _candidates(self, text: str, point: tuple[float, float] | None) -> list[Node]:
        """A few venues that it may be: of a like name, at its postcode, near its point."""
        found: dict[int, Node] = {}
        for part in dict.fromkeys([_name(text), *_parts(text)[:2], text]):
            if len(part) > 2:
                found |= {node.pk: node for node in venues_like(self.place, part, most=8)}
        of_place = Node.objects.visible_to(PUBLIC).of_place(self.place).filter(kind=NodeKind.ASSET).located()
        of_place = of_place.exclude(category__slug__in=HARDLY_VENUES)
        if code := postcode_of(text):
            found |= {node.pk: node for node in of_place.filter(postcode=code)[:20]}
        if point is not None:
            near = of_place.filter(public_point__dwithin=(Point(*point, srid=4326), 0.004))
            near = near.filter(public_point__distance_lte=(Point(*point, srid=4326), D(m=CLOSE)))
            found |= {node.pk: node for node in near[:20]}
        return list(found.values())

    def _score(self, node: Node, text: str, point: tuple[float, float] | None) -> tuple[float, str]:
        names = [folded(it) for it in (node.name, *node.other_names)]
        alike = max(likeness(name, text) for name in names)
        score, how = 0.0, ""
        if alike >= 0.99:
            score, how = 0.9, "name"
        elif alike >= 0.85:
            score, how = 0.72, "name"
        elif alike >= 0.6:
            score, how = 0.45, "name"
        code = postcode_of(text)
        if code and node.public_postcode:
            if code == node.public_postcode:
                score, how = (0.97, "name and postcode") if alike >= 0.85 else (max(score, 0.5 + alike / 2), "postcode")
            elif score:
                # The same name elsewhere: as likely another as a mistake.
                score = min(score, 0.5)
        if point is not None and node.public_point is not None:
            metres = geocoding.metres_between(*point, node.public_point.x, node.public_point.y)
            if metres <= AT_IT:
                score, how = (0.95, "distance") if alike >= 0.6 else (max(score, 0.55), how or "distance")
            elif metres <= CLOSE:
                score, how = (max(score, 0.85), how) if alike >= 0.85 else (max(score, 0.35), how or "distance")
            elif metres > 1000 and score:
                score = min(score, 0.5)
        return score, how

    def where(self, match: Match, text: str, point: tuple[float, float] | None = None) -> Where:
        """Where it is, by what was found: the venue, the organisation's own place, the point, or the postcode."""
        if match.venue is not None and match.is_sure:
            return Where.at(match.venue)
        if match.how == "organisation":
            return self._own()
        address = text[:300]
        code = postcode_of(text)
        if point is not None and self._is_near(point):
            exact = Point(*point, srid=4326)
            return Where(point=exact, source=LocationSource.EXACT, address=address, postcode=code)
        spot = geocoding.postcode(code) if code else None
        if spot is not None and spot.kind == "postcode":
            return Where(
                point=Point(spot.lon, spot.lat, srid=4326),
                source=LocationSource.POSTCODE,
                precision=LocationPrecision.POSTCODE,
                address=address,
                postcode=code,
            )
        return Where(address=address, postcode=code)

    def _own(self) -> Where:
        own = self.organisation
        if own.public_point is None:
            return Where()
        return Where(
            point=own.public_point,
            source=own.location_source,
            precision=own.location_precision,
            address=own.public_address,
            postcode=own.public_postcode,
        )

    def _is_near(self, point: tuple[float, float]) -> bool:
        """Whether a point lies in the place or around it: calendars also name points by mistake."""
        boundary = self.place.boundary
        if boundary is None:
            return True
        west, south, east, north = boundary.extent
        return west - 0.3 <= point[0] <= east + 0.3 and south - 0.2 <= point[1] <= north + 0.2


def postcode_of(text: str) -> str:
    """The last postcode in a text, as we write it ("M33 7XZ"), or nothing."""
    found = POSTCODE.findall(text)
    return f"{found[-1][0]} {found[-1][1]}".upper() if found else ""


def likeness(name: str, text: str) -> float:
    """How much of a venue's (folded) name stands in a location, from 0 to 1; 1: all of it, as a part of its own."""
    parts = [folded(part) for part in _parts(text)]
    if name in parts or f" {name} " in f" {folded(text)} " and len(name) > 6:
        return 1.0
    plain = [re.sub(r"^the ", "", part) for part in [*parts, folded(text)]]
    bare = re.sub(r"^the ", "", name)
    if bare in plain:
        return 1.0
    return max((fuzz.token_sort_ratio(bare, part) / 100 for part in plain if part), default=0.0)


def _parts(text: str) -> list[str]:
    """The parts of a location that may be a name, first first: without its postcode and its floor."""
    bare = POSTCODE.sub(" ", text)
    return [it for part in re.split(r"[,;\n(]| [-–—] ", bare) if (it := part.strip(" .)")) and not it.isdigit()]


def _name(text: str) -> str:
    return next(iter(_parts(text)), "")
