"""Steps of a tour as their reader may see them: the view in a sentence, the picture, and what the numbers say."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, JsonResponse, QueryDict
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from mapping.access.viewers import viewer_for
from mapping.answers import bounds
from mapping.models import Place, Viewer
from mapping.network import page, place_network
from mapping.network.findings import Section
from mapping.network.page import Stage
from mapping.network.readiness import is_at_once
from mapping.network.state import Ready
from mapping.network.view import description
from mapping.network.view.state import NetworkView
from mapping.views.answers import pages
from mapping.views.answers.pages import Part

Step = tuple[NetworkView, str]
"""What a step shows, and the slug of the section of the words that it tells, or nothing."""


@dataclass(frozen=True)
class Reading:
    """view : without what the reader does not see; section : None where there is nothing to tell; still : the picture
    as a job drew it; part : how the network stands where it is not there yet."""

    view: NetworkView
    sentence: str
    open_url: str
    section: Section | None = None
    stage: Stage | None = None
    still: SafeString | None = None
    part: Part | None = None

    @property
    def waiting(self) -> bool:
        """Whether there is neither picture nor section yet."""
        return self.part is not None and not self.part.is_ready


def read(request: HttpRequest, place: Place, steps: Sequence[Step], *, with_picture: bool = False) -> list[Reading]:
    """Put steps into words for whoever asks, at once or as a job did: all of them are one question."""
    viewer = viewer_for(request)
    views = [description.seen(view, viewer) for view, _finding in steps]
    if is_at_once(place, viewer, "reading"):
        found = place_network.load(place, viewer)
        network = found.get() if bounds.are_lifted() or isinstance(found, Ready) else None
        return [
            Reading(
                **_words(place, viewer, view),
                section=network.section(finding, view) if network is not None and finding else None,
                stage=page.draw(place, viewer, view, closer=True) if with_picture and network is not None else None,
                part=None if network is not None else Part(found.slug),
            )
            for view, (_view, finding) in zip(views, steps, strict=True)
        ]
    asked = [[view.url(""), finding, with_picture] for view, (_view, finding) in zip(views, steps, strict=True)]
    part = pages.part(request, place, "reading", {"readings": json.dumps(asked)})
    made = part.value if part.is_ready else [{}] * len(asked)
    return [
        Reading(
            **_words(place, viewer, view),
            section=_section(it.get("section")),
            still=mark_safe(it["still"]) if it.get("still") else None,
            part=part,
        )
        for view, it in zip(views, made, strict=True)
    ]


def make(request: HttpRequest, place: Place) -> JsonResponse:
    """Several readings as a job makes them: our own template escapes what is in the pictures."""
    found = []
    for address, finding, with_picture in json.loads(request.GET["readings"]):
        view = NetworkView.from_params(QueryDict(address.lstrip("?")))
        it = read(request, place, [(view, finding)], with_picture=with_picture)[0]
        context = {
            "stage": it.stage,
            "sentence": it.sentence,
            "open_url": it.open_url,
            "place_url": place.get_absolute_url(),
        }
        found.append(
            {
                "section": _told(it.section),
                "still": render_to_string("mapping/partials/network/still.html", context) if with_picture else "",
            }
        )
    return JsonResponse(found, safe=False)


def _words(place: Place, viewer: Viewer, view: NetworkView) -> dict[str, Any]:
    return {
        "view": view,
        "sentence": description.sentence(view, place, viewer),
        "open_url": view.url(f"{place.get_absolute_url()}network/"),
    }


def _told(section: Section | None) -> dict[str, Any] | None:
    """A section as JSON: what was escaped stays so, and is marked as that."""
    if section is None:
        return None
    text = format_html("{}", section.text) if section.text else ""
    return {
        "slug": section.slug,
        "heading": section.heading,
        "text": str(text),
        "items": [str(format_html("{}", it)) for it in section.items],
        "how": section.how,
    }


def _section(told: dict[str, Any] | None) -> Section | None:
    if not told:
        return None
    return Section(
        told["slug"], told["heading"], mark_safe(told["text"]), [mark_safe(it) for it in told["items"]], told["how"]
    )
