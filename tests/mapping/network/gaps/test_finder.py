"""The page of gaps: what it suggests to whom, and how a suggestion is dismissed and taken back."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import Point
from django.test import Client

from cms.commands import ensure_pages
from mapping.commands import dismissals
from mapping.graph.gaps import ALONE, GROUPS, HELD, UNMET, Gap
from mapping.models import (
    PUBLIC,
    Actor,
    AuditEntry,
    Dismissal,
    NodeTag,
    Place,
    PlaceRoleKind,
    Revision,
    Tag,
    Visibility,
)
from mapping.network.gaps import description, finder
from tests.factories import (
    ConnectionFactory,
    NodeFactory,
    OrganisationFactory,
    PlaceRoleFactory,
    StatementFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
URL = "/trafford/network/gaps/"
ACTOR = Actor.command("test")


@pytest.fixture
def rowers(place):
    """Two rowing clubs 200 m apart, each tied to a boathouse of its own, and a third that is tied to nobody."""
    ensure_pages(place, ACTOR)
    tag = Tag.objects.create(name="rowing", slug="rowing")
    nodes = {}
    for index, name in enumerate(("Oars", "Sculls", "Punts")):
        nodes[name] = OrganisationFactory(
            name=name, place=place, category=None, location=Point(-2.32 + index * 0.003, 53.42, srid=4326)
        )
        NodeTag.objects.create(tag=tag, content_object=nodes[name])
    for name in ("Oars", "Sculls"):
        house = NodeFactory(name=f"House of {name}", place=place, category=None)
        StatementFactory(connection=ConnectionFactory(source=nodes[name], target=house))
    # Others, so that a tag which three have is a rare one.
    for number in range(12):
        OrganisationFactory(name=f"Other {number}", place=place, category=None, location=None)
    Revision.objects.raise_for([place])
    return nodes


def member(place) -> Client:
    client = Client()
    role = PlaceRoleFactory(place=place, role=PlaceRoleKind.MEMBER)
    client.force_login(role.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def key_of(place, what: str) -> str:
    found = finder.load(place, PUBLIC)
    return found.key(found.gaps[what][0])


def test_the_page_says_who_might_meet_and_why(rowers, place):
    text = Client().get(URL).content.decode()
    assert "are about 220 yards apart and have something in common." in text
    assert "Nothing that has been said leads from one to the other." in text
    assert "In common: rowing." in text
    assert rowers["Oars"].get_absolute_url() in text


def test_who_is_tied_to_nobody_is_shown_a_neighbour(rowers, place):
    text = Client().get(URL).content.decode()
    assert "is connected to." in text
    assert "Punts" in text
    assert "has 1 connection." in text


def test_nothing_is_suggested_of_an_empty_network(place):
    ensure_pages(place, ACTOR)
    assert "nothing can be missing" in Client().get(URL).content.decode()


def test_strangers_are_not_asked_to_dismiss(rowers, place):
    assert "Do not suggest this" not in Client().get(URL).content.decode()
    assert Client().post(URL, {"do": "dismiss", "key": key_of(place, UNMET)}).status_code == 403
    stranger = Client()
    stranger.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    assert stranger.post(URL, {"do": "dismiss", "key": key_of(place, UNMET)}).status_code == 403
    assert not Dismissal.objects.exists()


def test_a_member_dismisses_one_and_takes_it_back(rowers, place):
    client, key = member(place), key_of(place, UNMET)
    client.post(URL, {"do": "dismiss", "key": key, "reason": "They know each other well."})
    text = client.get(URL).content.decode()
    assert "Not suggested any more" in text
    assert "They know each other well." in text
    everybody = Client().get(URL).content.decode()
    assert "apart and have something in common" not in everybody
    assert "They know each other well." not in everybody
    client.post(URL, {"do": "restore", "key": key})
    assert "apart and have something in common" in Client().get(URL).content.decode()
    assert list(AuditEntry.objects.filter(action__contains="suggestion").values_list("action", flat=True)) == [
        "restore suggestion",
        "dismiss suggestion",
    ]


def test_what_is_not_suggested_cannot_be_dismissed(rowers, place):
    page = member(place).post(URL, {"do": "dismiss", "key": "unmet:x:y"}, follow=True)
    assert "is not suggested any more: something has changed since. Nothing was kept." in page.content.decode()
    assert not Dismissal.objects.exists()


def test_the_forms_of_a_member_are_never_kept_and_an_old_copy_is_no_answer(rowers, place):
    client = member(place)
    page = client.get(URL, headers={"If-None-Match": "*"})
    assert page.status_code == 200 and b"Do not suggest this" in page.content
    assert "no-store" in page["Cache-Control"] and "ETag" not in page
    assert Client().get(URL, headers={"If-None-Match": "*"}).status_code == 304


def test_a_reason_that_is_too_long_is_refused_with_what_to_do(rowers, place):
    page = member(place).post(URL, {"do": "dismiss", "key": key_of(place, UNMET), "reason": "a" * 301}, follow=True)
    assert "Say it in 300 letters." in page.content.decode()
    assert not Dismissal.objects.exists()


def test_dismissing_twice_is_one_dismissal(rowers, place):
    key = key_of(place, UNMET)
    assert dismissals.dismiss(actor=ACTOR, place=place, key=key)
    assert not dismissals.dismiss(actor=ACTOR, place=place, key=key)
    assert Dismissal.objects.count() == 1
    assert AuditEntry.objects.filter(action="dismiss suggestion").count() == 1


def test_what_is_dismissed_is_not_told_of_those_whom_the_member_may_not_see(rowers, place):
    client, key = member(place), key_of(place, UNMET)
    dismissals.dismiss(actor=ACTOR, place=place, key=key, reason="WHISPERED")
    oars = rowers["Oars"]
    oars.visibility, oars.group = Visibility.GROUP, oars
    oars.save()
    Revision.objects.raise_for([place])
    assert "WHISPERED" not in client.get(URL).content.decode()


def test_a_hidden_node_is_in_no_suggestion(rowers, place):
    for name in ("Oars", "Punts"):
        rowers[name].visibility = Visibility.MEMBERS
        rowers[name].save()
    Revision.objects.raise_for([place])
    public = Client().get(URL).content.decode()
    assert "Oars" not in public
    assert "Punts" not in public
    assert "Oars" in member(place).get(URL).content.decode()


def test_it_takes_as_many_queries_for_many_as_for_few(rowers, place, django_assert_max_num_queries):
    for number in range(15):
        one = OrganisationFactory(place=place, name=f"Rower {number}", category=None)
        NodeTag.objects.create(tag=Tag.objects.get(), content_object=one)
        StatementFactory(connection=ConnectionFactory(source=one, target=rowers["Oars"]))
    Revision.objects.raise_for([place])
    with django_assert_max_num_queries(35):
        Client().get(URL)
    with django_assert_max_num_queries(20):
        Client().get(URL)


def test_no_more_than_forty_of_one_kind_are_shown(rowers, place):
    assert Client().get(f"{URL}?show=unmet").status_code == 200
    assert Client().get(f"{URL}?show=%00nonsense").status_code == 200


def sentence(gap: Gap, terms: tuple[str, ...] = ("rowing",)) -> str:
    names = ["Oars", "Sculls", "Punts", "Rafts", "Boats"]
    terrain = type("T", (), {"terms": terms})()
    found = finder.Gaps({}, None, terrain, names, [f"00000000-0000-0000-0000-00000000000{n}" for n in range(5)], [], 1)
    said = description.one(found, gap)
    return " ".join([said.text, *(str(it) for it in said.reasons)])


def test_a_tag_that_looks_like_a_node_to_us_names_none():
    gap = Gap(UNMET, (0, 1), 1, {"metres": 3, "steps": 4}, (0, 1))
    said = sentence(gap, ("\ue0002\ue001", "\ue00099\ue001"))
    assert "In common: 2, 99." in said and "Punts" not in said


@pytest.mark.parametrize(
    ("gap", "told"),
    [
        (
            Gap(UNMET, (0, 1), 1, {"metres": 3, "steps": 4}, (0,)),
            "at the same address or postcode and have something in common. From one to the other it takes 4 steps",
        ),
        (Gap(UNMET, (0, 1), 1, {"metres": 1449, "steps": 0}, ()), "are about 0.9 miles apart"),
        (Gap(ALONE, (0, 1), 1, {"metres": 40, "links": 2}, ()), "Sculls, about 40 yards away, does something alike."),
        (
            Gap(HELD, (0,), 1, {"alone": 1, "pieces": 1, "cut_off": 1}),
            "If Oars ever had to stop, 1 other here would have no connection left.",
        ),
        (
            Gap(HELD, (0,), 1, {"alone": 3, "pieces": 2, "cut_off": 5, "others": 12, "largest": 7}),
            "3 others here would have no connection left. The other 9 in the same part would fall into 2 parts; the "
            "largest would have 7.",
        ),
        (
            Gap(
                HELD,
                (0,),
                1,
                {"alone": 0, "pieces": 2, "cut_off": 5, "others": 11, "largest": 6},
                members=((1,), (2,)),
            ),
            "others here would no longer be joined to each other. The other 11 in the same part would fall into 2 "
            "parts; the largest would have 6. A second way round",
        ),
        (
            Gap(
                GROUPS,
                (0, 1),
                1,
                {"links": 0, "expected": 0.01, "metres": 0, "first": 3, "second": 4},
                (0,),
                ((0, 2, 3), (1, 4)),
            ),
            "The 3 around Oars and the 4 around Sculls have much in common. Nobody has said that any of them",
        ),
        (
            Gap(
                GROUPS, (0, 1), 1, {"links": 1, "expected": 2.0, "metres": 0, "first": 3, "second": 4}, (), ((0,), (1,))
            ),
            "There is 1 connection between them.",
        ),
    ],
    ids=["steps", "km", "alone", "one-left", "some-left", "none-left", "groups", "one-tie"],
)
def test_sentences_are_true_for_none_one_and_many(gap, told):
    assert told in sentence(gap)


def test_distance_is_told_in_numbers(rowers, place):
    found = finder.load(Place.objects.get(), PUBLIC)
    said = " ".join(description.distance(found))
    assert "2 connections join two that are both on the map" in said
