"""Copies of public pages: the same answer as a page that is made, and for nobody who is signed in."""

from __future__ import annotations

import gzip
from urllib.parse import unquote

import brotli
import pytest
from django.contrib.auth import get_user_model

from config.middleware import LimitsMiddleware
from config.serving.answers import LOOKED
from mapping.answers.page_copies import shelf
from mapping.views import copies
from tests.factories import NodeFactory
from tests.mapping.views.copies.asking import PAGES, ask, forget, kept, reader

pytestmark = pytest.mark.django_db(transaction=True)


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
