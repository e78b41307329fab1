"""The state of a network view in words: "Only “funds”, coloured by group, as it was on 1 March 2020."

Names are looked up as the viewer may see them: a view that somebody saved gives nothing away to somebody else.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db.models import F, Q
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mapping.models import Category, ConnectionType, Node, NodeKind, Place, Viewer

from . import looks
from .state import NetworkView

# Names that a sentence gives before it counts the others.
NAMED = 3

KINDS = {
    NodeKind.ORGANISATION: gettext_lazy("groups"),
    NodeKind.ASSET: gettext_lazy("places"),
    NodeKind.ACTIVITY: gettext_lazy("activities"),
    NodeKind.PROJECT: gettext_lazy("projects"),
    NodeKind.PURPOSE: gettext_lazy("shared purposes"),
    NodeKind.PERSON: gettext_lazy("people"),
}


def sentence(view: NetworkView, place: Place, viewer: Viewer) -> str:
    """Say in one sentence what `view` shows of `place`. Asks at most three questions of the database."""
    names = _names(view, viewer)
    parts = [_subject(view, names), *_chosen(view, place), *_taken_away(view, names), *_shown(view)]
    text = ", ".join(part for part in parts if part)
    return f"{text[:1].upper()}{text[1:]}."


def seen(view: NetworkView, viewer: Viewer) -> NetworkView:
    """`view` without the nodes that `viewer` does not see, so that its address names none of them."""
    known = set(_names(view, viewer))
    lost_way = {view.source, view.target} - known - {None}
    return view.replace(
        focus=view.focus if view.focus in known else None,
        source=None if lost_way else view.source,
        target=None if lost_way else view.target,
        without=tuple(it for it in view.without if it in known),
    )


def _names(view: NetworkView, viewer: Viewer) -> dict[uuid.UUID, str]:
    asked = {it for it in (view.focus, view.source, view.target, *view.without) if it is not None}
    if not asked:
        return {}
    return dict(Node.objects.visible_to(viewer).filter(uuid__in=asked).values_list("uuid", "name"))


def _subject(view: NetworkView, names: dict[uuid.UUID, str]) -> str:
    if view.source in names and view.target in names:
        return _("how %(one)s and %(other)s are connected") % {"one": names[view.source], "other": names[view.target]}
    if view.focus in names:
        if view.steps == 1:
            return _("%(name)s and everyone it is connected to") % {"name": names[view.focus]}
        return ngettext(
            "%(name)s and everyone within %(n)s step",
            "%(name)s and everyone within %(n)s steps",
            view.steps,
        ) % {"name": names[view.focus], "n": view.steps}
    return "" if _narrowed(view) else _("the whole network")


def _narrowed(view: NetworkView) -> bool:
    return bool(view.types or view.kinds or view.groups or view.stated == "derived" or view.area)


def _chosen(view: NetworkView, place: Place) -> list[str]:
    """What is left in, and what is left out."""
    parts = []
    verbs = _verbs([*view.types, *view.hide], place)
    if view.types:
        parts.append(_("only %(what)s") % {"what": _listed([f"“{verbs[it]}”" for it in view.types])})
    if view.hide:
        parts.append(_("leaving out %(what)s") % {"what": _listed([f"“{verbs[it]}”" for it in view.hide])})
    if view.kinds:
        parts.append(_("only %(what)s") % {"what": _listed([str(KINDS.get(it, it)) for it in view.kinds])})
    if view.groups:
        known = dict(Category.objects.filter(slug__in=view.groups).values_list("slug", "name"))
        parts.append(_("only %(what)s") % {"what": _listed([known.get(it, it).lower() for it in view.groups])})
    if view.stated == "derived":
        parts.append(_("only what was worked out by rules"))
    elif view.stated == "all":
        parts.append(_("with what was worked out by rules"))
    if view.least:
        parts.append(_("of strength %(n)s or more") % {"n": view.least})
    if view.hub == "in":
        parts.append(_("with those that most others touch"))
    if view.area:
        parts.append(_("within the area that was drawn"))
    if view.day:
        parts.append(_("as it was on %(day)s") % {"day": formats.date_format(view.day, "j F Y")})
    if view.since:
        parts.append(_("with what has changed since %(day)s") % {"day": formats.date_format(view.since, "j F Y")})
    return parts


def _taken_away(view: NetworkView, names: dict[uuid.UUID, str]) -> list[str]:
    parts = []
    gone = [names[it] for it in view.without if it in names]
    if gone:
        parts.append(_("as if %(names)s were not there") % {"names": _listed(gone)})
    if view.scenario:
        parts.append(_("with the question “what if” asked: %(scenario)s") % {"scenario": _spaced(view.scenario)})
    return parts


def _shown(view: NetworkView) -> list[str]:
    """How it is drawn, where that is not as usual."""
    plain, parts = NetworkView(), []
    if view.colour != plain.colour:
        parts.append(str(looks.COLOURS[view.colour].phrase))
    if view.size != plain.size:
        parts.append(str(looks.SIZES[view.size].phrase))
    if view.layout == "ground":
        parts.append(_("each where it is on the map"))
    return parts


def _verbs(slugs: Sequence[str], place: Place) -> dict[str, str]:
    """The verb of each type; a type that is not known is called as it was asked for."""
    if not slugs:
        return {}
    # A place's own verb wins over one of the same name that everybody has (it sorts after no place).
    types = ConnectionType.objects.filter(Q(place=None) | Q(place=place), slug__in=slugs)
    known = {it.slug: it.forward for it in types.order_by(F("place").asc(nulls_first=True))}
    return {slug: known.get(slug, _spaced(slug)) for slug in slugs}


def _spaced(slug: str) -> str:
    return slug.replace("-", " ").replace("_", " ").replace(":", " ")


def _listed(names: Sequence[str]) -> str:
    """ "A", "A and B", "A, B, C and 4 more"."""
    if len(names) > NAMED + 1:
        rest = len(names) - NAMED
        more = ngettext("%(n)s more", "%(n)s more", rest) % {"n": formats.number_format(rest, force_grouping=True)}
        names = [*names[:NAMED], more]
    if len(names) == 1:
        return names[0]
    return _("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}
