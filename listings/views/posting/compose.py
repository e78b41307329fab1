"""Writing a listing: `/post/new/` (the form), `/post/check/` (what it will say), `/post/send/`, `/post/sent/<uuid>/`.

The draft is kept on every step under an id of its own, so going back loses nothing and two tabs are two drafts.
An account is asked for at the end, not at the start.
"""

from __future__ import annotations

import uuid as uuids
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.forms import error_list
from listings.commands import listings
from listings.models import Listing, PostDraft
from listings.nodes.good_to_know import good_to_know
from listings.posting import drafts, mail
from listings.posting.forms import PostForm, SendForm
from listings.posting.venues import same_as
from mapping.maps import builder as maps
from mapping.models import Actor, Place
from mapping.search.geocoding import tidy


def page_context(place: Place, **more) -> dict:
    return {"place": place, "place_url": place.get_absolute_url(), "section": "post", **more}


def form_response(request: HttpRequest, form: PostForm, status: int = 200, **more) -> HttpResponse:
    """The form as a page; with errors, a summary of them at its top."""
    draft, listing = more.get("draft"), more.get("listing")
    here = reverse("post-edit", args=[listing.uuid]) if listing else address("post-new", draft)
    context = page_context(
        form.place,
        form=form,
        action=here,
        errors=error_list(form) if form.is_bound else [],
        said=form.said_back(),
        **maps.explore_parts(form.place),
        **more,
    )
    return render(request, "listings/posting/form.html", context, status=status)


def only_the_dates(request: HttpRequest, form: PostForm, **more) -> HttpResponse:
    """The form again, with its dates said back; what is wrong with other parts is not yet of interest."""
    form.is_valid()
    form.only_when()
    return form_response(request, form, status=422 if form.errors else 200, shown=True, **more)


def address(name: str, draft: uuids.UUID | str, **more: str) -> str:
    """The address of a step of this draft: with its id, so that two tabs are two drafts."""
    return f"{reverse(name)}?{urlencode({**more, 'draft': str(draft)})}"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form. What is typed is kept also when something is wrong with it.

    Asked for without an id it leads to a new one, which sets no cookie: so going back finds what was typed.
    """
    given = drafts.id_of(request.POST.get("draft") or request.GET.get("draft"))
    draft = drafts.read(request, given) if given else None
    asked = request.POST.get("place") or request.GET.get("place") or (draft.place if draft else "")
    homes = Place.objects.current().homes()
    place = homes.filter(slug=tidy(asked)).first() if asked else homes.first() if homes.count() == 1 else None
    if place is None:
        return redirect("post")
    if request.method != "POST":
        if given is None:
            return redirect(address("post-new", uuids.uuid4(), place=place.slug))
        kept = draft.typed if draft else {}
        form = PostForm(initial=kept, place=place, user=request.user)
        return form_response(request, form, draft=given, begun=drafts.begun(request, but=given))
    form = PostForm(request.POST, place=place, user=request.user)
    draft = drafts.keep(request, given, place.slug, drafts.typed(request.POST))
    if "preview" in request.POST:
        return only_the_dates(request, form, draft=draft.uuid)
    if not form.is_valid():
        return form_response(request, form, status=422, draft=draft.uuid)
    return redirect(address("post-check", draft.uuid))


def _checked_draft(request: HttpRequest) -> tuple[PostDraft | None, PostForm | None]:
    """The draft, and its form filled in and checked again: time may have passed since it was written."""
    draft = drafts.read(request, drafts.id_of(request.POST.get("draft") or request.GET.get("draft")))
    if draft is None or draft.listing is not None:
        return None, None
    place = Place.objects.current().homes().filter(slug=draft.place).first()
    if place is None:
        return None, None
    form = PostForm(draft.typed, place=place, user=request.user)
    form.is_valid()
    return draft, form


@never_cache
@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """What will be published, in words, before it is sent."""
    draft, form = _checked_draft(request)
    if draft is None:
        return redirect("post")
    if form.details is None:
        return form_response(request, form, draft=draft.uuid)
    return _check_page(request, draft, form)


def _check_page(
    request: HttpRequest, draft: PostDraft, form: PostForm, problem: str = "", status: int = 200
) -> HttpResponse:
    details = form.details
    context = page_context(
        form.place,
        details=details,
        draft=draft.uuid,
        here=address("post-check", draft.uuid),
        change=address("post-new", draft.uuid),
        said=form.said_back(),
        known=good_to_know(details),
        precision=dict(form.fields["precision"].choices).get(details.precision, ""),
        send_form=SendForm(),
        same=same_as(form.place, details.name, request.user),
        errors=[{"field_id": "", "message": problem}] if problem else [],
    )
    return render(request, "listings/posting/check.html", context, status=status)


@never_cache
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Post the draft. The page that says thank you comes only after it is committed."""
    draft, form = _checked_draft(request)
    if not request.user.is_authenticated:
        back = address("post-check", draft.uuid) if draft else reverse("post")
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': back})}")
    if draft is None:
        # Sent twice: the first one has been taken, and this is what became of it.
        given = drafts.id_of(request.POST.get("draft"))
        taken = given and Listing.objects.filter(uuid=given, posted_by=request.user).exists()
        return redirect("post-sent", uuid=given) if taken else redirect("post")
    if form.details is None:
        return form_response(request, form, draft=draft.uuid)
    last = SendForm(request.POST, request=request)
    if not last.is_valid():
        problem = " ".join(it["message"] for it in error_list(last))
        return _check_page(request, draft, form, problem, status=last.refused_status)
    try:
        listing = listings.post(
            actor=Actor.of(request.user),
            user=request.user,
            place=form.place,
            details=form.details,
            uuid=draft.uuid,
            held_for=[*last.held_for, *form.held_for],
        )
    except listings.TooMany as error:
        return _check_page(request, draft, form, str(error), status=429)
    drafts.forget(draft)
    mail.received(listing, request)
    return redirect("post-sent", uuid=listing.uuid)


@never_cache
@require_POST
def throw_away(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Let go of a draft of one's own. Nobody else's is there."""
    draft = drafts.read(request, uuid)
    if draft is None:
        raise Http404
    drafts.forget(draft)
    name = draft.typed.get("name") or _("Without a name")
    messages.success(request, _("“%(name)s” is thrown away.") % {"name": name})
    return redirect("post")


@never_cache
@require_safe
def sent(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """Thank you, and what happens next. For the one who posted it only."""
    if not request.user.is_authenticated:
        raise Http404
    listing = get_object_or_404(Listing.objects.select_related("place", "organiser"), uuid=uuid, posted_by=request.user)
    return render(request, "listings/posting/sent.html", page_context(listing.place, listing=listing))
