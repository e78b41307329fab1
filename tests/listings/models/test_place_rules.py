"""What the database refuses of rules, trust and holds."""

import pytest
from django.db import IntegrityError, transaction

from listings.models import Listing, PlaceRules, Trust
from tests.factories import ListingFactory, UserFactory

pytestmark = pytest.mark.django_db


def refused(write) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        write()


def test_a_place_has_one_set_of_rules(place):
    PlaceRules.objects.create(place=place)
    refused(lambda: PlaceRules.objects.create(place=place))


def test_a_list_of_words_is_bounded_and_holds_no_empty_word(place):
    refused(lambda: PlaceRules.objects.create(place=place, words=[f"w{it}" for it in range(301)]))
    refused(lambda: PlaceRules.objects.create(place=place, words=["casino", ""]))
    PlaceRules.objects.create(place=place, words=[f"w{it}" for it in range(300)])


def test_a_person_is_trusted_once_in_a_place(place):
    ann = UserFactory()
    Trust.objects.create(user=ann, place=place)
    refused(lambda: Trust.objects.create(user=ann, place=place))


def test_a_listing_is_held_for_known_reasons_only(place):
    listing = ListingFactory(place=place)
    refused(lambda: Listing.objects.filter(pk=listing.pk).update(held_for=["a whim"]))
    Listing.objects.filter(pk=listing.pk).update(held_for=["links", "words"])
