"""What every page of Django's own admin shares: what is changed there is audited and raises the place's revision."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.contrib.gis.db.models import GeometryField
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mapping.access.disclosure import audience_of, loosened
from mapping.commands.change import change
from mapping.models import (
    Actor,
    Connection,
    Dismissal,
    Identifier,
    Node,
    OpeningHours,
    Place,
    PlaceRole,
    RuleSetting,
    SavedView,
    SourceRecord,
    Statement,
)

# These belong to one place and show there only.
OF_A_PLACE = (PlaceRole, RuleSetting, Dismissal, SavedView)


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
    if isinstance(record, OF_A_PLACE):
        return {record.place_id} - {None}
    if isinstance(record, Node) and record.place_id is not None:
        # Its name stands in the network and on the lines of those that it is connected with, too.
        return {record.place_id} | Connection.objects.all().places_around([record.pk])
    # What belongs to no place (a category, a source) may show anywhere.
    return set(Place.objects.homes().values_list("pk", flat=True))


class StrictForm(forms.ModelForm):
    """A form that undoes only what it has shown: somebody may have hidden the record since it was opened."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self._audience = audience_of(self.instance)
        self.initial["seen"] = self._audience

    def clean(self) -> dict:
        data = super().clean()
        if self.instance.pk and data.get("seen", "") not in ("", self._audience):
            raise forms.ValidationError(
                _("Somebody changed who may see this, or how exactly, since you opened it. Open it again.")
            )
        return data


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
        kept = self.model._default_manager.get(pk=obj.pk) if is_changed else None
        before = places_of(kept) if kept is not None else set()
        action = "edit in admin" if is_changed else "add in admin"
        with change(actor=Actor.of(request.user), action=action, target=obj) as it:
            if isinstance(kept, Node | Statement) and (looser := loosened(kept, obj)):
                # Somebody who may has chosen it in this form, which refuses to undo what it did not show.
                it.loosens(**looser)
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
