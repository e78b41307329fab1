"""How often forms are sent by one address, and by one account. Counted in memory that the processes share
(config/limits): no address is kept anywhere, and what is refused loses nothing that was typed."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from config import limits

# A library's computers and a workshop's phones are one address: what twenty people send in a quarter of an hour passes.
OF_ADDRESS = {"per_minute": 4, "burst": 40}
OF_ACCOUNT = {"per_minute": 1, "burst": 10}

# Made when the application is loaded, before the processes fork, so that they count together.
counts = limits.SharedCounts(slots=8192)


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
