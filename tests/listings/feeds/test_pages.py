"""The pages of a group's calendars."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from listings import tasks
from listings.models import Feed, MembershipRole, VenueAlias
from mapping.models import AuditEntry, NodeState
from tests.factories import MembershipFactory, UserFactory

from .calendars import calendar, event
from .conftest import listing
from .web import serve

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(group):
    user = UserFactory()
    MembershipFactory(organisation=group, user=user, role=MembershipRole.EDITOR)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def site():
    with serve() as it:
        yield it


def words(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


FUTURE = calendar("X-WR-CALNAME:Our dates", event("DTSTART:20271001T100000Z", "LOCATION:The hall"))


def test_a_calendar_is_shown_before_it_comes_in_and_then_comes_in(editor, group, site, hall):
    soon = calendar("X-WR-CALNAME:Our dates",
                    event("DTSTART:20270714T100000Z", "LOCATION:Sale Community Hall"))  # fmt: skip
    site.pages["/calendar.ics"] = (200, {}, soon.encode())
    response = editor.post(reverse("feeds-of-group", args=[group.uuid]), {"url": site.url()})
    feed = Feed.objects.get()
    assert response.status_code == 302 and response["Location"] == reverse("feed", args=[feed.uuid])
    assert "It is being read" in words(editor.get(response["Location"]))
    tasks.sync_feed(feed_id=feed.pk)
    page = words(editor.get(response["Location"]))
    assert "Our dates" in page and "1 event that is still to come" in page and "Sale Community Hall" in page
    assert not feed.items.exists()
    editor.post(response["Location"], {"do": "accept"})
    tasks.sync_feed(feed_id=feed.pk)
    assert listing().venue_id == hall.pk and listing().state == NodeState.LIVE
    page = words(editor.get(response["Location"]))
    assert "Events 1" in page and "Yoga" in page
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"add feed", "accept feed", "read feed"}


@pytest.mark.parametrize("url", ["", "nothing", "ftp://example.org/x", "https://me:pw@example.org/x"])
def test_what_is_no_address_is_said(editor, group, url):
    response = editor.post(reverse("feeds-of-group", args=[group.uuid]), {"url": url})
    assert response.status_code == 422 and not Feed.objects.exists()


def test_the_same_calendar_is_not_added_twice(editor, feed, group):
    response = editor.post(reverse("feeds-of-group", args=[group.uuid]), {"url": feed.url})
    assert response.status_code == 409 and "one of the group" in words(response)


def test_a_private_address_is_said_on_the_page(editor, group, settings):
    settings.FEEDS_MAY_ASK_THIS_MACHINE = False
    editor.post(reverse("feeds-of-group", args=[group.uuid]), {"url": "http://127.0.0.1/calendar.ics"})
    feed = Feed.objects.get()
    tasks.sync_feed(feed_id=feed.pk)
    assert "private network" in words(editor.get(reverse("feed", args=[feed.uuid])))


def test_problems_are_told_by_line(editor, feed, read_in):
    read_in(calendar(event("DTSTART:20261001T100000Z"), event("DTSTART:soon", uid="b", name="Lost")))
    page = words(editor.get(reverse("feed", args=[feed.uuid])))
    assert "What could not be read" in page and "line 12" in page


def test_which_venue_is_asked_and_the_answer_holds_at_once(editor, feed, read_in, hall, place):
    read_in(calendar(event("DTSTART:20271001T100000Z", "LOCATION:Community Hall\\, upstairs")))
    url = reverse("feed", args=[feed.uuid])
    assert "Which venue?" in words(editor.get(url))
    text = "Community Hall, upstairs"
    answer = reverse("feed-venue", args=[feed.uuid])
    # Nothing chosen, and a name that nobody has.
    assert editor.post(answer, {"text": text}).status_code == 422
    assert editor.post(answer, {"text": text, "venue": "other", "name": "Nowhere"}).status_code == 422
    response = editor.post(answer, {"text": text, "venue": "other", "name": "sale community hall"}, follow=True)
    assert "is Sale Community Hall from now on" in words(response) and "Which venue?" not in words(response)
    assert listing().venue_id == hall.pk
    assert VenueAlias.objects.get().text == "community hall upstairs"


def test_none_of_them_is_an_answer_too(editor, feed, read_in, hall):
    read_in(calendar(event("DTSTART:20271001T100000Z", "LOCATION:In the woods")))
    response = editor.post(
        reverse("feed-venue", args=[feed.uuid]), {"text": "In the woods", "venue": "none"}, follow=True
    )
    assert "It is not asked again" in words(response) and "Which venue?" not in words(response)


def test_a_location_that_the_calendar_does_not_have_is_not_taught(editor, feed, hall):
    response = editor.post(reverse("feed-venue", args=[feed.uuid]), {"text": "Made up", "venue": str(hall.uuid)})
    assert response.status_code == 404 and not VenueAlias.objects.exists()


def test_it_is_paused_read_and_removed(editor, feed, read_in):
    read_in(FUTURE)
    url = reverse("feed", args=[feed.uuid])
    for do in ("pause", "resume", "read"):
        assert editor.post(url, {"do": do}).status_code == 302
    feed.refresh_from_db()
    assert not feed.paused and feed.next_read_at is not None
    assert editor.post(url, {"do": "nonsense"}).status_code == 404
    Feed.objects.filter(pk=feed.pk).update(read_at=timezone.now(), content_hash="kept")
    assert "It was read a moment ago" in words(editor.post(url, {"do": "read"}, follow=True))
    assert Feed.objects.get().content_hash == "kept"
    response = editor.post(url, {"do": "remove"}, follow=True)
    assert "Taken off the map with it: 1" in words(response) and not Feed.objects.exists()


def test_what_is_changed_here_says_so_and_follows_again(editor, feed, read_in):
    read_in(FUTURE)
    feed.items.update(local_fields=["name", "change:2027-10-01T11:00"])
    url = reverse("feed", args=[feed.uuid])
    page = words(editor.get(url))
    assert "Changed here" in page and "the name, single dates" in page
    assert "This comes from a calendar." in words(editor.get(reverse("post-edit", args=[listing().uuid])))
    editor.post(url, {"do": "follow", "listing": str(listing().uuid)})
    assert feed.items.get().local_fields == []


def test_editing_in_the_form_marks_what_was_changed(editor, feed, read_in, hall):
    read_in(calendar(event("DTSTART:20270714T100000Z", "DTEND:20270714T110000Z", "LOCATION:Sale Community Hall",
                           "DESCRIPTION:Bring a mat")))  # fmt: skip
    url = reverse("post-edit", args=[listing().uuid])
    html = editor.get(url).content.decode()
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', html))
    form = editor.get(url).context["form"]
    typed = {name: form[name].value() for name in form.fields}
    typed = {name: value for name, value in typed.items() if value not in (None, "", False)}
    response = editor.post(url, {**typed, "seen": fields.get("seen", ""), "name": "Yoga for all"})
    assert response.status_code == 302, words(response)[:1500]
    assert listing().name == "Yoga for all"
    assert feed.items.get().local_fields == ["name"]


def test_a_group_finds_its_calendars_from_its_page(editor, group):
    assert "Its calendars" in words(editor.get(group.get_absolute_url()))
    assert "Its calendars" not in words(Client().get(group.get_absolute_url()))


def test_a_steward_sees_faults_first(feed, place):
    from cms.commands import ensure_steward

    client = Client()
    client.force_login(
        ensure_steward("steward@example.org", place), backend="django.contrib.auth.backends.ModelBackend"
    )
    Feed.objects.filter(pk=feed.pk).update(failures=3, failure="It could not be read.")
    assert "Friends of Sale It could not be read." in words(client.get(reverse("feeds")))


def test_a_page_asks_a_bounded_number_of_queries(editor, feed, read_in, django_assert_max_num_queries):
    texts = [event("DTSTART:20271001T100000Z", f"LOCATION:Room {n}", uid=f"u{n}", name=f"Talk {n}") for n in range(30)]
    read_in(calendar(*texts))
    with django_assert_max_num_queries(80):
        editor.get(reverse("feed", args=[feed.uuid]))
