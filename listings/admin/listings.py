"""Organisations and listings, their dates, calendars, drafts and letters."""

from __future__ import annotations

from django.contrib import admin

from listings.commands.search_text import searched
from listings.models import (
    Alert,
    Feed,
    FeedItem,
    Listing,
    ListingLink,
    Membership,
    Organisation,
    PostDraft,
    Reminder,
    ReminderStop,
    Schedule,
    ScheduleChange,
    VenueAlias,
)
from mapping.admin.audited import ReadOnlyAdmin
from mapping.admin.nodes import IdentifierInline, NodeAdmin


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    raw_id_fields = ("user",)


@admin.register(Organisation)
class OrganisationAdmin(NodeAdmin):
    list_display = ("name", "trusted", "category", "place", "state", "updated_at")
    list_filter = ("trusted", "state", "visibility", "place")
    inlines = (MembershipInline, IdentifierInline)


@admin.register(Listing)
class ListingAdmin(NodeAdmin):
    list_display = ("name", "listing_kind", "organiser", "place", "state", "over_at")
    list_filter = ("listing_kind", "state", "visibility", "place")
    list_select_related = ("organiser", "place")
    autocomplete_fields = (*NodeAdmin.autocomplete_fields, "organiser", "venue")
    raw_id_fields = ("posted_by",)

    def searched(self, node: Listing) -> str:
        return searched(node)


@admin.register(PostDraft)
class PostDraftAdmin(ReadOnlyAdmin):
    """That there is one, and since when. What somebody has not sent yet is theirs to read."""

    list_display = ("uuid", "place", "updated_at")
    fields = ("uuid", "place", "created_at", "updated_at")


@admin.register(Alert)
class AlertAdmin(ReadOnlyAdmin):
    """That there is one, and when it was sent. Whose it is, and what they asked, is theirs."""

    list_display = ("uuid", "place", "frequency", "confirmed_at", "sent_at")
    list_filter = ("frequency", "place")
    fields = ("uuid", "place", "frequency", "created_at", "confirmed_at", "sent_at")


@admin.register(Reminder)
class ReminderAdmin(ReadOnlyAdmin):
    """What was asked, and what was answered. Its link is for whoever it was sent to."""

    list_display = ("node", "act", "step", "due", "sent_at", "answer")
    list_filter = ("act", "answer")
    list_select_related = ("node",)
    fields = ("node", "act", "step", "since", "due", "sent_at", "answer", "answered_at")


@admin.register(ReminderStop)
class ReminderStopAdmin(ReadOnlyAdmin):
    """How many want no letters. Whose they are is theirs."""

    list_display = ("pk", "created_at")
    fields = ("created_at",)


@admin.register(ListingLink)
class ListingLinkAdmin(ReadOnlyAdmin):
    list_display = ("listing", "kind", "url", "words")
    list_select_related = ("listing",)


@admin.register(Feed)
class FeedAdmin(ReadOnlyAdmin):
    """Calendars that are read; they are kept at /post/feeds/."""

    list_display = ("url", "organisation", "paused", "read_at", "failures", "events")
    list_filter = ("format", "paused")
    search_fields = ("url", "organisation__name")
    list_select_related = ("organisation",)


@admin.register(FeedItem)
class FeedItemAdmin(ReadOnlyAdmin):
    list_display = ("uid", "feed", "listing", "sequence", "gone_at")
    search_fields = ("uid", "location_text")
    list_select_related = ("feed", "listing")


@admin.register(VenueAlias)
class VenueAliasAdmin(ReadOnlyAdmin):
    list_display = ("text", "venue", "place", "organisation")
    search_fields = ("text",)
    list_select_related = ("venue", "place", "organisation")


@admin.register(Schedule)
class ScheduleAdmin(ReadOnlyAdmin):
    """When listings are on. It is changed with the listing, so that its dates follow."""

    list_display = ("listing", "first_on", "rule", "kept_until")
    search_fields = ("listing__name", "rule")
    list_select_related = ("listing",)


@admin.register(ScheduleChange)
class ScheduleChangeAdmin(ReadOnlyAdmin):
    list_display = ("schedule", "original", "cancelled", "starts", "where")
    search_fields = ("original", "where", "note")
    list_select_related = ("schedule",)
