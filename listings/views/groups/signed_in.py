"""Whoever is not signed in is led there first, and back to the page that they were on."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lead to signing in, and back by a GET: what a form sent is asked anew."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path() if request.method in ("GET", "HEAD") else request.path)
        return view(request, *args, **kwargs)

    return wrapped


def in_place(place, **more) -> dict:
    """What `base.html` needs of a place, with the rest of a context."""
    return {"place": place, "place_url": place.get_absolute_url() if place is not None else "", **more}
