from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.commands import ensure_pages, ensure_steward
from listings.commands import listings
from listings.models import Listing, WaitingLetter
from listings.moderation import decision_letters, items, waiting_letters
from mapping.models import Actor, AuditEntry, MatchCandidate, NodeState
from tests.factories import NodeFactory, OrganisationFactory, PlaceFactory, UserFactory
from tests.listings.commands.test_listings import post, some_details

ACTOR = Actor.command("test")


@pytest.fixture
def steward(place):
    ensure_pages(place, ACTOR)
    return ensure_steward("ann@example.org", place)


@pytest.fixture
def admin(client, steward):
    client.force_login(steward)
    return client


def text(response) -> str:
    return response.content.decode()


def test_what_waits_is_there_with_the_reason(admin, place):
    post(place, name="Tea dance", organiser_name="New Group")
    page = text(admin.get("/admin/queue/"))
    assert "Tea dance" in page
    assert "from a group that is not on the map yet" in page
    assert "1 thing waits for you" in page


def test_approving_publishes_it_and_tells_its_poster(admin, place, steward, mailoutbox):
    listing = post(place)
    answer = admin.post(f"/admin/waiting/{listing.uuid}/approve/", follow=True)
    assert "is live" in text(answer)
    assert Listing.objects.get().state == NodeState.LIVE
    assert admin.get(listing.get_absolute_url()).status_code == 200
    assert AuditEntry.objects.get(action="approve listing").user == steward
    waiting_letters.send_due()
    assert mailoutbox[-1].to == [listing.posted_by.email]
    assert listing.get_absolute_url() in mailoutbox[-1].body


def test_sending_back_tells_the_reason(admin, place, mailoutbox):
    listing = post(place)
    admin.post(f"/admin/waiting/{listing.uuid}/send-back/", {"reason": "Which hall?"})
    assert Listing.objects.get().was_sent_back
    waiting_letters.send_due()
    assert "Which hall?" in mailoutbox[-1].body
    assert f"/post/{listing.uuid}/edit/" in mailoutbox[-1].body


def test_sending_back_without_a_reason_is_refused(admin, place, mailoutbox):
    listing = post(place)
    answer = admin.post(f"/admin/waiting/{listing.uuid}/send-back/", {"reason": " "}, follow=True)
    assert "Say why you send it back" in text(answer)
    assert Listing.objects.get().state == NodeState.PENDING
    assert not mailoutbox


def test_the_second_steward_is_told_who_was_first(admin, place):
    listing = post(place)
    other = ensure_steward("bo@example.org", place)
    listings.approve(actor=Actor.of(other), listing=listing)
    answer = admin.post(f"/admin/waiting/{listing.uuid}/approve/", follow=True)
    assert "was already approved by bo@example.org" in text(answer).replace("&#x27;", "'")


def test_what_was_changed_meanwhile_is_not_published_unread(admin, place):
    listing = post(place)
    page = text(admin.get("/admin/queue/"))
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    listings.edit(actor=ACTOR, user=listing.posted_by, listing=listing, details=some_details(summary="Buy my watches"))
    answer = admin.post(f"/admin/waiting/{listing.uuid}/approve/", {"seen": seen}, follow=True)
    assert "Read it again before you go on" in text(answer)
    assert Listing.objects.get().state == NodeState.PENDING


def test_what_was_changed_meanwhile_is_not_sent_back_unread(admin, place, mailoutbox):
    listing = post(place)
    address = f"/admin/waiting/{listing.uuid}/send-back/"
    page = text(admin.get(f"/admin/queue/new/{listing.uuid}/"))
    form = page.partition(address)[2].partition("</form>")[0]
    seen = re.search(r'name="seen" value="([^"]+)"', form)[1]
    listings.edit(actor=ACTOR, user=listing.posted_by, listing=listing, details=some_details(summary="In the big hall"))
    answer = admin.post(address, {"reason": "Which hall?", "seen": seen}, follow=True)
    assert "Read it again before you go on" in text(answer)
    assert Listing.objects.get().state == NodeState.PENDING
    assert not mailoutbox


def test_what_was_changed_says_so(admin, place):
    listing = post(place)
    listings.reject(actor=ACTOR, listing=listing, reason="Which hall?")
    Listing.objects.update(state=NodeState.PENDING)
    assert "sent it back, and it was changed" in text(admin.get("/admin/queue/"))


def test_mail_that_fails_does_not_undo_the_decision(admin, place, settings):
    working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "tests.config.test_accounts.BrokenBackend"
    listing = post(place)
    answer = admin.post(f"/admin/waiting/{listing.uuid}/approve/", follow=True)
    assert "We are writing to its poster" in text(answer)
    assert Listing.objects.get().state == NodeState.LIVE
    assert waiting_letters.send_due() == 0
    page = text(admin.get("/admin/letters/"))
    assert listing.name in page and "The mail server refused once" in page and listing.posted_by.email not in page
    assert "1 letter did not go out" in text(admin.get("/admin/queue/"))
    settings.EMAIL_BACKEND = working
    admin.post("/admin/letters/send/", {"letters": [WaitingLetter.objects.get().pk]})
    assert waiting_letters.send_due() == 1
    assert "No letter waits" in text(admin.get("/admin/letters/"))


def test_letters_of_other_places_are_not_theirs(admin, place):
    elsewhere = post(PlaceFactory(slug="sale", name="Sale", code="E08000003"), name="Elsewhere walk")
    decision_letters.note_sent_back(elsewhere)
    WaitingLetter.objects.update(tries=3)
    assert elsewhere.name not in text(admin.get("/admin/letters/"))
    admin.post("/admin/letters/send/", {"letters": [WaitingLetter.objects.get().pk]})
    assert WaitingLetter.objects.get().tries == 3


def test_possible_duplicates_are_counted(admin, place):
    MatchCandidate.objects.create(
        first=NodeFactory(place=place), second=NodeFactory(place=place), score=0.9, reason="Same name"
    )
    assert "These two may be one thing: Same name." in text(admin.get("/admin/queue/"))


def test_the_number_of_queries_does_not_grow(admin, place, django_assert_num_queries):
    post(place)
    admin.get("/admin/queue/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        admin.get("/admin/queue/")
    for _ in range(5):
        post(place)
    with CaptureQueriesContext(connection) as many:
        admin.get("/admin/queue/")
    assert len(many) == len(few)


def test_who_may_work_through_the_queue(client, place, steward):
    listing = post(place)
    elsewhere = PlaceFactory(slug="other", name="Other", code="")
    ensure_pages(elsewhere, ACTOR)
    people = {
        "anonymous": (None, 302, 302),
        "stranger": (UserFactory(), 302, 302),
        "poster": (listing.posted_by, 302, 302),
        "steward of another": (ensure_steward("cy@example.org", elsewhere), 200, 404),
        "steward": (steward, 200, 302),
        "superuser": (UserFactory(is_superuser=True, is_staff=True), 200, 302),
    }
    for name, (user, sees, decides) in people.items():
        client.logout()
        if user:
            client.force_login(user)
        page = client.get("/admin/queue/")
        assert page.status_code == sees, name
        if name == "steward of another":
            assert listing.name not in text(page)
        answer = client.post(f"/admin/waiting/{listing.uuid}/approve/")
        assert answer.status_code == decides, name
        decided = name in {"steward", "superuser"}
        assert (Listing.objects.get().state == NodeState.LIVE) == decided, name
        Listing.objects.update(state=NodeState.PENDING)


def test_deciding_needs_a_button(admin, place):
    listing = post(place)
    assert admin.get(f"/admin/waiting/{listing.uuid}/approve/").status_code == 405


def test_the_old_address_leads_to_the_queue(admin):
    assert admin.get("/admin/waiting/")["Location"] == "/admin/queue/"


def test_sources_places_and_mine_narrow_it_down(admin, place, steward):
    post(place, name="Tea dance")
    other = PlaceFactory(slug="salford", name="Salford", code="E2")
    ensure_pages(other, ACTOR)
    ensure_steward("ann@example.org", other)
    post(other, name="Chess")
    MatchCandidate.objects.create(
        first=NodeFactory(place=place, name="Hall"), second=NodeFactory(place=place), score=0.9, reason="Same name"
    )

    def shown(query: str) -> set[str]:
        page = text(admin.get(f"/admin/queue/{query}"))
        return {it for it in ("Tea dance", "Chess", "Hall /") if it in page}

    assert shown("") == {"Tea dance", "Chess", "Hall /"}
    assert shown("?source=new") == {"Tea dance", "Chess"}
    assert shown("?source=duplicates") == {"Hall /"}
    assert shown("?place=salford") == {"Chess"}
    assert shown("?source=nothing&place=nowhere&p=x&mine=1") == {"Tea dance", "Chess", "Hall /"}


def test_several_of_a_known_poster_are_approved_at_once_and_what_was_changed_is_not(admin, place):
    poster = UserFactory()
    listings.approve(actor=ACTOR, listing=post(place, user=poster, name="First"))
    one, two = post(place, user=poster, name="One"), post(place, user=poster, name="Two")
    stranger = post(place, name="Three")
    page = text(admin.get("/admin/queue/"))
    keys = re.findall(r'value="(approve [^"]+)"', page)
    assert len(keys) == 2 and not any(str(stranger.uuid) in it for it in keys)
    listings.edit(actor=ACTOR, user=poster, listing=two, details=some_details(summary="Buy my watches"))
    answer = admin.post("/admin/queue/bulk/", {"do": "approve", "rows": keys}, follow=True)
    assert "1 is done." in text(answer) and "Read it again before you go on" in text(answer)
    assert {it.name: it.state for it in Listing.objects.filter(pk__in=[one.pk, two.pk])} == {
        "One": NodeState.LIVE, "Tea dance": NodeState.PENDING,
    }  # fmt: skip


def test_bulk_never_decides_elsewhere_and_never_leads_away(admin, place):
    elsewhere = PlaceFactory(slug="other", name="Other", code="")
    ensure_pages(elsewhere, ACTOR)
    listing = post(elsewhere)
    key = f"approve {listing.uuid}@{listings.version(listing)}"
    answer = admin.post("/admin/queue/bulk/", {"do": "approve", "rows": [key]}, follow=True)
    assert "not there any more, or not yours to decide" in text(answer) and "Other" not in text(answer)
    assert admin.post("/admin/queue/bulk/", {"do": "nothing"}).status_code == 404
    answer = admin.post("/admin/queue/bulk/", {"do": "approve", "back": "https://example.org/"})
    assert answer["Location"] == "/admin/queue/"
    assert Listing.objects.get().state == NodeState.PENDING


def test_one_that_is_gone_does_not_keep_the_others_from_being_decided(admin, place):
    gone, there = post(place, name="Gone"), post(place, name="There")
    keys = [f"approve {it.uuid}@{listings.version(it)}" for it in (gone, there)]
    gone.delete()
    answer = admin.post("/admin/queue/bulk/", {"do": "approve", "rows": keys}, follow=True)
    assert answer.status_code == 200 and "1 is done." in text(answer) and "not there any more" in text(answer)
    there.refresh_from_db()
    assert there.state == NodeState.LIVE


def test_there_are_pages_of_it(admin, place):
    for number in range(21):
        post(place, name=f"Dance {number}")
    page = text(admin.get("/admin/queue/"))
    assert page.count('<li class="hb-queue__row') == 20 and "p=2" in page
    assert text(admin.get("/admin/queue/?p=2")).count('<li class="hb-queue__row') == 1


def test_everything_live_is_found_by_name_kind_group_and_place(admin, place):
    group = OrganisationFactory(place=place, name="Sale Dancers")
    dance = listings.approve(actor=ACTOR, listing=post(place, organiser=group))
    NodeFactory(place=place, name="Sale Hall")
    elsewhere = PlaceFactory(slug="other", name="Other", code="")
    NodeFactory(place=elsewhere, name="Far Hall")
    pages = {
        "": {"Tea dance", "Sale Hall", "Sale Dancers"},
        "?q=hall": {"Sale Hall"},
        "?kind=activity": {"Tea dance"},
        "?kind=organisation": {"Sale Dancers"},
        "?group=dancers": {"Tea dance", "Sale Dancers"},
        "?state=off": set(),
        "?q=%00": {"Tea dance", "Sale Hall", "Sale Dancers"},
        "?p=99&kind=none": {"Tea dance", "Sale Hall", "Sale Dancers"},
    }
    for query, expected in pages.items():
        page = admin.get(f"/admin/live/{query}")
        assert {it["node"].name for it in page.context["rows"]} == expected, query
    history = text(admin.get(f"/admin/live/{dance.uuid}/"))
    assert "Posted something" in history and "Published what had waited" in history
    assert admin.get(f"/admin/live/{NodeFactory(place=elsewhere).uuid}/").status_code == 404


def test_wagtails_own_first_page_begins_with_the_queue(admin, place):
    post(place, name="Tea dance")
    MatchCandidate.objects.create(
        first=NodeFactory(place=place), second=NodeFactory(place=place), score=0.9, reason="Same name"
    )
    page = text(admin.get("/admin/"))
    main = page[page.index("<main") :]
    assert main.index("2 things wait for you.") < main.index("<h1")
    for source, number in (("new", 1), ("duplicates", 1)):
        assert re.search(rf'href="/admin/queue/\?source={source}">[^<]+<span[^>]*>{number}<', main), source
    assert "source=feeds" not in main
    Listing.objects.all().delete()
    MatchCandidate.objects.all().delete()
    assert "Nothing waits. Thank you." in text(admin.get("/admin/"))


def test_an_editor_of_pages_who_looks_after_nothing_has_no_queue_there(client, place, steward):
    from mapping.models import PlaceRole

    post(place)
    PlaceRole.objects.all().delete()
    client.force_login(steward)
    page = client.get("/admin/")
    assert page.status_code == 200 and "/admin/queue/" not in text(page)


@pytest.mark.parametrize("is_home", [True, False])
def test_after_signing_in_stewards_of_places_and_of_areas_are_in_the_queue(client, place, mailoutbox, is_home):
    if is_home:
        ensure_steward("ward@example.org", place)
    else:
        ensure_steward("ward@example.org", PlaceFactory(slug="ward", code="E05", name="Ward", is_home=False))
    client.post("/accounts/login/", {"email": "ward@example.org"})
    code = re.search(r"[A-Z]{4}-[A-Z]{4}", mailoutbox[-1].body)[0]
    answer = client.post("/accounts/login/code/confirm/", {"code": code})
    assert answer["Location"] == "/admin/queue/"
    assert client.get("/admin/queue/").status_code == 200


def test_more_than_anybody_works_through_is_not_counted_out(admin, place, monkeypatch):
    monkeypatch.setattr(items, "MAX_COUNTED", 2)
    for name in "ABC":
        post(place, name=name)
    page = text(admin.get("/admin/queue/"))
    assert "More than 2 things wait for you." in page
    assert re.search(r'New\s*<span class="hb-sources__n">more than 2</span>', page)
    assert "More than 2 things wait for you." in text(admin.get("/admin/"))


def test_what_is_counted_reads_a_bounded_number_of_rows(place):
    post(place)
    with CaptureQueriesContext(connection) as queries:
        assert items.count(Listing.objects.all()) == 1
    assert f"LIMIT {items.MAX_COUNTED + 1}" in queries[0]["sql"]
