"""Writing a listing: `/post/new/` (the form), `/post/check/` (what it will say), `/post/send/`.

The form is one page, or with `?step=what` one question a screen (docs/adr/0027). The draft is kept on every step under
an id of its own, so going back loses nothing and two tabs are two drafts. An account is asked for at the end, not at
the start.
"""

from __future__ import annotations

import uuid as uuids
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.forms import error_list
from listings.access import permissions, trust
from listings.commands import listings, proposals, spaces
from listings.models import Listing, ListingKind, PostDraft, TrustLevel
from listings.nodes.good_to_know import good_to_know
from listings.posting import drafts, mail, steps
from listings.posting.duplicates import duplicates, with_actions
from listings.posting.forms import PostForm, SendForm
from mapping.access.viewers import viewer_for
from mapping.maps import builder as maps
from mapping.models import Actor, NodeState, Place
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
        **_progress(form, more.get("step")),
        **maps.explore_parts(form.place),
        **more,
    )
    return render(request, "listings/posting/form.html", context, status=status)


def _progress(form: PostForm, step: steps.Step | None) -> dict:
    """Which screen it is of how many, and what the form asks besides for what sort of thing it is."""
    if step is None:
        return {}
    kind = form["listing_kind"].value()
    return {"number": steps.number(step), "numbers": steps.NUMBER, "is_space": kind == ListingKind.SPACE}


def only_the_dates(request: HttpRequest, form: PostForm, **more) -> HttpResponse:
    """The form again, with its dates said back; what is wrong with other parts is not yet of interest."""
    form.is_valid()
    form.only_when()
    return form_response(request, form, status=422 if form.errors else 200, shown=True, **more)


def address(name: str, draft: uuids.UUID | str, step: steps.Step | None = None, **more: str) -> str:
    """The address of a page of this draft: with its id, so that two tabs are two drafts."""
    at = {"step": step.name} if step is not None else {}
    return f"{reverse(name)}?{urlencode({**more, **at, 'draft': str(draft)})}"


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
    step = steps.named(request.POST.get("step") or request.GET.get("step"))
    if request.method != "POST":
        if given is None:
            return redirect(address("post-new", uuids.uuid4(), step, place=place.slug))
        kept = draft.typed if draft else {}
        form = PostForm(initial=kept, place=place, user=request.user)
        shown = {"begun": drafts.begun(request, but=given)} if step is None else {"then": request.GET.get("then", "")}
        return form_response(request, form, draft=given, step=step, **shown)
    if step is not None:
        return _one_step(request, place, given, draft, step)
    form = PostForm(request.POST, place=place, user=request.user)
    draft = drafts.keep(request, given, place.slug, drafts.typed(request.POST))
    if leads := _elsewhere(request, draft):
        return leads
    if "preview" in request.POST:
        return only_the_dates(request, form, draft=draft.uuid)
    if not form.is_valid():
        return form_response(request, form, status=422, draft=draft.uuid)
    return redirect(address("post-check", draft.uuid))


def _one_step(
    request: HttpRequest, place: Place, given: uuids.UUID | None, draft: PostDraft | None, step: steps.Step
) -> HttpResponse:
    """Keep one screen, and lead to the next one; to the same where something is wrong with it."""
    typed = steps.merged(draft.typed if draft else {}, drafts.typed(request.POST), step)
    draft = drafts.keep(request, given, place.slug, typed)
    if leads := _elsewhere(request, draft, step):
        return leads
    then = steps.CHECK if request.POST.get("then") == steps.CHECK else ""
    form = PostForm({**typed, "leave_empty": request.POST.get("leave_empty", "")}, place=place, user=request.user)
    form.is_valid()
    form.only_of(step.fields)
    if form.errors or "preview" in request.POST:
        status = 422 if form.errors else 200
        shown = "preview" in request.POST
        return form_response(request, form, status, draft=draft.uuid, step=step, then=then, shown=shown)
    following = then or steps.after(step)
    if following == steps.CHECK:
        return redirect(address("post-check", draft.uuid))
    return redirect(address("post-new", draft.uuid, steps.named(following)))


def _elsewhere(request: HttpRequest, draft: PostDraft, step: steps.Step | None = None) -> HttpResponse | None:
    """Where a button leads that only keeps what is typed: back, to the other form, or away until later."""
    go = request.POST.get("go")
    if go == "later":
        messages.success(request, _("What you have typed is kept. Go on with it here whenever you like."))
        return redirect("post")
    if go == "back" and step is not None:
        earlier = steps.before(step)
        return redirect(address("post-new", draft.uuid, earlier)) if earlier else redirect("post")
    if go == "all":
        return redirect(address("post-new", draft.uuid))
    if go == "steps":
        return redirect(address("post-new", draft.uuid, steps.STEPS[0]))
    return None


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


def _changes_at_once(user, form: PostForm) -> bool:
    """Whether a change of theirs is live at once, once the thing itself is. Of somebody not signed in nobody knows."""
    organiser = form.details.organiser
    own = organiser is not None and organiser.trusted and permissions.posts_for(user, organiser)
    return own or trust.level(user, form.place) in (TrustLevel.TRUSTED, TrustLevel.STEWARD)


@never_cache
@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """What will be published, in words, before it is sent."""
    draft, form = _checked_draft(request)
    if draft is None:
        return redirect("post")
    if form.details is None:
        return _put_right(request, draft, form)
    return _check_page(request, draft, form)


def _put_right(request: HttpRequest, draft: PostDraft, form: PostForm) -> HttpResponse:
    """The form again, or the first screen with which something is wrong."""
    step = steps.first_wrong(form) if draft.typed.get("step") else None
    if step is not None:
        form.only_of(step.fields)
    return form_response(request, form, draft=draft.uuid, step=step, then=steps.CHECK if step else "")


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
        by_steps=[
            (it.label, address("post-new", draft.uuid, it, then=steps.CHECK))
            for it in steps.STEPS
            if draft.typed.get("step")
        ],
        numbers=steps.NUMBER,
        said=form.said_back(),
        known=good_to_know(details),
        change_at_once=_changes_at_once(request.user, form),
        precision=dict(form.fields["precision"].choices).get(details.precision, ""),
        send_form=SendForm(),
        alike=with_actions(duplicates(form.place, details, viewer_for(request), request.user), request.user),
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
        return _put_right(request, draft, form)
    if form.details.only_for is not None:
        return _into_space(request, draft, form)
    last = SendForm(request.POST, request=request)
    if not last.is_valid():
        problem = " ".join(it["message"] for it in error_list(last))
        return _check_page(request, draft, form, problem, status=last.refused_status)
    try:
        # Never the one without the other: what is live at once is read afterwards.
        with transaction.atomic():
            listing = listings.post(
                actor=Actor.of(request.user),
                user=request.user,
                place=form.place,
                details=form.details,
                uuid=draft.uuid,
                held_for=[*last.held_for, *form.held_for],
            )
            if listing.state == NodeState.LIVE and not permissions.decides_for(request.user, listing):
                typed = drafts.typed_from(listing, viewer_for(request))
                proposals.published(
                    actor=Actor.of(request.user), user=request.user, listing=listing, typed=typed, base={}
                )
    except listings.TooMany as error:
        return _check_page(request, draft, form, str(error), status=429)
    drafts.forget(draft)
    mail.received(listing, request)
    return redirect("post-sent", uuid=listing.uuid)


def _into_space(request: HttpRequest, draft: PostDraft, form: PostForm) -> HttpResponse:
    """What only members see: it is there at once, as when it is posted in the space itself."""
    group = form.details.only_for
    try:
        listing = spaces.post(
            actor=Actor.of(request.user),
            user=request.user,
            space=group.space,
            details=form.details,
            uuid=draft.uuid,
        )
    except spaces.SpaceError as error:
        return _check_page(request, draft, form, str(error), status=error.status)
    drafts.forget(draft)
    messages.success(request, _("“%(name)s” is there. Only members see it.") % {"name": listing.name})
    return redirect("space", uuid=group.uuid)


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
