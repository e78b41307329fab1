"""Gaps in kind words: what is suggested, why, and how it was worked out. True for none, one and many."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils import formats
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mapping.graph.gaps import ALONE, ALONE_METRES, GROUPS, HELD, NEAR_METRES, UNMET, Gap
from mapping.network.findings.phrases import far

from .finder import Gaps

SURPRISING = 6
# Past one or two who happen to be next door nobody goes out of their way.
MIN_CLOSER = 3
# Named of a group, besides the one in its middle.
NAMED = 4


# Where a node is named: its number between two characters that no text has.
_NODE = "\ue000%d\ue001"
_NAMED = re.compile("\ue000([0-9]+)\ue001")
_NO_NODE = {0xE000: None, 0xE001: None}


@dataclass(frozen=True)
class Suggestion:
    """key : its lasting name; text, html : what is suggested, in html with links to the nodes; reasons : the facts."""

    key: str
    text: str
    html: SafeString
    reasons: list[SafeString]


@dataclass(frozen=True)
class Section:
    """All suggestions of one kind; `total` counts those that are not shown too."""

    slug: str
    heading: str
    lead: str
    how: str
    none: str
    total: int
    items: list[Suggestion] = field(default_factory=list)

    @property
    def more(self) -> int:
        return self.total - len(self.items)


def sections(found: Gaps, shown: dict[str, list[Gap]], limits: dict[str, int]) -> list[Section]:
    """The suggestions by kind; `limits` says how many of each are shown."""
    told = {
        UNMET: (
            _("Close by, much in common, far apart in the network"),
            _(
                "They are around the corner from each other and do alike things. Perhaps they know each other, "
                "and nobody has said so yet; perhaps they would like to."
            ),
            _(
                "Pairs within %(near)s that share a tag, category or purpose which few have, and at least four "
                "connections away from each other, leaving out those that a fifth of all are connected to. First"
                " those that have most in common and are closest: what is shared by one pair in a hundred counts "
                "more than what half of all share."
            )
            % {"near": far(NEAR_METRES, found.units)},
            _("There is no such pair at the moment."),
        ),
        ALONE: (
            _("Not connected yet, with a neighbour of their kind"),
            _(
                "Nobody has said who they are connected to. A neighbour who does something alike may be a good "
                "beginning."
            ),
            _(
                "Groups, activities and projects without any connection that somebody stated, each with the "
                "closest within %(near)s that has some and shares a tag, category or purpose which few have."
            )
            % {"near": far(ALONE_METRES, found.units)},
            _("Everybody is connected, or has no neighbour of their kind."),
        ),
        GROUPS: (
            _("Groups within the network with much in common and few connections"),
            _("What one has learnt the other may be able to use."),
            _(
                "For each two groups (Leiden communities, without those that a fifth of all are connected to) "
                "the connections between them are counted and put beside what chance would give, if everybody "
                "kept as many connections as they have (the configuration model). Shown are pairs with fewer than"
                " that, or none, first those whose tags and categories are most alike."
            ),
            _("There are no two such groups at the moment."),
        ),
        HELD: (
            _("Where much hangs on one"),
            _(
                "They hold others together. That is to their credit, and a reason to share the load: illness, a "
                "lost lease or a spent grant should not leave others on their own."
            ),
            _(
                "Each is taken away in turn, and what is left is looked at (articulation points). “Cut off” are "
                "all who would no longer be in the largest part of what remains."
            ),
            _("Nobody depends on a single other one."),
        ),
    }
    return [
        Section(
            slug=what,
            heading=heading,
            lead=lead,
            how=how,
            none=none,
            total=len(shown[what]),
            items=[one(found, gap) for gap in shown[what][: limits[what]]],
        )
        for what, (heading, lead, how, none) in told.items()
    ]


def one(found: Gaps, gap: Gap) -> Suggestion:
    """One suggestion in words."""
    return {UNMET: _unmet, ALONE: _alone, GROUPS: _groups, HELD: _held}[gap.what](found, gap)


def about(metres: float, units: str) -> str:
    """A distance as people say it: "about 240 yards", "about 1.4 km"."""
    return _("about %(far)s") % {"far": far(metres, units)}


def _unmet(found: Gaps, gap: Gap) -> Suggestion:
    names = _two(gap.nodes)
    steps = int(gap.numbers["steps"])
    if _together(gap):
        text = _("%(one)s and %(other)s are at the same address or postcode and have something in common.") % names
    else:
        names["far"] = about(gap.numbers["metres"], found.units)
        text = _("%(one)s and %(other)s are %(far)s apart and have something in common.") % names
    if steps:
        way = ngettext(
            "From one to the other it takes %(n)s step in the network.",
            "From one to the other it takes %(n)s steps in the network.",
            steps,
        ) % {"n": steps}
    else:
        way = _("Nothing that has been said leads from one to the other.")
    return _suggestion(found, gap, f"{text} {way}", [_common(found, gap)])


def _alone(found: Gaps, gap: Gap) -> Suggestion:
    names = _two(gap.nodes)
    text = _("Nobody has said yet who %(one)s is connected to.") % names
    if _together(gap):
        beside = _("%(other)s, at the same address or postcode, does something alike.") % names
    else:
        names["far"] = about(gap.numbers["metres"], found.units)
        beside = _("%(other)s, %(far)s away, does something alike.") % names
    links = int(gap.numbers["links"])
    has = ngettext("%(other)s has %(n)s connection.", "%(other)s has %(n)s connections.", links)
    return _suggestion(found, gap, f"{text} {beside}", [_common(found, gap), has % {**names, "n": links}])


def _groups(found: Gaps, gap: Gap) -> Suggestion:
    names = _two(gap.nodes)
    numbers = gap.numbers
    names |= {"first": int(numbers["first"]), "second": int(numbers["second"])}
    links = int(numbers["links"])
    who = _("The %(first)s around %(one)s and the %(second)s around %(other)s have much in common.") % names
    if links:
        between = ngettext(
            "There is %(n)s connection between them.", "There are %(n)s connections between them.", links
        )
        between %= {"n": links}
    else:
        between = _("Nobody has said that any of them are connected.")
    reasons = [_common(found, gap)]
    if numbers["expected"] >= 0.05:
        expected = formats.number_format(round(numbers["expected"], 1), decimal_pos=1)
        reasons.append(_("Chance would give %(n)s connections between them.") % {"n": expected})
    for centre, members in zip(gap.nodes, gap.members, strict=True):
        others = [it for it in members if it != centre]
        listed = ", ".join(_NODE % it for it in others[:NAMED])
        more = len(others) - NAMED
        with_whom = _("Around %(one)s: %(these)s") % {"one": _NODE % centre, "these": listed}
        reasons.append(with_whom + (_(" and %(n)s more.") % {"n": more} if more > 0 else "."))
    return _suggestion(found, gap, f"{who} {between}", reasons)


def _held(found: Gaps, gap: Gap) -> Suggestion:
    alone, rest = int(gap.numbers["alone"]), int(gap.numbers["cut_off"] - gap.numbers["alone"])
    shown = {"one": _NODE % gap.nodes[0], "n": formats.number_format(alone, force_grouping=True)}
    if alone:
        text = ngettext(
            "If %(one)s ever had to stop, %(n)s other here would have no connection left.",
            "If %(one)s ever had to stop, %(n)s others here would have no connection left.",
            alone,
        )
    else:
        text = _("If %(one)s ever had to stop, others here would no longer be joined to each other.")
    text %= shown
    if rest > 0:
        numbers = {name: int(gap.numbers[name]) for name in ("others", "pieces", "largest")}
        numbers["others"] -= alone
        more = _(
            "The other %(others)s in the same part would fall into %(pieces)s parts; "
            "the largest would have %(largest)s."
        )
        text += " " + more % {key: formats.number_format(it, force_grouping=True) for key, it in numbers.items()}
    reasons = []
    if len(gap.members) == 2:
        two = _two([it[0] for it in gap.members])
        reasons.append(_("A second way round would help, for example between %(one)s and %(other)s.") % two)
    return _suggestion(found, gap, text, reasons)


def distance(found: Gaps) -> list[str]:
    """The stated network beside the one that proximity alone would give, in sentences."""
    them = found.distance
    total = len(them.stated)
    if not total:
        return [_("No two that are connected are both on the map, so there is nothing to put beside distance.")]
    number = formats.number_format(total, force_grouping=True)
    hits = them.nearest.hits
    said = [
        ngettext(
            "%(n)s connection joins two that are both on the map (those that a fifth of all are connected to "
            "left out).",
            "%(n)s connections join two that are both on the map (those that a fifth of all are connected to "
            "left out).",
            total,
        )
        % {"n": number},
        ngettext(
            "If only the closest were connected, and just as many, %(hits)s of them would be there: %(share)s. "
            "Picked blindly it would be %(chance)s.",
            "If only the closest were connected, and just as many, %(hits)s of them would be there: %(share)s. "
            "Picked blindly it would be %(chance)s.",
            hits,
        )
        % {
            "hits": formats.number_format(hits, force_grouping=True),
            "share": percent(them.nearest.precision),
            "chance": percent(them.nearest.chance),
        },
        _("If closeness and having many connections both counted, it would be %(share)s.")
        % {"share": percent(them.gravity.precision)},
    ]
    rest = total - hits
    if rest:
        said.append(
            ngettext(
                "%(n)s connection is not among those: it goes at least as far as any of them.",
                "%(n)s connections are not among those: they go at least as far as any of them.",
                rest,
            )
            % {"n": formats.number_format(rest, force_grouping=True)}
        )
    return said


def surprising(found: Gaps) -> list[Suggestion]:
    """The ties that distance explains least."""
    said = []
    for index in found.distance.surprising[:SURPRISING].tolist():
        pair = found.distance.stated[index].tolist()
        closer = int(found.distance.closer[index])
        if closer < MIN_CLOSER:
            break
        text = _("%(one)s and %(other)s are connected across %(far)s.") % {
            **_two(pair),
            "far": far(float(found.distance.metres[index]), found.units),
        }
        beside = ngettext(
            "From either end at least %(n)s other in the network is closer.",
            "From either end at least %(n)s others in the network are closer.",
            closer,
        )
        reasons = [beside % {"n": formats.number_format(closer, force_grouping=True)}]
        said.append(_say(found, "", text, reasons))
    return said


def percent(share: float) -> str:
    """A share as a percentage, with a decimal below one per cent."""
    value = 100 * share
    places = 1 if 0 < value < 1 else 0
    return _("%(n)s %%") % {"n": formats.number_format(round(value, places), decimal_pos=places)}


def _suggestion(found: Gaps, gap: Gap, told: str, reasons: list[str]) -> Suggestion:
    return _say(found, found.key(gap), told, reasons)


def _say(found: Gaps, key: str, told: str, reasons: list[str]) -> Suggestion:
    return Suggestion(key, _plain(found, told), _linked(found, told), [_linked(found, it) for it in reasons if it])


def _linked(found: Gaps, told: str) -> SafeString:
    """A sentence with its nodes as links."""

    def link(match: re.Match) -> str:
        node = int(match[1])
        return format_html('<a href="{}">{}</a>', reverse("node", args=[found.uuids[node]]), found.names[node])

    # Escaped here, the links by format_html.
    return mark_safe(_NAMED.sub(link, escape(told)))


def _plain(found: Gaps, told: str) -> str:
    return _NAMED.sub(lambda match: found.names[int(match[1])], told)


def _two(nodes: Sequence[int]) -> dict[str, object]:
    return {"one": _NODE % nodes[0], "other": _NODE % nodes[1]}


def _common(found: Gaps, gap: Gap) -> str:
    # Tags are others' words: none of them may look like a node to `_linked`.
    words = ", ".join(found.terrain.terms[it].translate(_NO_NODE) for it in gap.terms)
    return _("In common: %(words)s.") % {"words": words} if words else ""


def _together(gap: Gap) -> bool:
    return gap.numbers["metres"] < 15
