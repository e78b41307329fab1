"""Bookings, and what people say is missing."""

from __future__ import annotations

from django.contrib import admin

from listings.models import (
    Booking,
    BookingDate,
    BookingTerms,
    MissingReport,
)
from mapping.admin.audited import ReadOnlyAdmin


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


@admin.register(MissingReport)
class MissingReportAdmin(ReadOnlyAdmin):
    list_display = ("looked_for", "place", "created_at", "answered_at")
    list_filter = ("place",)
    list_select_related = ("place",)
    fields = ("place", "looked_for", "words", "created_at", "answered_at")
