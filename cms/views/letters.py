"""`/admin/letters/`: letters of decisions that have not gone out, and a button to send them again."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Min, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from listings.access import permissions
from listings.models import Claim, FlagCase, Invitation, Listing, Member, Nomination, Proposal, WaitingLetter
from listings.moderation import waiting_letters
from listings.moderation.items import Button, Item, Waiting
from mapping.models import Actor, Place

PER_PAGE = 50
# What a letter is about, by the uuid that it has: model -> where the name stands. Of members nothing is named.
_NAMES = {
    FlagCase: "target_name",
    Proposal: "node__name",
    Listing: "name",
    Claim: "node__name",
    Nomination: "name",
    Invitation: "organisation__name",
    Member: "space__organisation__name",
}


@dataclass(frozen=True)
class Row:
    """A letter in words: what it is about, how it stands, whether it can be sent again by hand."""

    letter: WaitingLetter
    about: str
    state: str
    may_send: bool


def letters_of(user) -> QuerySet[WaitingLetter]:
    """Letters of the places that somebody looks after; those of no place too for a superuser."""
    if user.is_superuser and user.is_active:
        return WaitingLetter.objects.all()
    return WaitingLetter.objects.filter(place__in=permissions.places_to_decide_in(user).order_by().values("pk"))


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What has not gone out, the oldest first: those in trouble, then those that wait for their turn."""
    _require_steward(request)
    found = letters_of(request.user).select_related("place").order_by("created_at", "pk")
    trouble = list(found.filter(pk__in=waiting_letters.in_trouble().values("pk"))[: PER_PAGE + 1])
    rest = found.exclude(pk__in=[it.pk for it in trouble]).filter(claimed_at=None, tries=0)
    shown = [*trouble[:PER_PAGE], *rest[: max(PER_PAGE - len(trouble), 0)]]
    names = _names(it.about for it in shown)
    rows = [_row(it, names.get(it.about, "")) for it in shown]
    title = {"header_title": _("Letters"), "page_title": _("Letters"), "header_icon": "mail"}
    context = {"rows": rows, "trouble": len(trouble), "more": len(trouble) > PER_PAGE, "most": PER_PAGE, **title}
    return render(request, "cms/admin/letters.html", context)


@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Send the ticked ones again (`letters`: their ids). Of others' letters nobody learns that they exist."""
    _require_steward(request)
    ids = [
        int(it) for it in request.POST.getlist("letters")[:PER_PAGE] if it.isascii() and it.isdigit() and len(it) < 19
    ]
    found, done = letters_of(request.user).filter(pk__in=ids), 0
    # An audit row for each place: its stewards read it.
    for place in Place.objects.defer("boundary").filter(pk__in=found.order_by().values("place")):
        done += waiting_letters.send_again(actor=Actor.of(request.user), rows=found.filter(place=place), place=place)
    done += waiting_letters.send_again(actor=Actor.of(request.user), rows=found.filter(place=None))
    if done:
        said = ngettext("%(n)s letter is sent within a minute.", "%(n)s letters are sent within a minute.", done)
        messages.success(request, said % {"n": done})
    else:
        messages.warning(request, _("Tick a letter that did not go out."))
    return redirect("letters")


def _require_steward(request: HttpRequest) -> None:
    if not permissions.places_to_decide_in(request.user).exists():
        raise PermissionDenied


def _names(uuids_named: Iterable[uuids.UUID]) -> dict[uuids.UUID, str]:
    wanted, found = set(uuids_named), {}
    for model, field in _NAMES.items() if wanted else ():
        found |= dict(model.objects.filter(uuid__in=wanted).order_by().values_list("uuid", field))
    return {uuid: str(name or "") for uuid, name in found.items()}


def _row(letter: WaitingLetter, about: str) -> Row:
    if letter.claimed_at is not None:
        state = _(
            "Begun, and then the work was stopped. Nobody knows whether it went out: sent again, it may come twice."
        )
        return Row(letter, about, state, True)
    if not letter.tries:
        return Row(letter, about, _("Waits for its turn."), False)
    refused = ngettext(
        "The mail server refused once.", "The mail server refused %(n)s times.", letter.tries
    ) % {"n": letter.tries}  # fmt: skip
    if letter.tries >= waiting_letters.MAX_TRIES:
        return Row(letter, about, refused + " " + _("It is not tried again by itself."), True)
    return Row(letter, about, refused + " " + _("It is tried again by itself."), True)


def waiting(user, limit: int) -> Waiting:
    """One row of the queue for each place whose letters did not go out."""
    found = letters_of(user).filter(pk__in=waiting_letters.in_trouble().values("pk"), place__isnull=False).order_by()
    rows = list(found.values("place").annotate(number=Count("pk"), since=Min("created_at")))
    rows.sort(key=lambda it: (it["since"], it["place"]))
    if not limit or not rows:
        return Waiting(len(rows))
    places = Place.objects.defer("boundary").in_bulk([it["place"] for it in rows[:limit]])
    return Waiting(len(rows), [_item(places[it["place"]], it) for it in rows[:limit]])


def _item(place: Place, row: dict) -> Item:
    words = ngettext("%(n)s letter did not go out", "%(n)s letters did not go out", row["number"])
    return Item(
        key=str(place.pk),
        title=words % {"n": row["number"]},
        why=_("Somebody has not been told yet what was decided."),
        since=row["since"] or timezone.now(),
        place=place,
        url=reverse("letters"),
        buttons=(Button(_("Look at them"), reverse("letters"), primary=True),),
    )
