"""Parameters that nobody here knows: said, with the nearest name that is known, rather than left aside.

A question without the part that was misspelt is another question, most often that for everything.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from .parameters import QueryProblem
from .query import Query

# What a question is made of; `open` is the older name of `when`.
NAMES = frozenset({it.name.rstrip("_") for it in dataclasses.fields(Query)} - {"spot"} | {"open"})
# What other sites and letters add to an address to follow who came from where. Nobody here reads it.
FOLLOWING = ("utm_", "mtm_", "pk_", "mc_", "hsa_", "_hs")
FOLLOWED = frozenset(
    "dclid fbclid gad_source gbraid gclid gclsrc igsh igshid li_fat_id msclkid srsltid ttclid twclid wbraid yclid"
    " _ga _gl s_cid trk ref ref_src".split()
)
# What the same is called elsewhere.
OTHER_NAMES: Mapping[str, str] = {
    "search": "q",
    "query": "q",
    "text": "q",
    "term": "q",
    "keywords": "q",
    "what": "q",
    "categories": "category",
    "cat": "category",
    "where": "near",
    "postcode": "near",
    "location": "near",
    "around": "near",
    "distance": "within",
    "radius": "within",
    "date": "when",
    "day": "when",
    "time": "at",
    "box": "bbox",
    "bounds": "bbox",
    "features": "feature",
    "audience": "for",
    "group": "run_by",
    "organiser": "run_by",
    "per_page": "limit",
    "page_size": "limit",
    "order": "sort",
    "order_by": "sort",
}
# Less alike than this is no slip of the same word (difflib's ratio, 0 to 1).
ALIKE = 0.65
MAX_SAID = 5
MAX_CHARACTERS = 40


def names(params: Mapping[str, Any], known: Iterable[str] = NAMES) -> list[str]:
    """The names in `params` that are not `known`, without those that only follow who came from where."""
    known = set(known)
    return [it for it in params if it not in known and not is_follower(it)]


def is_follower(name: str) -> bool:
    """Whether a parameter only follows who came from where."""
    return name.lower() in FOLLOWED or name.lower().startswith(FOLLOWING)


def nearest(name: str, known: Iterable[str] = NAMES) -> str:
    """The known name that `name` may be a slip of; empty when none is near."""
    name, known = name.lower().strip("[] "), sorted(known)
    if (other := OTHER_NAMES.get(name, name)) in known:
        return other
    return next(iter(get_close_matches(name, known, n=1, cutoff=ALIKE)), "")


def problems(
    params: Mapping[str, Any], known: Iterable[str] = NAMES, offered: Iterable[str] | None = None
) -> list[QueryProblem]:
    """One problem for each name that is not `known`, five at most; `offered` (default `known`): what to choose from."""
    known = set(known)
    offered = known if offered is None else set(offered)
    found = []
    for name in names(params, known)[:MAX_SAID]:
        near = nearest(name, offered)
        shown = name if len(name) <= MAX_CHARACTERS else f"{name[:MAX_CHARACTERS]}…"
        remedy = (
            _("Did you mean “%(name)s”?") % {"name": near}
            if near
            else _("Leave it out.")
            if not offered
            else _("Leave it out, or choose from: %(all)s.") % {"all": ", ".join(sorted(offered))}
        )
        message = _("We do not know “%(name)s”, so nothing was searched with it.") % {"name": shown}
        found.append(QueryProblem(shown, str(params.get(name, ""))[:200], message, remedy))
    return found


def mended(params: QueryDict, known: Iterable[str]) -> str:
    """The same parameters with each name that is not `known` as the nearest of a question; empty when one has none."""
    wrong = names(params, known)
    renamed = {name: nearest(name) for name in wrong}
    if not wrong or not all(renamed.values()):
        return ""
    fresh = QueryDict(mutable=True)
    for name, values in params.lists():
        for value in values:
            fresh.appendlist(renamed.get(name, name), value)
    return fresh.urlencode(safe=",:")
