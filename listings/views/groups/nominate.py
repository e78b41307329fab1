"""`/groups/nominate/`: a resident names a group that is not on the map; `/groups/nominations/…`: a steward decides."""

from __future__ import annotations

import uuid as uuids
from functools import partial

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from config.errors import HereaboutsError
from config.forms import error_list
from listings.access import permissions
from listings.access import teams as access
from listings.commands import nominations
from listings.groups import decision_letters
from listings.guard.forms import GuardedForm
from listings.models import Nomination, NominationState
from listings.posting.venues import organisations_like
from mapping.models import PUBLIC, Actor, Node, Place
from mapping.search.geocoding import tidy

from .signed_in import in_place, signed_in

MAX_ALIKE = 5


class NominateForm(GuardedForm):
    """What a resident knows of a group."""

    guard_name = "nominate"

    name = forms.CharField(
        label=gettext_lazy("What is it called?"),
        max_length=200,
        error_messages={"required": gettext_lazy("Write the name of the group.")},
    )
    summary = forms.CharField(
        label=gettext_lazy("What does it do?"), max_length=1000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    where = forms.CharField(
        label=gettext_lazy("Where is it?"),
        help_text=gettext_lazy("A postcode, a street, or where they meet. Not where somebody lives."),
        max_length=300,
        required=False,
    )
    website = forms.URLField(
        label=gettext_lazy("Its web page"),
        max_length=500,
        required=False,
        assume_scheme="https",
        error_messages={"invalid": gettext_lazy("This is not a web address. Write it like https://example.org.")},
    )
    contact_email = forms.EmailField(
        label=gettext_lazy("An e-mail address of the group"),
        help_text=gettext_lazy("A steward invites them to look after their page. It is not shown to anybody else."),
        max_length=254,
        required=False,
        error_messages={"invalid": gettext_lazy("This is not an e-mail address. Write it like name@example.org.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("Your own e-mail address"),
        help_text=gettext_lazy("If you want to learn what becomes of it. Used for that letter only, and then deleted."),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": gettext_lazy("This is not an e-mail address. Write it like name@example.org.")},
    )
    attempt = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, place: Place, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.place = place


# Nothing is done in anybody's name, so no cookie is needed: a steward reads what is sent.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def nominate(request: HttpRequest) -> HttpResponse:
    """The form; before it is sent: is it one of these? Without a place it asks for one."""
    homes = list(Place.objects.current().homes().defer("boundary").order_by("name")[:200])
    asked = tidy(request.GET.get("place", ""))
    place = next((it for it in homes if it.slug == asked), homes[0] if len(homes) == 1 and not asked else None)
    if place is None:
        if asked:
            raise Http404
        return render(request, "listings/groups/nominate.html", {"homes": homes})
    if request.method != "POST":
        initial = {"attempt": uuids.uuid4(), "name": tidy(request.GET.get("name", ""))[:200]}
        return _form(request, place, NominateForm(request=request, place=place, initial=initial))
    form = NominateForm(request.POST, request=request, place=place)
    # The list comes before the work of the browser is counted: that is used up once.
    alike = _alike(place, request.POST.get("name", "")) if "not_these" not in request.POST else []
    if alike:
        form.counts_rate = form.asks_work = False
        if form.is_valid():
            form.asks_work = True
            return _form(request, place, form, alike=alike)
        form.asks_work = True
        return _form(request, place, form, status=422)
    if not form.is_valid():
        return _form(request, place, form, status=form.refused_status)
    given = {it: form.cleaned_data[it] for it in ("name", "summary", "where", "website", "contact_email", "email")}
    try:
        nominations.nominate(place=place, uuid=form.cleaned_data["attempt"], held_for=form.held_for, **given)
    except HereaboutsError as error:
        return _form(request, place, form, status=error.status, problem=str(error))
    context = in_place(place, email=given["email"], name=given["name"])
    return render(request, "listings/groups/nominated.html", context)


def _alike(place: Place, name: str) -> list[Node]:
    name = tidy(name)[:200]
    return organisations_like(place, name, MAX_ALIKE) if len(name) > 2 else []


def _form(request: HttpRequest, place: Place, form: NominateForm, *, status: int = 200, alike=(), problem: str = ""):
    errors = [{"field_id": "", "message": problem}] if problem else []
    errors += error_list(form) if form.is_bound else []
    context = in_place(place, form=form, alike=alike, errors=errors)
    return render(request, "listings/groups/nominate.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def nomination(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """One nomination, for a steward: put it on the map, say which it is, or refuse it."""
    found = get_object_or_404(Nomination.objects.select_related("place", "node"), uuid=uuid)
    if not permissions.decides_at(request.user, found.place_id, found.point):
        raise Http404
    if request.method != "POST":
        return _one(request, found)
    try:
        return _decide(request, found)
    except HereaboutsError as error:
        found.refresh_from_db()
        return _one(request, found, status=error.status, problem=str(error))


def _one(request: HttpRequest, found: Nomination, *, status: int = 200, problem: str = "") -> HttpResponse:
    waits = found.state == NominationState.WAITING
    context = in_place(
        found.place,
        nomination=found,
        waits=waits,
        alike=_alike(found.place, found.name) if waits else [],
        held=[it for it in found._meta.get_field("held_for").base_field.choices if it[0] in found.held_for],
        typed=request.POST.get("reason", ""),
        errors=[{"field_id": "", "message": problem}] if problem else [],
    )
    return render(request, "listings/groups/nomination.html", context, status=status)


def _decide(request: HttpRequest, found: Nomination) -> HttpResponse:
    actor = Actor.of(request.user)
    if not access.nominations_to_decide(request.user).filter(pk=found.pk).exists():
        raise nominations.NominationError(_("“%(name)s” was decided already.") % {"name": found.name})
    match request.POST.get("do"):
        case "accept" | "invite-first" as do:
            with transaction.atomic():
                found, group, invitation = nominations.accept(
                    actor=actor, user=request.user, nomination=found, live=do == "accept"
                )
                if invitation is not None:
                    decision_letters.note_invited(invitation)
                decision_letters.note_nomination_decided(found)
            if invitation is not None:
                messages.success(request, _("An invitation is on its way to the group."))
            return redirect("group-team", uuid=group.uuid)
        case "known":
            node = _chosen(request, found)
            decide = partial(nominations.already_known, node=node)
        case "refuse":
            decide = partial(nominations.refuse, reason=request.POST.get("reason", ""))
        case _:
            raise Http404
    with transaction.atomic():
        found = decide(actor=actor, nomination=found)
        told = decision_letters.note_nomination_decided(found)
    messages.success(request, _("Decided. We are writing to them.") if told else _("Decided."))
    return redirect("nomination", uuid=found.uuid)


def _chosen(request: HttpRequest, found: Nomination) -> Node:
    try:
        uuid = uuids.UUID(request.POST.get("node", ""))
    except ValueError:
        uuid = None
    node = Node.objects.visible_to(PUBLIC).of_place(found.place).filter(uuid=uuid).first() if uuid else None
    if node is None:
        raise nominations.NominationError(_("Choose which of them it is."), status=422)
    return node
