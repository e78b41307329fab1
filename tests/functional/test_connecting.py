"""Saying how things are connected, in a real browser: by keyboard alone, with and without JavaScript, for everyone."""

from __future__ import annotations

import pytest
from django.test import Client

from mapping.models import Node, Statement
from tests import factories

pytestmark = pytest.mark.usefixtures("neighbourhood")


@pytest.fixture
def group():
    return Node.objects.get(name="Sale Moor Community Group")


@pytest.fixture
def key(neighbourhood):
    """The session of a member of the place."""
    user = factories.UserFactory(email="bo@example.org")
    factories.PlaceRoleFactory(place=neighbourhood, user=user, role="member")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies["sessionid"].value


@pytest.fixture
def member(visit, key):
    def make(**options):
        reader = visit(**options)
        reader.context.add_cookies([{"name": "sessionid", "value": key, "url": reader.base}])
        return reader

    return make


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_member_adds_a_connection_by_keyboard_alone(member, group, javascript):
    reader = member(width=375, javascript=javascript)
    page = reader.go(group.get_absolute_url())
    page.get_by_role("link", name="Add a connection").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/connect/")
    page.locator("#id_verb").focus()
    page.keyboard.type("works with")
    page.keyboard.press("Tab")
    page.keyboard.type("Sale Food Ban" + ("k" if not javascript else ""))
    if javascript:
        reader.wait("document.querySelector('#names option')?.value === 'Sale Food Bank'")
        page.keyboard.type("k")
        assert page.locator("input[name=other]").input_value() == str(Node.objects.get(name="Sale Food Bank").uuid)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Is this right?")
    assert "Sale Moor Community Group works with Sale Food Bank. — said by you." in page.locator("main").inner_text()
    page.get_by_role("button", name="Yes, say it").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/connections/*/")
    said = Statement.objects.get(connection__type__slug="works_with")
    assert said.by_user.email == "bo@example.org"
    assert "Sale Food Bank" in visit_words(reader, group)


def visit_words(reader, group) -> str:
    return reader.go(group.get_absolute_url()).locator("#connected-to").inner_text()


def test_one_disputes_and_takes_it_back(member, group):
    reader = member(width=375, javascript=False)
    page = reader.go(group.get_absolute_url())
    page.locator(".connection__how summary").first.click()
    page.get_by_role("link", name="All that is said of it").first.click()
    page.get_by_label("No, it does not hold").check()
    page.get_by_label("Anything to add?").fill("That was another group.")
    page.get_by_role("button", name="Say it").click()
    assert "Not everybody agrees." in page.locator("main").inner_text()
    page.get_by_role("link", name="Take it back").click()
    page.get_by_role("button", name="Yes, take it back").click()
    text = page.locator("main").inner_text()
    assert "It is withdrawn." in text and "That was another group." not in text


def test_what_is_wrong_takes_the_focus(member, group):
    reader = member(width=375)
    page = reader.go(f"/node/{group.uuid}/connect/")
    page.fill("#id_other_name", "Zeppelin hangar")
    page.get_by_role("button", name="Read how it will be said").click()
    page.wait_for_selector(".error-summary")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert page.locator("#id_other_name").input_value() == "Zeppelin hangar"


def looked_at(reader, width, step) -> list[str]:
    """What axe finds on the page as it is now, and whether it is wider than the screen."""
    found = [f"{step} {width}: {it}" for it in reader.axe()]
    wide = reader.page.evaluate("document.documentElement.scrollWidth")
    return [*found, f"{step}: {wide} wide"] if wide > width else found


def test_every_step_serves_everyone(member, group):
    """The form, its errors, the preview, the connection with its forms, taking back: axe, a small phone, dark."""
    problems = []
    hall = Node.objects.get(name="Sale Library")
    for scheme, width in (("light", 1280), ("dark", 375), ("light", 320)):
        reader = member(width=width, scheme=scheme)

        page = reader.go(f"/node/{group.uuid}/connect/")
        page.locator(".meanings summary").click()
        problems += looked_at(reader, width, "form")
        page.fill("#id_other_name", "Park number")
        page.get_by_role("button", name="Read how it will be said").click()
        page.wait_for_selector(".error-summary")
        problems += looked_at(reader, width, "errors")
        page.select_option("#id_verb", label="works with")
        page.fill("#id_other_name", hall.name)
        page.fill("#id_evidence_url", "https://example.org/" + "long" * 60)
        page.get_by_role("button", name="Read how it will be said").click()
        page.wait_for_selector("text=Is this right?")
        problems += looked_at(reader, width, "preview")
        page.get_by_role("button", name="Yes, say it").click()
        page.wait_for_url("**/connections/*/")
        problems += looked_at(reader, width, "connection")
        page.get_by_role("link", name="Take it back").click()
        page.wait_for_selector("text=Take this back?")
        problems += looked_at(reader, width, "taking back")
        problems += [error for error in reader.errors if "Content Security Policy" in error] + reader.foreign_requests
    assert problems == []
