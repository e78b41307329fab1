"""What waits for whoever opens Wagtail's own first page, before anything else on it."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from cms.views.queue import in_order
from listings.access import permissions
from listings.moderation import items

register = template.Library()


@register.inclusion_tag("cms/admin/queue_first.html", takes_context=True)
def queue_first(context: template.Context) -> dict[str, Any]:
    """How much of each kind waits, each a link into the queue; nothing for those who look after nothing."""
    user = context["request"].user
    if not permissions.has_a_queue(user):
        return {"has_a_queue": False}
    counts = items.counts_for(user)
    queue = reverse("queue")
    return {
        "has_a_queue": True,
        "total": sum(counts.values()),
        "total_words": items.in_figures(sum(counts.values())),
        "queue_url": queue,
        "counts": [
            {"label": it.label, "number": items.in_figures(counts[it.name]), "url": f"{queue}?source={it.name}"}
            for it in sorted(items.sources(), key=in_order)
            if counts[it.name]
        ],
    }
