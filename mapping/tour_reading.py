"""One step of a tour as its reader may see it: the view in a sentence, the picture, and what the numbers say."""

from __future__ import annotations

from dataclasses import dataclass

from . import network_page, underneath, view_words
from .models import Place
from .network_page import Stage
from .network_view import NetworkView
from .network_words import Section
from .viewers import Viewer


@dataclass(frozen=True)
class Reading:
    """view : without what the reader does not see; section : None where there is nothing to tell.

    waiting : the network is being worked out, so that there is neither picture nor section yet.
    """

    view: NetworkView
    sentence: str
    open_url: str
    section: Section | None
    stage: Stage | None
    waiting: bool = False


def read(place: Place, viewer: Viewer, view: NetworkView, finding: str, *, with_picture: bool = False) -> Reading:
    """Put a step into words for `viewer`. `finding` is the slug of a section of the words, or empty."""
    view = view_words.seen(view, viewer)
    network = underneath.of(place, viewer)
    section = network.section(finding, view) if network is not None and finding else None
    return Reading(
        view=view,
        sentence=view_words.sentence(view, place, viewer),
        open_url=view.url(f"{place.get_absolute_url()}network/"),
        section=section,
        stage=network_page.of(place, viewer, view) if with_picture and network is not None else None,
        waiting=network is None,
    )
