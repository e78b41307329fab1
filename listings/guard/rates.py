"""How often forms are sent by one address, and by one account. Counted in memory that the processes share
(config/limits): no address is kept anywhere, and what is refused loses nothing that was typed."""

from __future__ import annotations

import math

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import ngettext

from config import limits
from config.errors import HereaboutsError

# A library's computers and a workshop's phones are one address: what twenty people send in a quarter of an hour passes.
OF_ADDRESS = {"per_minute": 4, "burst": 40}
OF_ACCOUNT = {"per_minute": 1, "burst": 10}

# Made when the application is loaded, before the processes fork, so that they count together.
counts = limits.SharedCounts(slots=8192)


class TooManyLetters(HereaboutsError):
    """Somebody has letters written to others faster than a person does."""

    status = 429


def seconds_to_wait(request: HttpRequest, form: str) -> float:
    """Count one sending of the form of this name. Returns 0.0 when it may go on, or for how long to wait."""
    if not settings.LIMIT_SENDING_PER_MINUTE:
        # Whoever runs the site counts elsewhere.
        return 0.0
    address = limits.household(limits.reader_of(request))
    wait = counts.take(f"form {form}", address, **OF_ADDRESS)
    user = getattr(request, "user", None)
    if not wait and user is not None and user.is_authenticated:
        wait = counts.take(f"form {form} of account", str(user.pk), **OF_ACCOUNT)
    return wait


def count_letter(request: HttpRequest, form: str) -> None:
    """Count a letter that whoever is signed in has written to somebody else. Raises `TooManyLetters`."""
    wait = seconds_to_wait(request, form)
    if wait:
        minutes = math.ceil(wait / 60)
        raise TooManyLetters(
            ngettext(
                "Very many letters were sent from here just now. Try again in %(minutes)s minute.",
                "Very many letters were sent from here just now. Try again in %(minutes)s minutes.",
                minutes,
            )
            % {"minutes": minutes}
        )
