"""The filters of facts that people look for: features, languages, for whom, age. Only those that occur are offered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from mapping.models import Viewer
from mapping.models.features import (
    AUDIENCES,
    FEATURES,
    LANGUAGES,
    MAX_AGE,
    audience_labels,
    feature_labels,
    language_labels,
)
from mapping.models.node import CONFIRMED_LATELY

from . import at_hand
from .choices import Group, choice, nodes_of
from .counted import Counted, counted
from .query import Query


def groups(query: Query, viewer: Viewer, here: Counted | None) -> list[Group]:
    """The groups of facts; `here` as `counted` has it for `query`, None where no numbers are said.

    One query more for each group of which something is chosen, and one for what was confirmed.
    """
    known = Counter({"features": 1, "languages": 1, "audiences": 1, "ages": 1, "confirmed": 1})
    if here is not None:
        plain = query.replace(feature=(), language=(), for_=(), age=None, confirmed=False)
        known = here.known if plain == query else counted(plain, viewer).known
    found = []
    if known["features"] or query.feature:
        # All that are chosen have to hold, so a second one narrows the first down.
        counts = here and here.features
        labels = {it.token: it.label for it in FEATURES.values()}
        icons = {it.token: it.icon for it in FEATURES.values()}
        found.append(_group("feature", _("What it has"), labels, query.feature, counts, icons))
    if known["languages"] or query.language:
        counts = here and _without(query, viewer, here, language=()).languages
        found.append(_group("language", _("Language"), LANGUAGES, query.language, counts))
    if known["audiences"] or query.for_:
        counts = here and _without(query, viewer, here, for_=()).audiences
        found.append(_group("for", _("For whom"), AUDIENCES, query.for_, counts))
    if known["ages"] or query.age is not None:
        value = "" if query.age is None else str(query.age)
        found.append({"name": "age", "label": _("Age"), "type": "number", "value": value, "min": 0, "max": MAX_AGE})
    if known["confirmed"] or query.confirmed:
        count = _confirmed(query.replace(confirmed=False), viewer) if here else None
        option = choice("1", _("In the last six months"), count, query.confirmed)
        found.append({"name": "confirmed", "label": _("Confirmed"), "type": "checkbox", "options": [option]})
    return [it for it in found if it.get("options") or it["type"] == "number"]


def _confirmed(query: Query, viewer: Viewer) -> int:
    """How many of the answers somebody has confirmed lately."""
    ready = at_hand.answers(query, viewer)
    if ready is None:
        return nodes_of(query, viewer).confirmed_lately().count()
    since = timezone.now() - CONFIRMED_LATELY
    return sum(1 for it in ready if it.confirmed_at is not None and it.confirmed_at > since and not it.is_fading)


def _group(
    name: str,
    label: str,
    labels: Mapping[str, str | Promise],
    chosen: tuple[str, ...],
    counts: Counter[str] | None,
    icons: Mapping[str, str] | None = None,
) -> Group:
    options = [
        choice(
            token,
            str(text),
            None if counts is None else counts[token],
            token in chosen,
            icon=(icons or {}).get(token, ""),
        )
        for token, text in labels.items()
        if counts is None or counts[token] or token in chosen
    ]
    return {"name": name, "label": label, "type": "checkbox", "options": options}


def _without(query: Query, viewer: Viewer, here: Counted, **nothing: Any) -> Counted:
    """What `here` is of the question without what is chosen in a group: the same where nothing is."""
    plain = query.replace(**nothing)
    return here if plain == query else counted(plain, viewer)


def conditions(query: Query) -> list[str]:
    """The facts that are asked for in words, to follow "12 results"."""
    found = []
    if query.feature:
        found.append(_("with %(facts)s") % {"facts": _joined(feature_labels(query.feature))})
    if query.language:
        found.append(_("in %(languages)s") % {"languages": _joined(language_labels(query.language))})
    if query.for_:
        found.append(_("for %(people)s") % {"people": _joined(audience_labels(query.for_))})
    if query.age is not None:
        found.append(_("for age %(age)d") % {"age": query.age})
    if query.confirmed:
        found.append(_("confirmed in the last six months"))
    return found


def without(query: Query) -> list[tuple[str, Query]]:
    """The query without each kind of fact, with what was left out in words."""
    found = []
    if query.feature:
        found.append((_("whatever it has"), query.replace(feature=())))
    if query.language:
        found.append((_("in any language"), query.replace(language=())))
    if query.for_:
        found.append((_("for anybody"), query.replace(for_=())))
    if query.age is not None:
        found.append((_("for any age"), query.replace(age=None)))
    if query.confirmed:
        found.append((_("whenever it was confirmed"), query.replace(confirmed=False)))
    return found


def _joined(labels: Iterable[str]) -> str:
    return ", ".join(labels)
