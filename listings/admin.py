"""Organisations and listings in Django's own admin, for whoever runs the site."""

from __future__ import annotations

from django.contrib import admin

from mapping.admin.audited import ReadOnlyAdmin
from mapping.admin.nodes import IdentifierInline, NodeAdmin

from .commands.search_text import searched
from .models import Listing, Membership, Organisation, PostDraft


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
