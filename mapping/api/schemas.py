"""The shapes of answers, for the OpenAPI document. Views build the same as plain dicts, which is faster."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Position = Annotated[list[float], Field(min_length=2, max_length=2)]


class Strict(Schema):
    model_config = ConfigDict(extra="forbid")


class Link(Strict):
    rel: Literal["self", "next", "prev", "alternate", "connections", "collection", "service-desc", "data"]
    type: str
    title: str
    href: str


class Point(Strict):
    type: Literal["Point"]
    coordinates: Annotated[Position, Field(description="Longitude, latitude (WGS84, RFC 7946).")]


class LineString(Strict):
    type: Literal["LineString"]
    coordinates: Annotated[list[Position], Field(min_length=2)]


class MultiPolygon(Strict):
    type: Literal["MultiPolygon"]
    coordinates: list[list[Annotated[list[Position], Field(min_length=4)]]]


class CategoryName(Strict):
    slug: str
    name: str
    group: Annotated[str, Field(description="The slug of the top of its branch, which gives the colour.")]


class Provenance(Strict):
    slug: str
    title: str
    publisher: str
    licence: str
    licence_url: str
    attribution: str
    url: str


class Opening(Strict):
    day: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    opens: Annotated[str | None, Field(description="HH:MM, local time; null: open that day, hours not known.")]
    closes: Annotated[str | None, Field(description="HH:MM; earlier than opens: on the day after.")]


class On(Strict):
    """The first time that something is on in the time that was asked for."""

    starts_at: datetime.datetime
    ends_at: Annotated[datetime.datetime | None, Field(description="Null: nobody said.")]
    all_day: bool
    more: Annotated[int, Field(ge=0, description="How many more times it is on in that time.")]


class NodeProperties(Strict):
    uuid: UUID
    name: str
    other_names: list[str]
    kind: Literal["organisation", "asset", "activity", "project", "purpose", "person"]
    category: CategoryName | None
    summary: str
    tags: list[str]
    place: Annotated[str | None, Field(description="The slug of the place that keeps it.")]
    address: str
    postcode: str
    phone: str
    email: str
    website: str
    hours_text: Annotated[str, Field(description="When it is open, as the source says it.")]
    opening_hours: Annotated[str, Field(description="The same in OpenStreetMap's opening_hours notation.")]
    hours_not_understood: Annotated[list[str], Field(description="What the text says and the notation does not.")]
    hours: Annotated[list[Opening], Field(description="The usual week, as it is now. Holidays are not in it.")]
    open: Annotated[
        Literal["open", "perhaps", "closed"] | None, Field(description="Its hours at the time that `when` asks for.")
    ] = None
    on: Annotated[On | None, Field(description="When it is on in the time that `when` asks for.")] = None
    over_at: Annotated[datetime.datetime | None, Field(description="From then on it is in no list any more.")]
    features: Annotated[list[str], Field(description="What it has, as `feature` asks for it.")]
    languages: list[str]
    audiences: list[str]
    min_age: int | None
    max_age: int | None
    capacity: Annotated[int | None, Field(description="How many people it holds.")]
    hire_rate: str
    hire_booking: Annotated[str, Field(description="How to hire it.")]
    step_free: Literal["yes", "partly", "no", ""]
    precision: Annotated[
        Literal["exact", "street", "postcode", "area"],
        Field(description="How exactly the point may be known: a coarser one has been moved to a grid."),
    ]
    confirmed_at: datetime.datetime | None
    confirmed_by: Annotated[
        Literal["group", "poster", "steward", "feed", "source", "neighbour", ""],
        Field(description="Who said last that it holds."),
    ]
    fading_since: Annotated[
        datetime.datetime | None, Field(description="Since when nobody has answered whether it still holds.")
    ]
    updated_at: datetime.datetime
    distance: Annotated[float | None, Field(description="Metres from near, when that was asked.")] = None
    source: Provenance | None
    url: Annotated[str, Field(description="Its page, for people.")]


class NodeFeature(Strict):
    type: Literal["Feature"]
    id: UUID
    geometry: Point | None
    properties: NodeProperties
    links: list[Link]


class Correction(Strict):
    """What was searched instead, because nothing has the words that were asked for. `exact=1` searches these alone."""

    asked: str
    q: Annotated[str, Field(description="The words that the features answer.")]
    note: Annotated[str, Field(description="What was done, in a sentence.")]


class NodeCollection(Strict):
    type: Literal["FeatureCollection"]
    numberMatched: Annotated[int, Field(ge=0)]
    numberReturned: Annotated[int, Field(ge=0, le=1000)]
    numberPerhaps: Annotated[int, Field(ge=0, description="How many more may be open at that time.")] = 0
    corrected: Correction | None = None
    timeStamp: datetime.datetime
    links: list[Link]
    features: list[NodeFeature]


class Freshness(Strict):
    """How much of what is listed in a place was confirmed in time, as it was counted last."""

    listings: Annotated[int, Field(ge=1)]
    confirmed_in_time: Annotated[int, Field(ge=0)]
    counted_at: datetime.datetime


class PlaceProperties(Strict):
    slug: str
    name: str
    kind: str
    code: str
    release: datetime.date
    parent: str | None
    is_home: Annotated[bool, Field(description="Whether it keeps a map of its own.")]
    revision: Annotated[int | None, Field(description="Raised with every published change; homes only.")]
    freshness: Annotated[Freshness | None, Field(description="Counted once a day; homes with listings only.")]
    source: Provenance | None


class PlaceFeature(Strict):
    type: Literal["Feature"]
    id: str
    geometry: MultiPolygon | None
    properties: PlaceProperties
    links: list[Link]


class PlaceCollection(Strict):
    type: Literal["FeatureCollection"]
    numberMatched: Annotated[int, Field(ge=0)]
    numberReturned: Annotated[int, Field(ge=0, le=1000)]
    timeStamp: datetime.datetime
    links: list[Link]
    features: list[PlaceFeature]


class End(Strict):
    uuid: UUID
    name: str
    kind: str


class ConnectionTypeName(Strict):
    slug: str
    forward: Annotated[str, Field(description="Reads from source to target: funds.")]
    reverse: Annotated[str, Field(description="Reads back: is funded by.")]
    directed: bool
    tie: Literal["bonding", "bridging", "linking", ""]


class StatementRecord(Strict):
    uuid: UUID
    kind: Literal["agrees", "disagrees", "corrects"]
    said_by: Annotated[Literal["source", "group", "person", "rule"], Field(description="What sort of party.")]
    name: Annotated[str, Field(description="The source's title, the group's name, the rule; empty for people.")]
    rule: Annotated[str, Field(description="The rule that worked it out; empty for what somebody stated.")]
    licence: Annotated[str, Field(description="Of the source that says it.")]
    said_on: datetime.date | None
    held_from: datetime.date | None
    held_to: datetime.date | None
    strength: Annotated[int, Field(ge=1, le=5)]
    amount: float | None
    currency: str
    note: str
    evidence_url: str
    source: Provenance | None


class ConnectionSummary(Strict):
    uuid: UUID
    type: ConnectionTypeName
    source: End
    target: End
    weight: Annotated[int, Field(ge=1, description="Visible statements that support it.")]
    mutual: Annotated[bool, Field(description="Both ends have said so.")]
    derived: Annotated[bool, Field(description="Worked out by a rule, stated by nobody.")]
    disputed: Annotated[bool, Field(description="Somebody says that it does not hold.")]
    strength: Annotated[float, Field(ge=1, le=5, description="The mean of what they say, 1 (weak) to 5 (strong).")]
    held_from: Annotated[datetime.date | None, Field(description="The earliest day that anybody says.")]
    held_to: Annotated[datetime.date | None, Field(description="The latest; null when it goes on by anybody's word.")]
    amount: Annotated[float | None, Field(description="The sum of what they say, in one currency.")]
    currency: str


class ConnectionRecord(ConnectionSummary):
    statements: Annotated[list[StatementRecord], Field(description="The newest, at most 20.")]


class ConnectionFeature(Strict):
    type: Literal["Feature"]
    id: UUID
    geometry: LineString
    properties: ConnectionSummary


class ConnectionList(Strict):
    numberMatched: Annotated[int, Field(ge=0)]
    numberReturned: Annotated[int, Field(ge=0, le=1000)]
    timeStamp: datetime.datetime
    links: list[Link]
    connections: list[ConnectionRecord]


class ConnectionCollection(Strict):
    type: Literal["FeatureCollection"]
    numberMatched: Annotated[int, Field(ge=0)]
    numberReturned: Annotated[int, Field(ge=0, le=1000)]
    timeStamp: datetime.datetime
    links: list[Link]
    features: list[ConnectionFeature]


class CategoryRecord(Strict):
    slug: str
    name: str
    plural: str
    parent: str | None
    group: str
    icon: Annotated[str, Field(description="The name of a Maki icon.")]
    capital: Literal["physical", "human", "intellectual", "financial", "social", "natural", ""]
    infrastructure: Literal["buildings", "services", "communities", ""]
    osm_tags: list[str]


class CategoryList(Strict):
    timeStamp: datetime.datetime
    links: list[Link]
    categories: list[CategoryRecord]


class Landing(Strict):
    title: str
    description: str
    links: list[Link]


class ParameterProblem(Strict):
    parameter: str
    value: str
    message: str
    remedy: str


class ProblemDocument(Strict):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[ParameterProblem] = []


def described(model: type[Schema]) -> dict[str, Any]:
    """The JSON Schema of `model`, for the OpenAPI document."""
    return model.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
