"""A flag as somebody without an account makes it."""

from __future__ import annotations

import re

from django.core import mail

from listings.commands import flag_targets, flags
from listings.models import FlagReason, FlagTarget
from mapping.models import PUBLIC, Actor, Node, NodeState

STEWARD = Actor.command("test")


def target_of(node: Node):
    return flag_targets.find(FlagTarget.NODE, node.uuid, PUBLIC)


def said(node: Node, reason=FlagReason.UNSAFE, **more) -> flags.Said:
    return flags.say(target=target_of(node), reason=reason, **more)


def is_live(node: Node) -> bool:
    return Node.objects.get(pk=node.pk).state == NodeState.LIVE


def link(number: int = -1) -> str:
    """The capability link in a letter."""
    return re.search(r"https?://[^/]+(/flags/\S+)", mail.outbox[number].body)[1]
