"""`/admin/duty/`: when a steward is told by e-mail that something waits, and on which days of the week."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from config.forms import error_list
from listings.access import permissions
from listings.commands import duties
from listings.models import AtOnce, Digest, Duty
from mapping.models import Actor, Place, PlaceRole, PlaceRoleKind

MAX_PLACES = 20
MAX_STEWARDS = 50


class DutyForm(forms.Form):
    """What one steward chooses in one place."""

    at_once = forms.ChoiceField(label=gettext_lazy("Tell me at once of"), choices=AtOnce, widget=forms.RadioSelect)
    digest = forms.ChoiceField(label=gettext_lazy("A list of what waits"), choices=Digest, widget=forms.RadioSelect)
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("On duty on"),
        choices=WEEKDAYS.items(),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Who is on duty today gets the letters. If nobody is, everybody does. Choose none if you have no rota."
        ),
    )


def _places(request: HttpRequest):
    """Where this user is a steward: homes, and areas in the maps of others."""
    if not permissions.has_a_queue(request.user):
        raise PermissionDenied
    roles = PlaceRole.objects.filter(user=request.user, role=PlaceRoleKind.STEWARD)
    return Place.objects.current().filter(pk__in=roles.values("place_id")).order_by("name")


def _form(place: Place, duty: Duty, data=None) -> DutyForm:
    initial = {"at_once": duty.at_once, "digest": duty.digest, "weekdays": duty.weekdays}
    return DutyForm(data, initial=initial, auto_id=f"id_{place.slug}_%s")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The choices of whoever is signed in, one form a place, with the rota of all its stewards."""
    return _page(request)


def _page(request: HttpRequest, wrong: tuple[Place, DutyForm] | None = None) -> HttpResponse:
    tables = []
    for place in _places(request)[:MAX_PLACES]:
        form = wrong[1] if wrong and wrong[0] == place else _form(place, duties.find(request.user, place))
        tables.append({"place": place, "form": form, "rota": _rota(place)})
    title = _("When you are told")
    context = {
        "tables": tables,
        "errors": error_list(wrong[1]) if wrong else [],
        "page_title": title,
        "header_title": title,
        "header_icon": "mail",
    }
    return render(request, "cms/admin/duty.html", context, status=422 if wrong else 200)


def _rota(place: Place) -> list[tuple[str, list[str]]]:
    """Each day with the names of who is on duty; empty when nobody keeps a rota here."""
    found = Duty.objects.filter(
        place=place, user__place_roles__place=place, user__place_roles__role=PlaceRoleKind.STEWARD
    )
    kept = [it for it in found.select_related("user").order_by("user__username")[:MAX_STEWARDS] if it.weekdays]
    if not kept:
        return []
    return [
        (str(name), [it.user.get_full_name() or it.user.get_username() for it in kept if day in it.weekdays])
        for day, name in WEEKDAYS.items()
    ]


@require_POST
def choose(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep what was chosen for one place."""
    place = _places(request).filter(slug=slug).first()
    if place is None:
        raise Http404
    form = _form(place, duties.find(request.user, place), request.POST)
    if not form.is_valid():
        return _page(request, (place, form))
    _duty, changed = duties.choose(actor=Actor.of(request.user), user=request.user, place=place, **form.cleaned_data)
    messages.success(request, _("Kept.") if changed else _("That is as it was."))
    return redirect("duty")
