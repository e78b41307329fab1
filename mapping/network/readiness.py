"""Whether what a question about a network needs is there already, so that it is answered in the request."""

from __future__ import annotations

from mapping.answers import bounds, store
from mapping.answers.kinds import KINDS, MAX_ANALYSED
from mapping.answers.question import Question
from mapping.models import Place, Viewer

from . import analysis_store, build, snapshots


def is_at_once(place: Place, viewer: Viewer, kind: str) -> bool:
    """Whether a question is answered in the request: the place is small enough, and what it needs is there."""
    if bounds.are_lifted():
        return True
    size, known = bounds.size_of(place), KINDS[kind]
    if not bounds.fits(size, kind):
        return False
    if known.analysis and size.connections > MAX_ANALYSED:
        if analysis_store.kept(snapshots.load(place, viewer)) is None:
            return False
        if known.payload and not build.is_kept(place):
            return False
    return all(bounds.fits(size, it) or store.find(Question.of(it, place, viewer)) is not None for it in known.needs)
