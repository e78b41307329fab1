"""What would be lost, in words: numbers in plain sentences that are true for none, one and many."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import numpy as np
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from numpy.typing import NDArray

from mapping.graph.removal import Distances, Removal
from mapping.graph.snapshot import Snapshot
from mapping.graph.surroundings import WITHIN, Missed
from mapping.network.findings.phrases import counted, far, share, units_of
from mapping.network.measures_table import group_names

from .answer import Answer, Fact, Named

# Named one by one under a fact; the rest are counted. Facts of one sort.
MAX_NAMED, MAX_LISTED = 12, 8
# No mean is told of a sample of fewer pairs.
MIN_PAIRS = 100


def facts(found: Answer, missing: list[Missed] | None) -> list[Fact]:
    """All there is to say of a removal, the worst first."""
    removal = found.removal
    if removal is None:
        return []
    told = [_size(found, removal), _alone(found, removal), _apart(found, removal), _reach(removal)]
    if removal.distances:
        told.append(_longer(removal.distances))
    told += _groups(found, removal)
    told += _nearby(found, missing)
    return [it for it in told if it is not None]


def _size(found: Answer, removal: Removal) -> Fact:
    gone_from, gone_to = (np.isin(it, removal.removed) for it in (found.snapshot.source, found.snapshot.target))
    ties = int(((gone_from | gone_to) & found.keep).sum())
    gone = len(removal.removed)
    if not gone:
        return Fact("size", _("None of it is connected to anyone here, so nothing in the network would change."))
    total = int(found.keep.sum())
    first = ngettext("One would go from the network", "%(n)s would go from the network", gone) % {"n": counted(gone)}
    if gone == 1:
        second = ngettext(
            ", and with it %(n)s of %(total)s connection.", ", and with it %(n)s of %(total)s connections.", total
        )
    else:
        second = ngettext(
            ", and with them %(n)s of %(total)s connection.", ", and with them %(n)s of %(total)s connections.", total
        )
    return Fact("size", first + second % {"n": counted(ties), "total": counted(total)})


def _alone(found: Answer, removal: Removal) -> Fact | None:
    count = len(removal.alone)
    if not len(removal.removed):
        return None
    if not count:
        return Fact("alone", _("Nobody would lose their last connection."))
    text = ngettext(
        "%(n)s would have no connection to anyone else here.",
        "%(n)s would have no connection to anyone else here.",
        count,
    ) % {"n": counted(count)}
    return Fact("alone", text, _named(found.snapshot, removal.alone[:MAX_NAMED]), max(count - MAX_NAMED, 0))


def _apart(found: Answer, removal: Removal) -> Fact | None:
    if not len(removal.removed):
        return None
    before, after = removal.largest_before, removal.largest_after
    cut = len(removal.cut_off)
    if before == after and not cut:
        text = ngettext(
            "Not counting those who would go, the largest part that holds together has %(n)s member, and would keep "
            "it.",
            "Not counting those who would go, the largest part that holds together has %(n)s members, and would keep "
            "them all.",
            before,
        )
        words = text % {"n": counted(before)}
    else:
        text = _(
            "Not counting those who would go, the largest part that holds together has %(before)s members now; "
            "then the largest would have %(after)s."
        )
        words = text % {"before": counted(before), "after": counted(after)}
    if removal.pieces_before != removal.pieces_after:
        parts = {"before": counted(removal.pieces_before), "after": counted(removal.pieces_after)}
        words += " " + _("Parts of two or more: %(before)s now, %(after)s then.") % parts
    if cut:
        words += " " + ngettext(
            "%(n)s of it would still have a neighbour, but no way to the largest part of those it has a way to now.",
            "%(n)s of it would still have neighbours, but no way to the largest part of those they have a way to now.",
            cut,
        ) % {"n": counted(cut)}
    return Fact("apart", words, _named(found.snapshot, removal.cut_off[:MAX_NAMED]), max(cut - MAX_NAMED, 0))


def _reach(removal: Removal) -> Fact | None:
    if not len(removal.removed) or removal.reach_before == removal.reach_after:
        return None
    parts = {
        "pairs": counted(removal.pairs),
        "before": counted(round(removal.reach_before * removal.pairs)),
        "before_share": share(removal.reach_before, 1),
        "after": counted(round(removal.reach_after * removal.pairs)),
        "after_share": share(removal.reach_after, 1),
    }
    return Fact(
        "reach",
        _(
            "Of the %(pairs)s pairs of those who stay, %(before)s have a way to each other now (%(before_share)s); "
            "%(after)s would (%(after_share)s)."
        )
        % parts,
    )


def _longer(found: Distances) -> Fact | None:
    if not found.exact and found.pairs < MIN_PAIRS:
        return None
    pairs = counted(found.pairs)
    before, after = (formats.number_format(round(it, 1), 1) for it in (found.before, found.after))
    if found.exact:
        if after == before:
            return Fact(
                "longer",
                _(
                    "Between those who would still have a way (%(pairs)s pairs, counted from either end), it would be "
                    "as long as it is now: %(n)s steps on average."
                )
                % {"n": before, "pairs": pairs},
            )
        return Fact(
            "longer",
            _(
                "Between those who would still have a way (%(pairs)s pairs, counted from either end), it would take "
                "%(after)s steps on average; it takes %(before)s now."
            )
            % {"before": before, "after": after, "pairs": pairs},
        )
    return Fact(
        "longer",
        _(
            "Between those who would still have a way, it would take about %(after)s steps on average; "
            "it takes about %(before)s now. The difference is from a sample of %(pairs)s pairs, and off by at most "
            "%(error)s, 95 times of 100."
        )
        % {
            "before": before,
            "after": after,
            "pairs": pairs,
            "error": formats.number_format(round(max(found.error, 0.001), 3), 3),
        },
    )


def _groups(found: Answer, removal: Removal) -> list[Fact]:
    if found.analysis is None or not len(removal.removed):
        return []
    if not removal.splits:
        return [Fact("groups", _("No group within would fall apart."))]
    names = group_names(found.snapshot, found.analysis)
    told = [
        Fact(
            "groups",
            _(
                "The group “%(name)s” would be in %(n)s pieces by itself, now %(before)s; "
                "the largest has %(largest)s of its %(members)s that stay."
            )
            % {
                "name": names.get(it.label, ""),
                "n": counted(it.after),
                "before": counted(it.before),
                "largest": counted(it.largest),
                "members": counted(it.members),
            },
        )
        for it in removal.splits[:MAX_LISTED]
    ]
    rest = len(removal.splits) - len(told)
    if rest:
        text = ngettext("%(n)s more group would fall apart.", "%(n)s more groups would fall apart.", rest)
        told.append(Fact("groups", text % {"n": counted(rest)}))
    return told


def _nearby(found: Answer, missing: Sequence[Missed] | None) -> list[Fact]:
    here = found.amenities
    if missing is None or here is None:
        return [Fact("nearby", _("What would no longer be near whom was not worked out: there is too much here."))]
    units = units_of(found.snapshot)
    near = far(WITHIN, units)
    if not missing:
        return [Fact("nearby", _("Nobody would lose the last one of anything within %(near)s.") % {"near": near})]
    told = []
    for it in missing[:MAX_LISTED]:
        name = here.categories[it.category]["name"]
        nodes = it.who[it.who < len(here.ids)]
        homes = len(it.who) - len(nodes)
        parts = []
        if homes:
            parts.append(ngettext("%(n)s postcode", "%(n)s postcodes", homes) % {"n": counted(homes)})
        if len(nodes):
            parts.append(
                ngettext("%(n)s group or place", "%(n)s groups and places", len(nodes)) % {"n": counted(len(nodes))}
            )
        who = _(" and ").join(parts)
        text = _("%(name)s: %(who)s would no longer have one within %(near)s.") % {
            "name": name,
            "who": who,
            "near": near,
        }
        if np.isfinite(it.nearest).any():
            text += " " + _("The next would be %(far)s away on average.") % {
                "far": far(float(it.nearest.mean()), units)
            }
        else:
            text += " " + _("There would be none left.")
        shown = [Named(here.names[n], reverse("node", args=[here.uuids[n]])) for n in nodes[:MAX_NAMED].tolist()]
        told.append(Fact("nearby", text, shown, max(len(nodes) - MAX_NAMED, 0)))
    rest = len(missing) - len(told)
    if rest > 0:
        text = ngettext(
            "For %(n)s more kind of place somebody would lose the last one within %(near)s.",
            "For %(n)s more kinds of places somebody would lose the last one within %(near)s.",
            rest,
        )
        told.append(Fact("nearby", text % {"n": counted(rest), "near": near}))
    return told


def _named(snapshot: Snapshot, nodes: NDArray[np.int64]) -> list[Named]:
    return [
        Named(snapshot.names[it], reverse("node", args=[uuid.UUID(bytes=snapshot.uuids[it].tobytes())]))
        for it in nodes.tolist()
    ]
