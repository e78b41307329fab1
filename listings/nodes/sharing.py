"""What listings share: those at one venue, those of one organiser. For the rules that derive connections."""

from __future__ import annotations

_PUBLIC = (
    "{it}.state = 'live' AND {it}.visibility = 'public' AND {it}.kind <> 'person'"
    " AND ({it}.over_at IS NULL OR {it}.over_at > now())"
)


def _same(rule: str, column: str) -> str:
    return f"""
    SELECT '{rule}', m.place_id, m.id, t.id, NULL::bigint
    FROM listings_listing l JOIN mapping_node m ON m.id = l.node_ptr_id JOIN mapping_node t ON t.id = l.{column}
    WHERE {_PUBLIC.format(it="m")} AND {_PUBLIC.format(it="t")}
    """


# See `mapping.derivation.rules`.
SHARING = (_same("same-venue", "venue_id"), _same("same-organiser", "organiser_id"))
