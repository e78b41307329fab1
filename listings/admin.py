"""Organisations and listings in Django's own admin, for whoever runs the site."""

from __future__ import annotations

from django.contrib import admin

from mapping.admin.audited import ReadOnlyAdmin
from mapping.admin.nodes import IdentifierInline, NodeAdmin

from .commands.search_text import searched
from .models import (
    Alert,
    Booking,
    BookingDate,
    BookingTerms,
    Claim,
    Duty,
    DutyNotice,
    Feed,
    FeedItem,
    Flag,
    FlagAppeal,
    FlagCase,
    Invitation,
    Listing,
    ListingLink,
    Member,
    Membership,
    MissingReport,
    Nomination,
    Organisation,
    PlaceRules,
    PostDraft,
    Proposal,
    Reminder,
    ReminderStop,
    Report,
    ReportCategory,
    ReportDelivery,
    ReportFollower,
    ReportPhoto,
    ReportUpdate,
    ResponsibleBody,
    SavedReply,
    Schedule,
    ScheduleChange,
    Space,
    SpaceContact,
    Trust,
    UrgentCall,
    UrgentCopy,
    UsedPuzzle,
    VenueAlias,
)


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


@admin.register(BookingTerms)
class BookingTermsAdmin(ReadOnlyAdmin):
    list_display = ("listing", "is_open", "is_shifts", "places")
    list_select_related = ("listing",)


@admin.register(BookingDate)
class BookingDateAdmin(ReadOnlyAdmin):
    list_display = ("listing", "starts_at", "label", "taken", "places", "cancelled_at")
    list_select_related = ("listing",)


@admin.register(Booking)
class BookingAdmin(ReadOnlyAdmin):
    """How many come. Who it is, the group knows."""

    list_display = ("uuid", "date", "people", "state", "made_at")
    list_filter = ("state",)
    list_select_related = ("date__listing",)
    fields = ("date", "people", "state", "made_at", "confirmed_at", "ended_at")


@admin.register(ListingLink)
class ListingLinkAdmin(ReadOnlyAdmin):
    list_display = ("listing", "kind", "url", "words")
    list_select_related = ("listing",)


@admin.register(MissingReport)
class MissingReportAdmin(ReadOnlyAdmin):
    list_display = ("looked_for", "place", "created_at", "answered_at")
    list_filter = ("place",)
    list_select_related = ("place",)
    fields = ("place", "looked_for", "words", "created_at", "answered_at")


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


@admin.register(PlaceRules)
class PlaceRulesAdmin(ReadOnlyAdmin):
    """House rules and word lists. Stewards write them."""

    list_display = ("place", "updated_at")
    list_select_related = ("place",)


@admin.register(Trust)
class TrustAdmin(ReadOnlyAdmin):
    """Whose posts are live at once. Given and taken by stewards, on record."""

    list_display = ("user", "place", "by", "since")
    list_filter = ("place",)
    list_select_related = ("user", "place", "by")


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


@admin.register(UsedPuzzle)
class UsedPuzzleAdmin(ReadOnlyAdmin):
    """Puzzles of forms that were used. They tell nothing of whom."""

    list_display = ("nonce", "at")


@admin.register(SavedReply)
class SavedReplyAdmin(ReadOnlyAdmin):
    """They are kept at /admin/replies/."""

    list_display = ("title", "place", "updated_at")
    list_filter = ("place",)


@admin.register(FlagCase)
class FlagCaseAdmin(ReadOnlyAdmin):
    """They are decided at /admin/flags/."""

    list_display = ("target_name", "target", "place", "urgent", "opened_at", "decision", "decided_at")
    list_filter = ("decision", "urgent", "place")
    search_fields = ("target_name", "target_uuid")


@admin.register(Flag)
class FlagAdmin(ReadOnlyAdmin):
    """That there is one, and of what. Whose it is, and in which words, is for those who decide it."""

    list_display = ("case", "reason", "created_at", "confirmed_at")
    list_filter = ("reason",)
    list_select_related = ("case",)
    fields = ("case", "reason", "created_at", "confirmed_at")


@admin.register(FlagAppeal)
class FlagAppealAdmin(ReadOnlyAdmin):
    list_display = ("case", "side", "created_at", "answered_at")
    list_select_related = ("case",)
    fields = ("case", "side", "words", "created_at", "answer", "answered_at", "answered_by")


@admin.register(Duty)
class DutyAdmin(ReadOnlyAdmin):
    """When stewards are told what waits. They choose it at /admin/duty/; the address of its letters is theirs."""

    list_display = ("user", "place", "at_once", "digest", "digest_on")
    list_filter = ("place",)
    list_select_related = ("user", "place")
    fields = ("user", "place", "at_once", "digest", "weekdays", "digest_on")


@admin.register(DutyNotice)
class DutyNoticeAdmin(ReadOnlyAdmin):
    list_display = ("key", "duty", "at")
    list_select_related = ("duty",)


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    """What was reported; stewards look after it in their own admin. The name of whoever it was is theirs."""

    list_display = ("title", "place", "category", "status", "confirmed_at", "hidden_at")
    list_filter = ("status", "place")
    list_select_related = ("place", "category")
    exclude = ("name",)


@admin.register(ReportUpdate)
class ReportUpdateAdmin(ReadOnlyAdmin):
    list_display = ("report", "by", "status", "created_at", "hidden_at")
    list_select_related = ("report",)


@admin.register(ReportPhoto)
class ReportPhotoAdmin(ReadOnlyAdmin):
    """That there is one. It is looked at on the page of its report."""

    list_display = ("uuid", "report", "width", "height", "created_at", "shown_at")
    list_select_related = ("report",)
    exclude = ("file",)


@admin.register(ReportFollower)
class ReportFollowerAdmin(ReadOnlyAdmin):
    """That there is one. The address is theirs, and the id is the key of their letters."""

    list_display = ("pk", "report", "is_reporter", "me_too", "confirmed_at")
    list_select_related = ("report",)
    fields = ("report", "is_reporter", "me_too", "created_at", "confirmed_at", "last_sent")


@admin.register(ReportCategory)
class ReportCategoryAdmin(ReadOnlyAdmin):
    list_display = ("name", "slug", "place", "position", "offered")
    list_filter = ("place",)
    list_select_related = ("place",)


@admin.register(ResponsibleBody)
class ResponsibleBodyAdmin(ReadOnlyAdmin):
    """Who looks after what; kept by stewards in their own admin."""

    list_display = ("name", "place", "area", "confirmed_at", "paused")
    list_filter = ("place",)
    list_select_related = ("place", "area")
    exclude = ("key",)


@admin.register(ReportDelivery)
class ReportDeliveryAdmin(ReadOnlyAdmin):
    """The letters to bodies. Their ids are keys, so they are not shown."""

    list_display = ("pk", "report", "body", "tries", "claimed_at", "sent_at")
    list_select_related = ("report", "body")
    fields = ("report", "body", "created_at", "due_at", "tries", "claimed_at", "sent_at")


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    """What was proposed and decided. The words are read in the queue; whose address it is, is theirs."""

    list_display = ("node", "kind", "status", "created_at", "decided_at", "publish_at")
    list_filter = ("kind", "status")
    list_select_related = ("node",)
    fields = ("uuid", "node", "kind", "status", "reason", "created_at", "decided_at", "publish_at", "appealed_at")


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
