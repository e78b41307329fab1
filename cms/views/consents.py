"""`/admin/consents/`: the people on the map of a place, what they agreed to, and the texts that name who left."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.consent_form import ConsentForm
from cms.consent_mail import own_page, send_link
from listings.access import permissions
from mapping.access.mentions import mentions_of
from mapping.commands import consents
from mapping.models import Actor, Consent, Place

from .looked_after import place_looked_after

PER_PAGE = 50


def _consent(place: Place, pk: int) -> Consent:
    found = Consent.objects.select_related("node__place").filter(pk=pk, node__place=place).first()
    if found is None:
        raise Http404
    return found


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Everybody who agreed, the newest first, and the form for one more."""
    place = place_looked_after(request, request.GET.get("place", ""))
    return _page(request, place, ConsentForm(place=place))


def _page(request: HttpRequest, place: Place, form: ConsentForm, status: int = 200) -> HttpResponse:
    kept = Consent.objects.filter(node__place=place).select_related("node")
    page = Paginator(kept, PER_PAGE).get_page(request.GET.get("p"))
    context = {
        "place": place,
        "places": permissions.places_to_decide_in(request.user).order_by("name"),
        "page": page,
        "rows": [(it, own_page(it, request)) for it in page],
        "form": form,
        "header_title": _("People"),
        "page_title": _("People"),
        "header_icon": "user",
    }
    return render(request, "cms/admin/consents.html", context, status=status)


@require_POST
def record(request: HttpRequest, slug: str) -> HttpResponse:
    """Write a consent down, show the person, and send them the address of their own page."""
    place = place_looked_after(request, slug)
    form = ConsentForm(request.POST, place=place)
    if not form.is_valid():
        return _page(request, place, form, 422)
    told, actor = form.cleaned_data, Actor.of(request.user)
    what = {"wording": told["wording"], "given_on": told["given_on"]}
    try:
        if told["person"] is not None:
            consent = consents.record(actor=actor, node=told["person"], **what)
        else:
            consent = consents.introduce(actor=actor, place=place, name=told["name"], summary=told["summary"], **what)
    except consents.ConsentRefused as error:
        form.add_error(None, str(error))
        return _page(request, place, form, 422)
    words = _("The consent of “%(name)s” is kept, and they are on the map.") % {"name": consent.node.name}
    if told["email"] and send_link(consent, told["email"], request):
        messages.success(request, f"{words} {_('We have sent them the address of their own page.')}")
    elif told["email"]:
        messages.warning(request, f"{words} {_('The e-mail could not be sent: give them the address in the table.')}")
    else:
        messages.success(request, f"{words} {_('Give them the address of their own page: it is in the table.')}")
    return _back(place)


@require_POST
def end(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a person off the map, because they asked the steward to."""
    place = place_looked_after(request, slug)
    consent = _consent(place, pk)
    if not consents.withdraw(actor=Actor.of(request.user), consent=consent):
        messages.warning(request, _("That consent had ended already."))
        return _back(place)
    messages.success(request, _("They are off the map, everywhere. Look whether these texts still name them."))
    return redirect("consent-texts", place.slug, pk)


@require_http_methods(["GET", "HEAD", "POST"])
def texts(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What others wrote that names somebody whose consent has ended; a POST says that it was looked at."""
    place = place_looked_after(request, slug)
    consent = _consent(place, pk)
    if consent.withdrawn_at is None:
        raise Http404
    if request.method == "POST":
        consents.texts_were_read(actor=Actor.of(request.user), consent=consent)
        return _back(place)
    title = _("Texts that name them")
    context = {"place": place, "consent": consent, "mentions": mentions_of(consent.node)}
    context |= {"header_title": title, "page_title": title, "header_icon": "user"}
    return render(request, "cms/admin/consent_texts.html", context)


def _back(place: Place) -> HttpResponse:
    return redirect(f"{reverse('consents')}?place={place.slug}")


def summary_for(user) -> tuple[int, str, str]:
    """Of how many people the texts that name them have not been looked at since they left: for the first page."""
    ended = Consent.objects.exclude(withdrawn_at=None).filter(
        texts_read_at=None, node__place__in=permissions.places_to_decide_in(user), node__state="archived"
    )
    number = ended.count()
    words = ngettext(
        "%(n)s person is off the map: look whether texts still name them",
        "%(n)s people are off the map: look whether texts still name them",
        number,
    )
    return number, words % {"n": number}, reverse("consents")
