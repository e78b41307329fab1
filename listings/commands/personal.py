"""What the records of `listings` keep of a person, and how it is erased (called once, from `ListingsConfig.ready`).

Rooms that add a model of their own say so in their own `personal.py`.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from listings.models import Membership, MembershipRole, PostDraft
from mapping.access.personal_data import (
    Holding,
    any_of,
    by_account,
    by_address,
    delete_rows,
    forget_account,
    register,
    register_consequences,
)


def register_holdings() -> None:
    """Say what is kept, table by table."""
    register(
        Holding(
            "listings.Alert",
            _("what you asked to be told of by e-mail"),
            of=by_address("listings.Alert", "email"),
            fields=("email", "place__name", "question", "frequency", "created_at", "confirmed_at", "sent_at"),
            erase=delete_rows,
        )
    )
    register(
        Holding(
            "listings.PostDraft",
            _("what you typed and have not sent"),
            of=lambda person: PostDraft.objects.filter(
                person.is_in("user") | any_of(person.has(f"typed__{name}") for name in ("email", "sender_email"))
            ),
            fields=("uuid", "place", "typed", "created_at", "updated_at"),
            erase=delete_rows,
        )
    )
    register(
        Holding(
            "listings.Listing",
            _("what you posted"),
            of=by_account("listings.Listing", "posted_by"),
            fields=(
                "uuid",
                "name",
                "summary",
                "organiser_name",
                "email",
                "phone",
                "state",
                "decision_note",
                "created_at",
            ),
            erase=forget_account("posted_by"),
            keeps=_("What you posted, without your name or address. Take it off the map before, if you like."),
        )
    )
    register(
        Holding(
            "listings.Membership",
            _("groups that you belong to"),
            of=by_account("listings.Membership", "user"),
            fields=("organisation__name", "role", "created_at"),
            erase=delete_rows,
        )
    )
    register(
        Holding(
            "listings.Feed",
            _("calendars and lists that you connected"),
            of=by_account("listings.Feed", "added_by"),
            fields=("uuid", "organisation__name", "url", "created_at"),
            erase=forget_account("added_by"),
            keeps=_("The calendar of the group, without who connected it."),
        )
    )
    register(
        Holding(
            "listings.VenueAlias",
            _("names of venues that you explained"),
            of=by_account("listings.VenueAlias", "taught_by"),
            fields=("text", "venue__name", "created_at"),
            erase=forget_account("taught_by"),
            keeps=_("What the name means, without who said so."),
        )
    )
    register_consequences(groups_left_alone)


def groups_left_alone(user: Any) -> list[str]:
    """A sentence for each group that this person alone owns."""
    owners = Membership.objects.filter(role=MembershipRole.OWNER)
    others = owners.exclude(user=user).values("organisation")
    alone = owners.filter(user=user).exclude(organisation__in=others).select_related("organisation")
    return [
        _now("“%(name)s” will have no owner: it goes back to the steward of the place.")
        % {"name": it.organisation.name}
        for it in alone.order_by("organisation__name")[:100]
    ]
