"""Whether a page that a browser or a cache holds is still what we would send (RFC 9110, section 13).

A page of a place changes with the place's revision, with what is asked, with who asks and, where it says what is open
now, with the minute; a file that leaves out what is over, with the hour. All that is its ETag; when it is the same, we
answer 304 and ask the database nothing more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.templatetags.static import static
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import get_language

from config import importmap
from config.build_stamp import stamp
from mapping.answers import page_copies
from mapping.models import Place, Viewer


def etag(
    request: HttpRequest,
    place: Place | None,
    viewer: Viewer,
    *,
    by_the_minute: bool = False,
    by_the_hour: bool = False,
) -> str:
    """Return the weak ETag of the page that `request` asks for. `place` None: it may show any place's. One query.

    Where everybody may have the page, it is said that copies of it may be kept.
    """
    now = timezone.now()
    # What lies within the boundary of a place without a map of its own may belong to any place.
    of_place = place.pk if place is not None and place.is_home else None
    state = page_copies.state_for(request, of_place, now)
    parts = [
        request.get_full_path(),
        request.headers.get("HX-Request", ""),
        # With when something was over last: that leaves lists at once, and the revision follows within a minute.
        state,
        f"{place.accent}{place.name}" if place is not None else "",
        get_language() or "",
        # A new version of ours has other pages, and other addresses of scripts and styles.
        stamp(),
        importmap.csp_hash(),
        static("css/hereabouts.css"),
        _who(viewer),
    ]
    until = None
    if by_the_minute:
        parts.append(timezone.localtime(now).strftime("%Y-%m-%dT%H:%M"))
        until = page_copies.next_minute(now)
    elif by_the_hour:
        parts.append(now.strftime("%Y-%m-%dT%H"))
        until = page_copies.next_hour(now)
    if viewer.user_id is None:
        page_copies.may_keep(request, of_place, state, until)
    digest = hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()
    return "W/" + quote_etag(digest[:24])


def _who(viewer: Viewer) -> str:
    if viewer.user_id is None:
        return ""
    places, groups = sorted(viewer.place_ids), sorted(viewer.group_ids)
    return f"{viewer.user_id} {places} {groups} {viewer.sees_everything}"


def answer(
    request: HttpRequest,
    place: Place | None,
    viewer: Viewer,
    make: Callable[[], HttpResponse],
    *,
    by_the_minute: bool = False,
    by_the_hour: bool = False,
) -> HttpResponse:
    """Return 304 when the reader's copy still holds, else what `make` returns; with ETag and caching rules."""
    tag = etag(request, place, viewer, by_the_minute=by_the_minute, by_the_hour=by_the_hour)
    known = parse_etags(request.headers.get("If-None-Match", ""))
    # Weak comparison: the same page, not the same bytes.
    fresh = any(it == "*" or it.removeprefix("W/") == tag.removeprefix("W/") for it in known)
    response = HttpResponseNotModified() if fresh and request.method in ("GET", "HEAD") else make()
    response["ETag"] = tag
    if viewer.user_id is None:
        patch_cache_control(response, public=True, no_cache=True)
    else:
        patch_cache_control(response, private=True, no_cache=True)
    patch_vary_headers(response, ["Cookie", "Accept-Language", "HX-Request"])
    return response
