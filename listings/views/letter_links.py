"""Links of letters: the key is a row, and that may be deleted at the very moment at which somebody presses a button."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse


def may_be_gone(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer that it is not there when the row was deleted (erased, ended, too old) after the view had found it."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except ObjectDoesNotExist:
            raise Http404 from None

    return wrapped
