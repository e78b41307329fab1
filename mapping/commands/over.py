"""What is over leaves lists by itself, when its time comes; what is kept of a place by its revision has to follow.

    let_leave(actor=Actor.command("..."))   # each minute: raises the places in which something is over since

Nothing is remembered from one time to the next: a place is behind when something in it was over after its revision was
last raised. However long nobody asked, the next time makes up for it.
"""

from __future__ import annotations

from django.db import connection, transaction
from django.utils import timezone

from mapping.models import Actor
from mapping.models.node import VISIBLE_STATES

from .change import change

# One look into the index of what is over for each place, from its last revision on.
_BEHIND = """
SELECT p.id, n.id
FROM mapping_place p LEFT JOIN mapping_revision r ON r.place_id = p.id JOIN mapping_node n ON n.place_id = p.id
WHERE n.over_at > coalesce(r.raised_at, '-infinity') AND n.over_at <= %(now)s AND n.state = ANY (%(states)s)
"""


def let_leave(*, actor: Actor) -> set[int]:
    """Raise the revisions of places in which something is over that was not when they were last raised.

    Also those of places with something that it is connected with. Returns the ids of the places; one audit row a place.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BEHIND, {"now": timezone.now(), "states": list(VISIBLE_STATES)})
        rows = cursor.fetchall()
    over: dict[int, list[int]] = {}
    for place, node in rows:
        over.setdefault(place, []).append(node)
    raised: set[int] = set()
    for place, nodes in sorted(over.items()):
        with transaction.atomic(), change(actor=actor, action="leave lists", place=place) as it:
            it.touch_around(nodes)
            it.data["nodes"] = len(nodes)
            raised |= it.places
    return raised
