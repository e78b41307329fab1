"""Writes on the rules of a place: use one or not, and how many connections it may give one node."""

from __future__ import annotations

from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from mapping.models import Actor, Place, Rule, RuleSetting

from .change import change

MAX_CAP = 50


class SettingRefused(HereaboutsError):
    """A choice that cannot be kept; the text says what is wrong and what to do."""

    status = 422


def choose(*, actor: Actor, place: Place, rule: str, enabled: bool, cap: int | None = None) -> bool:
    """Switch a rule on or off for a place, and cap it (None: as the rule has it). Whether anything changed.

    The connections follow with the next derivation, which the change queues. Raises `SettingRefused`.
    """
    if rule not in Rule.values:
        raise SettingRefused(
            _("There is no rule called “%(rule)s”.") % {"rule": rule},
            _("Choose one of: %(these)s.") % {"these": ", ".join(Rule.values)},
        )
    if cap is not None and not 1 <= cap <= MAX_CAP:
        raise SettingRefused(_("A rule may give one node 1 to %(most)s connections.") % {"most": MAX_CAP})
    with change(actor=actor, action="choose rule", place=place) as it:
        setting, made = RuleSetting.objects.get_or_create(
            place=place, rule=rule, defaults={"enabled": enabled, "cap": cap}
        )
        it.data.update(rule=rule, enabled=enabled, cap=cap)
        changed = (made and (not enabled or cap is not None)) or (
            not made and (setting.enabled, setting.cap) != (enabled, cap)
        )
        if changed:
            setting.enabled, setting.cap = enabled, cap
            setting.save()
        else:
            it.nothing_changed()
    return changed
