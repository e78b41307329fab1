"""A live listing, its steward, and a change as a browser sends it."""

from __future__ import annotations

import datetime

from django.test import Client

from listings.models import Proposal
from mapping.models import Actor

ACTOR = Actor.command("test")
HOUR = datetime.timedelta(hours=1)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(response) -> str:
    return response.content.decode()


def form_of(client, listing, **query) -> dict[str, str]:
    """What a browser would send of the form as it is."""
    page = client.get(f"/post/{listing.uuid}/edit/", query)
    assert page.status_code == 200
    initial = page.context["form"].initial
    data = {name: it for name, it in initial.items() if it not in ("", None, [])}
    return data | {"seen": page.context["seen"], "place": listing.place.slug}


def change(listing, user=None, **more) -> Proposal:
    """Have the poster (or somebody) propose a change by the form, and return it."""
    client = signed_in(user or listing.posted_by)
    answer = client.post(f"/post/{listing.uuid}/edit/", form_of(client, listing) | more)
    assert answer.status_code == 302, text(answer)
    return Proposal.objects.order_by("-pk").first()
