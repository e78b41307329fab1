"""Whom stewards trust, and the words that they look at twice."""

import pytest
from django.utils import timezone

from cms.commands import ensure_steward
from listings.access.trust import OFFERED_AFTER, level, may_be_offered
from listings.commands import place_rules, trust
from listings.models import PlaceRules, Trust, TrustLevel
from mapping.models import Actor, AuditEntry
from tests.factories import ListingFactory, PlaceFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def steward(place):
    return ensure_steward(actor=Actor.command("test"), email="steward@example.org", place=place)


@pytest.fixture
def ann():
    return UserFactory(email="ann@example.org")


def test_a_steward_trusts_somebody_and_ends_it(place, steward, ann):
    who = {"actor": Actor.of(steward), "by": steward, "user": ann, "place": place}
    trust.grant(**who)
    trust.grant(**who)
    assert level(ann, place) == TrustLevel.TRUSTED
    assert Trust.objects.get().by == steward
    assert trust.revoke(**who) and not trust.revoke(**who)
    assert level(ann, place) == TrustLevel.NEW
    assert [it.action for it in AuditEntry.objects.filter(action__contains="trust").order_by("pk")] == [
        "trust person",
        "end trust",
    ]


def test_nobody_trusts_themselves_or_in_another_place(place, steward, ann):
    with pytest.raises(trust.NotTheirs):
        trust.grant(actor=Actor.of(ann), by=ann, user=ann, place=place)
    elsewhere = PlaceFactory(slug="bury", name="Bury", code="E08000002")
    with pytest.raises(trust.NotTheirs):
        trust.grant(actor=Actor.of(steward), by=steward, user=ann, place=elsewhere)
    assert not Trust.objects.exists()


def test_levels_follow_from_what_is_there(place, steward, ann):
    assert level(steward, place) == TrustLevel.STEWARD
    assert level(ann, place) == TrustLevel.NEW
    waiting = ListingFactory(place=place, posted_by=ann, state="pending")
    assert waiting.confirmed_at is None and level(ann, place) == TrustLevel.NEW
    for _it in range(OFFERED_AFTER):
        assert not may_be_offered(ann, place)
        ListingFactory(place=place, posted_by=ann, confirmed_at=timezone.now())
    assert level(ann, place) == TrustLevel.KNOWN
    assert may_be_offered(ann, place)
    assert level(ann, PlaceFactory(slug="bury", name="Bury", code="E08000002")) == TrustLevel.NEW


def test_words_are_tidied_and_kept_by_a_steward_only(place, steward, ann):
    kept = place_rules.set_words(
        actor=Actor.of(steward), by=steward, place=place, words=[" Casino ", "casino", "pay\0day  LOAN", ""]
    )
    assert kept.words == ["casino", "pay day loan"]
    with pytest.raises(place_rules.NotTheirs):
        place_rules.set_words(actor=Actor.of(ann), by=ann, place=place, words=[])
    with pytest.raises(place_rules.RulesError, match="301 words"):
        place_rules.set_words(actor=Actor.of(steward), by=steward, place=place, words=map(str, range(301)))
    with pytest.raises(place_rules.RulesError, match="longer than 60"):
        place_rules.set_words(actor=Actor.of(steward), by=steward, place=place, words=["x" * 61])
    assert PlaceRules.objects.get().words == ["casino", "pay day loan"]
