"""What is on: the calendar of a place, by day or month; that of one venue or group; a week on paper."""

from __future__ import annotations

import datetime
import uuid as uuids
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from listings.calendar import agenda, month, sheet, subscriptions
from listings.calendar.question import Question
from listings.members import sections
from mapping import search
from mapping.access.viewers import viewer_for
from mapping.answers import page_copies
from mapping.models import Node, NodeKind, Place
from mapping.nodes import providers
from mapping.search.parameters import MAX_PAGE
from mapping.search.results import conditions, when_in_words
from mapping.views import conditional

# The calendar's own parameters, beside those of every question.
OWN = ("from", "show", "month", "week")
FIELD_IDS = {"q": "search", "near": "search", "within": "filter-within", "from": "calendar-from"}


def place_calendar(request: HttpRequest, place: Place, page=None) -> HttpResponse:
    """The calendar of a place: `?from=2026-12-05` by day, `?show=month&month=2026-12` as a grid."""
    return _answer(request, place, page, _calendar)


def place_sheet(request: HttpRequest, place: Place, page=None) -> HttpResponse:
    """One week on paper: `?week=2026-W49`."""
    return _answer(request, place, page, _sheet)


def _answer(request: HttpRequest, place: Place, page, make: Callable[..., HttpResponse]) -> HttpResponse:
    viewer = viewer_for(request)
    home = place.get_absolute_url()
    path = request.path
    found = search.answer(request.GET, place, viewer, path=path, lenient=True, also=OWN)
    if found.elsewhere:
        own = [(name, value) for name in OWN if (value := request.GET.get(name, ""))]
        return redirect(f"{found.elsewhere}&{urlencode(own)}" if own else found.elsewhere)
    question = Question(found, home)

    def made() -> HttpResponse:
        with timezone.override(question.zone):
            return make(request, question, {"place": place, "place_url": home, "page": page}).render()

    return conditional.answer(request, place, viewer, made, by_the_minute=True)


@require_safe
def node_calendar(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """What is on at a venue, or of a group; every filter narrows it down. 404 for what the reader may not see."""
    viewer = viewer_for(request)
    page_copies.begin(request, for_everybody=viewer.user_id is None)
    node = Node.objects.visible_to(viewer).select_related("place", "category").filter(uuid=uuid).first()
    if node is None or node.kind == NodeKind.ACTIVITY:
        raise Http404
    place = node.place if node.place is not None and node.place.is_home else None
    home = f"{node.get_absolute_url()}/"
    found = search.answer(request.GET, place, viewer, path=f"{home}calendar/", lenient=True, also=OWN)
    question = Question(found, home, at=node)

    def made() -> HttpResponse:
        context = {"node": node, "place": place, "place_url": place.get_absolute_url() if place else ""}
        # Its members see here what is for them alone: with who to talk to when something is wrong.
        context["space"] = sections.entered(node, viewer)
        with timezone.override(question.zone):
            return _calendar(request, question, context).render()

    return conditional.answer(request, None, viewer, made, by_the_minute=True)


def _calendar(request: HttpRequest, question: Question, context: dict[str, Any]) -> TemplateResponse:
    problems: list[tuple[str, str]] = []
    by_month = request.GET.get("show") == "month"
    context |= _shared(request, question, problems)
    if by_month:
        first = _read(request, "month", month.parse, month.of_today(question.today), problems)
        shown = month.load(question, first)
        context |= {"month": shown, "hidden": [("show", "month"), ("month", f"{first:%Y-%m}")]}
        context |= {
            "previous_url": question.url(show="month", month=shown.previous) if shown.previous else "",
            "next_url": question.url(show="month", month=shown.next) if shown.next else "",
        }
        canonical = question.url(show="month", month=f"{first:%Y-%m}")
    else:
        start = _read(request, "from", _day, None, problems)
        number = question.found.query.page if question.found.query.page <= MAX_PAGE else 1
        days = agenda.load(question, start, number)
        context |= {"agenda": days, "hidden": [("from", start.isoformat())] if start else []}
        context |= {
            "start": start,
            "previous_url": "" if days.previous is None else question.url(**days.previous),
            "next_url": question.url(**days.next) if days.next else "",
        }
        canonical = question.url(from_=start and start.isoformat(), page=number if number > 1 else None)
    context["errors"] += [{"field_id": FIELD_IDS.get(name, ""), "message": text} for name, text in problems]
    own = context.pop("hidden")
    context |= {
        # What each form has to send along, beside its own fields.
        "filters_hidden": [*_kept(question.asked.filters_kept), *own],
        "search_hidden": [*_kept(question.asked.kept), *own],
        "from_hidden": [it for it in question.params if it[0] != "from"],
        "clear_url": question.asked.clear_url if question.filters_chosen else "",
        "by_month": by_month,
        "canonical": request.build_absolute_uri(canonical),
        "agenda_url": question.url(),
        "month_url": question.url(show="month"),
    }
    return TemplateResponse(request, "listings/calendar/calendar.html", context)


def _sheet(request: HttpRequest, question: Question, context: dict[str, Any]) -> TemplateResponse:
    problems: list[tuple[str, str]] = []
    monday = _read(request, "week", sheet.parse, sheet.monday_of(question.today), problems)
    shown = sheet.load(question, monday)
    context |= _shared(request, question, problems)
    context["errors"] += [{"field_id": FIELD_IDS.get(name, ""), "message": text} for name, text in problems]
    context |= {
        "sheet": shown,
        "previous_url": question.url("sheet/", week=shown.previous) if shown.previous else "",
        "next_url": question.url("sheet/", week=shown.next),
        "canonical": request.build_absolute_uri(question.url("sheet/", week=shown.week)),
        "calendar_url": question.url(),
        "qr_url": question.qr_url,
        "calendar_address": request.build_absolute_uri(question.url()),
    }
    return TemplateResponse(request, "listings/calendar/sheet.html", context)


def _shared(request: HttpRequest, question: Question, problems: list) -> dict[str, Any]:
    found = question.found
    return {
        "question": question,
        "found": question.asked,
        "section": "calendar",
        "errors": [{"field_id": FIELD_IDS.get(it.field, ""), "message": str(it)} for it in found.problems],
        "list_query": found.query.query_string,
        "asked": _in_words(question),
        "links": _links(question),
        "filters": [_uncounted(it) for it in question.asked.filters if it["name"] not in ("kind", "sort")],
        "filters_chosen": question.filters_chosen,
        "subscription": subscriptions.of_question(request, question),
        "sheet_url": question.url("sheet/"),
    }


def _links(question: Question) -> list:
    """Where a question about a place leads on to; about one venue or group there is nothing yet."""
    found = question.found
    if found.place is None or question.at is not None:
        return []
    return list(providers.question_links(found.place, found.query.query_string))


def _in_words(question: Question) -> str:
    """What is asked for beside the place, to follow a noun: `for “yoga” within 1 mile of M33 7XZ, tonight`."""
    query = question.query
    words = " ".join(conditions(query.replace(place=None), query.units))
    return ", ".join(it for it in (words, when_in_words(query) if query.when else "") if it)


def _uncounted(group: dict[str, Any]) -> dict[str, Any]:
    """A group of filters without its numbers: these count what has opening hours and no dates, too."""
    if "options" not in group:
        # A field to type into, such as an age.
        return group
    return {**group, "options": [{**it, "count": None, "disabled": False} for it in group["options"]]}


def _kept(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Without the kind: that of a calendar goes without saying."""
    return [it for it in pairs if it[0] != "kind"]


def _read(request: HttpRequest, name: str, parse: Callable, default: Any, problems: list[tuple[str, str]]) -> Any:
    """A parameter of the calendar's own; one that cannot be read is noted, and counts as not given."""
    value = request.GET.get(name, "").strip()
    if not value:
        return default
    try:
        return parse(value)
    except ValueError as error:
        problems.append((name, str(error)))
        return default


def _day(text: str) -> datetime.date:
    try:
        found = datetime.date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year <= 2099:
        raise ValueError(_("“%(value)s” is not a date. Give one such as 2026-12-05.") % {"value": text[:60]})
    return found
