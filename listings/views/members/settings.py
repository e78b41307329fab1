"""Keeping a space: what members see, how one joins, who is told when something is wrong; open, close."""

from __future__ import annotations

import uuid as uuids

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from config.forms import error_list
from listings.access import spaces
from listings.commands import spaces as commands
from listings.guard import rates
from listings.members import letters
from listings.members.forms import ContactForm, PlaceJoiningForm, SpaceForm
from listings.models import ContactRole, Space, SpaceContact
from listings.views.letter_links import may_be_gone
from mapping.models import Actor

from . import people
from .pages import group_of, page, place_of, to_sign_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def group(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """For owners of a group: one page, a form for each thing."""
    if not request.user.is_authenticated:
        return to_sign_in(request.path)
    organisation = group_of(request, uuid)
    space = spaces.of_group(organisation) or Space(organisation=organisation)
    if not spaces.may_manage(request.user, space):
        raise Http404
    if request.method != "POST":
        return _page(request, space)
    action = request.POST.get("action", "")
    if action not in ACTIONS or (space.pk is None and action != "settle"):
        raise Http404
    try:
        return ACTIONS[action](request, space) or redirect(request.path)
    except (commands.SpaceError, rates.TooManyLetters) as error:
        return _page(request, space, status=error.status, errors=[{"field_id": "", "message": str(error)}])


def _settle(request: HttpRequest, space: Space) -> HttpResponse | None:
    form = SpaceForm(request.POST)
    if not form.is_valid():
        return _page(request, space, status=422, form=form, errors=error_list(form))
    commands.settle(actor=Actor.of(request.user), user=request.user, space=space, **form.cleaned_data)
    messages.success(request, _("It is kept."))
    return None


def _contact(request: HttpRequest, space: Space) -> HttpResponse | None:
    role = request.POST.get("role", "")
    form = ContactForm(request.POST, auto_id=f"id_{role}_%s")
    if not form.is_valid():
        return _page(request, space, status=422, bound={role: form}, errors=error_list(form))
    rates.count_letter(request, "ask contact")
    contact, fresh = commands.ask_contact(
        actor=Actor.of(request.user), user=request.user, space=space, **form.cleaned_data
    )
    if fresh and not letters.ask_contact(contact, request.user.email, request):
        commands.decline_contact(contact, actor=Actor.of(request.user))
        problem = _("The letter could not be sent just now. Try again in some minutes.")
        return _page(request, space, status=503, bound={role: form}, errors=[{"field_id": "", "message": problem}])
    messages.success(request, _("We have written to them.") if fresh else _("It is kept."))
    return None


def _open(request: HttpRequest, space: Space) -> None:
    commands.open_space(actor=Actor.of(request.user), user=request.user, space=space)
    messages.success(request, _("The space is open. People can join."))


def _close(request: HttpRequest, space: Space) -> None:
    commands.close_space(actor=Actor.of(request.user), user=request.user, space=space)
    messages.success(request, _("The space is closed. Only your team sees what is in it."))


ACTIONS = {"settle": _settle, "contact": _contact, "open": _open, "close": _close}


def _page(request: HttpRequest, space: Space, status: int = 200, form: SpaceForm | None = None, **more) -> HttpResponse:
    waiting = {it.role: it for it in space.contacts.filter(confirmed_at=None)} if space.pk else {}
    kept = {ContactRole.CONTACT: space.contact, ContactRole.DEPUTY: space.deputy}
    bound = more.pop("bound", {})
    contacts = []
    for role, label in ContactRole.choices:
        there = waiting.get(role) or kept[role]
        initial = {"role": role, **({"name": there.name, "email": there.email, "phone": there.phone} if there else {})}
        contacts.append(
            {
                "label": label,
                "confirmed": kept[role],
                "waiting": waiting.get(role),
                "form": bound.get(role) or ContactForm(initial=initial, auto_id=f"id_{role}_%s"),
            }
        )
    initial = {"name": space.name, "summary": space.summary, "joining": space.joining}
    context = {
        "form": form or SpaceForm(initial=initial),
        "contacts": contacts,
        "ready": bool(space.contact_id and space.deputy_id and space.summary),
        **more,
    }
    return page(request, "settings", space, status=status, **context)


@never_cache
@require_POST
def place(request: HttpRequest, place: str) -> HttpResponse:
    """For stewards: how one becomes a member of the place."""
    if not request.user.is_authenticated:
        return to_sign_in(request.path)
    space = spaces.of_place(place_of(place))
    if not spaces.may_manage(request.user, space):
        raise Http404
    form = PlaceJoiningForm(request.POST)
    if not form.is_valid():
        return people.show(request, space, status=422, form=form, errors=error_list(form))
    commands.settle(actor=Actor.of(request.user), user=request.user, space=space, name="", **form.cleaned_data)
    messages.success(request, _("It is kept."))
    return redirect("place-members", place=place)


# For whoever holds the link of a letter: no cookie is needed, and a program that looks at links presses no buttons.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@may_be_gone
def contact(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Say yes or no to being told when something is wrong; after a yes, end it."""
    found = SpaceContact.objects.select_related("space__organisation__place", "space__place").filter(uuid=uuid).first()
    if found is None:
        response = render(request, "listings/members/contact_gone.html", status=404)
    elif request.method == "POST" and request.POST.get("answer") == "no":
        left, closed = commands.decline_contact(found)
        if left:
            letters.contact_left(found.space, found.get_role_display(), closed, (found.email.lower(),), request)
        response = render(request, "listings/members/contact_gone.html", {"now": True, "title": found.space.title})
    else:
        if request.method == "POST" and commands.confirm_contact(found):
            space = Space.objects.select_related("organisation").get(pk=found.space_id)
            if space.contact_id and space.deputy_id and space.opened_at is None:
                letters.contacts_are_ready(space, request)
        response = page(request, "contact", found.space, contact=found)
    response["Referrer-Policy"] = "no-referrer"
    return response
