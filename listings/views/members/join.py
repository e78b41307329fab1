"""`/groups/<uuid>/join/`, `/<place>/join/`: what members see and may do, in plain words, before anybody joins; leaving.

No account is needed before: the name waits in the session while a code proves the address.
"""

from __future__ import annotations

import uuid as uuids

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from config.forms import error_list
from listings.access import spaces
from listings.commands import members
from listings.members import decision_letters, letters
from listings.members.forms import JoinForm
from listings.models import Member, Membership, MemberState, Space
from listings.views.letter_links import may_be_gone
from mapping.models import Actor, PlaceRole, PlaceRoleKind

from .pages import group_of, page, place_of, to_sign_in

# What was typed, by the address of the page, until one has signed in.
SESSION = "joining"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def group(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Join a group, or leave it."""
    found = group_of(request, uuid)
    space = spaces.of_group(found)
    if space is None or not space.is_open:
        return page(request, "not_open", space or Space(organisation=found), status=404)
    return _join(request, space)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest, place: str) -> HttpResponse:
    """Become a member of a place, or leave it."""
    return _join(request, spaces.of_place(place_of(place)))


def _join(request: HttpRequest, space: Space) -> HttpResponse:
    if request.method == "POST" and "leave" in request.POST:
        return _leave_place(request, space)
    if request.method != "POST":
        kept = request.session.get(SESSION, {}) if request.session.session_key else {}
        mine = kept if kept.get("page") == request.path else {}
        return _page(
            request, space, JoinForm(initial={"name": mine.get("name", "")}, request=request), begun=bool(mine)
        )
    form = JoinForm(request.POST, request=request)
    if not form.is_valid():
        return _page(request, space, form, status=form.refused_status)
    held = bool(form.held_for)
    if not request.user.is_authenticated:
        request.session[SESSION] = {"page": request.path, "name": form.cleaned_data["name"], "held": held}
        return to_sign_in(request.path)
    kept = request.session.pop(SESSION, {})
    held = held or bool(kept.get("held") and kept.get("page") == request.path)
    known = spaces.belonging_of(request.user, space)
    try:
        with transaction.atomic():
            member = members.join(
                actor=Actor.of(request.user),
                user=request.user,
                space=space,
                name=form.cleaned_data["name"],
                wait=held,
            )
            # Sent twice, it is one letter.
            is_new = known is None or known.state == MemberState.TURNED_AWAY
            if is_new and member.state == MemberState.ASKED:
                decision_letters.note_asked(member)
    except members.MemberError as error:
        problem = [{"field_id": "", "message": str(error)}]
        return _page(request, space, form, status=error.status, errors=problem)
    if is_new and member.state == MemberState.MEMBER:
        letters.joined(member, request)
    return redirect(request.path)


def _page(request: HttpRequest, space: Space, form: JoinForm, *, status: int = 200, **more) -> HttpResponse:
    user = request.user
    member = spaces.belonging_of(user, space)
    role = ""
    if user.is_authenticated and space.organisation_id:
        role = "team" if Membership.objects.filter(user=user, organisation=space.organisation_id).exists() else ""
    elif user.is_authenticated:
        role = PlaceRole.objects.filter(user=user, place=space.place_id).values_list("role", flat=True).first() or ""
    more.setdefault("errors", error_list(form) if form.is_bound else [])
    return page(request, "join", space, status=status, form=form, member=member, role=role, **more)


def _leave_place(request: HttpRequest, space: Space) -> HttpResponse:
    """One button, also for those who were made members by somebody else."""
    if not request.user.is_authenticated:
        return to_sign_in(request.path)
    actor, member = Actor.of(request.user), spaces.belonging_of(request.user, space)
    if member is not None and member.state != MemberState.TURNED_AWAY:
        members.leave(actor=actor, member=member)
    if (
        space.place_id
        and PlaceRole.objects.filter(user=request.user, place=space.place_id, role=PlaceRoleKind.MEMBER).exists()
    ):
        members.leave_place(actor=actor, user=request.user, space=space)
    return page(request, "left", space)


# For whoever holds the link of a letter: no cookie is needed, and a program that looks at links presses no buttons.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@may_be_gone
def leave(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """The link of a letter: what it ends, and the button that ends it."""
    found = Member.objects.select_related("space__organisation__place", "space__place", "user").filter(leave_key=uuid)
    member = found.exclude(state=MemberState.TURNED_AWAY).first()
    if member is None:
        response = render(request, "listings/members/gone.html", status=404)
    elif request.method == "POST":
        members.leave(actor=members.HOLDER, member=member)
        response = page(request, "left", member.space)
    else:
        response = page(request, "leave", member.space, member=member)
    response["Referrer-Policy"] = "no-referrer"
    return response
