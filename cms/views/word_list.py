"""`/admin/words/`: stewards keep the list of words that have what names one wait for them."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from config.forms import error_list
from listings.commands import place_rules
from listings.models import PlaceRules
from listings.models.place_rules import LONGEST_WORD, MAX_WORDS
from mapping.models import Actor

from .looked_after import places_looked_after

MAX_PLACES = 20


class WordsForm(forms.Form):
    """The words, one a line; `seen` is the list that was read."""

    words = forms.CharField(
        label=gettext_lazy("Words and phrases, one a line"),
        required=False,
        max_length=MAX_WORDS * (LONGEST_WORD + 2),
        help_text=gettext_lazy(
            "What names one of them waits for a steward. Nothing is hidden or refused. Large and small letters are the"
            " same; only whole words count."
        ),
        widget=forms.Textarea(attrs={"rows": 16}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)


@require_http_methods(["GET", "HEAD"])
def index(request: HttpRequest) -> HttpResponse:
    """The places that one looks after; of a single one at once its list."""
    places = list(places_looked_after(request).order_by("name")[: MAX_PLACES + 1])
    if len(places) == 1:
        return redirect("word-list", slug=places[0].slug)
    return render(request, "cms/admin/word_lists.html", {"places": places[:MAX_PLACES], **_titles()})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The list of one place."""
    place = places_looked_after(request).filter(slug=slug).first()
    if place is None:
        raise Http404
    kept = PlaceRules.objects.filter(place=place).values_list("words", flat=True).first() or []
    initial = {"words": "\n".join(kept), "seen": "\n".join(kept)}
    form = WordsForm(request.POST if request.method == "POST" else None, initial=initial)
    status = 200
    if form.is_bound and form.is_valid():
        try:
            place_rules.set_words(
                actor=Actor.of(request.user),
                by=request.user,
                place=place,
                words=form.cleaned_data["words"].splitlines(),
                seen=form.cleaned_data["seen"].splitlines() if "seen" in request.POST else None,
            )
        except place_rules.RulesError as error:
            form.add_error("words", str(error))
            status = error.status
        else:
            messages.success(request, _("The list of %(place)s is kept.") % {"place": place.name})
            return redirect("word-list", slug=slug)
    elif form.is_bound:
        status = 422
    errors = error_list(form) if form.is_bound else []
    context = {"place": place, "form": form, "errors": errors, **_titles()}
    return render(request, "cms/admin/word_list.html", context, status=status)


def _titles() -> dict[str, str]:
    title = _("Word list")
    return {"header_title": title, "page_title": title, "header_icon": "list-ul"}
