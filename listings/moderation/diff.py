"""What is different between two versions of a listing, topic by topic, in words; and how two changes go together.

Versions have the form of `posting.drafts.typed_from`. A topic is what people take for one fact: "When" is a dozen
fields, and is changed as a whole.

    lines(base, typed, place=place)             # for people
    merge(base, typed, now)                     # typed, on top of what was changed meanwhile; and where both did
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from listings.models import ListingKind
from listings.posting.fact_fields import FactFields
from listings.posting.repeat_choice import Often
from listings.posting.when_fields import WhenFields
from listings.posting.when_form import WhenForm
from listings.posting.where_fields import At, WhereFields
from mapping.models import Category, Place

Typed = Mapping[str, Any]
SAME, OUT, IN = "same", "out", "in"
# Longer texts are shown one after the other: nobody reads a thousand marks.
MAX_COMPARED = 4000
DATES_SHOWN = 3


@dataclass(frozen=True)
class Topic:
    """A fact of the form: its name, what people call it, its fields, and how it is said."""

    name: str
    label: Any
    fields: tuple[str, ...]
    words: Callable[[Typed, Place], str]


@dataclass(frozen=True)
class Line:
    """One topic that is different. `parts`: (mark, text) of both versions in one; `meanwhile`: what it says now, where
    somebody else changed it too."""

    topic: str
    label: str
    was: str
    becomes: str
    parts: tuple[tuple[str, str], ...]
    meanwhile: str = ""
    is_conflict: bool = False


# --- how topics are said


def _text(name: str) -> Callable[[Typed, Place], str]:
    return lambda typed, place: _plain(typed.get(name))


def _choice(name: str, choices: Callable[[], Mapping[str, Any]]) -> Callable[[Typed, Place], str]:
    return lambda typed, place: str(choices().get(str(typed.get(name) or ""), typed.get(name) or ""))


def _ticked(name: str) -> Callable[[Typed, Place], str]:
    def words(typed: Typed, place: Place) -> str:
        labels = dict(FactFields.base_fields[name].choices)
        return ", ".join(str(labels.get(it, it)) for it in typed.get(name) or ())

    return words


def _category(typed: Typed, place: Place) -> str:
    slug = typed.get("category") or ""
    found = Category.objects.filter(slug=slug).first() if slug else None
    return found.name if found else slug


def _organiser(typed: Typed, place: Place) -> str:
    return _plain(typed.get("organisation_name"))


def _when(typed: Typed, place: Place) -> str:
    repeats = typed.get("repeats")
    if repeats == Often.AS_BEFORE:
        return _("As its calendar says")
    if repeats == Often.NEVER:
        last = parse_date(str(typed.get("expires") or "")) if typed.get("expires") else None
        return _("No date; shown until %(day)s") % {"day": date_format(last)} if last else _("No date")
    form = WhenForm(dict(typed), place=place, past=True)
    said = form.said_back() if form.is_valid() else None
    if said is None:
        return _("A time that cannot be read any more")
    return "\n".join([said.sentence, *said.dates[:DATES_SHOWN]])


def _where(typed: Typed, place: Place) -> str:
    at = typed.get("at")
    place_words = {
        At.VENUE: _plain(typed.get("venue")) or _("A place that is not shown"),
        At.ADDRESS: ", ".join(it for it in (_plain(typed.get("address")), _plain(typed.get("postcode"))) if it),
        At.PIN: ", ".join(it for it in (_plain(typed.get("address")), _plain(typed.get("point"))) if it),
        At.ONLINE: _("Online"),
        At.HOME: _("At people’s homes"),
        At.SAID: _plain(typed.get("where_said")),
    }.get(at, "")
    precision = dict(WhereFields.base_fields["precision"].choices).get(typed.get("precision") or "exact")
    exact = (typed.get("precision") or "exact") == "exact"
    return place_words if exact else _("%(where)s (shown: %(precision)s)") % {
        "where": place_words, "precision": precision,
    }  # fmt: skip


def _cost(typed: Typed, place: Place) -> str:
    parts = [_("Free") if typed.get("free") else "", _plain(typed.get("cost"))]
    return ". ".join(it for it in parts if it)


def _ages(typed: Typed, place: Place) -> str:
    least, most = str(typed.get("min_age") or ""), str(typed.get("max_age") or "")
    if least and most:
        return _("%(least)s to %(most)s") % {"least": least, "most": most}
    return _("from %(age)s") % {"age": least} if least else _("up to %(age)s") % {"age": most} if most else ""


TOPICS = (
    Topic("name", gettext_lazy("Name"), ("name",), _text("name")),
    Topic("summary", gettext_lazy("What happens there"), ("summary",), _text("summary")),
    Topic(
        "kind", gettext_lazy("Sort"), ("listing_kind",),
        _choice("listing_kind", lambda: {it.value: it.label for it in ListingKind}),
    ),
    Topic("category", gettext_lazy("In the guide under"), ("category",), _category),
    Topic("organiser", gettext_lazy("Run by"), ("organisation", "organisation_name"), _organiser),
    Topic("when", gettext_lazy("When"), (*WhenFields.names(), "expires"), _when),
    Topic(
        "where", gettext_lazy("Where"),
        ("at", "venue", "venue_choice", "address", "postcode", "point", "precision"), _where,
    ),
    Topic("cost", gettext_lazy("Cost"), ("free", "cost"), _cost),
    Topic(
        "step_free", gettext_lazy("Getting in"), ("step_free",),
        _choice("step_free", lambda: dict(FactFields.base_fields["step_free"].choices)),
    ),
    Topic("features", gettext_lazy("What is there"), ("features",), _ticked("features")),
    Topic("audiences", gettext_lazy("Who it is for"), ("audiences",), _ticked("audiences")),
    Topic("ages", gettext_lazy("Ages"), ("min_age", "max_age"), _ages),
    Topic("languages", gettext_lazy("Languages"), ("languages",), _text("languages")),
    Topic("capacity", gettext_lazy("Holds"), ("capacity",), _text("capacity")),
    Topic("hire_rate", gettext_lazy("To hire it"), ("hire_rate",), _text("hire_rate")),
    Topic("hire_booking", gettext_lazy("How to book"), ("hire_booking",), _text("hire_booking")),
    Topic("email", gettext_lazy("E-mail"), ("email",), _text("email")),
    Topic("phone", gettext_lazy("Phone"), ("phone",), _text("phone")),
    Topic("website", gettext_lazy("Website"), ("website",), _text("website")),
)  # fmt: skip


# --- what is different


def value(topic: Topic, typed: Typed) -> Any:
    """What is compared of a topic: not how it was written, and not what follows from the rest."""
    if topic.name == "where":
        return _where_value(typed)
    if topic.name == "organiser":
        # By its name; an id of a group alone stands where the form names none.
        return _plain(typed.get("organisation_name")) or str(typed.get("organisation") or "")
    return {name: it for name in topic.fields if (it := _comparable(typed.get(name)))}


def _where_value(typed: Typed) -> Any:
    at = typed.get("at") or ""
    # A venue is known by its id: it may have another name by now.
    chosen = str(typed.get("venue_choice") or "") or _plain(typed.get("venue"))
    said = {
        At.VENUE: (chosen,),
        At.ADDRESS: (_plain(typed.get("address")), _plain(typed.get("postcode"))),
        At.PIN: (_plain(typed.get("address")), _plain(typed.get("point"))),
    }
    return (at, *said.get(at, ()), typed.get("precision") or "exact")


def _comparable(given: Any) -> Any:
    if isinstance(given, (list, tuple)):
        return sorted(str(it) for it in given)
    return _plain(given)


def _plain(given: Any) -> str:
    return re.sub(r"\r\n?", "\n", str(given if given is not None else "")).strip()


def changed(base: Typed, typed: Typed) -> list[Topic]:
    """The topics of which `typed` says something else than `base`."""
    return [it for it in TOPICS if value(it, base) != value(it, typed)]


def take(topics: Collection[str], source: Typed, onto: Typed) -> dict[str, Any]:
    """`onto`, with those topics (by name) as `source` has them."""
    result = dict(onto)
    for topic in TOPICS:
        if topic.name in topics:
            for name in topic.fields:
                result.pop(name, None)
                if name in source:
                    result[name] = source[name]
    return result


def merge(base: Typed, typed: Typed, now: Typed, keep: Collection[str] = ()) -> tuple[dict[str, Any], list[str]]:
    """What was changed from `base` to `typed`, on top of `now`; and the topics that both changed, to something else.

    Of these the proposed version is taken, or that which is there `now` where `keep` names the topic.
    """
    proposed = {it.name for it in changed(base, typed)}
    meanwhile = {it.name for it in changed(base, now)}
    differ = {it.name for it in changed(typed, now)}
    both = [it.name for it in TOPICS if it.name in proposed & meanwhile & differ]
    return take(proposed - set(keep), typed, now), both


def lines(base: Typed, typed: Typed, *, place: Place, now: Typed | None = None) -> list[Line]:
    """What a steward reads: each topic that `typed` changes, with what it said. `now`: what it says by now."""
    now = base if now is None else now
    _merged, both = merge(base, typed, now)
    found = []
    for topic in changed(base, typed):
        was, becomes = topic.words(base, place), topic.words(typed, place)
        conflict = topic.name in both
        found.append(
            Line(
                topic.name,
                str(topic.label),
                was,
                becomes,
                tuple(parts(was, becomes)),
                meanwhile=topic.words(now, place) if conflict else "",
                is_conflict=conflict,
            )
        )
    return found


def parts(was: str, becomes: str) -> list[tuple[str, str]]:
    """Both texts as one, word by word: what stays, what goes out, what comes in."""
    if not was or not becomes or max(len(was), len(becomes)) > MAX_COMPARED:
        return [(mark, text) for mark, text in ((OUT, was), (IN, becomes)) if text]
    old, new = (re.findall(r"\s+|[^\s]+", it) for it in (was, becomes))
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < 0.4:
        # Two texts that have little in common are easier to read one after the other.
        return [(OUT, was), (IN, becomes)]
    found = []
    for step, i, j, k, m in matcher.get_opcodes():
        if step == "equal":
            found.append((SAME, "".join(old[i:j])))
            continue
        found += [(mark, text) for mark, text in ((OUT, "".join(old[i:j])), (IN, "".join(new[k:m]))) if text]
    return found
