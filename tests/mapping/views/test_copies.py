"""Copies of public pages: the same answer as a page that is made, for nobody who is signed in, never a stale one."""

from __future__ import annotations

import datetime
import gzip
import threading
from urllib.parse import unquote

import brotli
import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from cms.commands import ensure_pages
from config.middleware import LimitsMiddleware
from config.serving.answers import LOOKED
from listings.models import PlaceRules
from mapping.answers import page_copies
from mapping.answers.page_copies import Rule, shelf
from mapping.commands.change import change
from mapping.models import Actor, Category, NodeState, Place, Revision, Visibility
from mapping.views import copies, overview
from tests.factories import CategoryFactory, ConnectionFactory, NodeFactory, OrganisationFactory, StatementFactory

pytestmark = pytest.mark.django_db(transaction=True)
HOST = {"host": "testserver"}
PAGES = (
    "/trafford/",
    "/trafford/map/?q=bank",
    "/trafford/list/",
    "/trafford/network/",
    "/trafford/network/words/",
    "/api/v1/nodes?place=trafford",
    "/trafford/calendar/",
    "/trafford/calendar.ics",
)


@pytest.fixture
def site(place, settings):
    settings.PAGE_COPIES_MB = 8
    forget()
    shelf.ask_again_at = 0.0
    ensure_pages(place, Actor.command("test"))
    bank = CategoryFactory(slug="food-bank", name="Food bank", plural="Food banks", parent=CategoryFactory(slug="help"))
    NodeFactory(name="Bank of food", category=bank)
    a, b = OrganisationFactory(name="The Hub"), OrganisationFactory(name="The Spoke")
    StatementFactory(connection=ConnectionFactory(source=a, target=b))
    yield place
    forget()
    shelf.close()


def forget() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM mapping_page_copy")


def kept() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM mapping_page_copy")
        return cursor.fetchone()[0]


def reader(**headers: str) -> Client:
    """Somebody who was never here: another client for each, so that no cookie goes along."""
    return Client(headers=HOST | {name.replace("_", "-"): value for name, value in headers.items()})


def ask(path: str, **headers: str) -> HttpResponse:
    return reader(**headers).get(path)


@pytest.fixture
def no_minute_ends():
    """Wait for the next minute when this one is nearly over: pages that say what is open now are new then."""
    if datetime.datetime.now().second > 50:
        threading.Event().wait(61 - datetime.datetime.now().second)


@pytest.fixture
def made(monkeypatch):
    """How often the front page was made."""
    times = []
    page = overview._page
    monkeypatch.setattr(overview, "_page", lambda *words: times.append(1) or page(*words))
    return times


@pytest.mark.parametrize("path", PAGES)
def test_the_second_answer_is_the_first_without_a_query(site, no_minute_ends, django_assert_num_queries, path):
    first = ask(path, accept_encoding="br")
    assert first.status_code == 200
    assert kept() == 1, first.headers
    with django_assert_num_queries(0):
        second = ask(path, accept_encoding="br")
    assert second.content == first.content
    assert dict(second.items()) == dict(first.items())
    assert "Content-Security-Policy" in second and "Permissions-Policy" in second or "/api/" in path or "ics" in path
    assert second["X-Content-Type-Options"] == "nosniff"
    assert second["ETag"] and not second.cookies


def test_a_node_and_its_card_have_copies_of_their_own(site, no_minute_ends):
    url = NodeFactory(name="The library").get_absolute_url()
    page, card = ask(url), ask(f"{url}?card")
    assert kept() == 2
    assert ask(url).content == page.content != card.content == ask(f"{url}?card").content


@pytest.mark.parametrize(
    ("accepts", "read"),
    [("gzip", gzip.decompress), ("br, gzip", brotli.decompress), ("", bytes), ("br;q=0, gzip;q=0", bytes)],
)
def test_each_coding_has_its_own(site, no_minute_ends, accepts, read):
    plain = ask("/trafford/list/").content
    bodies = [read(ask("/trafford/list/", accept_encoding=accepts).content) for _ in range(2)]
    assert bodies == [plain, plain]


@pytest.mark.parametrize(
    "asked", ['"nothing", {tag}', "{tag}", "*", 'W/"one", {strong}, "two"'], ids=["several", "weak", "any", "strong"]
)
def test_who_has_the_page_is_sent_its_head_alone(site, no_minute_ends, django_assert_num_queries, asked):
    tag = ask("/trafford/list/")["ETag"]
    asked = asked.format(tag=tag, strong=tag.removeprefix("W/"))
    with django_assert_num_queries(0):
        quick = ask("/trafford/list/", if_none_match=asked)
    forget()
    slow = ask("/trafford/list/", if_none_match=asked)
    assert (quick.status_code, slow.status_code) == (304, 304)
    assert not quick.content
    # What the whole page would vary by is told with its copy, and 304 has no length.
    assert quick["Vary"].startswith(slow["Vary"])
    heads = [{k: v for k, v in it.items() if k not in ("Vary", "Content-Length")} for it in (quick, slow)]
    assert heads[0] == heads[1]
    assert ask("/trafford/list/", if_none_match='"other"').status_code == 200


def test_head_is_that_of_the_page(site, no_minute_ends, django_assert_num_queries):
    asked = ask("/trafford/list/")
    with django_assert_num_queries(0):
        answer = reader().head("/trafford/list/")
    assert not answer.content
    assert answer["Content-Length"] == asked["Content-Length"]
    assert dict(answer.items()) == dict(asked.items())


@pytest.mark.parametrize("path", [*PAGES, "/trafford/list/?q=caf%C3%A9&open=now", "/trafford/%6Cist/"])
def test_the_server_sends_what_the_middleware_would(site, no_minute_ends, django_assert_num_queries, path):
    """`look` is asked by our web server with what it read, before Django is."""
    told = {"HOST": "testserver", "ACCEPT_ENCODING": "gzip, br", "ACCEPT_LANGUAGE": "cy"}
    before = ask(path, accept_encoding="gzip, br", accept_language="cy")
    assert kept() == 1, before.headers
    asked, _, query = path.partition("?")
    with django_assert_num_queries(0):
        status, head, body = copies.look("GET", unquote(asked), query, told)
    assert (status, body) == (200, before.content)
    assert dict(copies.head_of(head, whole=True)) == dict(before.items())
    known = told | {"IF_NONE_MATCH": before["ETag"]}
    status, head, body = copies.look("HEAD", unquote(asked), query, known)
    assert (status, body) == (304, b"")
    assert not {"Content-Length", "Content-Encoding"} & dict(copies.head_of(head, whole=False)).keys()


@pytest.mark.parametrize(
    "changed",
    [
        {"method": "POST"},
        {"path": "//trafford/list/"},
        {"path": "/trafford/map/"},
        {"query": "q=bank"},
        {"COOKIE": "sessionid=1"},
        {"COOKIE": "django_language=cy"},
        {"AUTHORIZATION": "x"},
        {"RANGE": "bytes=0-1"},
        {"IF_MODIFIED_SINCE": "x"},
        {"HOST": "other.example"},
        {"ACCEPT_ENCODING": "gzip"},
        {"ACCEPT_LANGUAGE": "cy"},
        {"HX_REQUEST": "true"},
        {"X_FORWARDED_PROTO": "https"},
    ],
    ids=lambda it: "-".join(it),
)
def test_the_server_sends_nothing_that_was_not_asked(site, no_minute_ends, settings, changed):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ask("/trafford/list/")

    def look(**headers: str):
        request = {name: headers.pop(name, "") for name in ("method", "path", "query")}
        method, path = request["method"] or "GET", request["path"] or "/trafford/list/"
        return copies.look(method, path, request["query"], {"HOST": "testserver", **headers})

    assert look() is not None
    assert look(**changed) is None


def test_who_was_looked_for_is_not_looked_for_again(site, monkeypatch):
    asked = []
    get = shelf.get
    monkeypatch.setattr(shelf, "get", lambda *words: asked.append(1) or get(*words))
    reader().get("/trafford/list/", **{LOOKED: True})
    assert not asked
    # With a cookie the server has not looked.
    client = reader()
    client.cookies["django_language"] = "cy"
    client.get("/trafford/list/", **{LOOKED: True})
    assert asked


def test_a_copy_is_sent_to_who_may_not_ask_for_more(site, settings, no_minute_ends):
    """What is costly is limited; what is there already costs nothing."""
    settings.LIMIT_COSTLY_PER_MINUTE = 2
    LimitsMiddleware.counts.forget()
    assert [ask("/trafford/network/").status_code for _ in range(5)] == [200] * 5
    assert [ask(f"/trafford/network/?colour={it}").status_code for it in ("kind", "group")][-1] == 429
    LimitsMiddleware.counts.forget()


@pytest.mark.parametrize(
    "headers",
    [{"accept_language": "cy"}, {"host": "other.example"}, {"hx_request": "true"}],
    ids=["language", "host", "part"],
)
def test_what_is_answered_differently_has_another_copy(site, no_minute_ends, headers):
    ask("/trafford/list/")
    ask("/trafford/list/", **headers)
    assert kept() == 2
    with_copy = ask("/trafford/list/", **headers).content
    forget()
    assert with_copy == ask("/trafford/list/", **headers).content


def test_nobody_who_is_signed_in_leaves_or_gets_one(site, made):
    user = get_user_model().objects.create_user("a@example.org", "a@example.org")
    mine = reader()
    mine.force_login(user)
    assert mine.get("/trafford/").status_code == 200
    assert kept() == 0
    ask("/trafford/")
    assert kept() == 1
    mine.get("/trafford/")
    assert len(made) == 3


@pytest.mark.parametrize("header", ["authorization", "range", "if_modified_since"])
def test_some_questions_are_the_views_alone(site, made, header):
    ask("/trafford/")
    ask("/trafford/", **{header: "x"})
    assert len(made) == 2


def hidden(node):
    node.visibility = Visibility.GROUP
    node.save()


def unpublished(node):
    node.state = NodeState.DRAFT
    node.save()


@pytest.mark.parametrize("withdraw", [hidden, unpublished, lambda node: node.delete()], ids=["hide", "take off", "end"])
@pytest.mark.parametrize("path", ["/trafford/list/", "/trafford/network/words/", "/api/v1/nodes?place=trafford"])
def test_what_is_withdrawn_is_in_no_next_answer_and_in_no_copy(site, group, withdraw, path):
    node = NodeFactory(name="Bakers of Stretford", group=group)
    with change(actor=Actor.command("test"), action="make", place=site):
        pass
    before = ask(path)
    assert kept() == 1
    withdraw(node)
    assert kept() == 0
    after = ask(path)
    assert b"Bakers of Stretford" not in after.content
    assert after["ETag"] != before["ETag"]
    assert ask(path, if_none_match=before["ETag"]).status_code == 200


def test_what_is_over_leaves_at_its_moment(site, monkeypatch):
    now = timezone.now()
    node = NodeFactory(name="Yoga", over_at=now + datetime.timedelta(hours=1))
    assert b"Yoga" in ask("/trafford/network/words/").content or b"Yoga" in ask("/trafford/list/").content
    count = kept()
    monkeypatch.setattr(timezone, "now", lambda: now + datetime.timedelta(minutes=5))
    assert ask("/trafford/network/words/").status_code == 200
    assert kept() == 1 + (count > 1)
    monkeypatch.setattr(timezone, "now", lambda: now + datetime.timedelta(hours=1, seconds=1))
    assert node.name.encode() not in ask("/trafford/list/").content


def renamed_category(place):
    Category.objects.filter(slug="food-bank").update(plural="Banks for food")


def renamed_place(place):
    Place.objects.filter(pk=place.pk).update(name="New Trafford")


def written_rules(place):
    PlaceRules.objects.create(place=place)


def edited_page(place):
    place.page.title = "A new title"
    place.page.save_revision().publish()


def raised(place):
    Revision.objects.all().raise_for([place])


@pytest.mark.parametrize("alter", [renamed_category, renamed_place, written_rules, edited_page, raised])
@pytest.mark.parametrize("path", ["/trafford/network/words/", "/trafford/list/"])
def test_what_a_steward_changes_shows_at_once(site, alter, path):
    before = ask(path)
    assert kept() == 1
    alter(site)
    after = ask(path)
    made_anew = HttpResponse(after.content)
    forget()
    assert ask(path).content == made_anew.content
    assert after["ETag"] != before["ETag"]


def test_a_change_that_is_not_committed_changes_nothing(site, made):
    ask("/trafford/")
    with pytest.raises(RuntimeError), transaction.atomic():
        Category.objects.update(plural="Nonsense")
        Revision.objects.all().raise_for([site])
        other = []
        thread = threading.Thread(target=lambda: other.append(ask("/trafford/").status_code))
        thread.start()
        thread.join(30)
        assert other == [200]
        raise RuntimeError
    ask("/trafford/")
    assert len(made) <= 2  # two when a minute ended


def test_nothing_is_kept_that_changed_while_it_was_made(site, monkeypatch):
    page = overview._page

    def slow(*words):
        answer = page(*words)
        Category.objects.update(plural="Changed meanwhile")
        return answer

    monkeypatch.setattr(overview, "_page", slow)
    ask("/trafford/")
    assert kept() == 0


def test_two_changes_at_once_both_count(site):
    """The one that began first is committed last: the highest number alone would not tell."""
    before = page_copies.state(site.pk)
    began, go_on = threading.Event(), threading.Event()

    def first():
        try:
            with transaction.atomic():
                Category.objects.filter(slug="help").update(name="Aid")
                began.set()
                go_on.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    began.wait(30)
    Category.objects.filter(slug="food-bank").update(name="Bank")
    between = page_copies.state(site.pk)
    go_on.set()
    thread.join(30)
    assert len({before, between, page_copies.state(site.pk)}) == 3


def test_many_at_once_make_it_once(site, monkeypatch, no_minute_ends):
    """As in a process of the site: a few threads, and one stack of middleware."""
    times, answers = [], []

    def make(request):
        times.append(1)
        threading.Event().wait(0.3)
        page_copies.may_keep(request, site.pk, page_copies.state(site.pk))
        return HttpResponse("x", headers=PUBLIC)

    middleware, start = copies.CopyMiddleware(make), threading.Barrier(8)

    def ask_five_times():
        try:
            start.wait(30)
            for _ in range(5):
                answers.append(middleware(RequestFactory(headers=HOST).get("/trafford/")).content)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask_five_times) for _ in range(8)]
    for it in threads:
        it.start()
    for it in threads:
        it.join(60)
    assert answers == [b"x"] * 40
    assert len(times) <= 2


def test_nobody_waits_for_what_is_not_kept():
    turns = copies.Turns()
    with turns.of(b"key", "/a/") as waited:
        assert not waited
        turns.remember("/a/", kept=False)
        with turns.of(b"key", "/a/") as waited:
            assert not waited
    turns.remember("/a/", kept=True)
    assert not turns.not_kept and not turns.making


@pytest.mark.parametrize("how", ["no table", "no connection", "busy"])
def test_a_page_needs_no_copies(site, how):
    ask("/trafford/list/")
    if how == "no connection":
        shelf.connection.close()
    elif how == "busy":
        shelf.lock.acquire()
    else:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE mapping_page_copy RENAME TO elsewhere")
    try:
        assert ask("/trafford/list/").status_code == 200
        assert ask("/trafford/").status_code == 200
    finally:
        if how == "busy":
            shelf.lock.release()
        if how == "no table":
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE elsewhere RENAME TO mapping_page_copy")


def rule(place, minutes: int = 5) -> Rule:
    return Rule(place.pk, page_copies.state(place.pk), timezone.now() + datetime.timedelta(minutes=minutes))


def test_the_oldest_go_when_there_are_too_many(site):
    for number in range(20):
        assert shelf.put(b"%d" % number, rule(site), "tag", [], bytes(1_000))
    later = timezone.now() + datetime.timedelta(minutes=1)
    shelf._execute(page_copies.TIDY, (later, 6_100))
    assert kept() == 5
    assert shelf.get(b"19", timezone.now()) is not None and shelf.get(b"14", timezone.now()) is None
    shelf._execute(page_copies.TIDY, (later + datetime.timedelta(minutes=5), 6_100))
    assert kept() == 0


def test_what_is_too_large_or_late_is_not_kept(site):
    assert not shelf.put(b"1", rule(site), "tag", [], bytes(page_copies.MOST_BYTES + 1))
    assert not shelf.put(b"1", rule(site, minutes=0), "tag", [], b"")
    assert kept() == 0


def test_old_changes_are_forgotten_without_a_state_coming_back(site):
    states = {page_copies.state(site.pk)}
    Category.objects.update(name="One")
    for _ in range(2):
        states.add(page_copies.state(site.pk))
        shelf._execute(page_copies.TIDY, (timezone.now() + datetime.timedelta(days=2), 1_000))
    states.add(page_copies.state(site.pk))
    assert len(states) == 4
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM mapping_page_change")
        assert cursor.fetchone()[0] == 1


PUBLIC = {"ETag": 'W/"x"', "Cache-Control": "public, no-cache", "Vary": "Cookie, Accept-Language"}


@pytest.mark.parametrize(
    "headers",
    [{"Cache-Control": "no-store"}, {"Cache-Control": "public, no-store"}, {"Vary": "Accept"}, {"Set-Cookie": "a=b"}],
)
def test_what_is_somebodys_own_is_not_kept(site, headers):
    request = RequestFactory().get("/trafford/")
    page_copies.may_keep(request, site.pk, page_copies.state(site.pk))
    assert not copies.keep(b"key", request, HttpResponse("x", headers=PUBLIC | headers))
    assert not copies.keep(b"key", request, HttpResponse("x", headers=PUBLIC, status=404))
    with_token = RequestFactory().get("/trafford/", CSRF_COOKIE_NEEDS_UPDATE=True)
    page_copies.may_keep(with_token, site.pk, page_copies.state(site.pk))
    assert not copies.keep(b"key", with_token, HttpResponse("x", headers=PUBLIC))
    assert copies.keep(b"key", request, HttpResponse("x", headers=PUBLIC))
