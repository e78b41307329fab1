"""How it stands with the truth of a record, in one word: where it is on the ladder. For who looks after it.

of(listings, now)          # {listing.pk: Standing}; six queries, however many
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from listings.models import Reminder, ReminderAct
from mapping.models import Node, NodeState

from .ladder import next_step
from .survey import facts_of


class Standing(models.TextChoices):
    """FRESH: nothing is asked. TO_CONFIRM: it is asked about, or due to be. ARCHIVED: off the map, and kept."""

    FRESH = "fresh", _("Fresh")
    TO_CONFIRM = "to-confirm", _("To confirm")
    FADING = "fading", _("Fading")
    ARCHIVED = "archived", _("In the archive")

    @property
    def is_asked(self) -> bool:
        """Whether somebody should say that it is still true."""
        return self in (Standing.TO_CONFIRM, Standing.FADING)


def standings(nodes: Iterable[Node], now: datetime.datetime) -> dict[int, Standing]:
    """Where each live or archived record stands at `now` (aware). Others (drafts, what waits) are left out."""
    nodes = list(nodes)
    found = {it.pk: Standing.ARCHIVED for it in nodes if it.state == NodeState.ARCHIVED}
    live = [it for it in nodes if it.state == NodeState.LIVE]
    if not live:
        return found
    facts = facts_of(live, now)
    # Of a season that has begun the ladder alone does not say any more that its letters were not answered.
    asked = Reminder.objects.filter(node__in=[it.pk for it in live], act=ReminderAct.ASK, due__lte=now)
    open_since = set(asked.values_list("node_id", "since"))
    for node in live:
        if node.fading_since is not None:
            found[node.pk] = Standing.FADING
        elif next_step(facts[node.pk], [], now) is not None or (node.pk, facts[node.pk].since) in open_since:
            found[node.pk] = Standing.TO_CONFIRM
        else:
            found[node.pk] = Standing.FRESH
    return found
