"""What a group can paste into its own web page. Apps above this one add what they can make.

snippets.register(provider)     # (organisation, request) -> iterable of Snippet, from an AppConfig's `ready`
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from config.letters import site_address
from listings.models import Organisation


@dataclass(frozen=True)
class Snippet:
    """A piece of HTML or an address to copy, what it is, and what it does."""

    key: str
    label: str
    code: str
    hint: str = ""


_providers: list[Callable[[Organisation, HttpRequest], Iterable[Snippet]]] = []


def register(provider: Callable[[Organisation, HttpRequest], Iterable[Snippet]]) -> None:
    """Add a provider (called once, from an AppConfig's `ready`)."""
    if provider not in _providers:
        _providers.append(provider)


def snippets_of(organisation: Organisation, request: HttpRequest) -> list[Snippet]:
    """Return what this group can copy: a link, its calendar, and what other apps make."""
    base = site_address(request)
    calendar = f"{base}{reverse('node-calendar', args=[organisation.uuid])}"
    file = f"{base}{reverse('node-calendar-file', args=[organisation.uuid])}"
    webcal = f"webcal://{file.split('://', 1)[1]}"
    text = _("What is on with %(name)s") % {"name": organisation.name}
    link = format_html('<a href="{}">{}</a>', calendar, text)
    own = [
        Snippet("link", _("A link to your dates, for your web page"), link),
        Snippet(
            "webcal",
            _("Your calendar, for people to subscribe to"),
            webcal,
            _("It follows what you change here. Paste it into a letter, or put it behind a button."),
        ),
    ]
    return [*own, *(it for provider in _providers for it in provider(organisation, request))]
