"""Leading somebody to sign in, and back to where they were."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponseRedirect
from django.urls import reverse


def to_sign_in(path: str) -> HttpResponseRedirect:
    """To the page that sends a code; after it, on to `path`."""
    return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': path})}")
