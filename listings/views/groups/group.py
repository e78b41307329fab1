"""`/groups/<uuid>/`: a group's own page for its team, and everything of it as a file."""

from __future__ import annotations

import uuid as uuids

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Q, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from config.errors import HereaboutsError
from listings.access import permissions
from listings.access import teams as access
from listings.calendar import events, icalendar_writer
from listings.commands import freshness
from listings.freshness import health
from listings.groups import export as exporting
from listings.groups import snippets
from listings.models import Listing, Membership, MembershipRole, Organisation, Space
from listings.posting.drafts import id_of
from mapping.access.viewers import viewer_for
from mapping.commands import publication
from mapping.models import Actor, ConfirmedBy, Node, NodeState
from mapping.nodes.cards import confirmed

from .signed_in import in_place, signed_in
from .team import group_of

PER_PAGE = 20
SHOWN = 50


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def group(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """What the group has, how it is, and what is asked of it. A POST says that a listing (`node`) is still true."""
    found = group_of(request, uuid)
    if request.method == "POST":
        return _confirm(request, found)
    role = access.role_in(request.user, found)
    now = timezone.localtime()
    page = Paginator(listings_of(found, request.user, archived=True), PER_PAGE).get_page(request.GET.get("p"))
    may_edit = permissions.posts_for(request.user, found)
    context = in_place(
        found.place,
        group=found,
        role=role,
        may_edit=may_edit,
        is_owner=role == MembershipRole.OWNER,
        page=page,
        rows=_rows(page, request.user, may_edit, now),
        may_export=permissions.can_keep_feeds(request.user, found),
        feeds=found.feeds.order_by("pk")[:SHOWN] if permissions.can_keep_feeds(request.user, found) else [],
        people=Membership.objects.filter(organisation=found).count(),
        has_owner=access.has_owner(found.pk),
        claims=access.claims_to_answer(request.user, found)[:SHOWN],
        space=Space.objects.filter(organisation=found).first(),
        snippets=snippets.snippets_of(found, request) if found.state == NodeState.LIVE else [],
    )
    return render(request, "listings/groups/group.html", context)


def _rows(page, user, may_edit: bool, now) -> list[dict]:
    """The listings of a page, each with how it stands and what may be done."""
    listings = list(page)
    standing = health.standings(listings, now)
    asked = [it.pk for it in listings if it.pk in standing and standing[it.pk].is_asked]
    # A steward's word counts too; what the team may, it may for all.
    mine = set(asked) if may_edit else set(_decided_by(user, asked))
    return [
        {
            "listing": it,
            "standing": None if _over(it, now) else standing.get(it.pk),
            "confirmed": confirmed(it, now),
            "over": _over(it, now),
            "may_confirm": it.pk in mine and not _over(it, now),
        }
        for it in listings
    ]


def _decided_by(user, ids: list[int]):
    return permissions.to_decide(user, Listing.objects.filter(pk__in=ids)).values_list("pk", flat=True) if ids else ()


def _confirm(request: HttpRequest, found: Organisation) -> HttpResponse:
    uuid = id_of(request.POST.get("node", ""))
    listing = listings_of(found, request.user).filter(uuid=uuid).first() if uuid else None
    if listing is None:
        raise Http404
    if permissions.posts_for(request.user, found):
        by = ConfirmedBy.GROUP
    elif permissions.decides_for(request.user, listing):
        by = ConfirmedBy.STEWARD
    else:
        raise Http404
    try:
        freshness.confirm(actor=Actor.of(request.user), node=listing, by=by)
    except HereaboutsError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("“%(name)s” is confirmed.") % {"name": listing.name})
    page = request.POST.get("p", "")
    return redirect(f"{request.path}?p={page}" if page.isdecimal() else request.path)


def listings_of(found: Organisation, user, *, archived: bool = False):
    """All that it has posted or that came from its calendars, what is on first; also what waits.

    `archived`: last also what was taken off the map, by whomever. A steward, who is not in the team, gets nothing of
    what it shows to its members alone.
    """
    rows = Listing.objects.filter(organiser=found)
    kept = ~Q(state=NodeState.ARCHIVED)
    if archived:
        kept |= Q(pk__in=publication.off_the_map(rows).order_by().values("pk"))
    rows = rows.filter(kept)
    if not access.role_in(user, found):
        rows = permissions.to_decide(user, rows)
    last = Case(When(state=NodeState.ARCHIVED, then=Value(1)), default=Value(0))
    return rows.select_related("category", "place").order_by(last, "over_at", "name", "pk")


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
