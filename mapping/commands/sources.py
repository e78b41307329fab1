"""Writes on sources: keep what a mapping file or a command says about where data came from."""

from __future__ import annotations

from django.utils import timezone

from mapping.models import Source, SourceHealth
from mapping.readers.mapping_file import SourceFacts

from . import import_runs

FIELDS = ("title", "publisher", "licence", "attribution", "url")


def keep(facts: SourceFacts) -> Source:
    """The source with this slug, made or brought up to date. Facts left empty do not erase."""
    said = {name: getattr(facts, name) for name in FIELDS if getattr(facts, name)}
    source, made = Source.objects.get_or_create(slug=facts.slug[:100], defaults=said)
    if not made:
        changed = [name for name, value in said.items() if getattr(source, name) != value]
        if changed:
            for name in changed:
                setattr(source, name, said[name])
            source.save(update_fields=changed)
    import_runs.note(source)
    return source


def was_read(source: Source, rejected: int) -> None:
    """Note that the source has just been read."""
    source.last_read_at = timezone.now()
    source.health = SourceHealth.PROBLEMS if rejected else SourceHealth.GOOD
    source.health_note = f"{rejected:,} rows refused" if rejected else ""
    source.save(update_fields=["last_read_at", "health", "health_note"])
