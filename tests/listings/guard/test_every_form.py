"""Every form that somebody who is not signed in may send has the guard: asked of every address that there is."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from tests.test_access import RULES

pytestmark = pytest.mark.django_db

# Forms of unsigned people that need no guard, each with what keeps machines out of it instead.
EXCUSED = {
    "/accounts/login/": "a letter with a code, counted by address and by e-mail address (allauth)",
    "/accounts/login/code/confirm/": "a few tries at a code, counted (allauth)",
    "/post/draft/": "throws away what one has typed oneself",
    "/trafford/network/area/": "keeps nothing: it makes an address of a drawn area",
    "/django-admin/login/": "a password, counted by address (axes)",
}


class Forms(HTMLParser):
    """The POST forms of a page: where each leads, and the names of its fields."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, set[str]]] = []
        self.inside = False

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.inside = (given.get("method") or "get").lower() == "post"
            if self.inside:
                self.found.append((given.get("action") or "", set()))
        elif self.inside and tag in ("input", "textarea", "select", "button") and given.get("name"):
            self.found[-1][1].add(given["name"])

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False


def forms_of(html: str) -> list[tuple[str, set[str]]]:
    parser = Forms()
    parser.feed(html)
    return parser.found


def unguarded(address: str, html: str) -> list[str]:
    found = []
    for action, names in forms_of(html):
        leads = action.partition("?")[0] or address.partition("?")[0]
        # A link that nobody guesses stands for a letter, which is sent once somebody has shown that it is theirs.
        is_letters = re.search(r"/[0-9a-f]{8}-[0-9a-f-]{27}/", leads) and not names & {"text", "summary", "words"}
        excused = any(leads.startswith(it) for it in EXCUSED) or is_letters or "next" in names and "email" in names
        if not excused and "leave_empty" not in names:
            found.append(f"{address}: form to {leads} with {sorted(names)}")
    return found


def test_every_page_of_an_unsigned_person_guards_its_forms(records, dance_hall):
    seen, problems = 0, []
    more = ("/post/new/?place=trafford&step=what", "/alerts/new/?place=trafford&q=tea")
    for address in (*(it.format(**records) for it, _expected in RULES.values()), *more):
        answer = Client().get(address, follow=True)
        if answer.status_code != 200 or not answer.get("Content-Type", "").startswith("text/html") or answer.streaming:
            continue
        where = answer.redirect_chain[-1][0] if answer.redirect_chain else address
        html = answer.content.decode()
        seen += len(forms_of(html))
        problems += unguarded(where, html)
    assert problems == []
    assert seen >= 4


def test_a_form_without_the_guard_would_be_found():
    html = '<form method="post" action="/notes/"><input name="text"></form>'
    assert unguarded("/x/", html) == ["/x/: form to /notes/ with ['text']"]
    assert unguarded("/x/", html.replace("</form>", '<input name="leave_empty"></form>')) == []
    assert unguarded("/x/", html.replace("post", "get")) == []
