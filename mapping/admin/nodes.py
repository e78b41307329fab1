"""Every record in Django's own admin, for whoever runs the site. Stewards use Wagtail's (/admin/).

What is changed here is audited and raises the place's revision, as every other change does. Geometry is shown, not
edited: the widget that Django brings loads its map from another site.
"""

from __future__ import annotations

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from mapping.commands import opening_hours
from mapping.commands.node_values import Categories, searched
from mapping.models import (
    AuditEntry,
    Category,
    Consent,
    GazetteerEntry,
    Identifier,
    MatchCandidate,
    Node,
    NodeKind,
    NodeMerge,
    NodeRedirect,
    NodeState,
    Place,
    PlaceFreshness,
    PlaceRole,
    Postcode,
    Revision,
    SearchWord,
    Source,
    SourceRecord,
    Street,
    Tag,
)
from mapping.readers.hours import read_hours

from . import opening_hours as admin_opening_hours
from .audited import AuditedAdmin, ReadOnlyAdmin, StrictForm


class IdentifierInline(admin.TabularInline):
    model = Identifier
    extra = 0


class NodeForm(StrictForm):
    def clean(self) -> dict:
        data = super().clean()
        person = data.get("kind") == NodeKind.PERSON and data.get("state") == NodeState.LIVE
        if person and not Consent.objects.live().filter(node=self.instance.pk).exists():
            self.add_error(
                "state",
                _("A person is shown only with their consent. Keep it as a draft, then add the consent: it goes live."),
            )
        return data


@admin.register(Node)
class NodeAdmin(AuditedAdmin):
    form = NodeForm
    list_display = ("name", "kind", "category", "place", "state", "visibility", "updated_at")
    list_filter = ("kind", "state", "visibility", "place", "location_precision")
    list_select_related = ("category", "place")
    search_fields = ("name", "postcode", "uuid")
    autocomplete_fields = ("category", "more_categories", "group", "place", "source")
    inlines = (IdentifierInline,)
    readonly_fields = ("hours_read_back", "uuid", "search_extra", "created_at", "updated_at")

    @admin.display(description=_("Opening hours as understood"))
    def hours_read_back(self, node: Node) -> SafeString | str:
        return admin_opening_hours.read_back(getattr(node, "opening_hours", None)) if node.pk else "-"

    def save_related(self, request: HttpRequest, form, formsets, is_changed: bool) -> None:
        super().save_related(request, form, formsets, is_changed)
        node = form.instance
        if "hours_text" in form.changed_data:
            before = {node.pk: form.initial.get("hours_text") or ""}
            opening_hours.keep({node.pk: read_hours(node.hours_text)}, before)
        elif "place" in form.changed_data:
            opening_hours.fill([node.pk])
        # What is found by words follows: an address that may not be known any more must not be found either.
        Node.objects.filter(pk=form.instance.pk).update(search_extra=self.searched(form.instance))

    def searched(self, node: Node) -> str:
        """What a node is found by besides its name and summary."""
        tree = Categories()
        ids = [node.category_id, *node.more_categories.values_list("pk", flat=True)]
        categories = [it for it in tree.by_slug.values() if it.pk in ids]
        tags = [tag.name for tag in node.tags.all()]
        return searched(categories, tree, tags, node.other_names, node.public_address, node.public_postcode)


@admin.register(Place)
class PlaceAdmin(AuditedAdmin):
    list_display = ("name", "kind", "code", "release", "superseded_at", "is_home")
    list_filter = ("kind", "is_home", "release")
    search_fields = ("name", "slug", "code")
    autocomplete_fields = ("parent", "source")

    def save_model(self, request: HttpRequest, obj, form, is_changed: bool) -> None:
        with transaction.atomic():
            super().save_model(request, obj, form, is_changed)
            if is_changed and {"nation", "timezone"} & set(form.changed_data):
                opening_hours.place_changed(obj)


@admin.register(Category)
class CategoryAdmin(AuditedAdmin):
    list_display = ("name", "slug", "parent", "group", "icon", "rank", "position")
    list_filter = ("group", "rank", "capital", "infrastructure")
    list_select_related = ("parent",)
    search_fields = ("name", "slug")


@admin.register(Tag)
class TagAdmin(AuditedAdmin):
    list_display = ("name", "slug")
    search_fields = ("name",)


@admin.register(Source)
class SourceAdmin(AuditedAdmin):
    list_display = ("title", "publisher", "licence", "health", "last_read_at")
    list_filter = ("health", "licence")
    search_fields = ("title", "slug", "publisher")


@admin.register(MatchCandidate)
class MatchCandidateAdmin(AuditedAdmin):
    list_display = ("first", "second", "score", "reason", "state")
    list_filter = ("state",)
    list_select_related = ("first", "second")
    search_fields = ("first__name", "second__name")
    autocomplete_fields = ("first", "second")
    raw_id_fields = ("decided_by",)


@admin.register(NodeMerge)
class NodeMergeAdmin(ReadOnlyAdmin):
    list_display = ("kept", "dropped", "merged_at", "merged_by", "undone_at", "purged_at")
    list_select_related = ("kept", "dropped", "merged_by")
    search_fields = ("kept__name", "dropped__name", "uuid")
    exclude = ("journal",)


@admin.register(NodeRedirect)
class NodeRedirectAdmin(ReadOnlyAdmin):
    list_display = ("uuid", "node")
    list_select_related = ("node",)
    search_fields = ("uuid", "node__name")


@admin.register(PlaceRole)
class PlaceRoleAdmin(AuditedAdmin):
    list_display = ("user", "role", "place")
    list_filter = ("role", "place")
    list_select_related = ("user", "place")
    search_fields = ("user__email", "user__username")
    raw_id_fields = ("user",)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor", "action", "target", "place")
    list_filter = ("action", "place", "at")
    list_select_related = ("place",)
    search_fields = ("actor", "target", "target_uuid")
    date_hierarchy = "at"


@admin.register(Revision)
class RevisionAdmin(ReadOnlyAdmin):
    list_display = ("place", "number", "raised_at")
    list_select_related = ("place",)


@admin.register(SourceRecord)
class SourceRecordAdmin(ReadOnlyAdmin):
    list_display = ("source", "key", "node", "read_at")
    list_filter = ("source",)
    list_select_related = ("source", "node")
    search_fields = ("key", "node__name")


@admin.register(Identifier)
class IdentifierAdmin(AuditedAdmin):
    list_display = ("scheme", "value", "node")
    list_filter = ("scheme",)
    list_select_related = ("node",)
    search_fields = ("value", "node__name")
    autocomplete_fields = ("node",)


@admin.register(Postcode)
class PostcodeAdmin(ReadOnlyAdmin):
    list_display = ("code", "district", "ward")
    search_fields = ("code",)
    fields = ("code", "district", "ward")


@admin.register(GazetteerEntry)
class GazetteerEntryAdmin(ReadOnlyAdmin):
    list_display = ("name", "district", "kind")
    search_fields = ("name",)
    fields = ("name", "district", "kind")


@admin.register(Street)
class StreetAdmin(ReadOnlyAdmin):
    list_display = ("name", "town", "area", "source")
    list_filter = ("source",)
    list_select_related = ("source",)
    search_fields = ("name",)
    fields = ("name", "town", "area", "source")


@admin.register(SearchWord)
class SearchWordAdmin(ReadOnlyAdmin):
    list_display = ("word", "occurrences")
    search_fields = ("word",)


@admin.register(PlaceFreshness)
class PlaceFreshnessAdmin(ReadOnlyAdmin):
    list_display = ("place", "counted", "fresh", "long_unconfirmed", "counted_at")
    list_select_related = ("place",)
