"""The members of a group or a place, for those who look after it: let in, turn away, remove, take the list away."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from listings.access import permissions, spaces
from listings.commands import members
from listings.members import decision_letters, export
from listings.members.forms import PlaceJoiningForm, ReasonForm
from listings.models import Member, MemberState, Space
from mapping.models import Actor

from .pages import page, place_of, space_of, to_sign_in

PAGE = 50


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def group(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Of a group: its editors let people in, its owners remove them too."""
    return _allowed(request, lambda: space_of(request, uuid), _people)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest, place: str) -> HttpResponse:
    """Of a place, for its stewards."""
    return _allowed(request, lambda: spaces.of_place(place_of(place)), _people)


@never_cache
@require_POST
def group_file(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """The list as a file, for owners. It is noted that it was taken."""
    return _allowed(request, lambda: space_of(request, uuid), _file)


@never_cache
@require_POST
def place_file(request: HttpRequest, place: str) -> HttpResponse:
    """The list as a file, for stewards."""
    return _allowed(request, lambda: spaces.of_place(place_of(place)), _file)


def _allowed(request: HttpRequest, find: Callable[[], Space], answer: Callable) -> HttpResponse:
    """The answer for whoever decides there; for others it is not there."""
    if not request.user.is_authenticated:
        return to_sign_in(request.path)
    space = find()
    if not spaces.may_decide(request.user, space):
        raise Http404
    return answer(request, space)


def _people(request: HttpRequest, space: Space) -> HttpResponse:
    if request.method != "POST":
        return show(request, space)
    action = request.POST.get("action", "")
    member = _named(request, space)
    reason = ReasonForm(request.POST)
    try:
        if action == "approve":
            with transaction.atomic():
                decision_letters.note_let_in(members.approve(actor=_actor(request), user=request.user, member=member))
            messages.success(request, _("They are a member now. We are writing to them."))
        elif action in ("refuse", "remove"):
            if not reason.is_valid():
                problem = [{"field_id": f"reason-{member.uuid}", "message": reason.errors["reason"][0]}]
                return show(
                    request, space, status=422, errors=problem, typed_of=member.uuid, typed=request.POST.get("reason")
                )
            verb = members.refuse if action == "refuse" else members.remove
            why = reason.cleaned_data["reason"]
            with transaction.atomic():
                gone = verb(actor=_actor(request), user=request.user, member=member, reason=why)
                decision_letters.note_turned_away(gone, why, removed=action == "remove")
            messages.success(request, _("It is done. We are writing to them why."))
        else:
            raise Http404
    except members.MemberError as error:
        return show(request, space, status=error.status, errors=[{"field_id": "", "message": str(error)}])
    return redirect(request.path)


def _actor(request: HttpRequest) -> Actor:
    return Actor.of(request.user)


def _named(request: HttpRequest, space: Space) -> Member:
    """The member that a form names, of this space alone. Raises Http404."""
    try:
        uuid = uuids.UUID(request.POST.get("member", ""))
    except ValueError:
        raise Http404 from None
    found = Member.objects.select_related("user").filter(space=space.pk, uuid=uuid).first()
    if found is None:
        raise Http404
    return found


def show(request: HttpRequest, space: Space, status: int = 200, **more) -> HttpResponse:
    """The page: who has asked, who is a member; of a place also how one joins."""
    rows = Member.objects.filter(space=space.pk).select_related("user")
    asked = rows.filter(state=MemberState.ASKED).order_by("asked_at", "pk")
    # A steward who stands in for a group without editors decides on who asks, and reads nobody else's name.
    stands_in = bool(space.organisation_id) and not permissions.posts_for(request.user, space.organisation)
    there = Paginator(
        (rows.none() if stands_in else rows).filter(state=MemberState.MEMBER).order_by("since", "pk"), PAGE
    )
    form = None
    if space.place_id:
        form = PlaceJoiningForm(initial={"summary": space.summary, "joining": space.joining})
    context = {
        "asked": asked[:PAGE],
        "number_asked": asked.count(),
        "people": there.get_page(request.GET.get("page")),
        "number": there.count,
        "form": form,
        "stands_in": stands_in,
        **more,
    }
    return page(request, "people", space, status=status, **context)


def _file(request: HttpRequest, space: Space) -> HttpResponse:
    try:
        members.take_list(actor=_actor(request), user=request.user, space=space)
    except members.NotYours as error:
        return show(request, space, status=error.status, errors=[{"field_id": "", "message": str(error)}])
    response = StreamingHttpResponse(export.as_csv(space), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="members.csv"'
    response["Cache-Control"] = "private, no-store"
    return response
