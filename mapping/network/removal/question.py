"""What if these closed? What was asked, in URL parameters; what would be lost.

answer = question.answer(place, viewer, request.GET)
answer.title, answer.facts, answer.removal

One answer serves the page (`views/network/removal.py`) and its data (`without.json`).
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from django.http import HttpRequest, JsonResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mapping.access.viewers import viewer_for
from mapping.answers import bounds, store
from mapping.answers.question import Question as Asked
from mapping.graph.removal import remove
from mapping.graph.robustness import Robustness
from mapping.graph.surroundings import missed
from mapping.models import Place, Viewer
from mapping.network import analysis_store, snapshots
from mapping.network.findings.phrases import counted
from mapping.network.node_lookup import NodeLookup
from mapping.network.paths.description import plain_list
from mapping.network.view import filter as view_filter
from mapping.network.view.state import NetworkView

from . import amenities, description
from . import curves as removal_curves
from .answer import Answer
from .scenarios import ScenarioProblem, Scenarios

NAMED = 3


def answer(place: Place, viewer: Viewer, params: QueryDict) -> Answer:
    """Work out what would be lost, as `viewer` may know it."""
    view = NetworkView.from_params(params)
    snapshot = snapshots.load(place, viewer)
    names = NodeLookup(place, snapshot, viewer)
    analysis = analysis_store.load(snapshot).get().analysis
    standing = amenities.load(place, viewer, snapshot)
    scenarios = Scenarios(place, snapshot, analysis, standing)
    found = Answer(view, snapshot, names, scenarios, standing, analysis, problems=[str(it) for it in view.problems])
    found.added = names.find(None, params.get("add_name", ""))
    found.chosen = names.several(list(view.without))
    if len(found.chosen) < len(view.without):
        missing = len(view.without) - len(found.chosen)
        found.problems.append(
            ngettext(
                "%(n)s of what you chose is not here, or is not for everybody to see.",
                "%(n)s of what you chose are not here, or are not for everybody to see.",
                missing,
            )
            % {"n": counted(missing)}
        )
    if found.added.problem:
        found.problems.append(found.added.problem)
    if found.added.node is not None and found.added.uuid not in {it.uuid for it in found.chosen}:
        found.chosen.append(found.added)
    found.view = view = view.replace(without=tuple(it.node.uuid for it in found.chosen if it.node is not None))
    key = view.scenario or ("area" if view.area else "")
    if key:
        try:
            found.scenario = scenarios.of(key, view.area)
        except ScenarioProblem as error:
            found.problems.append(str(error))
    _remove(found)
    return found


def curves_of(found: Answer) -> dict[str, Any]:
    """How the whole stands losing more and more: `picture` and `sentence` as the page has them; empty where not known.

    Of more than a few hundred connections a job works them out, before this is asked (`answers.kinds`).
    """
    place = found.names.place
    if not bounds.is_small(place, "curves") or bounds.are_lifted():
        kept = store.find(Asked.of("curves", place, found.names.viewer))
        return json.loads(bytes(kept.body or b"{}")) if kept is not None else {}
    return _drawn(found.curves)


def make_curves(request: HttpRequest, place: Place) -> JsonResponse:
    """The same as a job makes it: for the network alone, whatever is taken away."""
    viewer = viewer_for(request)
    snapshot = snapshots.load(place, viewer)
    names = NodeLookup(place, snapshot, viewer)
    whole = Answer(NetworkView(), snapshot, names, Scenarios(place, snapshot, None, None), None, None)
    return JsonResponse(_drawn(whole.curves))


def _drawn(curves: Robustness | None) -> dict[str, Any]:
    if curves is None:
        return {}
    return {"picture": removal_curves.curves(curves), "sentence": removal_curves.sentence(curves)}


def _remove(found: Answer) -> None:
    indexes = [it.index for it in found.chosen if it.index >= 0]
    scenario = found.scenario
    found.nodes = np.unique(np.concatenate([np.asarray(indexes, dtype=np.int64), scenario.nodes if scenario else []]))
    found.nodes = found.nodes.astype(np.int64)
    if not found.chosen and scenario is None:
        return
    found.title = _title(found)
    found.keep = view_filter.connections(found.snapshot, found.view)
    labels = found.analysis.group if found.analysis else None
    found.removal = remove(found.snapshot.network(found.keep), found.nodes, labels)
    found.facts = description.facts(found, _missed(found))


def _title(found: Answer) -> str:
    names = [it.name for it in found.chosen]
    if len(names) > NAMED:
        rest = len(names) - NAMED + 1
        names = [*names[: NAMED - 1], ngettext("%(n)s other", "%(n)s others", rest) % {"n": counted(rest)}]
    if found.scenario:
        names = [found.scenario.title, *names]
    return _("Without %(names)s") % {"names": plain_list(names)}


def _missed(found: Answer):
    """What would no longer be near: by the ground, where it was read."""
    if found.amenities is None:
        return None
    here = found.amenities
    gone = np.isin(here.ids, found.snapshot.ids[found.nodes])
    gone |= np.isin(here.ids, [it.node.pk for it in found.chosen if it.node is not None])
    if found.scenario is not None and found.scenario.standing is not None:
        gone |= found.scenario.standing
    category = np.where(here.service, here.category, -1)
    homes = len(here.homes)
    return missed(
        here.metres,
        np.concatenate([category, np.full(homes, -1)]),
        np.concatenate([gone, np.zeros(homes, dtype=bool)]),
    )
