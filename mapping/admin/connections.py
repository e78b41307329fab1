"""The records of the network in Django's own admin: types, connections, what is said of them, consents, choices."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mapping.commands import consents
from mapping.models import (
    Actor,
    Connection,
    ConnectionType,
    Consent,
    DerivationMark,
    Dismissal,
    Document,
    GraphSnapshot,
    Node,
    NodeKind,
    RuleSetting,
    SavedView,
    Statement,
    TouchedNode,
    TouchedPlace,
)

from .audited import AuditedAdmin, ReadOnlyAdmin, StrictForm


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
    form = StrictForm
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
        kept = consents.record(actor=Actor.of(request.user), node=obj.node, wording=obj.wording, given_on=obj.given_on)
        obj.pk, obj.uuid, obj.token = kept.pk, kept.uuid, kept.token
        obj._state.adding = False

    @admin.action(description=_("Withdraw: take these people off the map"))
    def withdraw(self, request: HttpRequest, queryset) -> None:
        for consent in queryset.filter(withdrawn_at=None):
            consents.withdraw(actor=Actor.of(request.user), consent=consent)

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


@admin.register(RuleSetting)
class RuleSettingAdmin(AuditedAdmin):
    list_display = ("place", "rule", "enabled", "cap")
    list_filter = ("place", "rule", "enabled")
    list_select_related = ("place",)


@admin.register(Dismissal)
class DismissalAdmin(AuditedAdmin):
    list_display = ("key", "place", "reason", "created_at")
    list_filter = ("place",)
    list_select_related = ("place",)
    search_fields = ("key", "reason")
    raw_id_fields = ("by_user",)


@admin.register(SavedView)
class SavedViewAdmin(AuditedAdmin):
    list_display = ("name", "place", "visibility", "updated_at")
    list_filter = ("place", "visibility")
    list_select_related = ("place",)
    search_fields = ("name", "slug")
    raw_id_fields = ("created_by",)


@admin.register(DerivationMark)
class DerivationMarkAdmin(ReadOnlyAdmin):
    list_display = ("place", "derived_at")
    list_select_related = ("place",)


@admin.register(TouchedNode)
class TouchedNodeAdmin(ReadOnlyAdmin):
    list_display = ("place", "node", "tag")
    list_select_related = ("place",)
    fields = ("place", "node", "tag")


@admin.register(TouchedPlace)
class TouchedPlaceAdmin(ReadOnlyAdmin):
    list_display = ("place", "withdrawn")


@admin.register(GraphSnapshot)
class GraphSnapshotAdmin(ReadOnlyAdmin):
    list_display = ("place", "revision", "built_at")
    list_filter = ("place",)
    list_select_related = ("place",)
    fields = ("place", "revision", "built_at")
