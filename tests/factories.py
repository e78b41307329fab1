"""Records for tests. Names are the model's own; every node is live, public and in `PlaceFactory`'s place."""

from __future__ import annotations

import datetime
import io
from contextlib import contextmanager

import factory
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.utils import timezone
from factory.django import DjangoModelFactory

from listings.models import (
    ContactRole,
    Joining,
    Listing,
    ListingKind,
    Member,
    Membership,
    MembershipRole,
    MemberState,
    Occurrence,
    Organisation,
    Space,
    SpaceContact,
)
from mapping.commands import opening_hours
from mapping.models import (
    Category,
    Connection,
    ConnectionType,
    LocationPrecision,
    LocationSource,
    Node,
    NodeKind,
    NodeState,
    Place,
    PlaceKind,
    PlaceRole,
    PlaceRoleKind,
    Source,
    Statement,
    Street,
)
from mapping.readers.hours import ReadHours

# A square of about 14 by 18 km around Sale, Trafford.
SQUARE = MultiPolygon(Polygon.from_bbox((-2.45, 53.36, -2.24, 53.52)), srid=4326)


class PlaceFactory(DjangoModelFactory):
    class Meta:
        model = Place
        django_get_or_create = ("slug", "release")

    name = "Trafford"
    slug = "trafford"
    kind = PlaceKind.DISTRICT
    code = "E08000009"
    release = datetime.date(2023, 5, 1)
    boundary = SQUARE
    is_home = True


class CategoryFactory(DjangoModelFactory):
    class Meta:
        model = Category
        django_get_or_create = ("slug",)

    slug = "food-bank"
    name = factory.LazyAttribute(lambda it: it.slug.replace("-", " ").capitalize())
    group = factory.LazyAttribute(lambda it: it.parent.group if it.parent else it.slug)
    parent = None


class SourceFactory(DjangoModelFactory):
    class Meta:
        model = Source
        django_get_or_create = ("slug",)

    slug = "test-source"
    title = "A test source"
    publisher = "Somebody"
    licence = "OGL-UK-3.0"


class NodeFactory(DjangoModelFactory):
    class Meta:
        model = Node

    place = factory.SubFactory(PlaceFactory)
    category = factory.SubFactory(CategoryFactory)
    kind = NodeKind.ASSET
    name = factory.Sequence(lambda n: f"Node {n}")
    location = factory.Sequence(lambda n: Point(-2.32 + (n % 50) / 1000, 53.42, srid=4326))
    location_source = factory.LazyAttribute(lambda it: LocationSource.EXACT if it.location else "")
    location_precision = LocationPrecision.EXACT
    state = NodeState.LIVE


def opens(node: Node, expression: str, *, text: str = "", not_understood=(), questions=()) -> Node:
    """Give `node` opening hours (OpenStreetMap's notation) and their intervals, as an import does."""
    if text:
        Node.objects.filter(pk=node.pk).update(hours_text=text)
    read = ReadHours(text or expression, expression, tuple(not_understood), tuple(questions))
    opening_hours.keep({node.pk: read})
    node.refresh_from_db()
    return node


class OrganisationFactory(NodeFactory):
    class Meta:
        model = Organisation

    kind = NodeKind.ORGANISATION
    name = factory.Sequence(lambda n: f"Organisation {n}")


class ListingFactory(NodeFactory):
    """Without a schedule: give it dates with `takes_place`."""

    class Meta:
        model = Listing

    kind = NodeKind.ACTIVITY
    listing_kind = ListingKind.EVENT
    name = factory.Sequence(lambda n: f"Listing {n}")


def takes_place(
    listing: Listing,
    start: datetime.datetime,
    end: datetime.datetime | None = None,
    **more,
) -> Occurrence:
    """Give `listing` one date (aware); without an end it is over after two hours."""
    until = end or start + datetime.timedelta(hours=2)
    original = f"{start:%Y-%m-%dT%H:%M}"
    return Occurrence.objects.create(
        listing=listing, starts_at=start, ends_at=end, until_at=until, original=original, **more
    )


class ConnectionTypeFactory(DjangoModelFactory):
    class Meta:
        model = ConnectionType
        django_get_or_create = ("slug",)

    slug = "funds"
    forward = "funds"
    reverse = "is funded by"


class ConnectionFactory(DjangoModelFactory):
    class Meta:
        model = Connection

    source = factory.SubFactory(OrganisationFactory)
    target = factory.SubFactory(OrganisationFactory)
    type = factory.SubFactory(ConnectionTypeFactory)


class StatementFactory(DjangoModelFactory):
    class Meta:
        model = Statement

    connection = factory.SubFactory(ConnectionFactory)
    by_source = factory.SubFactory(SourceFactory)
    key = factory.Sequence(lambda n: f"row-{n}")


class UserFactory(DjangoModelFactory):
    class Meta:
        model = "auth.User"
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    email = factory.LazyAttribute(lambda it: f"{it.username}@example.org")


class PlaceRoleFactory(DjangoModelFactory):
    class Meta:
        model = PlaceRole

    place = factory.SubFactory(PlaceFactory)
    user = factory.SubFactory(UserFactory)
    role = PlaceRoleKind.STEWARD


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    organisation = factory.SubFactory(OrganisationFactory)
    user = factory.SubFactory(UserFactory)
    role = MembershipRole.OWNER


def give_contacts(space: Space) -> None:
    """Two people who have confirmed that they are told when something is wrong."""
    for role, name in ((ContactRole.CONTACT, "Carol"), (ContactRole.DEPUTY, "Dan")):
        contact = SpaceContact.objects.create(
            space=space,
            role=role,
            name=name,
            email=f"{name.lower()}@example.org",
            phone=f"0161 {len(name)}00",
            confirmed_at=timezone.now(),
        )
        setattr(space, str(role), contact)


def open_space_of(group: Organisation, joining: str = Joining.OPEN) -> Space:
    """An open space of a group."""
    space = Space.objects.create(organisation=group, summary="You see our suppers.", joining=joining)
    give_contacts(space)
    space.opened_at = timezone.now()
    space.save()
    return space


def member_of(space: Space, user=None, name: str = "Ann") -> Member:
    """Somebody who has joined."""
    return Member.objects.create(
        space=space, user=user or UserFactory(), name=name, state=MemberState.MEMBER, since=timezone.now()
    )


@contextmanager
def decided():
    """As when a person decides it: inside, records may be shown to more people or more exactly (no trace is left)."""
    from mapping.commands.change import change
    from mapping.models import Actor

    with change(actor=Actor.command("test"), action="decide") as it:
        it.loosens()
        it.nothing_changed()
        yield


def dates_for(listing) -> str:
    """Give a listing a date every week, from in thirty days at ten; the name of the first one in addresses."""
    import datetime
    from zoneinfo import ZoneInfo

    from listings.commands.dates import keep_dates, keep_schedule
    from listings.schedules.repeat import Repeat
    from listings.schedules.schedule import Schedule, Slot

    first = datetime.date.today() + datetime.timedelta(days=30)
    slot = Slot(datetime.time(10), datetime.time(11, 30))
    keep_schedule(listing, Schedule(first, (slot,), ZoneInfo("Europe/London"), repeat=Repeat("WEEKLY")))
    keep_dates(listing)
    return f"{first}T10:00"


def report_with_photo(place: Place):
    """A report that everybody sees, with a photo that only stewards see yet."""
    from PIL import Image

    from listings.commands import reports, responsible_bodies
    from listings.models import ReportCategory
    from mapping.models import Actor

    responsible_bodies.ensure_usual_categories(actor=Actor.command("test"), place=place)
    made = io.BytesIO()
    Image.new("RGB", (32, 32)).save(made, "JPEG")
    photo = reports.keep_photo(data=made.getvalue(), width=32, height=32, alt="A swing")
    report, reporter = reports.make(
        place=place,
        category=ReportCategory.objects.filter(place=place).first(),
        point=Point(-2.32, 53.42, srid=4326),
        title="The swing has lost a chain",
        words="Left one of three.",
        email="rita@example.org",
        photo=photo,
    )
    reports.confirm(follower=reporter)
    return report, photo


class StreetFactory(DjangoModelFactory):
    class Meta:
        model = Street

    name = "Harboro Road"
    town = "Sale"
    area = ""
    point = Point(-2.342, 53.426, srid=4326)
    source = factory.SubFactory("tests.factories.SourceFactory")
