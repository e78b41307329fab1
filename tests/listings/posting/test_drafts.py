"""Drafts: each has an id of its own, so nothing that was typed once is lost."""

from __future__ import annotations

import datetime
import re
from urllib.parse import unquote, urlencode

from django.test import Client
from django.utils import timezone

from listings.models import Listing, PostDraft
from listings.posting import drafts
from tests.factories import UserFactory
from tests.listings.commands.test_listings import post
from tests.listings.posting.test_compose import NEW, answers, drafted, text


def test_two_tabs_are_two_drafts(client, dance_hall):
    client.force_login(UserFactory())
    one, other = drafted(client, name="Tea dance"), drafted(client, name="Chess")
    assert one != other
    # The second was written last; what is sent is what was read.
    assert "Tea dance" in text(client.get(f"/post/check/?draft={one}"))
    for draft in (one, other):
        assert client.post("/post/send/", {"draft": draft})["Location"] == f"/post/sent/{draft}/"
    assert sorted(Listing.objects.values_list("name", flat=True)) == ["Chess", "Tea dance"]


def test_a_new_tab_begins_anew_and_offers_what_was_begun(client, dance_hall):
    draft = drafted(client, name="Chess & tea")
    page = text(client.get("/post/new/", follow=True))
    assert 'value="Chess &amp; tea"' not in page
    assert f'/post/new/?draft={draft}">Go on with “Chess &amp; tea”' in page
    assert "Go on with “Chess &amp; tea”" in text(client.get("/post/"))
    assert 'value="Chess &amp; tea"' in text(client.get(f"/post/new/?draft={draft}"))


def test_a_draft_is_thrown_away_by_its_owner_only(client, dance_hall):
    draft = drafted(client, name="Chess")
    assert Client().post(f"/post/draft/{draft}/throw-away/").status_code == 404
    assert PostDraft.objects.count() == 1
    assert "“Chess” is thrown away." in text(client.post(f"/post/draft/{draft}/throw-away/", follow=True))
    assert not PostDraft.objects.exists()


def test_nobody_reads_or_writes_over_a_draft_of_somebody_else(client, dance_hall):
    draft = drafted(client, name="Mine")
    stranger = Client()
    assert "Mine" not in text(stranger.get(f"/post/new/?draft={draft}"))
    assert stranger.get(f"/post/check/?draft={draft}")["Location"] == "/post/"
    theirs = stranger.post(f"/post/new/?draft={draft}", answers(name="Theirs", draft=draft))["Location"]
    assert draft not in theirs
    assert "Mine" in text(client.get(f"/post/check/?draft={draft}"))


def test_several_drafts_and_no_id_send_none_of_them(client, dance_hall):
    client.force_login(UserFactory())
    drafted(client, name="Tea dance"), drafted(client, name="Chess")
    assert client.post("/post/send/")["Location"] == "/post/"
    assert not Listing.objects.exists()
    assert "Go on with “Chess”" in text(client.get("/post/"))


def test_sending_a_draft_twice_leads_to_the_same_thank_you(client, dance_hall):
    client.force_login(UserFactory())
    draft = drafted(client)
    answers_given = [client.post("/post/send/", {"draft": draft})["Location"] for _ in range(2)]
    assert answers_given == [f"/post/sent/{draft}/"] * 2
    assert Listing.objects.count() == 1


def test_three_wrong_codes_keep_the_way_back_and_the_draft(client, dance_hall, mailoutbox):
    here = f"/post/check/?draft={drafted(client)}"
    client.post("/accounts/login/", {"email": "ann@example.org", "next": here})
    for tries in range(3):
        answer = client.post("/accounts/login/code/confirm/", {"code": "AAAA-AAAA", "next": here})
        assert answer.status_code == (200 if tries < 2 else 302)
    assert answer["Location"] == f"/accounts/login/?{urlencode({'next': here})}"
    page = text(client.get(answer["Location"]))
    assert f'name="next" value="{here}"' in page
    assert "Too many codes were asked for or tried" in page
    client.post("/accounts/login/", {"email": "ann@example.org", "next": here})
    code = re.search(r"[A-Z]{4}-[A-Z]{4}", mailoutbox[-1].body)[0]
    answer = client.post("/accounts/login/code/confirm/", {"code": code, "next": here}, follow=True)
    assert answer.redirect_chain[-1][0] == here
    assert "Tea dance" in text(answer) and "Send it to the stewards" in text(answer)


def test_a_code_that_came_too_late_keeps_the_way_back(client, dance_hall, settings, mailoutbox):
    here = f"/post/check/?draft={drafted(client)}"
    client.post("/accounts/login/", {"email": "ann@example.org", "next": here})
    code = re.search(r"[A-Z]{4}-[A-Z]{4}", mailoutbox[-1].body)[0]
    settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT = -1
    answer = client.post("/accounts/login/code/confirm/", {"code": code, "next": here})
    assert answer["Location"] == f"/accounts/login/?{urlencode({'next': here})}"
    assert "Tea dance" in text(client.get(here))


def test_what_was_typed_into_an_edit_outlives_the_session(client, dance_hall, place):
    poster = UserFactory()
    listing = post(place, poster)
    client.force_login(poster)
    client.logout()
    answer = client.post(f"/post/{listing.uuid}/edit/", answers(name="Chess, typed for an hour"))
    back = unquote(answer["Location"].partition("next=")[2])
    assert back.startswith(f"/post/{listing.uuid}/edit/?draft=")
    assert Listing.objects.get().name == listing.name
    client.force_login(poster)
    assert 'value="Chess, typed for an hour"' in text(client.get(back))
    assert client.post(f"/post/{listing.uuid}/edit/", answers(name="Chess, typed for an hour")).status_code == 302
    assert not PostDraft.objects.exists()


def test_the_draft_of_an_older_session_is_taken_over(client, dance_hall):
    client.get("/accounts/login/")
    session = client.session
    session["post_draft"] = {
        "uuid": "6b1f6d0e-5a0c-4a3e-9d5e-2f1a7c3b9d10", "place": "trafford", "typed": answers(name="From before")
    }  # fmt: skip
    session.save()
    client.cookies["sessionid"] = session.session_key
    assert 'value="From before"' in text(client.get(NEW))


def test_drafts_that_nobody_touches_are_deleted_after_ninety_days(client, dance_hall):
    drafted(client)
    assert drafts.purge(timezone.now() + datetime.timedelta(days=89)) == 0
    assert drafts.purge(timezone.now() + datetime.timedelta(days=91)) == 1


def test_one_visitor_keeps_no_more_than_fifty_drafts(client, dance_hall, monkeypatch):
    monkeypatch.setattr(drafts, "MAX_DRAFTS", 2)
    kept = [drafted(client, name=f"Number {n}") for n in range(3)]
    assert {str(it.uuid) for it in PostDraft.objects.all()} == set(kept[1:])
