"""The words of the network view that a script puts together: patterns with {gaps}, translated here."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from mapping.models import Capital

from . import looks

Words = dict[str, Any]


def words(*, place: str, attribution: list[str]) -> Words:
    """Everything that the modules `hb/network/*` say, for `<script type="application/json" id="network-words">`."""
    return {
        **_picture(),
        **_panels(),
        "colours": {
            "rest": _("Others"),
            "none": _("Everything"),
            "group": _("Group {n}"),
            "marks": marks(),
            "capitals": {it.value: str(it.label) for it in Capital},
        },
        "explained": {
            "size": {key: str(it.explained) for key, it in looks.SIZES.items()},
            "colour": {key: str(it.explained) for key, it in looks.COLOURS.items()},
        },
        "lines": {
            "stated": _("Connection that somebody stated"),
            # Where it has heads of arrows.
            "pointed": _("Connection that somebody stated (→ from whom to whom)"),
            "strong": _("Strong, or stated often"),
            "derived": _("Worked out by a rule"),
            "begun": _("Has begun"),
            "ended": _("Has ended"),
            "marked": _("The way between the two"),
        },
        "looks": {"gone": _("Taken away"), "lost": _("Would lose its connections, or its way to the others")},
        "title": _("How {place} is connected"),
        "subtitle": _("As at {day}. Revision {n}."),
        "attribution": attribution,
        "place": place,
        "hub": hub_words(),
    }


def marks() -> dict[str, str]:
    """What the families of organisations are called, by their marks (`picture.appearance.MARKS`): "" for the rest."""
    return {
        "": _("Community groups and others"),
        "hollow": _("Charities"),
        "half": _("Businesses, social enterprises"),
        "eye": _("Councils, trusts, funders"),
        "cross": _("Friends groups"),
    }


def hub_words() -> Words:
    """What is said of hubs that hide all else: left out, drawn, their ring, and what changes it."""
    return {
        "out": {
            "one": _("{name} is left out here. {n} of {all} touches nothing else: the ring."),
            "many": _("{name} is left out here. {n} of {all} are connected to it alone: the ring."),
        },
        "ground": {
            "one": _("{name} is left out here. {n} of {all} touches nothing else."),
            "many": _("{name} is left out here. {n} of {all} are connected to it alone."),
        },
        "in": {"one": _("{n} of {all} touches only {name}."), "many": _("{n} of {all} touch only {name}.")},
        "ring": {
            "one": _("{n} is connected only to {name} (left out)"),
            "many": _("{n} are connected only to {name} (left out)"),
        },
        "put": _("Put {name} back"),
        "leave": _("Leave {name} out"),
    }


def _picture() -> Words:
    return {
        "unnamed": _("one whose name has not come yet"),
        "node": {"one": _("{name}, {n} connection"), "many": _("{name}, {n} connections")},
        "arrival": _("{node}; {k} of {n}: {text}."),
        "derived": _("worked out by a rule"),
        "disputed": _("somebody disputes this"),
        "nodes": {"one": _("{n} node"), "many": _("{n} nodes")},
        "edges": {"one": _("{n} connection shown"), "many": _("{n} connections shown")},
        "onGround": _("The dots lie where they are on the ground."),
        "noPoint": {
            "one": _("The dots lie where they are on the ground; one that has no address is left out."),
            "many": _("The dots lie where they are on the ground; {n} that have no address are left out."),
        },
        "asNetwork": _("The dots lie by their connections."),
        "drawRing": _("Draw a line around what you want to choose, or choose by name from the list below."),
    }


def _panels() -> Words:
    return {
        "stale": _("The picture can't be updated. Reload the page."),
        "noName": _("Nothing here has such a name."),
        "showAll": _("Show all {n}"),
        "looking": _("Looking …"),
        "failed": _("The answer did not come. Try again in a moment."),
        "chosen": {"one": _("{n} chosen"), "many": _("{n} chosen")},
        "tooMany": _("{n} of {all} are chosen: no more can be at once."),
        "noneChosen": _("Nothing is chosen."),
        "takeOut": _("Take {name} out"),
        "undated": _("No connection here has a date."),
        "anyDay": _("At any time"),
        "onDay": _("On {day}"),
        "begun": _("{text}, from {day}"),
        "ended": _("{text}, until {day}"),
        "begunCount": {
            "one": _("{n} connection has begun since {day}"),
            "many": _("{n} connections have begun since {day}"),
            "none": _("No connection has begun since {day}."),
        },
        "endedCount": {
            "one": _("{n} connection has ended since {day}"),
            "many": _("{n} connections have ended since {day}"),
            "none": _("No connection has ended since {day}."),
        },
        "andMore": {"one": _("and {n} more"), "many": _("and {n} more")},
        "downloaded": _("The picture is among your downloads."),
        "notDownloaded": _("The picture could not be made. Try the other format."),
        "copied": _("The link is copied."),
    }
