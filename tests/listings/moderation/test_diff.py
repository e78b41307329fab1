"""Two versions of a listing: what is different, and how changes of both go together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listings.moderation import diff
from listings.moderation.diff import IN, OUT, SAME, TOPICS
from tests.factories import CategoryFactory, PlaceFactory

WORDS = st.text(alphabet="ab \nß", max_size=12)
TEXTS = ("name", "summary", "cost", "phone", "email", "website", "hire_rate", "languages", "address", "date", "starts")
TYPED = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(TEXTS, WORDS),
        "at": st.sampled_from(["venue", "address", "pin", "online", "home"]),
        "venue": WORDS,
        "venue_choice": st.sampled_from(["", "1", "2"]),
        "repeats": st.sampled_from(["once", "weekly", "no-date"]),
        "not_in_months": st.lists(st.sampled_from(["1", "8", "12"]), unique=True),
        "features": st.lists(st.sampled_from(["bsl", "parking"]), unique=True),
        "precision": st.sampled_from(["", "exact", "street"]),
        "organisation_name": WORDS,
    },
)


def values(typed):
    return [diff.value(it, typed) for it in TOPICS]


@given(TYPED, TYPED)
def test_what_is_typed_is_what_comes_of_it(base, typed):
    merged, both = diff.merge(base, typed, base)
    assert values(merged) == values(typed)
    assert both == []


@given(TYPED, TYPED, TYPED)
def test_topics_that_one_side_left_alone_come_from_the_other(base, typed, now):
    merged, both = diff.merge(base, typed, now)
    for topic in TOPICS:
        was, proposed, current, comes = (diff.value(topic, it) for it in (base, typed, now, merged))
        if proposed == was:
            assert comes == current
        elif current in (was, proposed):
            assert comes == proposed and topic.name not in both
        else:
            assert topic.name in both
            kept, _both = diff.merge(base, typed, now, keep=[topic.name])
            assert diff.value(topic, kept) == current and comes == proposed


@given(TYPED, TYPED)
def test_nothing_is_different_from_itself_and_order_does_not_matter(base, typed):
    assert diff.changed(base, base) == []
    assert diff.changed(base, typed) == diff.changed(typed, base)


@given(WORDS, WORDS)
def test_the_marks_make_both_texts(was, becomes):
    parts = diff.parts(was, becomes)
    assert "".join(text for mark, text in parts if mark in (SAME, OUT)) == was
    assert "".join(text for mark, text in parts if mark in (SAME, IN)) == becomes


def test_a_word_that_is_another_is_marked_alone():
    assert diff.parts("Dancing with tea in the hall.", "Dancing with cake in the hall.") == [
        (SAME, "Dancing with "), (OUT, "tea"), (IN, "cake"), (SAME, " in the hall."),
    ]  # fmt: skip


def test_how_something_was_written_is_no_difference():
    one = {"summary": "a\nb", "features": ["bsl", "parking"]}
    assert not diff.changed(one, {"summary": "a\r\nb ", "features": ["parking", "bsl"]})
    assert not diff.changed({"cost": ""}, {})
    venue = {"at": "venue", "venue": "Old name", "venue_choice": "1"}
    assert not diff.changed(venue, {**venue, "venue": "New name"})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("topic", "typed", "words"),
    [
        ("when", {"repeats": "weekly", "date": "2027-01-12", "starts": "10:00", "ends": "11:30"}, "Every Tuesday"),
        ("when", {"repeats": "no-date", "expires": "2027-01-12"}, "shown until 12 Jan"),
        ("when", {"repeats": "as-before"}, "As its calendar says"),
        ("when", {"repeats": "weekly", "date": "soon"}, "cannot be read"),
        ("where", {"at": "venue", "venue": "Sale Hall"}, "Sale Hall"),
        ("where", {"at": "address", "address": "1 Ash Way", "postcode": "M33 7XX"}, "1 Ash Way, M33 7XX"),
        ("where", {"at": "online"}, "Online"),
        ("where", {"at": "pin", "point": "53.4, -2.3", "precision": "street"}, "shown: The street"),
        ("category", {"category": "dance"}, "Dance"),
        ("kind", {"listing_kind": "space"}, "Space to use"),
        ("cost", {"free": "on", "cost": "Donations welcome"}, "Free. Donations welcome"),
        ("ages", {"min_age": "5", "max_age": "11"}, "5 to 11"),
        ("features", {"features": ["bsl"]}, "British Sign Language"),
    ],
    ids=lambda it: it if isinstance(it, str) else None,
)
def test_topics_are_said_in_words(topic, typed, words):
    from listings.posting.repeat_choice import Often

    if typed.get("repeats") == "no-date":
        typed = {**typed, "repeats": Often.NEVER}
    if typed.get("repeats") == "as-before":
        typed = {**typed, "repeats": Often.AS_BEFORE}
    CategoryFactory(slug="dance")
    found = next(it for it in TOPICS if it.name == topic)
    said = found.words(typed, PlaceFactory()).replace("\N{NO-BREAK SPACE}", " ")
    assert words.casefold() in said.casefold()
