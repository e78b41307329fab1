"""`/alerts/`: ask to be told by e-mail, confirm it, end it. No account; the link of a mail is the key."""

from __future__ import annotations

import uuid as uuids

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from config.forms import error_list
from listings.alerts import question, sending
from listings.commands import alerts
from listings.guard.forms import GuardedForm
from listings.models import Alert, Frequency
from listings.views.letter_links import may_be_gone
from mapping.models import Place
from mapping.search import QueryError
from mapping.search.geocoding import tidy

# Parameters that are no part of the question.
OWN = ("place", "email", "frequency", "leave_empty")


class AlertForm(GuardedForm):
    """Where to write to, and how often."""

    guard_name = "alert"
    # Nobody reads it: a letter asks whether the address is theirs, and nothing else happens before they say so.
    asks_work = False

    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        # As long as addresses are kept.
        max_length=254,
        help_text=gettext_lazy("We send you a link first. Nothing is sent until you have opened it."),
        error_messages={
            "required": gettext_lazy("Write the address that we may write to."),
            "invalid": gettext_lazy("This is not an e-mail address. Write it like name@example.org."),
            "max_length": gettext_lazy("This address is too long: %(show_value)d letters of %(limit_value)d."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    frequency = forms.ChoiceField(
        label=gettext_lazy("How often?"),
        choices=Frequency.choices,
        initial=Frequency.WEEKLY,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how often.")},
    )


# Nothing is done in anybody's name: the worst that another site can send is a letter that asks. So no cookie is needed.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form, for the question in the address; a POST sends the letter that asks to confirm."""
    params = request.GET.copy()
    place = Place.objects.current().homes().filter(slug=tidy(params.get("place", ""))).first()
    if place is None:
        raise Http404
    for name in OWN:
        params.pop(name, None)
    try:
        asked = question.canonical(params, place)
    except QueryError as error:
        asked = error.query.query_string
        if not asked:
            # Nobody asks to be told of everything by a slip.
            errors = [{"field_id": "", "message": str(it)} for it in error.problems]
            context = {"place": place, "place_url": place.get_absolute_url(), "errors": errors}
            return render(request, "listings/alerts/new.html", context, status=422)
    alert = Alert(place=place, question=asked)
    context = {"place": place, "place_url": place.get_absolute_url(), "question": question.in_words(alert)}
    if len(asked) > Alert._meta.get_field("question").max_length:
        problem = _("This question is too long to be kept. Ask with fewer words or filters.")
        return render(request, "listings/alerts/new.html", {**context, "errors": [{"message": problem}]}, status=422)
    form = AlertForm(request.POST if request.method == "POST" else None, request=request)
    if request.method != "POST" or not form.is_valid():
        errors = error_list(form) if form.is_bound else []
        status = form.refused_status if errors else 200
        return render(request, "listings/alerts/new.html", {**context, "form": form, "errors": errors}, status=status)
    try:
        alert, fresh = alerts.ask(
            email=form.cleaned_data["email"],
            place=place,
            question=asked,
            frequency=form.cleaned_data["frequency"],
        )
    except alerts.TooManyAlerts as error:
        errors = [{"field_id": "", "message": str(error)}]
        return render(request, "listings/alerts/new.html", {**context, "form": form, "errors": errors}, status=429)
    if fresh and not sending.ask_to_confirm(alert, f"{request.scheme}://{request.get_host()}"):
        alerts.end(alert)
        errors = [{"field_id": "", "message": _("The letter could not be sent just now. Try again in some minutes.")}]
        return render(request, "listings/alerts/new.html", {**context, "form": form, "errors": errors}, status=503)
    # The same page whether or not the address was known: nobody learns who has alerts.
    return render(request, "listings/alerts/asked.html", {**context, "email": form.cleaned_data["email"]})


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@may_be_gone
def alert(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """What this alert is. A POST confirms it: programs that look at the links of mails press no buttons."""
    found = Alert.objects.select_related("place").filter(uuid=uuid).first()
    if found is None:
        # Also what was ended: nothing of it is kept.
        return render(request, "listings/alerts/gone.html", status=404)
    if request.method == "POST":
        alerts.confirm(found)
        return redirect("alert", uuid=uuid)
    url = f"{found.place.get_absolute_url()}list/"
    context = {
        "alert": found,
        "place": found.place,
        "question": question.in_words(found),
        "list_url": f"{url}?{found.question}" if found.question else url,
    }
    response = render(request, "listings/alerts/alert.html", context)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


@csrf_exempt
@never_cache
@require_POST
@may_be_gone
def stop(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """End it: the button of its page, and what mail programs send by themselves (RFC 8058)."""
    found = get_object_or_404(Alert.objects.select_related("place"), uuid=uuid)
    place = found.place
    alerts.end(found)
    return render(request, "listings/alerts/ended.html", {"place": place, "place_url": place.get_absolute_url()})
