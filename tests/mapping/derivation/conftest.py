"""A town for the rules: groups, halls, a funder, and the types that tie them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.contrib.gis.geos import Point

from mapping import derivation
from mapping.models import Actor, Connection, ConnectionType, NodeKind, NodeTag, Statement, Tag
from tests.factories import NodeFactory, SourceFactory

ACTOR = Actor.command("test")
VERBS = ("meets_at", "leases", "hosts", "runs", "funds", "shares_purpose", "part_of", "works_with")


class Town:
    """Writes records as importers and editors do, and reads what the rules made of them."""

    def __init__(self, place) -> None:
        self.place = place
        self.verbs = {slug: ConnectionType.objects.create(slug=slug, forward=slug, reverse=slug) for slug in VERBS}
        self.source = SourceFactory()

    def node(self, name: str, kind=NodeKind.ORGANISATION, at=None, **values):
        """A node far from every other, unless it is to be `at` (metres east, metres north) of the middle."""
        # Every node without a place of its own lies 3 km from the next.
        count = type(self).count = getattr(type(self), "count", 0) + 1
        east, north = at if at is not None else (3000 * (count % 30 + 1), 3000 * (count // 30 % 30 + 1))
        point = Point(-2.3 + east / 66_400, 53.4 + north / 111_200, srid=4326)
        return NodeFactory(name=name, kind=kind, place=self.place, location=point, **values)

    def say(self, source, verb: str, target, **values) -> Statement:
        tie, _ = Connection.objects.get_or_create(source=source, target=target, type=self.verbs[verb])
        key = f"{source.pk} {verb} {target.pk} {tie.statements.count()}"
        return Statement.objects.create(connection=tie, by_source=self.source, key=key, **values)

    def tag(self, name: str, *nodes) -> Tag:
        tag, _ = Tag.objects.get_or_create(name=name, slug=name)
        NodeTag.objects.bulk_create([NodeTag(tag=tag, content_object=it) for it in nodes])
        return tag

    def derive(self, **options):
        return derivation.derive(self.place, actor=ACTOR, **options)

    def derived(self, rule: str = "") -> dict[tuple[str, str], str]:
        """What rules say now: names of both ends, in order -> the rationale."""
        said = Statement.objects.live().exclude(by_rule="").select_related("connection__source", "connection__target")
        if rule:
            said = said.filter(by_rule=rule)
        ends = {it: (it.connection.source.name, it.connection.target.name) for it in said}
        return {tuple(sorted(pair)): it.note for it, pair in ends.items()}


@pytest.fixture
def town(place) -> Town:
    return Town(place)


@pytest.fixture
def hall(town) -> SimpleNamespace:
    """Two groups that meet at one hall."""
    hall = town.node("St Alban's Hall", NodeKind.ASSET)
    choir, chess = town.node("Choir"), town.node("Chess")
    return SimpleNamespace(
        hall=hall,
        choir=choir,
        chess=chess,
        first=town.say(choir, "meets_at", hall),
        second=town.say(chess, "meets_at", hall),
    )
