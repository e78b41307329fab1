"""One question a screen: every step keeps what was typed, says what is wrong with it alone, and leads on."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from listings.models import Listing, PostDraft
from listings.posting import steps
from listings.posting.forms import PostForm
from tests.factories import UserFactory
from tests.listings.posting.test_compose import answers, text

pytestmark = pytest.mark.django_db
BEGIN = "/post/new/?place=trafford&step=what"


@pytest.fixture
def here(client, dance_hall):
    """The address of the first screen of a new draft."""
    return client.get(BEGIN)["Location"]


def of(step: steps.Step, **more) -> dict:
    given = answers(**more)
    draft = {name: given[name] for name in step.fields if name in given}
    return {**draft, "step": step.name, "place": "trafford"}


def walk(client, here: str, until: str = steps.CHECK) -> str:
    """Answer screen after screen; the address of that called `until`."""
    for step in steps.STEPS:
        if step.name == until:
            break
        assert f"step={step.name}" in here
        answer = client.post(here, of(step))
        assert answer.status_code == 302, text(answer)
        here = answer["Location"]
    return here


def test_every_field_is_asked_on_one_screen():
    asked = [name for step in steps.STEPS for name in step.fields]
    assert sorted(asked) == sorted(set(asked))
    assert set(PostForm.base_fields) - set(asked) == {"leave_empty"}


def test_from_the_first_question_to_the_last(client, here):
    assert "Question 1 of 7" in text(client.get(here))
    check = walk(client, here)
    assert check.startswith("/post/check/?draft=")
    page = text(client.get(check))
    assert "Question 7 of 7" in page and "Tea dance" in page and "Sale Hall" in page
    client.force_login(UserFactory())
    client.post("/post/send/", {"draft": check.partition("draft=")[2]})
    assert Listing.objects.get().name == "Tea dance"
    assert not PostDraft.objects.exists()


def test_a_screen_asks_only_its_own_question(client, here):
    page = text(client.get(walk(client, here, "where")))
    assert "Question 3 of 7" in page and 'name="at"' in page
    assert 'name="summary"' not in page and 'name="repeats"' not in page


def test_what_is_wrong_is_said_of_this_screen_alone(client, here):
    answer = client.post(here, of(steps.STEPS[0], name=""))
    page = text(answer)
    assert answer.status_code == 422
    assert "Say what it is called" in page and "error-summary" in page
    assert "Say where it is" not in page and "once or every week" not in page
    assert "Dancing with tea." in page


@pytest.mark.parametrize(("go", "leads"), [("back", "step=what"), ("all", "/post/new/?draft="), ("later", "/post/")])
def test_whichever_button_is_pressed_nothing_is_lost(client, here, go, leads):
    when = walk(client, here, "when")
    # Half filled in, and wrong: it is kept all the same.
    answer = client.post(when, {**of(steps.STEPS[1]), "starts": "25:00", "go": go})
    assert leads in answer["Location"]
    assert 'value="25:00"' in text(client.get(when))
    assert 'value="Tea dance"' in text(client.get(here))


def test_what_is_saved_for_later_is_found_at_post(client, here):
    when = walk(client, here, "when")
    page = text(client.post(when, {"step": "when", "place": "trafford", "go": "later"}, follow=True))
    assert "is kept. Go on with it here" in page
    assert re.search(r'href="/post/new/\?draft=[0-9a-f-]+&amp;step=when">Go on with “Tea dance”', page)


def test_and_on_another_device_after_signing_in(client, here):
    walk(client, here, "when")
    ann = UserFactory()
    client.force_login(ann)
    client.get("/post/")
    other = Client()
    other.force_login(ann)
    assert "Go on with “Tea dance”" in text(other.get("/post/"))
    stranger = Client()
    stranger.force_login(UserFactory())
    assert "Tea dance" not in text(stranger.get("/post/"))


def test_what_is_not_ticked_any_more_is_gone(client, here):
    facts = walk(client, here, "facts")
    [step] = [it for it in steps.STEPS if it.name == "facts"]
    client.post(facts, {**of(step), "free": "on", "features": ["parking", "bsl"]})
    client.post(facts, {**of(step), "features": ["bsl"]})
    typed = PostDraft.objects.get().typed
    assert typed["features"] == ["bsl"] and "free" not in typed
    assert typed["name"] == "Tea dance"


def test_one_answer_is_changed_from_the_check_and_leads_back_there(client, here):
    check = walk(client, here)
    [link] = re.findall(r'href="(/post/new/[^"]*step=who[^"]*)"', text(client.get(check)))
    link = link.replace("&amp;", "&")
    assert '<input type="hidden" name="then" value="check">' in text(client.get(link))
    answer = client.post(link, {"step": "who", "then": "check", "place": "trafford", "organisation_name": "Others"})
    assert answer["Location"] == check
    assert "Others" in text(client.get(check))


def test_an_answer_that_spoils_another_screen_leads_to_that(client, here):
    check = walk(client, here)
    draft = PostDraft.objects.get()
    draft.typed["date"] = "2020-01-01"
    draft.save()
    page = text(client.get(check))
    assert "Question 2 of 7" in page and "has passed" in page


def test_rooms_for_hire_are_asked_what_they_cost(client, here):
    facts = walk(client, here, "facts")
    assert 'name="hire_rate"' not in text(client.get(facts))
    draft = PostDraft.objects.get()
    draft.typed["listing_kind"] = "space"
    draft.save()
    assert 'name="hire_rate"' in text(client.get(facts))


@pytest.mark.parametrize("step", ["", "nothing", "\0", "x" * 5000])
def test_a_step_that_is_none_is_the_whole_form(client, dance_hall, step):
    answer = client.get("/post/new/", {"place": "trafford", "step": step}, follow=True)
    assert answer.status_code == 200
    assert 'name="summary"' in text(answer) and 'name="at"' in text(answer)


def test_the_trap_holds_on_every_screen(client, here):
    answer = client.post(here, {**of(steps.STEPS[0]), "leave_empty": "buy"})
    assert answer.status_code == 422
    assert "should stay empty" in text(answer)


def test_somebody_elses_draft_is_not_continued(client, here):
    when = walk(client, here, "when")
    stranger = Client()
    assert "Tea dance" not in text(stranger.get(here))
    answer = stranger.post(when, of(steps.STEPS[1]))
    assert answer["Location"].partition("draft=")[2] != when.partition("draft=")[2]
    assert PostDraft.objects.get(typed__name="Tea dance").typed.get("date") is None
