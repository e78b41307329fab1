"""Rules of a place: the list of words that its stewards look at twice. (House rules are written in the same row.)

set_words(actor=Actor.of(steward), by=steward, place=place, words=["casino", "payday loan"])
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from config.errors import HereaboutsError
from listings.access import permissions
from listings.models import PlaceRules
from listings.models.place_rules import LONGEST_WORD, MAX_WORDS
from mapping.commands.change import change
from mapping.models import Actor, Place


class RulesError(HereaboutsError):
    """A list of words that cannot be kept; the text says why."""

    status = 422


class NotTheirs(RulesError):
    """Somebody writes the rules of a place that they do not look after."""

    status = 403


def set_words(*, actor: Actor, by, place: Place, words: Iterable[str], seen: Iterable[str] | None = None) -> PlaceRules:
    """Keep the words that have a post wait. They are tidied; the same word twice is one.

    `seen`: the list that was read. What another steward has added or taken out since stays so.

    Raises `NotTheirs` when `by` is no steward of the place, `RulesError` for too many or too long words.
    """
    if not permissions.can_decide(by, place.pk):
        raise NotTheirs(
            _("You do not look after %(place)s.") % {"place": place.name}, _("Ask one of its stewards to change it.")
        )
    kept = tidied(words)
    with change(actor=actor, action="set words", place=place) as it:
        it.places.clear()
        PlaceRules.objects.get_or_create(place=place)
        rules = PlaceRules.objects.select_for_update().get(place=place)
        if seen is not None:
            known = set(tidied(seen))
            kept = sorted(set(rules.words) - (known - set(kept)) | (set(kept) - known))
        _must_fit(kept)
        added, gone = sorted(set(kept) - set(rules.words)), sorted(set(rules.words) - set(kept))
        if not added and not gone:
            it.nothing_changed()
        it.data.update(added=added, taken_out=gone)
        rules.words = kept
        rules.save(update_fields=["words", "updated_at"])
    return rules


def _must_fit(kept: list[str]) -> None:
    if len(kept) > MAX_WORDS:
        raise RulesError(
            _("These are %(n)s words, and a list may have %(most)s.") % {"n": len(kept), "most": MAX_WORDS},
            _("Leave some out."),
        )
    if too_long := next((it for it in kept if len(it) > LONGEST_WORD), None):
        raise RulesError(
            _("“%(word)s…” is longer than %(most)s letters.") % {"word": too_long[:30], "most": LONGEST_WORD},
            _("Shorten it: the part that matters is enough."),
        )


def tidied(words: Iterable[str]) -> list[str]:
    """Words in small letters, without spaces around them or twice, each once, in order."""
    plain = (" ".join(it.replace("\0", " ").casefold().split()) for it in words)
    return sorted({it for it in plain if it})
