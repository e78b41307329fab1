"""The questions that people ask (`make bench ARGS="--only questions"`), and the answers of the made-up place."""

from __future__ import annotations

from collections import Counter

import pytest
from django.core.management import call_command

from bench import questions

EXPECTATIONS = {"first", "names", "category", "asks", "said", "none"}


def test_there_are_two_hundred_of_two_places():
    rows = questions.questions()
    assert len(rows) == 200
    assert len({(it["place"], it["q"]) for it in rows}) == 200
    assert {it["place"] for it in rows} == {"trafford", "bristol-centre"}
    kinds = Counter(it["kind"] for it in rows)
    assert set(kinds) == set(questions.KINDS)
    assert sum(kinds[it] for it in ("street", "near me", "when", "for whom")) >= 50


@pytest.mark.parametrize(
    "row", questions.questions() + questions.questions(questions.MADE_UP), ids=lambda it: f"{it['place']}: {it['q']}"
)
def test_each_says_what_has_to_be_there(row):
    assert set(row) <= {"place", "kind", "q"} | EXPECTATIONS
    assert set(row) & EXPECTATIONS


@pytest.mark.django_db
def test_the_made_up_place_is_answered():
    call_command("load_vocabulary", verbosity=0)
    rows = questions.answered([questions.make_second_place()], questions.MADE_UP)
    assert len(rows) > 50
    assert [(it["q"], wrong) for it, wrong in rows if wrong] == []
