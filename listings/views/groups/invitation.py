"""`/groups/invitations/<uuid>/`: the page that the link of an invitation leads to. Two buttons: yes, no."""

from __future__ import annotations

import uuid as uuids

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from config.errors import HereaboutsError
from listings.access import teams as access
from listings.commands import invitations
from listings.groups import decision_letters
from listings.models import Invitation, InvitationState
from listings.views.letter_links import may_be_gone

from .signed_in import in_place, signed_in


def masked(email: str) -> str:
    """An address by which its owner knows it, and nobody else learns it: `a…@example.org`."""
    name, _at, domain = email.partition("@")
    return f"{name[:1]}…@{domain}"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@may_be_gone
def invitation(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """What one is asked. A POST answers, by whoever is signed in with the address that was invited."""
    rows = Invitation.objects.select_related("organisation__place", "invited_by")
    found = rows.filter(uuid=uuid).first()
    if found is None:
        return _kept(render(request, "listings/groups/invitation_gone.html", status=404))
    if request.method == "POST":
        return _answer(request, uuid, found)
    return _page(request, found)


@signed_in
def _answer(request: HttpRequest, uuid: uuids.UUID, found: Invitation) -> HttpResponse:
    group = found.organisation
    try:
        if request.POST.get("do") == "decline":
            invitations.decline(user=request.user, invitation=found)
            return redirect("invitation", uuid=uuid)
        with transaction.atomic():
            invitations.accept(user=request.user, invitation=found)
            decision_letters.note_claims_for_owner(request.user, group)
    except HereaboutsError as error:
        found.refresh_from_db()
        return _page(request, found, status=error.status, problem=str(error))
    messages.success(request, _("You are in the team of “%(name)s”.") % {"name": group.name})
    return redirect("group", uuid=group.uuid)


def _page(request: HttpRequest, found: Invitation, *, status: int = 200, problem: str = "") -> HttpResponse:
    is_theirs = access.has_address(request.user, found.email)
    over = found.state != InvitationState.OPEN or found.is_late
    context = in_place(
        found.organisation.place,
        invitation=found,
        group=found.organisation,
        is_theirs=is_theirs,
        somebody_else=request.user.is_authenticated and not is_theirs,
        masked=masked(found.email),
        over=over,
        is_member=is_theirs and bool(access.role_in(request.user, found.organisation)),
        # Whoever follows a link once too often reads what happened, not an error.
        problem=problem if not over else "",
    )
    gone = 410 if over and status == 200 else status
    return _kept(render(request, "listings/groups/invitation.html", context, status=gone))


def _kept(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "same-origin"
    return response
