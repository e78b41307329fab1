"""`/node/<uuid>/suggest/`: suggest a change, by anybody; `/suggestions/<token>/`: what became of it."""

from __future__ import annotations

import uuid as uuids
from dataclasses import replace

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from config.forms import error_list
from listings.access import permissions
from listings.commands import listings, proposals
from listings.guard.forms import GuardedForm
from listings.models import Hold, Listing, Proposal, ProposalKind
from listings.moderation import decision_letters, decisions, letters, suggestions
from listings.views.letter_links import may_be_gone
from mapping.access.viewers import viewer_for
from mapping.models import PUBLIC, Actor, Node

MAX_LENGTHS = {
    "name": 300,
    "summary": 1000,
    "address": 300,
    "hours_text": 2000,
    "cost": 200,
    "phone": 60,
    "website": 500,
}


class SuggestForm(GuardedForm):
    """The facts as they are, to be written over; a sentence; an address for the answer. What stays is no suggestion."""

    guard_name = "suggest"

    words = forms.CharField(
        label=gettext_lazy("Something else"),
        help_text=gettext_lazy("In your own words: it has moved, it is closed, the picture is of another hall."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    reply_to = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        help_text=gettext_lazy("Only to tell you what was decided. We send a link first, and delete it afterwards."),
        required=False,
        max_length=254,
        error_messages={
            "invalid": gettext_lazy("This is not an e-mail address. Write it like name@example.org, or leave it empty.")
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    field_order = [*suggestions.LABELS, "reply_to"]

    def __init__(self, *args, node: Node, signed_in: bool, decides: bool = False, **kwargs) -> None:
        self.facts, self.place = suggestions.facts_of(node), node.place
        super().__init__(*args, initial=self.facts, **kwargs)
        for name in self.facts:
            self.fields[name] = _field(name)
        if signed_in:
            del self.fields["reply_to"]
        if decides:
            # Nobody is there to read it.
            del self.fields["words"]
        self.order_fields(self.field_order)

    def clean(self) -> dict:
        data = super().clean()
        if "name" in data and not data["name"]:
            self.add_error("name", _("It needs a name. If it is gone, say so under “Something else”."))
        if not self.errors and not self.suggested(data):
            raise forms.ValidationError(_("Nothing is different yet. Write over what is wrong, or say it in words."))
        return data

    def suggested(self, data: dict | None = None) -> dict[str, str]:
        """What is suggested, by name of fact: only what is another."""
        data = data if data is not None else self.cleaned_data
        given = {name: " ".join(str(data.get(name) or "").split()) for name in self.facts}
        found = {name: text for name, text in given.items() if text != " ".join(self.facts[name].split())}
        for name in ("summary", "hours_text"):
            if name in found:
                # Their lines are kept.
                found[name] = str(data[name]).replace("\r\n", "\n").strip()
        if data.get("words"):
            found[suggestions.WORDS] = data["words"].strip()
        return found


def _field(name: str) -> forms.Field:
    label = suggestions.LABELS[name]
    if name == "email":
        return forms.EmailField(label=label, required=False, max_length=254)
    if name == "website":
        return forms.URLField(label=label, required=False, max_length=MAX_LENGTHS[name], assume_scheme="https")
    widget = forms.Textarea(attrs={"rows": 4}) if name in ("summary", "hours_text") else forms.TextInput()
    return forms.CharField(label=label, required=False, max_length=MAX_LENGTHS[name], widget=widget)


def _visible(request: HttpRequest, uuid: uuids.UUID) -> Node:
    viewer = viewer_for(request)
    node = Node.objects.visible_to(viewer).select_related("place").filter(uuid=uuid).first()
    if node is None or node.place is None:
        raise Http404
    return Listing.objects.select_related("place").filter(pk=node.pk).first() or node


# Where nobody is signed in nothing is done in anybody's name, so no cookie is needed.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def suggest(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    """The form, and thanks for what was sent."""
    answer = csrf_protect(_suggest) if request.user.is_authenticated else _suggest
    return answer(request, uuid)


def _suggest(request: HttpRequest, uuid: uuids.UUID) -> HttpResponse:
    node = _visible(request, uuid)
    signed_in = request.user.is_authenticated
    place = node.place
    # A listing has a form of its own, in which its steward changes all of it.
    decides = signed_in and not isinstance(node, Listing) and permissions.decides_for(request.user, node)
    place_url = place.get_absolute_url() if place.is_home else ""
    context = {"node": node, "place": place, "place_url": place_url, "decides": decides}
    form = SuggestForm(request.POST if request.method == "POST" else None, node=node, signed_in=signed_in,
                       decides=decides, request=request)  # fmt: skip
    if request.method != "POST" or not form.is_valid():
        errors = error_list(form) if form.is_bound else []
        status = form.refused_status if errors else 200
        more = {"form": form, "errors": errors}
        return render(request, "listings/moderation/suggest.html", {**context, **more}, status=status)
    typed = form.suggested()
    try:
        with transaction.atomic():
            made, fresh = proposals.suggest(
                node=node,
                typed=typed,
                base={name: form.facts[name] for name in typed if name in form.facts},
                user=request.user if signed_in else None,
                email=form.cleaned_data.get("reply_to", ""),
                held_for=", ".join(str(Hold(it).label) for it in form.held_for),
            )
            if decides:
                decisions.approve(actor=Actor.of(request.user), user=request.user, proposal=made)
                decision_letters.note_suggestion_to_group(made, but=request.user.pk)
            elif fresh:
                decision_letters.note_suggested(made)
    except (listings.TooMany, proposals.NotPossible, proposals.AlreadyDecided) as error:
        more = {"form": form, "errors": [{"field_id": "", "message": str(error)}]}
        status = 429 if isinstance(error, listings.TooMany) else 409
        return render(request, "listings/moderation/suggest.html", {**context, **more}, status=status)
    if decides:
        whole = Proposal.objects.with_what_is_shown().get(pk=made.pk)
        messages.success(request, _("“%(name)s” is changed.") % {"name": whole.node.name})
        return redirect(node.get_absolute_url())
    asked = bool(made.by_email) and letters.ask_to_confirm(made, request)
    context |= {"proposal": made, "asked": asked, "signed_in": signed_in}
    return render(request, "listings/moderation/suggested.html", context)


# The link of a letter is the key; a GET changes nothing (programs that look at mail open links).
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@may_be_gone
def suggestion(request: HttpRequest, token: uuids.UUID) -> HttpResponse:
    """What was suggested and what became of it. A POST says that the address is theirs."""
    found = (
        Proposal.objects.with_what_is_shown().filter(token=token, kind=ProposalKind.SUGGESTION, by_user=None).first()
    )
    if found is None or not found.by_email:
        return render(request, "listings/moderation/suggestion_gone.html", status=404)
    if request.method == "POST":
        fresh = proposals.confirm_email(found)
        if fresh and not found.is_open:
            # Decided before they confirmed: they learn it now.
            letters.suggestion_decided(found, request)
    reading = decisions.read(found)
    if not Node.objects.visible_to(PUBLIC).filter(pk=found.node_id).exists():
        # What it says by now is not for everybody any more: they read what they knew, and what they wrote.
        reading = replace(reading, lines=suggestions.lines(found.base, found.typed, found.base))
    place = found.node.place
    context = {"proposal": found, "node": reading.node, "reading": reading, "place": place}
    context["place_url"] = place.get_absolute_url() if place else ""
    response = render(request, "listings/moderation/suggestion.html", context)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
