"""`/admin/house-rules/`: stewards write the rules of their place, and where to complain."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from config.forms import error_list
from listings.commands import house_rules
from listings.models.place_rules import MAX_CONTACT, MAX_RULES
from mapping.models import Actor

from .looked_after import places_looked_after

MAX_PLACES = 20


class RulesForm(forms.Form):
    """The text and the contact; `seen` is the version that was read."""

    text = forms.CharField(
        label=gettext_lazy("Rules"),
        required=False,
        max_length=MAX_RULES,
        help_text=gettext_lazy("Leave a line empty between paragraphs. Empty it all, and ours come back."),
        widget=forms.Textarea(attrs={"rows": 20}),
    )
    contact = forms.CharField(
        label=gettext_lazy("Where to complain"),
        required=False,
        max_length=MAX_CONTACT,
        help_text=gettext_lazy(
            "An address that is read: of your group, or of whoever is above the stewards. Everybody sees it."
        ),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The places that one looks after; of a single one at once its rules."""
    places = list(places_looked_after(request).order_by("name")[: MAX_PLACES + 1])
    if len(places) == 1:
        return redirect("house-rules-edit", slug=places[0].slug)
    context = {"places": places[:MAX_PLACES], **_titles()}
    return render(request, "cms/admin/house_rules_index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The rules of one place."""
    place = places_looked_after(request).filter(slug=slug).first()
    if place is None:
        raise Http404
    kept = house_rules.of_place(place)
    initial = {"text": kept.text, "contact": kept.contact, "seen": kept.version}
    form = RulesForm(request.POST if request.method == "POST" else None, initial=initial)
    status, theirs = 200, None
    if form.is_bound and form.is_valid():
        try:
            changed = house_rules.write(
                actor=Actor.of(request.user),
                place=place,
                text=form.cleaned_data["text"],
                contact=form.cleaned_data["contact"],
                seen=form.cleaned_data["seen"],
            )
        except house_rules.RulesChanged as error:
            # Theirs beside what was typed: whoever sends it again has seen both.
            kept = theirs = house_rules.of_place(place)
            form = RulesForm({**request.POST.dict(), "seen": kept.version}, initial=initial)
            form.add_error(None, str(error))
            status = error.status
        except house_rules.RulesRefused as error:
            form.add_error(None, str(error))
            status = error.status
        else:
            messages.success(request, _("Kept.") if changed else _("That is as it was."))
            return redirect("house-rules-edit", slug=slug)
    elif form.is_bound:
        status = 422
    errors = error_list(form) if form.is_bound else []
    context = {"place": place, "form": form, "errors": errors, "kept": kept, "theirs": theirs, **_titles()}
    return render(request, "cms/admin/house_rules.html", context, status=status)


def _titles() -> dict[str, str]:
    title = _("House rules")
    return {"header_title": title, "page_title": title, "header_icon": "doc-full"}
