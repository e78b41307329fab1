"""`/groups/<uuid>/space/urgent/`: "something is wrong now", to two people at once; and how they say they have it."""

from __future__ import annotations

import uuid as uuids

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from config.forms import error_list
from listings.access import spaces
from listings.commands import urgent_calls
from listings.members import letters
from listings.members.forms import UrgentForm
from listings.models import UrgentCall, UrgentCopy
from listings.views.letter_links import may_be_gone
from mapping.access.viewers import viewer_for
from mapping.models import Actor

from .pages import page, space_of, to_sign_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """The form, and after it to whom it went. `?sent=<key>`: a call of one's own."""
    if not request.user.is_authenticated:
        return to_sign_in(request.path)
    space = space_of(request, uuid)
    if not spaces.may_call(viewer_for(request), space):
        raise Http404
    if request.method != "POST":
        sent = _own(request, space)
        form = UrgentForm(initial={"key": str(uuids.uuid4())})
        return page(
            request, "urgent", space, here=True, form=form, call=sent, copies=list(sent.copies.all()) if sent else []
        )
    form = UrgentForm(request.POST)
    if not form.is_valid():
        return page(request, "urgent", space, here=True, status=422, form=form, errors=error_list(form))
    try:
        made, fresh = urgent_calls.call(
            actor=Actor(label="a member"),
            user=request.user,
            viewer=viewer_for(request),
            space=space,
            text=form.cleaned_data["text"],
            uuid=form.cleaned_data["key"],
        )
    except urgent_calls.UrgentCallError as error:
        problem = [{"field_id": "", "message": str(error)}]
        return page(request, "urgent", space, here=True, status=error.status, form=form, errors=problem)
    if fresh:
        for copy in made.copies.select_related("call__space__organisation__place", "call__by"):
            if letters.urgent(copy, request):
                urgent_calls.note_sent(copy)
    return redirect(f"{reverse('space-urgent', args=[uuid])}?sent={made.uuid}")


def _own(request: HttpRequest, space) -> UrgentCall | None:
    try:
        key = uuids.UUID(request.GET.get("sent", ""))
    except ValueError:
        return None
    return UrgentCall.objects.filter(space=space, by=request.user, uuid=key).first()


# For whoever holds the link of a letter: no cookie is needed, and a program that looks at links presses no buttons.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@may_be_gone
def copy(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """A call as one of the two has it. A POST says that they have it, and the other is told."""
    # Whose address was erased gave the link up with it: the words of the call are for the two who are told.
    known = UrgentCopy.objects.select_related("call__space__organisation__place", "call__by").exclude(email="")
    found = known.filter(uuid=uuid).first()
    if found is None:
        response = render(request, "listings/members/gone.html", {"call": True}, status=404)
        response["Referrer-Policy"] = "no-referrer"
        return response
    told = None
    if request.method == "POST" and urgent_calls.acknowledge(found):
        told = letters.acknowledged(found, request)
    other = found.call.copies.exclude(pk=found.pk).first()
    response = page(request, "urgent_copy", found.call.space, copy=found, call=found.call, other=other, written=told)
    response["Referrer-Policy"] = "no-referrer"
    return response
