"""`/groups/<uuid>/`: a group's own page for its team, and everything of it as a file."""

from __future__ import annotations

import uuid as uuids

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from listings.access import permissions
from listings.access import teams as access
from listings.calendar import events, icalendar_writer
from listings.groups import export as exporting
from listings.groups import snippets
from listings.models import Listing, Membership, MembershipRole, Organisation, Space
from mapping.access.viewers import viewer_for
from mapping.models import Node, NodeState
from mapping.nodes.cards import confirmed

from .signed_in import in_place, signed_in
from .team import group_of

PER_PAGE = 20
SHOWN = 50


@never_cache
@require_safe
@signed_in
def group(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """What the group has, how it is, and what is asked of it."""
    found = group_of(request, uuid)
    role = access.role_in(request.user, found)
    now = timezone.localtime()
    page = Paginator(listings_of(found, request.user), PER_PAGE).get_page(request.GET.get("p"))
    context = in_place(
        found.place,
        group=found,
        role=role,
        may_edit=permissions.posts_for(request.user, found),
        is_owner=role == MembershipRole.OWNER,
        page=page,
        rows=[{"listing": it, "confirmed": confirmed(it, now), "over": _over(it, now)} for it in page],
        may_export=permissions.can_keep_feeds(request.user, found),
        feeds=found.feeds.order_by("pk")[:SHOWN] if permissions.can_keep_feeds(request.user, found) else [],
        people=Membership.objects.filter(organisation=found).count(),
        has_owner=access.has_owner(found.pk),
        claims=access.claims_to_answer(request.user, found)[:SHOWN],
        space=Space.objects.filter(organisation=found).first(),
        snippets=snippets.snippets_of(found, request) if found.state == NodeState.LIVE else [],
    )
    return render(request, "listings/groups/group.html", context)


def listings_of(found: Organisation, user):
    """All that it has posted or that came from its calendars, what is on first; also what waits.

    A steward, who is not in the team, gets nothing of what it shows to its members alone.
    """
    rows = Listing.objects.filter(organiser=found).exclude(state=NodeState.ARCHIVED)
    if not access.role_in(user, found):
        rows = permissions.to_decide(user, rows)
    return rows.select_related("category", "place").order_by("over_at", "name", "pk")


def _over(listing: Listing, now) -> bool:
    return listing.over_at is not None and listing.over_at <= now


@never_cache
@require_safe
@signed_in
def export(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Everything of the group in one ZIP, for its editors and stewards: JSON, a table, a calendar."""
    found = group_of(request, uuid)
    if not permissions.can_keep_feeds(request.user, found):
        raise Http404
    rows = listings_of(found, request.user).select_related("category", "place", "schedule_row")
    listings = list(rows.prefetch_related("schedule_row__changes")[: exporting.MAX_LISTINGS])
    viewer, absolute = viewer_for(request), request.build_absolute_uri
    made = events.events(
        list(events.whole(Listing.objects.visible_to(viewer).filter(pk__in=[it.pk for it in listings]))),
        viewer,
        timezone.now(),
        absolute,
    )
    calendar = icalendar_writer.write(found.name, made, address=absolute(request.path))
    seen = Node.objects.visible_to(viewer).filter(pk__in={it.venue_id for it in listings if it.venue_id})
    content = exporting.archive(found, listings, dict(seen.values_list("pk", "name")), calendar, absolute)
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{found.uuid}.zip"'
    return response
