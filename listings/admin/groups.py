"""Teams, claims, members and spaces."""

from __future__ import annotations

from django.contrib import admin

from listings.models import (
    Claim,
    Invitation,
    Member,
    Nomination,
    Space,
    SpaceContact,
    UrgentCall,
    UrgentCopy,
)
from mapping.admin.audited import ReadOnlyAdmin


@admin.register(Space)
class SpaceAdmin(ReadOnlyAdmin):
    """Kept by the group's owners, and by stewards, on the site."""

    list_display = ("uuid", "organisation", "place", "joining", "opened_at")
    list_filter = ("joining",)
    list_select_related = ("organisation", "place")
    fields = ("uuid", "organisation", "place", "joining", "opened_at", "created_at")


@admin.register(Member)
class MemberAdmin(ReadOnlyAdmin):
    """That there is one, and since when. Who it is belongs to the group."""

    list_display = ("uuid", "space", "state", "since")
    list_filter = ("state",)
    fields = ("uuid", "space", "state", "asked_at", "since")


@admin.register(SpaceContact)
class SpaceContactAdmin(ReadOnlyAdmin):
    list_display = ("uuid", "role", "asked_at", "confirmed_at")
    fields = ("role", "asked_at", "confirmed_at")


@admin.register(UrgentCall)
class UrgentCallAdmin(ReadOnlyAdmin):
    """That there was one. What was said is for the two people it went to."""

    list_display = ("uuid", "space", "created_at")
    fields = ("uuid", "space", "created_at")


@admin.register(UrgentCopy)
class UrgentCopyAdmin(ReadOnlyAdmin):
    list_display = ("call", "role", "sent", "seen_at")
    fields = ("call", "role", "sent", "seen_at")


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """That there is one. Its number is the key of the letter, and whom it is for is theirs to know."""

    list_display = ("organisation", "role", "kind", "state", "created_at", "expires_at")
    list_filter = ("kind", "state")
    list_select_related = ("organisation",)
    fields = ("organisation", "role", "kind", "state", "created_at", "sent_at", "expires_at", "ended_at")


@admin.register(Claim)
class ClaimAdmin(ReadOnlyAdmin):
    """Who claims what; decided at /groups/claims/."""

    list_display = ("node", "way", "state", "created_at", "decided_at")
    list_filter = ("way", "state")
    list_select_related = ("node",)
    fields = (
        "uuid",
        "node",
        "way",
        "state",
        "words",
        "tries",
        "codes",
        "owners_asked_at",
        "decided_at",
        "reason",
        "appeal",
    )


@admin.register(Nomination)
class NominationAdmin(ReadOnlyAdmin):
    """Groups that residents named; decided at /groups/nominations/."""

    list_display = ("name", "place", "state", "created_at", "decided_at")
    list_filter = ("state", "place")
    list_select_related = ("place",)
    fields = ("uuid", "name", "place", "summary", "where", "website", "state", "node", "reason", "created_at")
