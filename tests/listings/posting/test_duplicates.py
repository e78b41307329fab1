"""Is it one of these? By name, distance and time, of what may be seen."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.geos import Point
from django.db import connection

from listings.commands import listings
from listings.commands.details import Where
from listings.posting.duplicates import duplicates
from mapping.models import PUBLIC, Actor, LocationSource
from mapping.search import spelling
from tests.factories import ListingFactory, NodeFactory, OrganisationFactory, PlaceFactory, UserFactory
from tests.listings.commands.test_listings import post, some_details
from tests.listings.posting.test_compose import drafted, text

pytestmark = pytest.mark.django_db
HERE = Point(-2.3, 53.44, srid=4326)
STEWARD = Actor(label="steward")


def at(lon: float, lat: float = 53.44) -> Where:
    return Where(point=Point(lon, lat, srid=4326), source=LocationSource.PIN)


def live(place, **details):
    return listings.approve(actor=STEWARD, listing=post(place, **details))


def found(place, user=None, viewer=PUBLIC, **details) -> list[str]:
    given = duplicates(place, some_details(**details), viewer, user or AnonymousUser())
    return [it.node.name for it in given]


def test_the_same_name_anywhere_in_the_place(place):
    live(place, name="Tea dance for all", where=at(-2.40, 53.50), schedule=None)
    assert found(place, name="Tea dance for all") == ["Tea dance for all"]
    assert found(place, name="Tea dance for all", where=Where()) == ["Tea dance for all"]


def test_a_misspelt_name_nearby(place):
    live(place, name="Community choir", where=at(-2.303), schedule=None)
    assert found(place, name="Comunity quire") == ["Community choir"]
    assert found(place, name="Comunity quire", where=at(-2.40, 53.50)) == []


@pytest.mark.parametrize(
    "typed",
    [
        "Sunday bycicle repair workshop",
        "Sunday bicycle repare wrkshp",
        "Bicycle repair workshop Sundays",
    ],
)
def test_a_misspelt_name_anywhere_in_the_place(place, typed):
    one = live(place, name="Sunday bicycle repair workshop", where=at(-2.303), schedule=None)
    spelling.learn([one])
    assert found(place, name=typed, where=at(-2.40, 53.50)) == [one.name]
    assert found(place, name="Monday knitting circle", where=at(-2.40, 53.50)) == []


ROWS = """
INSERT INTO mapping_node (uuid, place_id, kind, name, other_names, summary, location, location_source,
    location_precision, address, postcode, phone, email, website, hours_text, step_free, facts, visibility, state,
    created_at, updated_at, search_extra, hire_rate, hire_booking)
SELECT gen_random_uuid(), %(place)s, 'asset', 'Hall ' || md5(n::text), '{}', '', ST_SetSRID(ST_MakePoint(
    -2.4 + n %% 200 * 0.001, 53.4 + n / 200 * 0.001), 4326), 'exact', 'exact', '', '', '', '', '', '', '', '{}',
    'public', 'live', now(), now(), '', '', ''
FROM generate_series(1, 20000) AS n;
ANALYZE mapping_node;
"""


def test_names_and_words_are_looked_up_in_their_indexes(place):
    with connection.cursor() as cursor:
        cursor.execute(ROWS, {"place": place.pk})
    asked = []

    def noted(run, sql, params, *more):
        asked.append((sql, params))
        return run(sql, params, *more)

    with connection.execute_wrapper(noted):
        found(place, name="The big hall of Sale")
    sql, params = max(asked, key=lambda it: len(it[0]))
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "node_name_upper" in plan, plan
    assert plan.count("Bitmap Index Scan on node_search") == 1, plan
    # Whoever sorts by name has to read all that have these words.
    assert "Sort Key: mapping_node" not in plan.replace("Sort Key: ((mapping_node", ""), plan


def test_one_word_is_looked_up_as_a_name(place):
    one = live(place, name="Kickboxing", where=at(-2.303), schedule=None)
    live(place, name="Kickboxing, judo and everything else that one does on a mat", where=at(-2.303), schedule=None)
    spelling.learn([one])
    assert found(place, name="KICKBOXING", where=at(-2.40, 53.50)) == ["Kickboxing"]
    assert found(place, name="Kickboxin", where=at(-2.40, 53.50)) == ["Kickboxing"]


def test_another_name_at_the_same_place_and_time(place):
    live(place, name="Tea dance", where=at(-2.3))
    assert found(place, name="Afternoon dancing") == ["Tea dance"]
    assert found(place, name="Afternoon dancing", where=at(-2.35)) == []
    assert found(place, name="Afternoon dancing", schedule=None) == []


def test_the_likeliest_comes_first_and_five_at_most(place):
    for number in range(8):
        live(place, name=f"Tea dance {number}", where=at(-2.3 + number / 1000), schedule=None)
    live(place, name="Tea dance", where=at(-2.3))
    names = found(place, name="Tea dance")
    assert names[0] == "Tea dance" and len(names) == 5


def test_organisations_and_places_of_that_name_but_not_its_own(place):
    hall = NodeFactory(place=place, name="Sale Movers")
    group = OrganisationFactory(place=place, name="Sale Movers")
    assert found(place, name="Sale movers") == ["Sale Movers"] * 2
    assert found(place, name="Sale movers", organiser=group, where=Where.at(hall)) == []


def test_what_may_not_be_seen_is_not_told(place):
    ListingFactory(place=place, name="Tea dance", visibility="members", location=HERE)
    ListingFactory(place=place, name="Tea dance", state="pending", location=HERE)
    ListingFactory(place=PlaceFactory(slug="bury", name="Bury", code="E08000002"), name="Tea dance", location=HERE)
    assert found(place, name="Tea dance") == []


def test_what_one_has_waiting_oneself_is_told_to_oneself(place):
    ann = UserFactory()
    post(place, ann, name="Tea dance")
    assert found(place, ann, name="Tea dance") == ["Tea dance"]
    assert found(place, UserFactory(), name="Tea dance") == []


@pytest.mark.parametrize("name", ["'; --", "& | !", "x", "tea " * 30, "½ % _"])
def test_any_name_can_be_asked(place, name):
    live(place, name="Tea dance")
    assert found(place, name=name) in ([], ["Tea dance"])


def test_it_asks_a_fixed_number_of_times(place, django_assert_max_num_queries):
    ann = UserFactory()
    for number in range(10):
        live(place, name=f"Tea dance {number}")
    details = some_details(name="Tea dance")
    # Two of them are the savepoint of the test.
    with django_assert_max_num_queries(7):
        assert len(duplicates(place, details, PUBLIC, ann)) == 5


def test_the_page_says_why_and_what_to_do(client, dance_hall):
    live(dance_hall.place, name="Tea dance", where=Where.at(dance_hall), schedule=None)
    page = text(client.get(f"/post/check/?draft={drafted(client)}"))
    assert "Is it one of these?" in page and "of nearly the same name, at the same place" in page
    client.force_login(UserFactory())
    assert "None of these: send mine" in text(client.get(f"/post/check/?draft={drafted(client)}"))
