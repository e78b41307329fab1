"""What membership and spaces tell the rest of the site (called once, from `ListingsConfig.ready`)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.accounts import ways
from listings.commands import merged_spaces
from listings.moderation import items
from mapping.nodes import merging, providers

from . import decision_letters, joined, personal, sections, waiting


def wire() -> None:
    """Register sections and actions of pages, the queue's source, what is kept of people."""
    personal.register_holdings()
    decision_letters.wire()
    providers.register(sections.sections)
    providers.register_actions(sections.actions)
    ways.register(joined.parts)
    items.register(items.Source("joining", _("People who want to join"), waiting.waiting))
    # A group has one space: what becomes of two is said there.
    merging.register_step(merged_spaces.move)
    merging.stays("listings.Space", "organisation")
