"""Every record in Django's own admin, for whoever runs the site. Stewards use Wagtail's (/admin/).

What is changed here is audited and raises the place's revision, as every other change does. Geometry is shown, not
edited: the widget that Django brings loads its map from another site.
"""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.contrib.gis.db.models import GeometryField
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .commands import consents
from .commands.change import Actor, change
from .commands.node_values import Categories, searched
from .models import (
    AuditEntry,
    Category,
    Connection,
    ConnectionType,
    Consent,
    Document,
    GazetteerEntry,
    GraphSnapshot,
    Identifier,
    MatchCandidate,
    Node,
    NodeKind,
    NodeState,
    OpeningHours,
    Place,
    PlaceRole,
    Postcode,
    Revision,
    SearchWord,
    Source,
    SourceRecord,
    Statement,
    Tag,
)


def places_of(record: Model) -> set[int]:
    """Ids of the places whose published records change with `record`."""
    if isinstance(record, Place):
        return {record.pk}
    if isinstance(record, Statement):
        record = record.connection
    if isinstance(record, Connection):
        return {record.source.place_id, record.target.place_id} - {None}
    if isinstance(record, OpeningHours | Identifier | SourceRecord):
        record = record.node
    if isinstance(record, PlaceRole):
        return {record.place_id} - {None}
    if isinstance(record, Node) and record.place_id is not None:
        # Its name stands in the network and on the lines of those that it is connected with, too.
        return {record.place_id} | Connection.objects.all().places_around([record.pk])
    # What belongs to no place (a category, a source) may show anywhere.
    return set(Place.objects.homes().values_list("pk", flat=True))


class AuditedAdmin(admin.ModelAdmin):
    """Writes through `change`, so that nothing goes unnoticed."""

    list_per_page = 50
    show_full_result_count = False

    def get_readonly_fields(self, request: HttpRequest, obj=None):
        fixed = [
            field.name
            for field in self.model._meta.concrete_fields
            if field.generated or (isinstance(field, GeometryField) and field.editable)
        ]
        return [*super().get_readonly_fields(request, obj), *fixed]

    def save_model(self, request: HttpRequest, obj, form, is_changed: bool) -> None:
        before = places_of(self.model._default_manager.get(pk=obj.pk)) if is_changed else set()
        action = "edit in admin" if is_changed else "add in admin"
        with change(actor=Actor.of(request.user), action=action, target=obj) as it:
            super().save_model(request, obj, form, is_changed)
            it.data["fields"] = form.changed_data
            for place in before | places_of(obj):
                it.touch(place)

    def delete_model(self, request: HttpRequest, obj) -> None:
        self._delete(request, [obj])

    def delete_queryset(self, request: HttpRequest, queryset) -> None:
        self._delete(request, list(queryset))

    def _delete(self, request: HttpRequest, records: list) -> None:
        for record in records:
            with change(actor=Actor.of(request.user), action="delete in admin", target=record) as it:
                # A place that goes has no revision left to raise.
                for place in set() if isinstance(record, Place) else places_of(record):
                    it.touch(place)
                record.delete()


class ReadOnlyAdmin(admin.ModelAdmin):
    """To be looked at only."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


class HoursInline(admin.TabularInline):
    model = OpeningHours
    extra = 0


class IdentifierInline(admin.TabularInline):
    model = Identifier
    extra = 0


class NodeForm(forms.ModelForm):
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
    inlines = (HoursInline, IdentifierInline)
    readonly_fields = ("uuid", "search_extra", "created_at", "updated_at")

    def save_related(self, request: HttpRequest, form, formsets, is_changed: bool) -> None:
        super().save_related(request, form, formsets, is_changed)
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


@admin.register(Category)
class CategoryAdmin(AuditedAdmin):
    list_display = ("name", "slug", "parent", "group", "icon", "position")
    list_filter = ("group", "capital", "infrastructure")
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


@admin.register(ConnectionType)
class ConnectionTypeAdmin(AuditedAdmin):
    list_display = ("slug", "forward", "reverse", "directed", "tie", "place")
    list_filter = ("directed", "tie", "place")
    search_fields = ("slug", "forward", "reverse")


class StatementInline(admin.TabularInline):
    model = Statement
    fk_name = "connection"
    fields = ("kind", "by_source", "by_rule", "said_on", "amount", "currency", "visibility", "withdrawn_at")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


@admin.register(Connection)
class ConnectionAdmin(AuditedAdmin):
    list_display = ("source", "type", "target", "created_at")
    list_filter = ("type",)
    list_select_related = ("source", "type", "target")
    search_fields = ("source__name", "target__name", "uuid")
    autocomplete_fields = ("source", "target", "type")
    inlines = (StatementInline,)


@admin.register(Statement)
class StatementAdmin(AuditedAdmin):
    list_display = ("connection", "kind", "by_source", "by_rule", "said_on", "visibility", "withdrawn_at")
    list_filter = ("kind", "visibility", "by_rule", "by_source")
    list_select_related = ("connection__source", "connection__target", "connection__type", "by_source")
    search_fields = ("connection__source__name", "connection__target__name", "key", "uuid")
    autocomplete_fields = ("connection", "by_source", "by_node", "group")
    raw_id_fields = ("by_user",)


@admin.register(Document)
class DocumentAdmin(AuditedAdmin):
    list_display = ("__str__", "address", "created_at")
    search_fields = ("address", "title")
    autocomplete_fields = ("source",)
    readonly_fields = ("uuid", "key", "address")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Consent)
class ConsentAdmin(admin.ModelAdmin):
    """Recorded here, and from then on only read or withdrawn: what was agreed to is not edited afterwards."""

    list_display = ("node", "given_on", "withdrawn_at", "recorded_by")
    list_filter = ("withdrawn_at",)
    list_select_related = ("node", "recorded_by")
    search_fields = ("node__name", "uuid")
    autocomplete_fields = ("node",)
    fields = ("node", "wording", "given_on")
    actions = ("withdraw",)

    def get_fields(self, request: HttpRequest, obj=None):
        return self.fields if obj is None else (*self.fields, "recorded_by", "withdrawn_at", "own_page")

    def get_readonly_fields(self, request: HttpRequest, obj=None):
        return () if obj is None else self.get_fields(request, obj)

    @admin.display(description=_("Their own page"))
    def own_page(self, consent: Consent) -> str:
        return reverse("consent", args=[consent.token])

    def get_form(self, request: HttpRequest, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        if obj is None:
            form.base_fields["node"].queryset = Node.objects.filter(kind=NodeKind.PERSON)
        return form

    def save_model(self, request: HttpRequest, obj, form, is_changed: bool) -> None:
        if is_changed:
            return
        kept = consents.record(
            actor=Actor.of(request.user), node=obj.node, wording=obj.wording, given_on=obj.given_on
        )
        obj.pk, obj.uuid, obj.token = kept.pk, kept.uuid, kept.token
        obj._state.adding = False

    @admin.action(description=_("Withdraw: take these people off the map"))
    def withdraw(self, request: HttpRequest, queryset) -> None:
        for consent in queryset.filter(withdrawn_at=None):
            consents.withdraw(actor=Actor.of(request.user), consent=consent)

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


@admin.register(MatchCandidate)
class MatchCandidateAdmin(AuditedAdmin):
    list_display = ("first", "second", "score", "reason", "state")
    list_filter = ("state",)
    list_select_related = ("first", "second")
    search_fields = ("first__name", "second__name")
    autocomplete_fields = ("first", "second")
    raw_id_fields = ("decided_by",)


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


@admin.register(GraphSnapshot)
class GraphSnapshotAdmin(ReadOnlyAdmin):
    list_display = ("place", "revision", "built_at")
    list_filter = ("place",)
    list_select_related = ("place",)
    fields = ("place", "revision", "built_at")


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


@admin.register(SearchWord)
class SearchWordAdmin(ReadOnlyAdmin):
    list_display = ("word", "occurrences")
    search_fields = ("word",)
