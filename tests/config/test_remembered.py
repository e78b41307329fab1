"""What a process remembers: as long as a state is held, and of that state alone."""

from __future__ import annotations

import pytest
from django.utils import translation

from config import remembered


@pytest.fixture(autouse=True)
def afresh(settings):
    settings.PAGE_COPIES_MB = 8
    remembered.forget()
    yield
    remembered.forget()


def asked_twice(*states: str) -> list[int]:
    made = []
    answers = []
    for state in states:
        with remembered.nothing():
            remembered.hold(state)
            answers.append(remembered.get(("a",), lambda: made.append(1) or len(made)))
    return answers


def test_the_same_state_is_worked_out_once():
    assert asked_twice("1 5", "1 5") == [1, 1]


def test_another_state_is_worked_out_anew_and_the_old_one_is_gone():
    assert asked_twice("1 5", "1 6", "1 5") == [1, 2, 3]


def test_without_a_state_nothing_is_remembered(settings):
    assert asked_twice("", "") == [1, 2]
    settings.PAGE_COPIES_MB = 0
    assert asked_twice("1 5", "1 5") == [1, 2]


def test_a_state_ends_with_its_request():
    with remembered.nothing():
        remembered.hold("1 5")
    assert [remembered.get(("a",), lambda n=n: n) for n in (1, 2)] == [1, 2]


def test_each_language_has_its_own():
    with remembered.nothing():
        remembered.hold("1 5")
        found = []
        for language in ("en-gb", "cy", "cy"):
            with translation.override(language):
                found.append(remembered.get(("a",), lambda language=language: object()))
    assert found[0] is not found[1] is found[2]


def test_what_is_not_to_be_kept_is_not():
    with remembered.nothing():
        remembered.hold("1 5")
        assert [remembered.get(("a",), lambda n=n: n, keep=lambda it: it > 1) for n in (1, 2, 3)] == [1, 2, 2]


def test_the_oldest_are_forgotten(monkeypatch):
    monkeypatch.setattr(remembered, "MAX_THINGS", 2)
    with remembered.nothing():
        remembered.hold("1 5")
        for n in (1, 2, 1, 3):
            remembered.get((n,), lambda n=n: n)
        assert [remembered.get((n,), lambda: "anew") for n in (1, 3)] == [1, 3]
        assert remembered.get((2,), lambda: "anew") == "anew"


def test_what_the_clock_has_overtaken_is_worked_out_anew():
    with remembered.nothing():
        remembered.hold("1 5")
        made = [remembered.get(("a",), lambda n=n: n, holds=lambda kept: kept > 1) for n in (1, 2, 3)]
    assert made == [1, 2, 2]


def test_what_has_no_words_is_the_same_in_every_language():
    with remembered.nothing():
        remembered.hold("1 5")
        found = []
        for language in ("en-gb", "cy"):
            with translation.override(language):
                found.append(remembered.get(("a",), object, in_words=False))
    assert found[0] is found[1]


def test_states_of_one_place_and_of_all_stand_side_by_side():
    assert asked_twice("1 5", "None 7", "1 5", "None 7") == [1, 2, 1, 2]


def test_once_is_for_one_request_and_one_state():
    made = []
    for _request in range(2):
        with remembered.nothing():
            assert remembered.once(("a",), lambda: made.append(1) or len(made)) == len(made)
            remembered.hold("1 5")
            first = remembered.once(("a",), lambda: made.append(1) or len(made))
            assert remembered.once(("a",), lambda: made.append(1) or len(made)) == first
            remembered.hold("1 6")
            assert remembered.once(("a",), lambda: made.append(1) or len(made)) == first + 1
    assert len(made) == 6


def test_a_shelf_holds_the_latest_pieces():
    shelf = remembered.Shelf(2)
    shelf.put({1: "a", 2: "b"})
    assert shelf.find([1, 3]) == {1: "a"}
    shelf.put({3: "c"})
    assert shelf.find([1, 2, 3]) == {1: "a", 3: "c"}
