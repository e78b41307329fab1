"""Asking how two are connected, and what if some closed: with a keyboard, and without JavaScript."""

import re

import pytest

pytestmark = pytest.mark.usefixtures("neighbourhood")


def test_two_names_typed_without_javascript_are_answered(visit):
    page = visit(javascript=False).go("/trafford/network/paths/")
    page.get_by_label("From", exact=True).fill("Sale Moor Community Group")
    page.get_by_label("To", exact=True).fill("Urmston Singers")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    answer = page.locator(".paths__answer")
    assert "2 steps, through Trafford Council" in answer.inner_text()
    assert "is funded by" in answer.inner_text() and answer.locator(".path-chain__dot").count() == 3
    link = page.get_by_role("link", name="See it in the picture").get_attribute("href")
    assert re.search(r"/trafford/network/\?from=[0-9a-f-]{36}&to=[0-9a-f-]{36}$", link)


def test_what_would_be_lost_is_asked_by_keyboard_and_put_back(visit):
    page = visit(javascript=False).go("/trafford/network/without/")
    page.get_by_label("Who or what would close?").focus()
    page.keyboard.type("Trafford Council")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    answer = page.locator(".paths__answer")
    assert "Without Trafford Council" in answer.inner_text()
    assert "3 would have no connection to anyone else here." in answer.inner_text()
    page.get_by_role("link", name="put back Trafford Council").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "Choose one, several, or all of a kind." in page.locator(".paths__answer").inner_text()


def test_a_scenario_is_chosen_from_the_list(visit):
    page = visit(javascript=False).go("/trafford/network/without/")
    page.get_by_label("Or all of these at once").select_option(label="Food banks (2)")
    with page.expect_navigation():
        page.get_by_role("button", name="Show what would be lost").click()
    told = page.locator(".paths__answer").inner_text()
    assert "Without all food banks" in told and "There would be none left." in told
