"""What was answered about a listing, as facts: before it is sent, to the steward, and on its page."""

from __future__ import annotations

from typing import Any, Protocol

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from mapping.models import StepFree
from mapping.models.features import FEATURES, FOR_HIRE, FREE, STEP_FREE, audience_labels, language_labels

# Said elsewhere: with the cost, and with where it is.
SAID_ELSEWHERE = (FREE, "online", "at-home", FOR_HIRE)


class Answers(Protocol):
    """A listing, or its details before it is one."""

    cost: str
    step_free: str
    features: Any
    audiences: Any
    languages: Any
    min_age: int | None
    max_age: int | None
    capacity: int | None
    hire_rate: str
    hire_booking: str


def good_to_know(it: Answers, *, step_free: bool = True) -> list[dict[str, Any]]:
    """Return the facts that were answered, as `components/facts.html` takes them; nothing of the others.

    `step_free` False: whoever shows them says that by itself.
    """
    found: list[dict[str, Any]] = []
    cost = it.cost or (_("Free") if FREE in it.features else "")
    if cost:
        icon = FEATURES[FREE].icon if FREE in it.features else ""
        if FREE in it.features and _("Free").casefold() not in cost.casefold():
            cost = _("Free. %(cost)s") % {"cost": cost}
        found.append({"label": _("Cost"), "value": cost, "icon": icon, "written": cost == it.cost})
    if it.step_free and step_free:
        icon = FEATURES[STEP_FREE].icon
        found.append({"label": _("Getting in"), "value": str(StepFree(it.step_free).label), "icon": icon})
    found += [
        {"label": str(FEATURES[token].label), "value": _("Yes"), "icon": FEATURES[token].icon}
        for token in FEATURES
        if token in it.features and token not in SAID_ELSEWHERE and not (token == STEP_FREE and it.step_free)
    ]
    found += [{"label": token, "value": _("Yes")} for token in it.features if token not in FEATURES]
    if who := who_for(it):
        found.append({"label": _("Who it is for"), "value": who})
    if it.languages:
        found.append({"label": _("Languages"), "value": ", ".join(language_labels(it.languages))})
    if it.capacity is not None:
        found.append(
            {"label": _("Holds"), "value": _("%(n)s people") % {"n": number_format(it.capacity, force_grouping=True)}}
        )
    if it.hire_rate:
        found.append(
            {"label": _("To hire it"), "value": it.hire_rate, "icon": FEATURES[FOR_HIRE].icon, "written": True}
        )
    if it.hire_booking:
        found.append({"label": _("How to book"), "value": it.hire_booking, "written": True})
    return found


def who_for(it: Answers) -> str:
    """`Children, aged 5 to 11`; empty where nobody said."""
    parts = []
    if it.audiences:
        parts.append(", ".join(audience_labels(it.audiences)))
    if it.min_age is not None and it.max_age is not None:
        parts.append(_("aged %(least)s to %(most)s") % {"least": it.min_age, "most": it.max_age})
    elif it.min_age is not None:
        parts.append(_("aged %(least)s and over") % {"least": it.min_age})
    elif it.max_age is not None:
        parts.append(_("aged up to %(most)s") % {"most": it.max_age})
    words = ", ".join(parts)
    return words[:1].upper() + words[1:]
