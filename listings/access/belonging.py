"""Which groups somebody belongs to: as one of the team, or as a member of its space."""

from __future__ import annotations

from listings.models import Member, Membership


def groups_of(user_id: int) -> set[int]:
    """Return the ids of the nodes of these groups. One query: it is asked with every page of whoever is signed in."""
    return set(Membership.groups_of(user_id).union(Member.groups_of(user_id)))
