"""What the database refuses of rules, trust and holds."""

import pytest
from django.db import IntegrityError, transaction

from listings.models import Listing, PlaceRules, Trust
from tests.factories import ListingFactory, UserFactory

pytestmark = pytest.mark.django_db


def refusal(write) -> str:
    """The constraint that refuses what is written."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        write()
    return error.value.__cause__.diag.constraint_name


def test_a_place_has_one_set_of_rules(place):
    PlaceRules.objects.create(place=place)
    assert refusal(lambda: PlaceRules.objects.create(place=place)).startswith("listings_placerules_place_id")


def test_a_list_of_words_is_bounded_and_holds_no_empty_word(place):
    many = [f"w{it}" for it in range(301)]
    assert refusal(lambda: PlaceRules.objects.create(place=place, words=many)) == "place_rules_words_bounded"
    assert refusal(lambda: PlaceRules.objects.create(place=place, words=["casino", ""])) == "place_rules_no_empty_word"
    assert PlaceRules.objects.create(place=place, words=many[:300]).pk


def test_a_person_is_trusted_once_in_a_place(place):
    ann = UserFactory()
    Trust.objects.create(user=ann, place=place)
    assert refusal(lambda: Trust.objects.create(user=ann, place=place)) == "trust_once"


def test_a_listing_is_held_for_known_reasons_only(place):
    listing = ListingFactory(place=place)
    row = Listing.objects.filter(pk=listing.pk)
    assert refusal(lambda: row.update(held_for=["a whim"])) == "listing_held_for_known"
    assert row.update(held_for=["links", "words"]) == 1
