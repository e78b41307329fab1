"""A saved reply and a steward's own words: both are sent, in this order, without a script."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from listings.commands import saved_replies
from listings.models import SavedReply
from listings.moderation import replies
from listings.moderation.replies import MAX_REPLY, ReplyFields
from mapping.models import Actor, AuditEntry
from tests.factories import PlaceFactory

pytestmark = pytest.mark.django_db
STEWARD = Actor.command("test")


@pytest.fixture
def reply(place):
    return saved_replies.keep(actor=STEWARD, place=place, title="No date", text="Please say when it is on.")


def filled(place, **data) -> ReplyFields:
    return ReplyFields(data, place=place)


def test_both_are_sent_the_saved_one_first(place, reply):
    form = filled(place, saved_reply=str(reply.pk), words="Best after school.")
    assert form.is_valid()
    assert form.reply == "Please say when it is on.\n\nBest after school."


def test_either_is_enough_and_none_is_refused(place, reply):
    assert filled(place, saved_reply=str(reply.pk)).is_valid()
    assert filled(place, words="Why?").is_valid()
    form = filled(place, words="  ")
    assert not form.is_valid()
    assert "words" in form.errors


def test_what_is_too_long_together_is_refused_and_nothing_is_cut(place, reply):
    form = filled(place, saved_reply=str(reply.pk), words="x" * MAX_REPLY)
    assert not form.is_valid()
    assert form["words"].value() == "x" * MAX_REPLY


def test_the_reply_of_another_place_and_a_removed_one_are_refused(place, reply):
    other = PlaceFactory(slug="salford", code="E2", name="Salford")
    saved_replies.keep(actor=STEWARD, place=other, title="Theirs", text="Theirs.")
    assert not filled(other, saved_reply=str(reply.pk), words="Mine").is_valid()
    pk = reply.pk
    saved_replies.keep(actor=STEWARD, place=place, title="Another", text="Another.")
    assert saved_replies.remove(actor=STEWARD, reply=reply)
    assert not saved_replies.remove(actor=STEWARD, reply=reply)
    form = filled(place, saved_reply=str(pk), words="Mine")
    assert not form.is_valid()
    assert "saved_reply" in form.errors


def test_a_place_without_replies_has_no_choice(place):
    assert "saved_reply" not in filled(place, words="Why?").fields
    assert "saved_reply" not in filled(None, words="Why?").fields


@pytest.mark.parametrize("bad", ["nothing", "\0", "9" * 40])
def test_what_is_no_reply_is_refused(place, reply, bad):
    assert not filled(place, saved_reply=bad, words="Mine").is_valid()


def test_a_title_is_there_once_and_each_has_words(place, reply):
    with pytest.raises(saved_replies.ReplyRefused):
        saved_replies.keep(actor=STEWARD, place=place, title="No date", text="Other words.")
    for title, text in (("No date", "x"), ("", "x"), ("New", "")):
        with pytest.raises(IntegrityError), transaction.atomic():
            SavedReply.objects.create(place=place, title=title, text=text)


def test_there_is_an_end_to_them(place, reply):
    rest = saved_replies.MAX_OF_PLACE - 1
    SavedReply.objects.bulk_create(SavedReply(place=place, title=f"Reply {n}", text="Words.") for n in range(rest))
    with pytest.raises(saved_replies.ReplyRefused):
        saved_replies.keep(actor=STEWARD, place=place, title="One more", text="Words.")


def test_keeping_what_is_there_leaves_no_trace(place, reply):
    before = AuditEntry.objects.count()
    saved_replies.keep(actor=STEWARD, place=place, title=reply.title, text=reply.text, reply=reply)
    assert AuditEntry.objects.count() == before


def test_a_place_begins_with_ours_once(place):
    assert saved_replies.begin(actor=STEWARD, place=place) == len(saved_replies.starters())
    assert saved_replies.begin(actor=STEWARD, place=place) == 0
    assert SavedReply.objects.filter(place=place).count() == len(saved_replies.starters())


def test_beside_a_field_of_ones_own_words_both_are_sent(place, reply):
    assert replies.joined({"saved_reply": str(reply.pk), "reason": " Soon. "}, place) == f"{reply.text} Soon."
    assert replies.joined({"saved_reply": str(reply.pk)}, place) == reply.text
    other = PlaceFactory(slug="salford", code="E2", name="Salford")
    for chosen in (str(reply.pk + 1), "nothing", "9" * 40, ""):
        assert replies.joined({"saved_reply": chosen, "reason": "Soon."}, place) == "Soon."
    assert replies.joined({"saved_reply": str(reply.pk)}, other) == ""
    assert replies.joined({"saved_reply": str(reply.pk)}, None) == ""
    with pytest.raises(replies.ReplyTooLong):
        replies.joined({"saved_reply": str(reply.pk), "reason": "x" * MAX_REPLY}, place)
    assert [it.pk for it in replies.of_place(place)] == [reply.pk]
    assert replies.of_place(other) == []
