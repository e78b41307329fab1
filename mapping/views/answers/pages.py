"""The view's side of large questions: the answer, or that it is being worked out.

return pages.page(request, place, "words", lambda: _page(request, place))           # a page
return pages.data(request, place, viewer, "lines", lambda: JsonResponse(...))       # data, or a file
part = pages.part(request, place, "overview")                                       # a part of another page
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config import frames, remembered
from config.templatetags.design import want
from mapping.access.viewers import viewer_for
from mapping.answers import bounds, store
from mapping.answers.askers import asker_of
from mapping.answers.kinds import KINDS
from mapping.answers.question import Question, QuestionTooLong
from mapping.models import Answer, Place, Viewer
from mapping.network.readiness import is_at_once
from mapping.network.state import Failed, NetworkNotReady, Pending
from mapping.views import conditional

from . import sending

# Seconds after which to look again.
SOON = 2
STATUS = {store.PENDING: 202, store.FAILED: 500, store.TOO_MANY: 429, store.BUSY: 503}
MOST_REMEMBERED = 250_000  # bytes
Params = Mapping[str, str] | None


def page(
    request: HttpRequest,
    place: Place,
    kind: str,
    make: Callable[[], HttpResponse],
    *,
    viewer: Viewer | None = None,
    at_once: bool | None = None,
    extras: Params = None,
) -> HttpResponse:
    """Return the page that `make` makes, or the one that a job made, or that it is being worked out.

    Parameters
    ----------
    viewer : as whom the question is asked; whoever asks, unless given.
    at_once : whether `make` is quick; found out unless given.
    extras : parameters besides those of the address.
    """
    mine = viewer_for(request)
    changes_with = None if KINDS[kind].everywhere else place
    if at_once is None:
        asked = viewer or mine
        # Only a yes is remembered: what a job has made since is there without a new state.
        key = ("at once", place.pk, kind, asked.key)
        at_once = _may_be_small(place, kind) and remembered.get(key, lambda: is_at_once(place, asked, kind), keep=bool)
    if at_once:
        try:
            return conditional.answer(request, changes_with, mine, make)
        except NetworkNotReady as error:
            found = store.Outcome(error.state.slug)
            return _unsettled(_told(request, place, kind, found, _page_status(found)))
    response = conditional.answer(
        request, changes_with, mine, lambda: _page(request, place, viewer or mine, kind, extras)
    )
    if response.status_code not in (200, 304) or getattr(response, "is_pending", False):
        return _unsettled(response)
    return response


def _may_be_small(place: Place, kind: str) -> bool:
    """Whether the place is within the bounds of this kind of question: for a large one nothing else needs be asked."""
    return remembered.get(("small", place.pk, kind), lambda: bounds.is_small(place, kind), in_words=False)


def _unsettled(response: HttpResponse) -> HttpResponse:
    """It will be another page without a new revision, so nobody may be told that nothing has changed."""
    del response["ETag"]
    response["Cache-Control"] = "no-store"
    return response


def problem(request: HttpRequest, place: Place, kind: str, text: str, back_url: str) -> HttpResponse:
    """A page that says what was wrong with what was sent, where the page that it was sent from is made by a job."""
    context = _context(place) | {"title": KINDS[kind].title, "problem": text, "here": back_url, "crumbs": []}
    return TemplateResponse(request, "mapping/answers/state.html", context, status=422)


def _page(request: HttpRequest, place: Place, viewer: Viewer, kind: str, extras: Params) -> HttpResponse:
    try:
        question = Question.of(kind, place, viewer, _params(request, extras), request=request)
    except QuestionTooLong:
        return _told(request, place, kind, store.Outcome("too long"), 414)
    found = remembered.get(
        ("answer", question.key),
        lambda: _with_parts(store.ask(question, asker_of(request))),
        keep=_may_be_remembered,
    )
    found, parts = found[0], dict(found[1])
    if found.state != store.READY:
        return _told(request, place, kind, found, _page_status(found))
    assert found.answer is not None
    if "csrfmiddlewaretoken" in parts["main"]:
        parts["main"] = _with_token(request, parts["main"])
    want(request, parts.pop("icons").split())
    context = _context(place) | {"search_url": parts.pop("search_url")}
    key = (place.pk, place.name, place.accent, place.is_home, context["place_url"], context["search_url"])
    html = frames.filled(request, "mapping/answers/ready.html", key, lambda: context, parts)
    return HttpResponse(html, status=found.answer.status)


def _with_parts(found: store.Outcome) -> tuple[store.Outcome, dict[str, Any]]:
    """What there is of an answer, and the parts of its page when it is ready."""
    ready = found.state == store.READY and found.answer is not None
    return found, json.loads(bytes(found.answer.body or b"{}")) if ready else {}


def _may_be_remembered(made: tuple[store.Outcome, dict[str, Any]]) -> bool:
    """Whether it is ready, and small: a process remembers some hundreds of them."""
    answer = made[0].answer
    return made[0].state == store.READY and answer is not None and answer.size <= MOST_REMEMBERED


def _page_status(found: store.Outcome) -> int:
    """A page that is on its way is a page; what went wrong is told as that."""
    return 200 if found.state == store.PENDING else STATUS[found.state]


def _params(request: HttpRequest, extras: Params):
    params = request.GET.copy()
    for name, value in (extras or {}).items():
        params.setlist(name, [value] if value else [])
    return params


def _with_token(request: HttpRequest, html: str) -> str:
    """The forms of a page that a job made, with the reader's own token."""
    head, mark, rest = html.partition('name="csrfmiddlewaretoken" value="')
    if not mark:
        return html
    old = rest.partition('"')[0]
    return html.replace(f'{mark}{old}"', f'{mark}{get_token(request)}"')


def _context(place: Place) -> dict[str, Any]:
    home = place.get_absolute_url()
    return {"place": place, "place_url": home, "search_url": f"{home}map/", "section": "network"}


def _told(request: HttpRequest, place: Place, kind: str, found: store.Outcome, status: int) -> HttpResponse:
    """A page that says how it stands."""
    home = place.get_absolute_url()
    context = _context(place) | {
        "title": KINDS[kind].title,
        "is_file": KINDS[kind].is_file,
        "state": found.state,
        "answer_url": state_url(found.answer) if found.answer is not None else "",
        "here": request.get_full_path(),
        "crumbs": [{"url": home, "label": place.name}, {"url": f"{home}network/", "label": _("Underneath")}],
    }
    response = TemplateResponse(request, "mapping/answers/state.html", context, status=status)
    response.is_pending = True  # type: ignore[attr-defined]
    return _not_kept(response, found.state)


def _not_kept(response: HttpResponse, state: str) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    if state != store.FAILED:
        response["Retry-After"] = str(SOON if state == store.PENDING else 30)
    return response


def state_url(answer: Answer) -> str:
    return f"/answers/{answer.key}/"


def data(
    request: HttpRequest,
    place: Place,
    viewer: Viewer,
    kind: str,
    make: Callable[[], HttpResponseBase],
    *,
    extras: Params = None,
) -> HttpResponseBase:
    """Return the data or file that `make` makes or a job made: whole, or the part that is asked for.

    Until then 202 with Retry-After: a page for who asks for pages, else JSON like that of a problem (RFC 9457).
    """
    if is_at_once(place, viewer, kind):
        try:
            return make()
        except NetworkNotReady as error:
            return data_without(request, place, kind, error.state)
    try:
        question = Question.of(kind, place, viewer, _params(request, extras), request=request)
    except QuestionTooLong:
        return _data_told(request, place, kind, store.Outcome("too long"), 414)
    found = store.ask(question, asker_of(request))
    if found.state != store.READY:
        return _data_told(request, place, kind, found, STATUS[found.state])
    assert found.answer is not None
    return sending.send(request, found.answer)


def data_without(request: HttpRequest, place: Place, kind: str, state: Pending | Failed) -> HttpResponse:
    """Say that the network that data are made of is pending, or that it failed."""
    return _data_told(request, place, kind, store.Outcome(state.slug), STATUS[state.slug])


SAID = {
    store.PENDING: ("Being worked out", gettext_lazy("It is being worked out. Ask again in a few seconds.")),
    store.FAILED: ("Failed", gettext_lazy("It could not be worked out. That is our fault; a steward can see it.")),
    store.TOO_MANY: ("Too many at once", gettext_lazy("You asked for much at once. Wait until some of it is there.")),
    store.BUSY: ("Busy", gettext_lazy("Very much is being worked out at the moment. Ask again in a minute.")),
    "too long": ("Too long", gettext_lazy("More was asked than can be answered at once. Ask for less.")),
}


def _data_told(request: HttpRequest, place: Place, kind: str, found: store.Outcome, status: int) -> HttpResponse:
    if KINDS[kind].is_file and "text/html" in request.headers.get("Accept", ""):
        response = _told(request, place, kind, found, status)
    else:
        title, detail = SAID[found.state]
        body = {"type": "about:blank", "title": title, "status": status, "detail": str(detail)}
        if found.answer is not None:
            body["state"] = state_url(found.answer)
        response = _not_kept(JsonResponse(body, status=status, content_type="application/problem+json"), found.state)
    patch_vary_headers(response, ["Cookie", "Accept", "Accept-Language"])
    return response


@dataclass(frozen=True)
class Part:
    """A part of a page. state : as in `store`; value : the maker's JSON, when ready; url : tells the state."""

    state: str
    value: Any = None
    url: str = ""

    @property
    def is_ready(self) -> bool:
        return self.state == store.READY

    @property
    def is_pending(self) -> bool:
        return self.state == store.PENDING

    @property
    def detail(self) -> str:
        return str(SAID[self.state][1])


def part(request: HttpRequest, place: Place, kind: str, extras: Params = None, *, viewer: Viewer | None = None) -> Part:
    """Return a part that a job makes of JSON, for whoever asks unless `viewer` is given.

    Whoever shows one that is not ready lets nobody keep the page.
    """
    try:
        question = Question.of(kind, place, viewer or viewer_for(request), extras, request=request)
    except QuestionTooLong:
        return Part("too long")
    found = store.ask(question, asker_of(request))
    if found.state != store.READY:
        return Part(found.state, url=state_url(found.answer) if found.answer is not None else "")
    assert found.answer is not None
    return Part(found.state, json.loads(bytes(found.answer.body or b"null")))
