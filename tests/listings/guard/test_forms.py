"""The guard as a part of a form."""

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser

from listings.guard import puzzle, rates
from listings.guard.forms import GuardedForm
from listings.models import Hold, PlaceRules, UsedPuzzle
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


class NoteForm(GuardedForm):
    guard_name = "note"
    text = forms.CharField(widget=forms.Textarea)
    email = forms.EmailField(required=False)

    def __init__(self, *args, place=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.place = place


@pytest.fixture
def request_(rf):
    asked = rf.post("/")
    asked.user = AnonymousUser()
    return asked


def sent(request, place=None, **given):
    form = NoteForm({"text": "Dancing with tea and cake.", **given}, request=request, place=place)
    form.is_valid()
    return form


def worked(**more):
    given = puzzle.make("note")
    return {"guard_puzzle": given, "guard_answer": puzzle.solve(given), **more}


def test_what_was_worked_for_goes_on(request_):
    form = sent(request_, **worked())
    assert form.is_valid() and form.held_for == []


def test_without_javascript_it_is_held_and_not_refused(request_):
    form = sent(request_)
    assert form.is_valid() and form.held_for == [Hold.NO_WORK]


def test_what_is_wrong_otherwise_uses_no_puzzle_up(request_):
    given = worked(text="")
    assert not sent(request_, **given).is_valid()
    assert not UsedPuzzle.objects.exists()
    assert sent(request_, **{**given, "text": "Dancing with tea and cake."}).held_for == []


def test_the_trap_is_told_as_a_mistake(request_):
    form = sent(request_, leave_empty="buy")
    assert "should stay empty" in form.errors["leave_empty"][0]


def test_words_of_the_place_and_links_are_reasons_too(request_, place):
    PlaceRules.objects.create(place=place, words=["casino"])
    form = sent(
        request_,
        place,
        **worked(text="Our casino night with all the neighbours: https://bit.ly/1 https://b.org https://c.org"),
    )
    assert form.held_for == [Hold.LINKS, Hold.SHORT_LINKS, Hold.WORDS]


def test_an_address_to_write_to_is_not_read(request_, place):
    PlaceRules.objects.create(place=place, words=["casino"])
    assert sent(request_, place, **worked(email="ann@casino.example.org")).held_for == []


class TestRates:
    @pytest.fixture(autouse=True)
    def _counting(self, settings, monkeypatch):
        settings.LIMIT_SENDING_PER_MINUTE = 60
        monkeypatch.setattr(rates, "OF_ADDRESS", {"per_minute": 1, "burst": 3})
        monkeypatch.setattr(rates, "OF_ACCOUNT", {"per_minute": 1, "burst": 2})
        rates.counts.forget()

    def test_an_address_that_sends_too_much_is_last_sent_wait(self, request_):
        for _it in range(3):
            assert sent(request_).is_valid()
        form = sent(request_)
        assert form.refused_status == 429
        assert "What you typed is kept below: send it again in 1 minute." in form.non_field_errors()[0]

    def test_an_account_counts_wherever_it_is(self, rf):
        ann = UserFactory()
        for last in range(3):
            request = rf.post("/", REMOTE_ADDR=f"10.0.0.{last}")
            request.user = ann
            assert sent(request).is_valid() == (last < 2)

    def test_mistakes_are_not_counted(self, request_):
        for _it in range(5):
            sent(request_, text="")
        assert sent(request_).is_valid()
