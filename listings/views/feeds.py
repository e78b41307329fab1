"""`/post/feeds/`: the calendars that a group keeps elsewhere, for its editors and for the stewards of its place."""

from __future__ import annotations

import datetime
import uuid as uuids
from collections.abc import Callable
from functools import wraps

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.errors import HereaboutsError
from config.forms import error_list
from listings import tasks
from listings.access import permissions
from listings.commands import feeds
from listings.feeds import health
from listings.feeds.addresses import feed_address
from listings.feeds.items import home_of
from listings.feeds.readers.moments import read_iso
from listings.feeds.venues import Match, Venues, folded
from listings.models import Feed, FeedItem, Organisation
from listings.posting.venues import venues_like
from mapping.models import PUBLIC, Actor, Category, Node, NodeKind

SHOWN = 100
MOMENT = datetime.timedelta(minutes=1)


class FeedForm(forms.Form):
    """The address of a calendar, and where in the guide its events belong."""

    url = forms.CharField(
        label=gettext_lazy("Address of the calendar"),
        help_text=gettext_lazy(
            "Begins with https:// or webcal://. A calendar (.ics), a Google sheet, a podcast, news, or a web page."
        ),
        max_length=2000,
        error_messages={"required": gettext_lazy("Paste the address of the calendar.")},
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    category = forms.ModelChoiceField(
        label=gettext_lazy("Where in the guide do its events belong?"),
        queryset=Category.objects.all(),
        required=False,
        empty_label=gettext_lazy("As the calendar says, else “Event”"),
        to_field_name="slug",
    )

    def clean_url(self) -> str:
        try:
            return feed_address(self.cleaned_data["url"])
        except HereaboutsError as error:
            raise forms.ValidationError(str(error)) from None


def _signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lead to signing in first, and back."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path() if request.method in ("GET", "HEAD") else reverse("feeds"))
        return view(request, *args, **kwargs)

    return wrapped


def _group(request: HttpRequest, uuid: uuids.UUID) -> Organisation:
    """The group, when this person looks after its calendars; for others it is not there."""
    organisation = get_object_or_404(Organisation.objects.select_related("place"), uuid=uuid)
    if organisation.place is None or not permissions.can_keep_feeds(request.user, organisation):
        raise Http404
    return organisation


def _feed(request: HttpRequest, uuid: uuids.UUID) -> Feed:
    found = get_object_or_404(Feed.objects.select_related("organisation__place", "category"), uuid=uuid)
    if not permissions.can_keep_feeds(request.user, found.organisation):
        raise Http404
    return found


def _context(organisation: Organisation | None = None, **more) -> dict:
    place = organisation.place if organisation is not None else None
    url = place.get_absolute_url() if place is not None else ""
    return {"organisation": organisation, "place": place, "place_url": url, "section": "post", **more}


@never_cache
@require_safe
@_signed_in
def index(request: HttpRequest) -> HttpResponse:
    """The groups whose calendars this person looks after; of a steward's places those that have one, faults first."""
    groups = permissions.organisations_of(request.user).annotate(count=Count("feeds")).order_by("name")
    others = permissions.to_decide(request.user, Feed.objects.all(), "organisation").exclude(
        organisation__in=permissions.organisations_of(request.user)
    )
    context = _context(
        groups=groups[:SHOWN],
        feeds=others.select_related("organisation").order_by("-failures", "organisation__name", "pk")[:SHOWN],
    )
    return render(request, "listings/feeds/index.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@_signed_in
def group(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """The calendars of a group; a POST adds one, which is read first and shown before anything of it comes in."""
    organisation = _group(request, uuid)
    form = FeedForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                feed = feeds.add(
                    actor=Actor.of(request.user),
                    user=request.user,
                    organisation=organisation,
                    url=form.cleaned_data["url"],
                    category=form.cleaned_data["category"],
                )
            except feeds.FeedRefused as error:
                form.add_error("url", str(error))
                status = error.status
            else:
                tasks.read_feed_soon(feed.pk)
                return redirect("feed", uuid=feed.uuid)
    context = _context(
        organisation,
        form=form,
        errors=error_list(form) if form.is_bound else [],
        feeds=organisation.feeds.annotate(
            unsure=Count("items", filter=Q(items__venue_confidence__lt=0.75, items__gone_at=None))
        ),
    )
    return render(request, "listings/feeds/group.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@_signed_in
def feed(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """How a calendar is: when it was read, what is wrong with it, what is asked. A POST does what its button says."""
    found = _feed(request, uuid)
    if request.method == "POST":
        return _do(request, found)
    return _page(request, found)


def _page(request: HttpRequest, found: Feed, status: int = 200, **more) -> HttpResponse:
    preview = dict(found.preview or {})
    home = home_of(found)
    for title in preview.get("titles", []):
        title["starts"] = read_iso(title["starts"], home) if title.get("starts") else None
        title["all_day"] = title["starts"] is not None and not hasattr(title["starts"], "hour")
    context = _context(
        found.organisation,
        feed=found,
        preview=preview,
        questions=[] if found.is_awaited else health.questions(found),
        edited=health.edited(found),
        listings=found.items.filter(gone_at=None, listing__isnull=False)
        .select_related("listing")
        .order_by("listing__name", "pk")[:SHOWN],
        **more,
    )
    return render(request, "listings/feeds/feed.html", context, status=status)


def _do(request: HttpRequest, found: Feed) -> HttpResponse:
    actor = Actor.of(request.user)
    match request.POST.get("do"):
        case "accept":
            feeds.accept(actor=actor, feed=found)
            tasks.read_feed_soon(found.pk)
            messages.success(request, _("It is read now. What is in it is there within a minute."))
        case "pause":
            feeds.pause(actor=actor, feed=found, paused=True)
            messages.success(request, _("It is not read any more. What came from it stays as it is."))
        case "resume":
            feeds.pause(actor=actor, feed=found, paused=False)
            tasks.read_feed_soon(found.pk)
            messages.success(request, _("It is read again."))
        case "read" if found.read_at is not None and timezone.now() - found.read_at < MOMENT:
            # Somebody else's site is not asked as often as a button can be pressed.
            messages.info(request, _("It was read a moment ago."))
        case "read":
            feeds.read_soon(found)
            tasks.read_feed_soon(found.pk)
            messages.success(request, _("It is read now. Look again in a minute."))
        case "remove":
            count = feeds.remove(actor=actor, feed=found)
            messages.success(
                request, _("The calendar is removed. Taken off the map with it: %(count)d.") % {"count": count}
            )
            return redirect("feeds-of-group", uuid=found.organisation.uuid)
        case "follow":
            item = get_object_or_404(FeedItem.objects.select_related("feed__organisation", "listing"), feed=found,
                                     listing__uuid=_uuid(request.POST.get("listing")))  # fmt: skip
            feeds.follow_again(actor=actor, item=item)
            tasks.read_feed_soon(found.pk)
            messages.success(request, _("“%(name)s” follows the calendar again.") % {"name": item.listing.name})
        case _:
            raise Http404
    return redirect("feed", uuid=found.uuid)


@never_cache
@require_POST
@_signed_in
def venue(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """The answer to "which venue?": one of the choices, another by its name, or none."""
    found = _feed(request, uuid)
    text = request.POST.get("text", "")[:500]
    if not found.items.filter(location_text=text).exists() or not folded(text):
        raise Http404
    choice, name = request.POST.get("venue", ""), request.POST.get("name", "")[:200].strip()
    node: Node | None = None
    if choice == "other" or (name and not choice):
        named = venues_like(found.organisation.place, name) if name else []
        exact = [it for it in named if folded(it.name) == folded(name)]
        if len(exact) != 1:
            problem = (
                _("More than one venue may be meant. Choose it.") if named
                else _("No venue of this name is on the map. Choose another, or say that it is none.")
            )  # fmt: skip
            return _page(request, found, 422, asked=text, named=named, name=name, problem=problem)
        node = exact[0]
    elif choice != "none":
        venues = Node.objects.visible_to(PUBLIC).of_place(found.organisation.place).filter(kind=NodeKind.ASSET)
        node = venues.filter(uuid=_uuid(choice)).first()
        if node is None:
            problem = _("Choose one of the venues, or say that it is none of them.")
            return _page(request, found, 422, asked=text, named=[], name=name, problem=problem)
    where = Venues(found.organisation).where(Match(node, 1.0, "alias"), text)
    feeds.teach(
        actor=Actor.of(request.user),
        user=request.user,
        organisation=found.organisation,
        text=text,
        key=folded(text),
        where=where,
        venue=node,
    )
    if node is not None:
        tasks.read_feed_soon(found.pk)
        said = _("“%(text)s” is %(venue)s from now on.") % {"text": text, "venue": node.name}
    else:
        said = _("“%(text)s” is no venue on the map. It is not asked again.") % {"text": text}
    messages.success(request, said)
    return redirect("feed", uuid=found.uuid)


def _uuid(text: str | None) -> uuids.UUID | None:
    try:
        return uuids.UUID(text or "")
    except ValueError:
        return None
