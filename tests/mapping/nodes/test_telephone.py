"""Which number a link to a telephone dials."""

import pytest

from mapping.nodes import facts
from mapping.nodes.telephone import dialled
from tests.factories import NodeFactory


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0161 496 0000", "01614960000"),
        ("(0161) 496-0000", "01614960000"),
        ("Tel: 0161.496.0000", "01614960000"),
        ("+44 161 496 0000", "+441614960000"),
        ("+44 (0)161 496 0000", "+441614960000"),
        ("0044 161 496 0000", "00441614960000"),
        ("+33 1 23 45 67 89", "+33123456789"),
        ("0800 1111", "08001111"),
        ("116 123", "116123"),
        ("111", "111"),
    ],
)
def test_a_number_as_people_write_it(text, number):
    assert dialled(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "0161 496 0000 10am-4pm", "0161 496 0000 24 hours", "0161 496 0000 10.00-16.00", "0161 496 0000, 9-5",
        "0161 496 0000 Mon 10am", "0161 496 0000 / 0161 496 0001", "0161 496 0000 or 0001", "0161 496 0000 ext 12",
        "0161 496 0000;0161 496 0001", "0161 496 0000 0161 496 0001",
    ],
)  # fmt: skip
def test_what_stands_behind_is_not_dialled(text):
    """In the first three phonenumbers 9.0.43 and libphonenumber-js 1.13.16 find no number.

    Source: findings/telephone-before-opening-times.sh.
    """
    assert dialled(text) == "01614960000"


def test_opening_times_behind_a_short_number_are_not_dialled():
    assert [dialled(text) for text in ("0800 1111 10am-4pm", "0800 1111 10:00")] == ["08001111", "08001111"]


@pytest.mark.parametrize(
    "text", ["24 hours: 0161 496 0000", "7 days a week, 0161 496 0000", "0161 496 0000x12", "0161 496 0000ext 12"]
)
def test_figures_before_a_number_and_letters_behind_it_change_nothing(text):
    assert dialled(text) == "01614960000"


def test_few_figures_are_no_number():
    assert dialled("open 24 hours, 7 days") == ""


def test_a_page_links_to_no_telephone_without_figures(db):
    found = facts.contact(NodeFactory(phone="ask at the desk"))
    assert [(it["value"], it.get("url")) for it in found if it["label"] == "Telephone"] == [("ask at the desk", None)]
