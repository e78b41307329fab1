"""The list of members as a file, for owners of the group and stewards of the place. No cell can start a formula."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from listings.models import Member, MemberState, Space
from mapping.writers.tables import table


def rows_of(space: Space):
    """The members, since when, oldest first."""
    found = Member.objects.filter(space=space, state=MemberState.MEMBER).select_related("user")
    return found.order_by("since", "pk")


def as_csv(space: Space) -> Iterator[str]:
    """Name, address, and the day since when: CSV, a piece at a time."""
    header = [_("Name"), _("E-mail address"), _("Member since")]
    members = rows_of(space).iterator(chunk_size=500)
    return table(header, ([it.name, it.user.email, it.since.date().isoformat()] for it in members))
