"""How much of a record is told: of two visibilities or precisions, the stricter.

Every writer that brings a record to what a file, a form or another record says keeps the stricter of what is there and
what is given. Only where a person decides so does a record become looser: in a change that says `it.loosens(...)`. A
trigger refuses anything else (migration 0021).
"""

from __future__ import annotations

from mapping.models import LocationPrecision, Node, NodeState, Statement, Visibility

VISIBILITIES = (Visibility.PUBLIC, Visibility.MEMBERS, Visibility.GROUP)
PRECISIONS = (
    LocationPrecision.EXACT,
    LocationPrecision.STREET,
    LocationPrecision.POSTCODE,
    LocationPrecision.AREA,
)


def stricter(one: str, other: str) -> str:
    """Return the visibility that fewer people have."""
    return max(one, other, key=VISIBILITIES.index)


def coarser(one: str, other: str) -> str:
    """Return the precision that tells less."""
    return max(one, other, key=PRECISIONS.index)


def keep_strict(node: Node, visibility: str, precision: str) -> bool:
    """Set the stricter of what `node` has and what is given. Whether what was given is looser.

    A node that only a group sees stays with its group.
    """
    kept = stricter(node.visibility, visibility), coarser(node.location_precision, precision)
    node.visibility, node.location_precision = kept
    return kept != (visibility, precision)


def audience_of(record: Node | Statement) -> str:
    """Return who may see a record, and how exactly, as one text: two are the same while nobody hides or shows it."""
    fields = ("visibility", "group_id", "state", "location_precision", "withdrawn_at")
    return "|".join(str(getattr(record, name, "")) for name in fields)


def loosened(before: Node | Statement, after: Node | Statement) -> dict[str, list[str]]:
    """Return the fields by which `after` is told to more people, or more exactly, than `before`: old and new value."""
    found = {}
    was, now = before.visibility, after.visibility
    if VISIBILITIES.index(now) < VISIBILITIES.index(was):
        found["visibility"] = [was, now]
    elif was == now == Visibility.GROUP and before.group_id != after.group_id:
        found["group"] = [str(before.group_id), str(after.group_id)]
    if isinstance(before, Statement):
        if before.withdrawn_at is not None and after.withdrawn_at is None:
            found["withdrawn_at"] = [before.withdrawn_at.isoformat(), ""]
        return found
    was, now = before.location_precision, after.location_precision
    if PRECISIONS.index(now) < PRECISIONS.index(was):
        found["location_precision"] = [was, now]
    if after.state == NodeState.LIVE != before.state:
        found["state"] = [before.state, after.state]
    return found
