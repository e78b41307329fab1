"""How are two connected? `/<place>/network/paths/` answers in words; `/network/<revision>/path.json` is its data."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from mapping.access.viewers import viewer_for
from mapping.models import Place, Viewer
from mapping.network.paths import question as paths_question
from mapping.network.paths.description import Step, Way
from mapping.network.paths.diagram import chain
from mapping.network.paths.question import Answer
from mapping.network.view.state import MAX_WITHOUT
from mapping.views import revisions
from mapping.views.answers import pages


@require_safe
def network_paths(request: HttpRequest, place: Place, page=None) -> HttpResponse:
    """Ask for two names or addresses, and say how they are connected."""
    return pages.page(request, place, "paths", lambda: _page(request, place, viewer_for(request), page))


def make(request: HttpRequest, place: Place) -> HttpResponse:
    """The page as a job makes it."""
    return _page(request, place, viewer_for(request), None)


def _page(request: HttpRequest, place: Place, viewer: Viewer, page) -> HttpResponse:
    answer = paths_question.answer(place, viewer, request.GET)
    place_url = place.get_absolute_url()
    here, picture = f"{place_url}network/paths/", f"{place_url}network/"
    question = answer.question
    context = {
        "place": place,
        "place_url": place_url,
        "page": page,
        "section": "network",
        "crumbs": [{"url": place_url, "label": place.name}, {"url": picture, "label": revisions.NETWORK_CRUMB}],
        "answer": answer,
        "question": question,
        "ways": [{"way": way, "chain": chain(way), "stops": _stops(answer, way, here)} for way in answer.ways],
        "around": _around(answer, here),
        "offers": [{"text": it.text, "url": it.question.url(here)} for it in answer.offers],
        "picture_url": _picture_url(answer, picture),
        "ends": [_end(answer, here, "from"), _end(answer, here, "to")],
        "lonely": [it.node for it in (answer.source, answer.target) if it.node is not None and it.index < 0],
        "kept": [("most", str(question.most))] if question.most != paths_question.SHOWN else [],
        "errors": [{"field_id": "", "message": it} for it in question.problems],
    }
    return TemplateResponse(request, "mapping/network/paths.html", context)


def _stops(answer: Answer, way: Way, here: str) -> list[dict[str, Any]]:
    """The stops of a way; each between the ends with the address of the same question that goes around it."""
    question, between = answer.shown, way.stops[1:-1]
    return [
        {
            "stop": stop,
            "around_url": question.replace(without=(*question.view.without, uuid.UUID(stop.uuid))).url(here)
            if stop in between and len(question.view.without) < MAX_WITHOUT
            else "",
        }
        for stop in way.stops
    ]


def _around(answer: Answer, here: str) -> list[dict[str, str]]:
    """Whom no way may pass, each with the address of the same question that lets it."""
    question = answer.question
    return [
        {
            "name": it.name,
            "url": question.replace(without=tuple(u for u in question.view.without if str(u) != it.uuid)).url(here),
        }
        for it in (answer.names.several(list(question.view.without)) if question.view.without else [])
    ]


def _end(answer: Answer, here: str, name: str) -> dict[str, Any]:
    """What the form shows of one end: what was typed, and what it may have meant."""
    meant = answer.source if name == "from" else answer.target
    other, typed = ("target", answer.target) if name == "from" else ("source", answer.source)
    mine = "source" if name == "from" else "target"
    choices = []
    for it in meant.labelled:
        question = answer.question.replace(**{mine: it["uuid"]})
        url = question.url(here)
        if typed.node is None and typed.typed:
            url += f"&{_named('to' if name == 'from' else 'from', typed.typed)}"
        choices.append({"label": it["label"], "url": url})
    return {"name": name, "value": meant.name, "uuid": meant.uuid, "choices": choices, "problem": meant.problem}


def _named(name: str, typed: str) -> str:
    return urlencode({f"{name}_name": typed})


def _picture_url(answer: Answer, picture: str) -> str:
    """The picture with these ways brought out; empty when there are none."""
    if not answer.ways:
        return ""
    return answer.shown.url(picture)


@require_safe
def path_json(request: HttpRequest, revision: str) -> HttpResponse:
    """The same answer as data: `{paths: [{nodes, connections, sentences, metres, steps}], message, offers}`."""
    return revisions.answer(
        request,
        revision,
        lambda place, viewer: pages.data(request, place, viewer, "path-data", lambda: make_data(request, place)),
    )


def make_data(request: HttpRequest, place: Place) -> JsonResponse:
    """The data as a job makes them."""
    return JsonResponse(data(place, viewer_for(request), request))


def data(place: Place, viewer: Viewer, request: HttpRequest) -> dict[str, Any]:
    """What `path.json` says: uuids of nodes and connections, sentences, metres (null where unknown)."""
    answer = paths_question.answer(place, viewer, request.GET)
    return {
        "message": answer.message,
        "problems": list(answer.question.problems),
        "instead": answer.instead,
        "from": {"uuid": answer.source.uuid, "name": answer.source.name, "choices": answer.source.labelled},
        "to": {"uuid": answer.target.uuid, "name": answer.target.name, "choices": answer.target.labelled},
        "paths": [
            {
                "summary": way.summary,
                "cost": way.path.cost,
                "nodes": [stop.uuid for stop in way.stops],
                "names": [stop.name for stop in way.stops],
                "connections": [tie.uuid for step in way.steps for tie in step.ties],
                "sentences": way.sentences,
                "metres": round(way.path.metres) if way.path.unlocated < len(way.steps) else None,
                "unlocated": way.path.unlocated,
                "steps": [_step(step) for step in way.steps],
            }
            for way in answer.ways
        ],
        "offers": [{"text": it.text, "parameters": it.question.params()} for it in answer.offers],
        "avoided": answer.hubs if answer.question.hubs == "avoid" else [],
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "from": step.source.uuid,
        "to": step.target.uuid,
        "connections": [tie.uuid for tie in step.ties],
        "sentences": [tie.text for tie in step.ties],
        "more": step.more,
        "metres": None if step.metres is None else round(step.metres),
        "derived": step.derived,
        "mutual": step.mutual,
    }
