"""The groups and places that somebody joined, for their own page."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from config.accounts.ways import Part, Way
from listings.models import Member, MemberState

SHOWN = 50


def parts(user) -> list[Part]:
    """Return what `user` joined or asked to join, each with where its members go. One query."""
    mine = Member.objects.filter(user=user, state__in=(MemberState.MEMBER, MemberState.ASKED))
    rows = mine.select_related("space__organisation", "space__place").order_by("pk")[:SHOWN]
    return [Part("joined", _("What you have joined"), [_way(it) for it in rows])]


def _way(member: Member) -> Way:
    space = member.space
    if member.state == MemberState.ASKED:
        return Way(space.title, space.join_url, _("You have asked. We write to you when it is decided."))
    if space.organisation_id and space.opened_at is not None:
        return Way(space.title, reverse("space", args=[space.organisation.uuid]), _("What only its members see."))
    return Way(space.title, space.join_url, _("Your membership, and how to leave."))
