"""`/node/<uuid>/publication/`: take something off the map with a reason, see why it is off, put it back."""

from __future__ import annotations

import uuid as uuids

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mapping.access.permissions import Contributor, contributor_of
from mapping.access.viewers import viewer_for
from mapping.commands import publication as commands
from mapping.models import Actor, Node, NodeState, Visibility

from .connect import page_context, sign_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def publication(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """For those who look after it; for others it is not there."""
    contributor = contributor_of(request)
    if contributor is None:
        return sign_in(request)
    node, off = _found(request, contributor, uuid)
    if off is None and node.state != NodeState.LIVE:
        raise Http404
    if request.method == "POST":
        return (
            _put_back(request, contributor, node, off)
            if "put_back" in request.POST
            else _unpublish(request, contributor, node)
        )
    return _page(request, contributor, node, off)


def _found(
    request: HttpRequest, contributor: Contributor, uuid: uuids.UUID
) -> tuple[Node, commands.Unpublication | None]:
    """The node and why it is off, when this person looks after it and could see it if it were on the map."""
    node = Node.objects.select_related("place").filter(uuid=uuid).first()
    if node is None or not contributor.looks_after(node):
        raise Http404
    viewer, off = viewer_for(request), commands.unpublication(node)
    if node.state == NodeState.LIVE:
        seen = Node.objects.visible_to(viewer).filter(pk=node.pk).exists()
    else:
        # Of what only a group sees: nobody who has left it, and stewards only what was put before them.
        put_before = off is not None and off.for_stewards and contributor.is_steward_at(node)
        inside = viewer.sees_everything or node.group_id in viewer.group_ids
        seen = node.visibility != Visibility.GROUP or inside or put_before
    if not seen:
        raise Http404
    return node, off


def _page(
    request: HttpRequest, contributor: Contributor, node: Node, off, *, problem: str = "", status: int = 200
) -> HttpResponse:
    context = page_context(
        node,
        off=off,
        typed=request.POST.get("reason", ""),
        limit=commands.MAX_REASON,
        may_put_back=off is not None and (contributor.is_steward_at(node) or not off.for_stewards),
        errors=[{"field_id": "id_reason" if off is None else "", "message": problem}] if problem else [],
    )
    return render(request, "mapping/nodes/publication.html", context, status=status)


def _unpublish(request: HttpRequest, contributor: Contributor, node: Node) -> HttpResponse:
    try:
        commands.unpublish(
            actor=Actor.of(request.user),
            node=node,
            reason=request.POST.get("reason", ""),
            by_steward=contributor.is_steward_at(node),
        )
    except commands.PublicationRefused as error:
        node.refresh_from_db()
        return _page(request, contributor, node, commands.unpublication(node), problem=str(error), status=422)
    return redirect("publication", uuid=node.uuid)


def _put_back(request: HttpRequest, contributor: Contributor, node: Node, off) -> HttpResponse:
    if off is not None and off.for_stewards and not contributor.is_steward_at(node):
        words = _("A steward took it off the map, so a steward puts it back. Write to them if they are wrong.")
        if not off.by_steward:
            words = _("It is hidden until a steward has looked at it, so a steward puts it back.")
        return _page(request, contributor, node, off, problem=words, status=403)
    try:
        commands.put_back(actor=Actor.of(request.user), node=node)
    except commands.PublicationRefused as error:
        return _page(request, contributor, node, off, problem=str(error), status=409)
    messages.success(request, _("“%(name)s” is on the map again.") % {"name": node.name})
    return redirect(node.get_absolute_url())
