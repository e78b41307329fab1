"""`/duty/<uuid>/`: end the letters that tell a steward what waits. For whoever was sent the address; no signing in."""

from __future__ import annotations

import uuid as uuids

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from listings.commands import duties
from listings.models import AtOnce, Digest, Duty
from listings.views.letter_links import may_be_gone


# The address is the key, as in every letter; mail programs send the POST by themselves (RFC 8058).
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@may_be_gone
def stop(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Ask, and end them with a POST. Looking changes nothing."""
    duty = get_object_or_404(Duty.objects.select_related("place"), uuid=uuid)
    if request.method == "POST":
        duties.stop(duty)
        duty.refresh_from_db()
    ended = (duty.at_once, duty.digest) == (AtOnce.NOTHING, Digest.NEVER)
    response = render(request, "listings/moderation/duty_stop.html", {"place": duty.place, "ended": ended})
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
