"""Reports of problems, and who is responsible."""

from __future__ import annotations

from django.contrib import admin

from listings.models import (
    Report,
    ReportCategory,
    ReportDelivery,
    ReportDraft,
    ReportFollower,
    ReportPhoto,
    ReportUpdate,
    ResponsibleBody,
)
from mapping.admin.audited import ReadOnlyAdmin


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


@admin.register(ReportDraft)
class ReportDraftAdmin(ReadOnlyAdmin):
    """That somebody is writing one. What they typed is theirs until they send it, and the id is the key to it."""

    list_display = ("created_at", "updated_at")
    fields = ("created_at", "updated_at")
