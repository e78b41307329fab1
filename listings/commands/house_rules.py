"""The house rules of a place: what may stand here, in the words of its stewards; and where to complain.

rules = house_rules.of_place(place)              # what readers see: the stewards' words, or ours to begin with
write(actor=actor, place=place, text="...", contact="...", seen=rules.version)
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from listings.models import PlaceRules
from listings.models.place_rules import MAX_CONTACT, MAX_RULES
from mapping.commands.change import change
from mapping.models import Actor, Place


class RulesRefused(HereaboutsError):
    """Rules that cannot be kept: why, and what to do."""

    status = 422


class RulesChanged(RulesRefused):
    """Another steward was quicker."""

    status = 409


@dataclass(frozen=True)
class HouseRules:
    """`text` in paragraphs; `version` counts from 0, which is ours; `since` when the stewards wrote it."""

    text: str
    version: int
    since: datetime.datetime | None
    contact: str


def ours(place: Place) -> str:
    """Rules to begin with, for a place whose stewards have not written any."""
    return _(
        "This is a map of %(place)s by the people who live and work here. Keep it useful, true and kind.\n\n"
        "What belongs here: things to do, places to go, groups to join, help to find or give, and how all that hangs"
        " together.\n\n"
        "Say what is true. Give times and places that people can rely on, and change them when they change. Post for"
        " yourself, or for a group that you belong to.\n\n"
        "Leave people alone. No names, addresses or pictures of private persons without their consent, and never of"
        " children.\n\n"
        "No threats, no insults, no hatred of anybody for who they are. Nothing that is against the law, and nothing"
        " that puts somebody in danger.\n\n"
        "No advertising. A firm is welcome with something that people can take part in.\n\n"
        "Say it once. If it is here already, say what is missing there."
    ) % {"place": place.name}


def of_place(place: Place) -> HouseRules:
    """Return the rules that hold in `place`. One query."""
    row = PlaceRules.objects.filter(place=place).first()
    if row is None:
        return HouseRules(ours(place), 0, None, "")
    return HouseRules(row.house_rules or ours(place), row.rules_version, row.rules_since, row.contact)


def write(*, actor: Actor, place: Place, text: str, contact: str, seen: int | None = None) -> bool:
    """Keep the rules and where to complain. An empty text stands for ours. Returns whether anything changed.

    `seen` is the version that was read. Raises `RulesChanged` when there is a newer one, `RulesRefused` for too long a
    text.
    """
    text, contact = _tidied(text), " ".join(contact.split())
    for given, most in ((text, MAX_RULES), (contact, MAX_CONTACT)):
        if len(given) > most:
            raise RulesRefused(
                _("This is %(length)s letters; %(most)s are kept.") % {"length": len(given), "most": most},
                _("Shorten it."),
            )
    if text == _tidied(ours(place)):
        text = ""
    with change(actor=actor, action="write house rules", place=place) as it:
        it.places.clear()
        PlaceRules.objects.get_or_create(place=place)
        row = PlaceRules.objects.select_for_update().get(place=place)
        if seen is not None and seen != row.rules_version:
            raise RulesChanged(
                _("Another steward has changed the rules since you opened them."),
                _("Read theirs, put into yours what should stay, and keep yours."),
            )
        if (row.house_rules, row.contact) == (text, contact):
            it.nothing_changed()
            return False
        if row.house_rules != text:
            # Kept, so that one can tell which rules held when something was decided.
            it.data["before"] = row.house_rules
            row.rules_version += 1
            row.rules_since = timezone.now()
        row.house_rules, row.contact = text, contact
        row.save(update_fields=["house_rules", "contact", "rules_version", "rules_since", "updated_at"])
        it.data["version"] = row.rules_version
    return True


def _tidied(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").replace("\0", "").strip().split("\n"))
