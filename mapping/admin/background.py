"""What background work and imports leave behind, in Django's own admin: to be looked at only."""

from __future__ import annotations

from django.contrib import admin

from mapping.models import Answer, ImportEntry, ImportRun, ImportSaid, JobFailure, NodeShare, Withdrawal

from .audited import ReadOnlyAdmin


@admin.register(Answer)
class AnswerAdmin(ReadOnlyAdmin):
    list_display = ("kind", "place", "state", "asked_at", "made_at", "seconds")
    list_filter = ("state", "kind", "place")
    list_select_related = ("place",)
    # Neither what was answered nor who waits for it.
    fields = ("kind", "place", "viewer", "state", "asked_at", "made_at", "seconds", "size", "error")


@admin.register(JobFailure)
class JobFailureAdmin(ReadOnlyAdmin):
    list_display = ("task", "job", "attempt", "at", "error")
    list_filter = ("task",)


@admin.register(Withdrawal)
class WithdrawalAdmin(ReadOnlyAdmin):
    list_display = ("kind", "target", "at", "kept")
    list_filter = ("kind", "kept")


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    list_display = ("__str__",)


@admin.register(ImportEntry)
class ImportEntryAdmin(ReadOnlyAdmin):
    list_display = ("__str__",)


@admin.register(ImportSaid)
class ImportSaidAdmin(ReadOnlyAdmin):
    list_display = ("__str__",)


@admin.register(NodeShare)
class NodeShareAdmin(ReadOnlyAdmin):
    """That something is shared, and since when. What it is belongs to the groups."""

    list_display = ("uuid", "offered_at", "accepted_at")
    fields = ("uuid", "offered_at", "accepted_at")
