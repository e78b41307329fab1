"""What anybody may do at the page of a place on the map: say that something there needs care."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from mapping.models import Node, NodeKind
from mapping.nodes.providers import Action


def actions(user, node: Node) -> list[Action]:
    """Return the link to a report at `node`, with place and point filled in; only for what stands on the ground."""
    place = node.place
    if node.kind != NodeKind.ASSET or node.public_point is None or place is None or not place.is_home:
        return []
    if place.superseded_at is not None:
        return []
    url = f"{reverse('report-new')}?{urlencode({'place': place.slug, 'node': node.uuid})}"
    note = _("A lamp, a path or a bench needs care: whoever looks after it is told.")
    return [Action(url, _("Report a problem here"), 20, note)]
