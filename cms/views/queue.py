"""`/admin/queue/`: everything that waits for a steward, whatever it is; `/admin/queue/new/<uuid>/`: one new listing."""

from __future__ import annotations

import datetime
import uuid as uuids
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from config.errors import HereaboutsError
from listings.access import permissions
from listings.commands import listings, proposals
from listings.models import Hold, Listing, Proposal, ProposalStatus
from listings.moderation import decision_letters, items, replies
from listings.moderation.sources import why_new
from listings.nodes.good_to_know import good_to_know
from listings.posting import drafts
from listings.posting.preview import preview
from mapping.access.viewers import viewer_of
from mapping.answers import store
from mapping.models import PUBLIC, Actor, AuditEntry, NodeState, Place, PlaceFreshness, PlaceRole, PlaceRoleKind

PER_PAGE = 20
# So many rows are looked through; who has more works through these first.
MAX_ROWS = 400
MAX_BULK = 50
MAX_FIGURES = 20
# What people wait for themselves stands before what only the records need.
SHOWN_FIRST = ("flags", "appeals", "new", "changed", "suggestions", "joining", "claims", "afterwards")


@dataclass(frozen=True)
class Row:
    """A row of the queue, and what it is called there."""

    source: items.Source
    item: items.Item

    @property
    def bulk(self) -> items.Bulk | None:
        return items.bulk_action(self.item.bulk) if self.item.bulk else None


def require_steward(request: HttpRequest) -> None:
    """Only those who look after a place, or a part of one."""
    if not permissions.has_a_queue(request.user):
        raise PermissionDenied


@require_safe
def old_address(request: HttpRequest) -> HttpResponse:
    """`/admin/waiting/` is the queue now."""
    return redirect("queue")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The queue: urgent first, then the oldest. `?source=`, `?place=`, `?mine=`, `?p=`."""
    require_steward(request)
    user = request.user
    asked = request.GET.get("source", "")
    asked = asked if asked in {it.name for it in items.sources()} else ""
    places = list(permissions.places_to_decide_in(user).defer("boundary"))
    place = next((it for it in places if it.slug == request.GET.get("place")), None)
    mine = "mine" in request.GET
    number = _page_number(request)
    # Of a part of it one has to look further.
    limit = MAX_ROWS if place is not None or mine else min(number * PER_PAGE + 1, MAX_ROWS)
    counts, found = items.numbers_and_rows(user, limit, asked)
    rows = [Row(source, item) for source, item in found]
    if place is not None:
        rows = [it for it in rows if it.item.place == place]
    if mine:
        own = set(PlaceRole.objects.filter(user=user, role=PlaceRoleKind.STEWARD).values_list("place", flat=True))
        rows = [it for it in rows if it.item.place and it.item.place.pk in own]
    shown = rows[(number - 1) * PER_PAGE : number * PER_PAGE]
    kept = {"source": asked, "place": place.slug if place else "", **({"mine": "1"} if mine else {})}
    actions = {it.bulk.name: it.bulk for it in shown if it.bulk}
    total = sum(counts.values()) if not asked else counts[asked]
    context = {
        "rows": shown,
        "total": total,
        "total_words": items.in_figures(total),
        "counts": [
            {
                "source": it,
                "number": items.in_figures(counts[it.name]),
                "url": f"?{urlencode({**kept, 'source': it.name})}",
            }
            for it in sorted(items.sources(), key=in_order)
            if counts[it.name] or it.name == asked
        ],
        "everything": items.in_figures(sum(counts.values())),
        "everything_url": f"?{urlencode({**kept, 'source': ''})}",
        "asked": asked,
        "places": places if len(places) > 1 else [],
        "place": place,
        "mine": mine,
        "bulk": list(actions.values()),
        "number": number,
        "before": f"?{urlencode({**kept, 'p': number - 1})}" if number > 1 else "",
        "after": f"?{urlencode({**kept, 'p': number + 1})}" if len(rows) > number * PER_PAGE else "",
        "here": f"{reverse('queue')}?{urlencode(kept)}",
        "scheduled": scheduled_for(user).count(),
        "freshness": PlaceFreshness.objects.filter(
            place__in=permissions.places_to_decide_in(user).order_by().values("pk"), counted__gt=0
        )
        .select_related("place")
        .order_by("place__name")[:MAX_FIGURES],
        "questions": store.report(permissions.places_to_decide_in(user)),
        **titles(_("Queue"), "time"),
    }
    return render(request, "cms/admin/queue.html", context)


def in_order(source: items.Source) -> int:
    """Where a kind stands among the others."""
    return SHOWN_FIRST.index(source.name) if source.name in SHOWN_FIRST else len(SHOWN_FIRST)


def _page_number(request: HttpRequest) -> int:
    try:
        return min(max(int(request.GET.get("p", "1")), 1), MAX_ROWS // PER_PAGE)
    except ValueError:
        return 1


def titles(title: str, icon: str) -> dict[str, str]:
    return {"header_title": title, "page_title": title, "header_icon": icon}


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Do one thing with several rows. Each is decided by itself: what cannot be is told, the others are done."""
    require_steward(request)
    action = items.bulk_action(request.POST.get("do", ""))
    if action is None:
        raise Http404
    keys = [it.partition(" ") for it in request.POST.getlist("rows")[:MAX_BULK]]
    done, problems = 0, []
    for bulk_name, _space, key in keys:
        if bulk_name != action.name:
            continue
        try:
            action.do(request, key)
            done += 1
        except HereaboutsError as error:
            problems.append(str(error))
        except Http404:
            problems.append(_("One of them is not there any more, or not yours to decide."))
    if not keys:
        messages.warning(request, _("Tick some rows first."))
    if done:
        messages.success(request, ngettext("%(n)s is done.", "%(n)s are done.", done) % {"n": done})
    for it in problems[:5]:
        messages.warning(request, it)
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    """Where one was in the queue; never another site."""
    asked = request.POST.get("back", "")
    return asked if asked.startswith(f"{reverse('queue')}?") else reverse("queue")


# --- new listings


def scheduled_for(user):
    """What was approved for later, in the order in which it goes live."""
    found = permissions.to_decide(user, Proposal.objects.filter(status=ProposalStatus.SCHEDULED), "node")
    return found.with_what_is_shown().order_by("publish_at", "pk")


@require_safe
def scheduled(request: HttpRequest) -> HttpResponse:
    """What goes live by itself, and when; each can be undone."""
    require_steward(request)
    rows = list(scheduled_for(request.user)[:MAX_ROWS])
    return render(request, "cms/admin/scheduled.html", {"rows": rows, **titles(_("Goes live later"), "calendar")})


@require_safe
def new(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """All that was answered of one new listing, and what can be decided."""
    listing = found_listing(request, uuid)
    was_sent_back = AuditEntry.objects.filter(action="send back listing", target_uuid=uuid).exists()
    schedule = listing.schedule
    said = preview(schedule) if schedule is not None else None
    context = {
        "it": listing,
        "why": why_new(listing, was_sent_back),
        "held": ", ".join(str(Hold(it).label) for it in listing.held_for),
        "when": said.sentence if said else "",
        "dates": said.dates if said else [],
        "notes": said.notes if said else [],
        "known": good_to_know(listing),
        "version": listings.version(listing),
        "replies": replies.of_place(listing.place),
        "waits": listing.state == NodeState.PENDING,
        **titles(listing.name, "time"),
    }
    return render(request, "cms/admin/queue_new.html", context)


def found_listing(request: HttpRequest, uuid: uuids.UUID) -> Listing:
    """The listing, for those who may decide it. Of others' listings nobody learns even that they exist."""
    listing = (
        Listing.objects.select_related("place", "category", "organiser", "venue", "posted_by", "schedule_row")
        .filter(uuid=uuid)
        .first()
    )
    if listing is None or not permissions.decides_for(request.user, listing):
        raise Http404
    return listing


@require_POST
def approve(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Publish a listing and tell its poster."""
    listing = found_listing(request, uuid)
    try:
        with transaction.atomic():
            listing = listings.approve(actor=Actor.of(request.user), listing=listing, seen=request.POST.get("seen", ""))
            told = decision_letters.note_live(listing)
    except listings.ListingError as error:
        messages.warning(request, str(error))
    else:
        said = _("“%(name)s” is live.") % {"name": listing.name}
        messages.success(request, f"{said} {letter_words(told)}")
    return redirect("queue")


@require_POST
def send_back(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Send a listing back with a reason and tell its poster."""
    listing = found_listing(request, uuid)
    try:
        reason = replies.joined(request.POST, listing.place)
        with transaction.atomic():
            listing = listings.reject(
                actor=Actor.of(request.user), listing=listing, reason=reason, seen=request.POST.get("seen", "")
            )
            told = decision_letters.note_sent_back(listing)
    except HereaboutsError as error:
        messages.warning(request, str(error))
        return redirect("queue-new", uuid=uuid) if listing.state == NodeState.PENDING else redirect("queue")
    said = _("“%(name)s” was sent back.") % {"name": listing.name}
    messages.success(request, f"{said} {letter_words(told)}")
    return redirect("queue")


@require_POST
def decide_new(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Refuse a new listing for good, or approve it for a later moment."""
    listing = found_listing(request, uuid)
    viewer = viewer_of(listing.posted_by) if listing.posted_by else PUBLIC
    who = {
        "actor": Actor.of(request.user),
        "user": request.user,
        "listing": listing,
        "typed": drafts.typed_from(listing, viewer),
        "seen": request.POST.get("seen", ""),
    }
    try:
        if request.POST.get("do") == "refuse":
            decide = partial(proposals.refuse_listing, reason=replies.joined(request.POST, listing.place))
            said = _("“%(name)s” was refused.") % {"name": listing.name}
        else:
            decide = partial(proposals.schedule_listing, at=moment(request.POST.get("at", ""), listing.place))
            said = _("“%(name)s” goes live by itself.") % {"name": listing.name}
        with transaction.atomic():
            told = decision_letters.note_proposal(decide(**who))
    except HereaboutsError as error:
        messages.warning(request, str(error))
        return redirect("queue-new", uuid=uuid)
    messages.success(request, f"{said} {letter_words(told)}")
    return redirect("queue")


def moment(text: str, place: Place | None) -> datetime.datetime:
    """What a field for a day and a time gives, on the clocks of its place. Raises `NotPossible`."""
    try:
        at = parse_datetime(text.strip())
    except ValueError:
        at = None
    if at is None:
        raise proposals.NotPossible(
            _("Say on which day and at what time it goes live."), _("Write it like 2026-12-24 09:00.")
        )
    zone = ZoneInfo(place.timezone) if place is not None else None
    return timezone.make_aware(at, zone) if timezone.is_naive(at) else at


def letter_words(is_written_to: bool) -> str:
    """Whether whoever made it is written to, by a job."""
    if is_written_to:
        return _("We are writing to its poster.")
    return _("There is no address to write to; its poster sees it on their page of posts.")


def bulk_approve(request: HttpRequest, key: str) -> None:
    """Approve one of several new listings. `key`: its uuid and the version that was read."""
    uuid, _at, seen = key.partition("@")
    listing = found_listing(request, drafts.id_of(uuid) or uuids.UUID(int=0))
    with transaction.atomic():
        decision_letters.note_live(listings.approve(actor=Actor.of(request.user), listing=listing, seen=seen))
