"""One question a screen: the steps of posting, in order, and which fields each asks with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .fact_fields import FactFields
from .forms import PostForm
from .when_fields import WhenFields
from .where_fields import WhereFields

CONTACT = ("email", "phone", "website")


@dataclass(frozen=True)
class Step:
    """One screen: its name in addresses, what it is called on the page, its fields."""

    name: str
    label: Promise
    fields: tuple[str, ...]


STEPS = (
    Step("what", _("What is it?"), ("name", "summary", "listing_kind", "category")),
    Step("when", _("When is it?"), WhenFields.names()),
    Step("where", _("Where is it?"), tuple(WhereFields.base_fields)),
    Step("who", _("Who runs it?"), ("organisation", "organisation_name", "only_for")),
    Step("facts", _("What is good to know?"), tuple(it for it in FactFields.base_fields if it not in CONTACT)),
    Step("contact", _("How can people ask?"), CONTACT),
)
# The last screen: everything is read again there, and sent.
CHECK = "check"
# Everybody's screens, with that one.
NUMBER = len(STEPS) + 1


def named(name: str | None) -> Step | None:
    """The step of this name; None where there is none."""
    return next((it for it in STEPS if it.name == name), None)


def number(step: Step) -> int:
    """Which of them it is, from 1."""
    return STEPS.index(step) + 1


def before(step: Step) -> Step | None:
    """The one before; None for the first."""
    at = STEPS.index(step)
    return STEPS[at - 1] if at else None


def after(step: Step) -> str:
    """The name of what comes next; of the last one `CHECK`."""
    at = STEPS.index(step) + 1
    return STEPS[at].name if at < len(STEPS) else CHECK


def first_wrong(form: PostForm) -> Step | None:
    """The first step with which something is wrong; None where nothing is, or nothing of a step."""
    return next((it for it in STEPS if any(name in form.errors for name in it.fields)), None)


def merged(kept: dict[str, Any], given: dict[str, Any], step: Step) -> dict[str, Any]:
    """What was typed before, with what this step gives now: what is not ticked any more is gone."""
    others = {name: value for name, value in kept.items() if name not in step.fields}
    return {**others, **{name: given[name] for name in step.fields if name in given}, "step": step.name}
