"""Opening hours in Django's own admin: the text, what was understood of it, and the questions that it leaves."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from mapping.commands import opening_hours
from mapping.models import Actor, OpeningHours

from .audited import AuditedAdmin
from .opening_hours_form import OpeningHoursForm, read_back


class QuestionsFilter(admin.SimpleListFilter):
    title = _("questions")
    parameter_name = "questions"

    def lookups(self, request: HttpRequest, model_admin):
        return [("yes", _("Hours with questions")), ("text", _("Nothing was understood")), ("hand", _("By hand"))]

    def queryset(self, request: HttpRequest, queryset):
        if self.value() == "yes":
            return queryset.with_questions()
        if self.value() == "text":
            return queryset.filter(expression="")
        return queryset.filter(by_hand=True) if self.value() == "hand" else queryset


@admin.register(OpeningHours)
class OpeningHoursAdmin(AuditedAdmin):
    form = OpeningHoursForm
    list_display = ("node", "text", "expression", "asks")
    list_filter = (QuestionsFilter, "node__place")
    list_select_related = ("node",)
    search_fields = ("node__name", "node__hours_text", "expression")
    fields = ("node", "asks", "words", "rest", "hours_text", "read_again", "expression", "by_hand")
    readonly_fields = ("node", "asks", "rest", "by_hand", "words")

    def has_add_permission(self, request: HttpRequest) -> bool:
        # A node's page has its text; whatever is said there makes the record.
        return False

    @admin.display(description=_("Text"))
    def text(self, hours: OpeningHours) -> str:
        return hours.node.hours_text

    @admin.display(description=_("Questions"))
    def asks(self, hours: OpeningHours) -> str:
        return " ".join(hours.questions)

    @admin.display(description=_("Not understood"))
    def rest(self, hours: OpeningHours) -> str:
        return "; ".join(hours.not_understood)

    @admin.display(description=_("In words"))
    def words(self, hours: OpeningHours) -> SafeString | str:
        return read_back(hours)

    def save_model(self, request: HttpRequest, obj: OpeningHours, form: OpeningHoursForm, is_changed: bool) -> None:
        opening_hours.correct(actor=Actor.of(request.user), hours=obj, **form.said())
