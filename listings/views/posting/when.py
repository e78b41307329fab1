"""`/post/when/`: the dates of what is being written, said back as one types. Reads nothing but the place."""

from __future__ import annotations

import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from listings.posting.repeat_choice import Often
from listings.posting.when_form import WhenForm
from mapping.models import Place
from mapping.search.geocoding import tidy

# A rule is counted from its first date: one of long ago is left to the button.
LONGEST_AGO = datetime.timedelta(days=5 * 366)
MAX_LENGTH = 6000


@require_safe
def when(request: HttpRequest) -> HttpResponse:
    """The sentence and the next six dates of the fields of "When", or what is wrong with them, as a piece of HTML.

    `edit=1`: its dates may have begun before today. Nothing is said of what is not filled in yet.
    """
    place = Place.objects.current().homes().filter(slug=tidy(request.GET.get("place", ""))).first()
    if place is None or len(request.META.get("QUERY_STRING", "")) > MAX_LENGTH:
        return HttpResponseBadRequest("Say place=<its slug>, and the fields of the form, 6,000 letters at most.")
    context = {"as_before": request.GET.get("repeats") == Often.AS_BEFORE}
    if not context["as_before"] and not _is_long_ago(request.GET.get("date", "")):
        form = WhenForm(request.GET, place=place, past="edit" in request.GET)
        form.is_valid()
        problems = [it for found in form.errors.as_data().values() for it in found if it.code != "required"]
        context |= {"said": form.said_back(), "problems": [text for it in problems for text in it.messages]}
    response = render(request, "listings/posting/said_back.html", context)
    patch_cache_control(response, public=True, max_age=60)
    return response


def _is_long_ago(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text) < timezone.localdate() - LONGEST_AGO
    except ValueError:
        return False
