"""What posting keeps of somebody is found, and goes."""

import pytest

from listings.models import PostDraft, Trust
from mapping.access import personal_data
from mapping.access.personal_data import Person
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def erase(model: str, user) -> int:
    [it] = [it for it in personal_data.holdings() if it.model == model]
    person = Person.of(user.email)
    rows = it.of(person)
    assert list(rows.values(*it.fields))
    return it.erase(rows, person)


def test_drafts_go(place):
    ann, bob = UserFactory(email="ann@example.org"), UserFactory(email="bob@example.org")
    for user in (ann, bob):
        PostDraft.objects.create(owner="x", user=user, place=place.slug, typed={"name": "Tea"})
    assert erase("listings.PostDraft", ann) == 1
    assert PostDraft.objects.get().user == bob


def test_trust_goes_and_what_they_gave_others_stays_without_them(place):
    ann, bob = UserFactory(email="ann@example.org"), UserFactory(email="bob@example.org")
    Trust.objects.create(user=ann, place=place, by=bob)
    Trust.objects.create(user=bob, place=place, by=ann)
    assert erase("listings.Trust", ann) == 2
    assert list(Trust.objects.values_list("user", "by")) == [(bob.pk, None)]
