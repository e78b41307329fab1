"""Words that mean a time are taken out of a text, and nothing else is."""

import datetime

import pytest

from mapping.search.when_words import read

# A Monday.
TODAY = datetime.date(2026, 11, 30)


@pytest.mark.parametrize(
    ("text", "rest", "when", "at"),
    [
        ("yoga tonight", "yoga", "tonight", ""),
        ("tonight: yoga", "tonight: yoga", None, None),
        ("Tonight yoga", "yoga", "tonight", ""),
        ("yoga tomorrow evening", "yoga", "tomorrow", "evening"),
        ("yoga tomorrow in the morning", "yoga", "tomorrow", "morning"),
        ("yoga this morning", "yoga", "today", "morning"),
        ("yoga this evening", "yoga", "tonight", ""),
        ("library on saturday", "library", "sat", ""),
        ("library on Saturdays", "library", "sat", ""),
        ("library next monday", "library", "2026-12-07", ""),
        ("library next friday", "library", "fri", ""),
        ("messy church this weekend near Sale", "messy church near Sale", "weekend", ""),
        ("pub quiz at the weekend", "pub quiz", "weekend", ""),
        ("pub quiz next weekend", "pub quiz", "2026-12-12..2026-12-13", ""),
        ("pub quiz next week", "pub quiz", "2026-12-07..2026-12-13", ""),
        ("pub quiz this week", "pub quiz", "week", ""),
        ("pub quiz in the next 7 days", "pub quiz", "week", ""),
        ("choir in January", "choir", "2027-01-01..2027-01-31", ""),
        ("choir in february 2028", "choir", "2028-02-01..2028-02-29", ""),
        ("choir in november", "choir", "2026-11-30", ""),
        ("choir in march", "choir in march", None, None),
        ("choir in march 2027", "choir", "2027-03-01..2027-03-31", ""),
        ("choir in may 2019", "choir in may 2019", None, None),
        ("on 5 december", "", "2026-12-05", ""),
        ("choir on the 5th of December", "choir", "2026-12-05", ""),
        ("choir Saturday 5 December 2026", "choir", "2026-12-05", ""),
        ("choir december 5th", "choir", "2026-12-05", ""),
        ("choir 2026-12-05", "choir", "2026-12-05", ""),
        ("choir on 5/12", "choir", "2026-12-05", ""),
        ("choir on 5/1/27", "choir", "2027-01-05", ""),
        ("choir on 29 November", "choir", "2027-11-29", ""),
        ("choir on 29 February", "choir", "2028-02-29", ""),
        ("choir on 31 February", "choir on 31 February", None, None),
        ("choir tonight at 7pm", "choir", "2026-11-30T19:00", ""),
        ("choir tomorrow at 7.30 pm in Sale", "choir in Sale", "2026-12-01T19:30", ""),
        ("choir on wed after 6pm", "choir", "wed", "18:00-00:00"),
        ("choir tomorrow before noon", "choir", "tomorrow", "05:00-12:00"),
        ("choir tomorrow from 6 to 9 pm", "choir", "tomorrow", "18:00-21:00"),
        ("choir tomorrow from 10 to 2pm", "choir", "tomorrow", "10:00-14:00"),
        ("choir tonight after 8pm", "choir", "today", "20:00-00:00"),
        # Names are left alone.
        ("Saturday Club", "Saturday Club", None, None),
        ("Sunday school", "Sunday school", None, None),
        ("weekend warriors", "weekend warriors", None, None),
        ("evening yoga", "evening yoga", None, None),
        ("Age UK now", "Age UK now", None, None),
        ("may 5ive", "may 5ive", None, None),
        ("open space", "open space", None, None),
    ],
)
def test_times_among_words(text, rest, when, at):
    found = read(text, TODAY)
    if when is None:
        assert found is None
    else:
        assert (found.rest, found.when, found.at) == (rest, when, at)
        assert not found.is_open and not found.is_dated


@pytest.mark.parametrize(
    ("text", "rest", "when", "at"),
    [
        ("food bank open now", "food bank", "now", ""),
        ("food bank open right now", "food bank", "now", ""),
        ("open on Wednesday", "", "wed", ""),
        ("open wednesdays food bank", "food bank", "wed", ""),
        ("open Thurs in Sale", "in Sale", "thu", ""),
        ("pharmacy open tomorrow evening", "pharmacy", "tomorrow", "evening"),
        ("pharmacy open sunday at 10am", "pharmacy", "2026-12-06T10:00", ""),
        ("open weekend", "", "weekend", ""),
    ],
)
def test_what_has_to_be_open(text, rest, when, at):
    found = read(text, TODAY)
    assert (found.rest, found.when, found.at, found.is_open, found.is_dated) == (rest, when, at, True, False)


@pytest.mark.parametrize(
    ("text", "rest", "when"),
    [
        ("what's on", "", "week"),
        ("what's on tonight", "", "tonight"),
        ("What’s on tonight?", "", "tonight"),
        ("whats on this weekend near M33 7XZ", "near M33 7XZ", "weekend"),
        ("what is on saturday", "", "sat"),
        ("what's on now", "", "now"),
        ("what's happening tomorrow in Sale", "in Sale", "tomorrow"),
        ("things to do this weekend", "", "weekend"),
        ("events tomorrow", "", "tomorrow"),
        ("events", "", "week"),
        ("events in Sale", "in Sale", "week"),
        ("family events tomorrow", "family", "tomorrow"),
        ("activities on friday", "", "fri"),
        ("what's on 5 december", "", "2026-12-05"),
    ],
)
def test_what_is_on_is_asked_for(text, rest, when):
    found = read(text, TODAY)
    assert (found.rest, found.when, found.is_dated) == (rest, when, True)


def test_a_venue_for_events_is_no_event():
    assert read("wedding events hire", TODAY) is None


def test_a_bare_day_is_a_time_when_the_words_find_nothing():
    found = read("yoga saturday morning", TODAY, bare=True)
    assert (found.rest, found.when, found.at) == ("yoga", "sat", "morning")
