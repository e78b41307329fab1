"""`/consents/<token>/`: what a person agreed to, what is shown of them, and a button that ends it. No account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from mapping.commands import consents
from mapping.connections import sentences
from mapping.models import PUBLIC, VISIBLE_STATES, Consent


# The address itself is the key, and nobody else has it: a form on another site cannot be sent in this person's name.
# So no cookie is needed either.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, token: str) -> HttpResponse:
    """Show it; a POST withdraws it. An address that was never given is not there."""
    known = Consent.objects.select_related("node__place", "node__category")
    found = get_object_or_404(known, token=token)
    # An older letter opens and ends what was agreed to since: it is the same person's.
    found = known.live().filter(node=found.node).first() or found
    if request.method == "POST":
        consents.withdraw(actor=consents.THEMSELF, consent=found)
        return redirect("consent", token=token)
    # To members only is shown too.
    shown = found.node.state in VISIBLE_STATES
    response = render(
        request,
        "mapping/nodes/consent.html",
        {
            "consent": found,
            "node": found.node,
            "shown": shown,
            "connections": sentences.connections_of(found.node, PUBLIC) if shown else None,
        },
    )
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
