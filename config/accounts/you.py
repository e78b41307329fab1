"""`/accounts/`: who you are here, what is kept about you, how to get it and how to go."""

from __future__ import annotations

import json

from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.forms import error_list
from mapping.access import personal_data
from mapping.access.permissions import contributor_of
from mapping.access.personal_data import Person
from mapping.commands import persons
from mapping.models import PlaceRole, PlaceRoleKind
from mapping.tasks import sweep_soon

from . import stamped, ways
from .proof import has_second_step, needs_second_step, proven

# What one reads of what is kept; the file has all of it.
ROLES_SHOWN = 50


class GoodbyeForm(forms.Form):
    """One's own address, typed, so that nobody deletes an account by a slip."""

    email = forms.CharField(
        label=_("Type your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Type your e-mail address, so that we know that you mean it.")},
    )

    def __init__(self, *args, user, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].strip().lower()
        if email not in Person.of_account(self.user).emails:
            raise forms.ValidationError(_("That is not the address of this account. It is at the top of this page."))
        return email


@never_cache
@login_required
@require_safe
def you(request: HttpRequest) -> HttpResponse:
    """Who you are signed in as, your places and groups, second steps, and what is kept about you."""
    roles = PlaceRole.objects.filter(user=request.user).select_related("place").order_by("place__name")
    steward = any(it.role == PlaceRoleKind.STEWARD for it in roles)
    context = {
        "roles": list(roles[:ROLES_SHOWN]),
        "groups": contributor_of(request).groups,
        "parts": ways.parts_for(request.user),
        "stewards": steward or request.user.is_superuser,
        "has_second_step": has_second_step(request.user),
        "recommended": steward or request.user.is_superuser,
        "required": needs_second_step(request.user),
    }
    return render(request, "account/you.html", context)


def _kept(user) -> list[dict]:
    person = Person.of_account(user)
    counted = [(it, it.of(person).count()) for it in personal_data.holdings() if not it.reads_all]
    return [{"what": it.label, "rows": number, "keeps": it.keeps} for it, number in counted if number]


@never_cache
@login_required
@proven
@require_http_methods(["GET", "HEAD", "POST"])
def data(request: HttpRequest) -> HttpResponse:
    """What is kept about you, table by table, and a button for all of it as one file (JSON)."""
    if request.method != "POST":
        # Somebody who had to show again who they are comes back here.
        return render(request, "account/data.html", {"kept": _kept(request.user)})
    found = persons.export(Person.of_account(request.user), whole=False)
    text = json.dumps(found, indent=2, ensure_ascii=False)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="about-you-{timezone.localdate():%Y-%m-%d}.json"'
    return response


@never_cache
@login_required
@proven
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest) -> HttpResponse:
    """What goes, what stays, what others will notice; then it is done, once the address has been typed."""
    user = request.user
    form = GoodbyeForm(request.POST if request.method == "POST" else None, user=user)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _gone(request)
            except persons.ErasureRefused as error:
                form.add_error(None, str(error))
                status = error.status
    context = {
        "form": form,
        "errors": error_list(form) if form.is_bound else [],
        "kept": _kept(user),
        "consequences": personal_data.consequences(user),
    }
    return render(request, "account/delete.html", context, status=status)


def _gone(request: HttpRequest) -> HttpResponse:
    person = Person.of_account(request.user)
    with transaction.atomic():
        # First: what is written into files at the end of an account is not taken back if something fails after it.
        sweep_soon(person.emails, person.user_ids)
        persons.erase(actor=persons.THEMSELF, person=person, whole=False)
    logout(request)
    messages.success(request, _now("Your account is deleted. You are signed out."))
    return HttpResponseRedirect("/")


@never_cache
@login_required
@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End every session of this account, in every browser, this one too."""
    stamped.sign_out_everywhere(request.user)
    logout(request)
    messages.success(request, _now("You are signed out everywhere."))
    return redirect("account_login")
