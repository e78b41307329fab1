"""Who asks: a digest that is another one tomorrow, so that nobody can fill the queue and nobody is remembered."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

# Questions that may wait at once.
MAX_OF_AN_ADDRESS = 6
MAX_OF_A_USER = 12


@dataclass(frozen=True)
class Asker:
    """digest : empty for us ourselves; most : how many of their questions may wait at once."""

    digest: str = ""
    most: int = 0


NOBODY = Asker()


def asker_of(request: HttpRequest) -> Asker:
    """Return who asks: the user, or the address that the request came from."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return Asker(_digest(f"user {user.pk}"), MAX_OF_A_USER)
    return Asker(_digest(f"address {_address(request)}"), MAX_OF_AN_ADDRESS)


def _address(request: HttpRequest) -> str:
    """The address; of an IPv6 one the network, of which a household has all the addresses."""
    text = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        # Our proxy puts one address there, and nothing that a visitor claims.
        text = request.headers.get("X-Forwarded-For", text).rpartition(",")[2].strip()
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def _digest(text: str) -> str:
    day = timezone.now().date().isoformat()
    key = hmac.new(settings.SECRET_KEY.encode(), f"askers {day}".encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]
