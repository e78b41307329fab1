"""Pages of Wagtail's tree, found once for each state of the tree: finding one asks seven things of the database.

What is found is remembered by a process as long as no page, site, place or restriction has changed (the triggers of
ADR 0028 count those changes), and only for addresses of places, whose number is small.
"""

from __future__ import annotations

import copy
import threading
from collections import OrderedDict
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from wagtail import hooks
from wagtail import views as wagtail_views
from wagtail.models import Page

from cms.models import PlacePage, TourPage
from mapping.answers import page_copies
from mapping.models import Place

MAX_ROUTES = 256  # addresses
# Only ask whether a page is restricted, and whether it may be read: of one that is restricted nothing is remembered,
# and GET and HEAD may.
CHECKS = {"check_view_restrictions", "check_request_method"}


class Route(NamedTuple):
    """A page and what it is asked, as Wagtail found them after so many changes."""

    changes: str
    page: PlacePage
    view: Any
    args: tuple
    kwargs: dict[str, Any]


_routes: OrderedDict[tuple[str, str], Route] = OrderedDict()
_lock = threading.Lock()


def serve(request: HttpRequest, path: str) -> HttpResponseBase:
    """Answer with the page at `path`. Raises Http404 where there is none."""
    is_open = settings.PAGE_COPIES_MB and request.method in ("GET", "HEAD") and not _is_known(request)
    if not is_open:
        return wagtail_views.serve(request, path)
    key = (request.get_host(), path)
    with _lock:
        route = _routes.get(key)
    place = route.page.place if route is not None else None
    # Read before anything is shown, and used again by whoever says in which state the page is.
    changes = _hold(request, place)
    if route is None or route.changes != changes or not changes:
        route = _find(request, path, changes)
        if route is None:
            return _tour(request, path, changes) or wagtail_views.serve(request, path)
        with _lock:
            _routes[key] = route
            while len(_routes) > MAX_ROUTES:
                _routes.popitem(last=False)
        if place is None and _hold(request, route.page.place) != changes:
            return _again(request, path)
    # A copy, so that what a request does with its page and place is its own.
    page = copy.copy(route.page)
    page.place = copy.copy(route.page.place)
    request._wagtail_route_for_request = (page, (), {})  # type: ignore[attr-defined]
    return page.serve(request, route.view.__get__(page), route.args, route.kwargs)


def _tour(request: HttpRequest, path: str, changes: str) -> HttpResponseBase | None:
    """A tour that changed while it was looked for is found anew: None where nothing stands in the way.

    The state of its place is held from here on, before anything that the tour shows of the records is read.
    """
    found = Page.route_for_request(request, path)
    if found is None or not isinstance(found[0], TourPage):
        return None
    return _again(request, path) if _hold(request, found[0].place) != changes else None


def _again(request: HttpRequest, path: str) -> HttpResponseBase:
    """Something changed while a page was looked for: once more, now that it is known whose state to read first."""
    for name in ("_wagtail_route_for_request", "_wagtail_site"):
        request.__dict__.pop(name, None)
    return serve(request, path)


def _hold(request: HttpRequest, place: Place | None) -> str:
    """Hold the state of `place`, and return how often what no revision tells of has changed."""
    state = page_copies.hold(request, place.pk if place is not None and place.is_home else None, timezone.now())
    return next((it for it in state.split() if "/" in it), "")


def _is_known(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES or "HTTP_AUTHORIZATION" in request.META


def _find(request: HttpRequest, path: str, changes: str) -> Route | None:
    """Where Wagtail leads, if that is a page of a place that nothing restricts and no other hook has a word about."""
    found = Page.route_for_request(request, path)
    hooked = [*hooks.get_hooks("before_serve_page"), *hooks.get_hooks("on_serve_page")]
    if found is None or not isinstance(found[0], PlacePage) or {it.__name__ for it in hooked} - CHECKS:
        return None
    if found[0].get_view_restrictions().exists():
        return None
    page, (view, args, kwargs) = found[0], found[1]
    return Route(changes, page, getattr(view, "__func__", view), args, kwargs) if page.place else None


def forget() -> None:
    """Forget every way."""
    with _lock:
        _routes.clear()
