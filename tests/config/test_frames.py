"""Pages whose frame is written once (config/frames.py): what is put into its gaps belongs to one answer alone."""

from __future__ import annotations

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.test import RequestFactory

from config import frames, remembered
from config.templatetags.design import want

TEMPLATE = "mapping/answers/ready.html"
GAPS = dict.fromkeys(("title", "description", "head", "scripts", "breadcrumb", "main_class", "main"), "")


@pytest.fixture(autouse=True)
def a_state(settings):
    settings.PAGE_COPIES_MB = 1
    remembered.forget()
    with remembered.nothing():
        remembered.hold("1 one")
        yield
    remembered.forget()


@pytest.fixture
def request_(rf: RequestFactory):
    request = rf.get("/")
    request._messages = CookieStorage(request)
    return request


def written(request, key=("it",), **gaps: str) -> str:
    return frames.filled(request, TEMPLATE, key, lambda: {"place_url": "/somewhere/"}, {**GAPS, **gaps})


def test_gaps_are_filled_anew_each_time(request_):
    first, second = (written(request_, title=it, main=f"<p>{it}</p>") for it in ("one", "two"))
    assert "<title>one</title>" in first and "<p>one</p>" in first
    assert "<title>two</title>" in second and "<p>two</p>" in second
    assert "one" not in second.partition("<main")[2].partition("</main>")[0]


def test_frame_is_written_once_for_each_key(request_, monkeypatch):
    keys = []
    write = frames._written
    monkeypatch.setattr(frames, "_written", lambda *of: keys.append(of[2]) or write(*of))
    for key in (("a",), ("a",), ("b",), ("a",)):
        written(request_, key)
    assert len(keys) == 2


def test_frame_is_written_anew_in_another_state(request_, monkeypatch):
    count = []
    write = frames._written
    monkeypatch.setattr(frames, "_written", lambda *of: count.append(1) or write(*of))
    written(request_)
    with remembered.nothing():
        remembered.hold("1 two")
        written(request_)
    assert len(count) == 2


def test_what_is_put_in_is_no_template_and_no_mark(request_):
    # Whoever writes a title knows no mark; what looks like one, or like a template, is text.
    mark = f"gap{'0' * 32}mainZ"
    text = "{{ site_name }} {% now 'Y' %} " + mark
    assert f'<main id="main" class="page" tabindex="-1">\n\n{text}' in written(request_, main=text, main_class="page")


def test_marks_of_our_own_in_a_gap_are_not_filled(request_):
    mark = f"{frames._TOKEN}titleZ"
    assert mark in written(request_, title="secret", main=mark)


def test_message_is_shown_to_its_reader_alone(rf, request_):
    request_._messages.add(20, "Only for you")
    assert "Only for you" in written(request_)
    other = rf.get("/")
    other._messages = CookieStorage(other)
    assert "Only for you" not in written(other)


def test_page_carries_the_icons_of_its_frame_and_of_its_gaps(rf, request_):
    want(request_, ["heart"])
    html = written(request_)
    assert 'id="i-heart"' in html and 'id="i-search"' in html
    other = rf.get("/")
    other._messages = CookieStorage(other)
    html = written(other)
    assert 'id="i-heart"' not in html and 'id="i-search"' in html
