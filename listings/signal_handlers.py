"""What a listing needs when it goes off the map and when it comes back; what a group needs when its owner goes."""

from __future__ import annotations

from .commands import dates, teams
from .models import Listing, Membership, MembershipRole
from .moderation import decision_letters


def tell_poster(sender, *, node, reason: str, by_steward: bool, by_flag: bool = False, **rest) -> None:
    """Have the poster of a listing written to that a steward took off the map: noted with it, sent by a job.

    What goes because of flags has letters of its own (listings/moderation/flag_letters.py).
    """
    listing = Listing.objects.select_related("place", "posted_by").filter(pk=node.pk).first()
    if listing is not None and by_steward and not by_flag:
        decision_letters.note_taken_off(listing, reason)


def bring_dates_up_to_date(sender, *, node, **rest) -> None:
    """Work out the dates that have come within 18 months while the listing was off the map."""
    listing = Listing.objects.filter(pk=node.pk).first()
    if listing is not None:
        dates.keep_dates(listing)


def look_for_an_owner(sender, instance: Membership, **rest) -> None:
    """Remember that a group has lost its last owner: they left, their role changed, or their account was deleted."""
    if instance.role == MembershipRole.OWNER:
        teams.note_owner_gone(instance.organisation_id)


def keep_owner_noted(sender, instance: Membership, created: bool = False, raw: bool = False, **rest) -> None:
    """Remember that a group has an owner, or has none any more."""
    if raw:
        return
    if instance.role == MembershipRole.OWNER:
        teams.note_owner_there(instance.organisation_id)
    elif not created:
        teams.note_owner_gone(instance.organisation_id)
