"""Writes on vocabularies: bring categories and connection types to what the files say."""

from __future__ import annotations

from collections.abc import Sequence

from mapping.models import Actor, Category, ConnectionType
from mapping.readers.vocabulary import CategoryEntry, ConnectionTypeEntry

from .change import change
from .outcome import Outcome, whole


def load(
    *,
    actor: Actor,
    categories: Sequence[CategoryEntry],
    connection_types: Sequence[ConnectionTypeEntry],
    dry_run: bool = False,
) -> Outcome:
    """Make or update each entry by its slug. What a place added of its own is left alone."""
    outcome = Outcome()
    with whole(dry_run), change(actor=actor, action="load vocabulary") as it:
        known = {category.slug: category for category in Category.objects.all()}
        for entry in categories:
            values = {
                "name": entry.name,
                "plural": entry.plural,
                "parent": known[entry.parent] if entry.parent else None,
                "group": entry.group,
                "icon": entry.icon,
                "capital": entry.capital,
                "infrastructure": entry.infrastructure,
                "osm_tags": list(entry.osm_tags),
                "position": entry.position,
                "rank": entry.rank,
            }
            known[entry.slug] = _keep(known.get(entry.slug) or Category(slug=entry.slug), values, outcome)
        types = {it.slug: it for it in ConnectionType.objects.filter(place=None)}
        for verb in connection_types:
            values = {
                "forward": verb.forward,
                "reverse": verb.reverse,
                "meaning": verb.meaning,
                "directed": verb.directed,
                "tie": verb.tie,
                "source_kinds": list(verb.source_kinds),
                "target_kinds": list(verb.target_kinds),
                "position": verb.position,
            }
            _keep(types.get(verb.slug) or ConnectionType(slug=verb.slug), values, outcome)
        it.data.update(outcome.counts())
        # Names, icons, colours and ranks of categories are in every tile.
        it.touch_everywhere()
        if not outcome.changed:
            it.nothing_changed()
    return outcome


def _keep(record, values: dict, outcome: Outcome):
    """Save `record` with `values` if it is new or differs, and count it."""
    new = record.pk is None
    if not new and all(getattr(record, name) == value for name, value in values.items()):
        outcome.unchanged += 1
        return record
    for name, value in values.items():
        setattr(record, name, value)
    record.save()
    if new:
        outcome.created += 1
    else:
        outcome.updated += 1
    return record
