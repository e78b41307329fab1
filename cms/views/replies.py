"""`/admin/replies/`: what stewards of a place write again and again, kept to be chosen."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.forms import error_list
from listings.commands import saved_replies
from listings.models import SavedReply
from mapping.models import Actor, Place

from .looked_after import places_looked_after

# Of so many places they are listed; somebody who looks after more asks for one by `?place=`.
MAX_PLACES = 20


class ReplyForm(forms.ModelForm):
    """A title and the words."""

    class Meta:
        model = SavedReply
        fields = ("title", "text")
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "title": gettext_lazy("What you choose it by. Nobody else reads it."),
            "text": gettext_lazy("What is sent, as it stands here. Your own words come below it."),
        }


def _place(request: HttpRequest, slug: str) -> Place:
    place = places_looked_after(request).filter(slug=slug).first()
    if place is None:
        raise Http404
    return place


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The replies of the places that this steward looks after."""
    places = places_looked_after(request).order_by("name")
    asked = request.GET.get("place", "").replace("\0", "")
    places = list((places.filter(slug=asked) if asked else places)[:MAX_PLACES])
    kept: dict[int, list[SavedReply]] = {it.pk: [] for it in places}
    for reply in SavedReply.objects.filter(place__in=places):
        kept[reply.place_id].append(reply)
    tables = [{"place": it, "replies": kept[it.pk]} for it in places]
    return render(request, "cms/admin/replies.html", {"tables": tables, **_titles(_("Saved replies"))})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """A new reply of a place, or one that is there."""
    place = _place(request, slug)
    reply = SavedReply.objects.filter(place=place, pk=pk).first() if pk is not None else None
    if pk is not None and reply is None:
        if request.method == "POST":
            messages.warning(request, _("Another steward has removed this reply meanwhile. What you wrote is below."))
            return _page(request, place, None, ReplyForm(request.POST), 409)
        raise Http404
    form = ReplyForm(request.POST if request.method == "POST" else None, instance=reply)
    if not form.is_bound:
        return _page(request, place, reply, form)
    if not form.is_valid():
        return _page(request, place, reply, form, 422)
    # The form has written into the record already: what is in the database is what tells whether anything changes.
    kept = SavedReply.objects.filter(pk=pk).first() if pk is not None else None
    try:
        saved_replies.keep(
            actor=Actor.of(request.user),
            place=place,
            title=form.cleaned_data["title"],
            text=form.cleaned_data["text"],
            reply=kept,
        )
    except saved_replies.ReplyRefused as error:
        form.add_error(None, str(error))
        return _page(request, place, reply, form, error.status)
    messages.success(request, _("Kept. It can be chosen from now on."))
    return redirect("replies")


def _page(request: HttpRequest, place: Place, reply, form: ReplyForm, status: int = 200) -> HttpResponse:
    title = _("Change a saved reply") if reply else _("New saved reply")
    errors = error_list(form) if form.is_bound else []
    context = {"place": place, "reply": reply, "form": form, "errors": errors, **_titles(title)}
    return render(request, "cms/admin/reply.html", context, status=status)


@require_POST
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Give a place that has none the replies to begin with."""
    if not saved_replies.begin(actor=Actor.of(request.user), place=_place(request, slug)):
        messages.info(request, _("There are replies already. Nothing was changed."))
    return redirect("replies")


@require_POST
def remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Remove one. What was sent with it stays as it was sent."""
    reply = SavedReply.objects.select_related("place").filter(place=_place(request, slug), pk=pk).first()
    if reply is not None and saved_replies.remove(actor=Actor.of(request.user), reply=reply):
        messages.success(request, _("“%(title)s” is removed.") % {"title": reply.title})
    else:
        messages.info(request, _("It was removed already."))
    return redirect("replies")


def _titles(title: str) -> dict[str, str]:
    return {"header_title": title, "page_title": title, "header_icon": "mail"}
