"""What stewards decide: rules, trust, flags, proposals, who is on duty."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from listings.models import (
    Duty,
    DutyNotice,
    Flag,
    FlagAppeal,
    FlagCase,
    PlaceRules,
    Proposal,
    SavedReply,
    Trust,
    UsedPuzzle,
    WaitingLetter,
)
from listings.moderation import waiting_letters
from mapping.admin.audited import ReadOnlyAdmin
from mapping.models import Actor


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


@admin.register(WaitingLetter)
class WaitingLetterAdmin(ReadOnlyAdmin):
    """Letters that have not gone out. Stewards have those of their places at /admin/letters/."""

    list_display = ("kind", "about", "created_at", "due_at", "tries", "claimed_at")
    list_filter = ("kind",)
    fields = ("kind", "about", "created_at", "due_at", "tries", "claimed_at")
    actions = ("send_again",)

    def has_send_again_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    @admin.action(permissions=["send_again"], description=_("Send again what is unclear or was refused"))
    def send_again(self, request: HttpRequest, queryset: QuerySet[WaitingLetter]) -> None:
        done = waiting_letters.send_again(actor=Actor.of(request.user), rows=queryset)
        self.message_user(request, _now("%(n)s letters are sent again.") % {"n": done})


@admin.register(DutyNotice)
class DutyNoticeAdmin(ReadOnlyAdmin):
    list_display = ("key", "duty", "at")
    list_select_related = ("duty",)


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    """What was proposed and decided. The words are read in the queue; whose address it is, is theirs."""

    list_display = ("node", "kind", "status", "created_at", "decided_at", "publish_at")
    list_filter = ("kind", "status")
    list_select_related = ("node",)
    fields = ("uuid", "node", "kind", "status", "reason", "created_at", "decided_at", "publish_at", "appealed_at")
