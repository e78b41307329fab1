"""`/accounts/confirm/`: somebody who is signed in shows again that it is they, by a code to their address.

For those without a second step; the others use that. The code is kept in the session as a hash, for ten minutes and
three tries.
"""

from __future__ import annotations

import hmac
import time

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.core import ratelimit
from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from config import letters
from config.forms import error_list

from .codes import keep_proven
from .proof import has_second_step, to_proof

KEY = "code_to_confirm"
TRIES = 3
LETTER = "account/mail/confirm.txt"


class CodeForm(forms.Form):
    """The code from the e-mail."""

    code = forms.CharField(
        label=_("The code from the e-mail"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": _("Type the code from the e-mail.")},
    )


def following_of(request: HttpRequest) -> str:
    """Where one was going, if that is a page of this site; else one's own page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else reverse("account")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """A button that sends the code, then the form for it, then on to where one was going."""
    following = following_of(request)
    if has_second_step(request.user):
        return to_proof(request, following)
    if request.method == "POST" and "send" in request.POST:
        return _send(request, following)
    waiting = request.session.get(KEY)
    if waiting is None or time.time() - waiting["at"] > settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT:
        request.session.pop(KEY, None)
        return _page(request, following)
    if request.method != "POST":
        return _page(request, following, form=CodeForm())
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _page(request, following, form=form, status=422)
    if hmac.compare_digest(_hash(request, form.cleaned_data["code"]), waiting["hash"]):
        del request.session[KEY]
        keep_proven(request.user, request.user.email)
        record_authentication(request, request.user, "code", email=request.user.email, reauthenticated=True)
        return HttpResponseRedirect(following)
    waiting["tries"] += 1
    request.session[KEY] = waiting
    if waiting["tries"] >= TRIES:
        del request.session[KEY]
        return _page(request, following, said=_("Three times it was not the code we sent. Ask for another."))
    form.add_error("code", _("That is not the code we sent. Check the newest e-mail and type it again."))
    return _page(request, following, form=form, status=422)


def _send(request: HttpRequest, following: str) -> HttpResponse:
    if not request.user.email:
        words = _("This account has no e-mail address. Whoever runs the site can make another that has one.")
        return _page(request, following, said=words, status=409)
    if not ratelimit.consume(request, action="request_login_code", key=request.user.email.lower()):
        return _page(request, following, said=get_adapter().error_messages["rate_limited"], status=429)
    code = get_adapter().generate_login_code()
    sent = letters.send(
        LETTER, to=request.user.email, context={"code": code}, about=f"account {request.user.pk}", request=request
    )
    if not sent:
        words = _("The e-mail could not be sent: the mail server does not answer. Try again later.")
        return _page(request, following, said=words, status=503)
    request.session[KEY] = {"hash": _hash(request, code), "at": time.time(), "tries": 0}
    return _page(request, following, form=CodeForm())


def _hash(request: HttpRequest, code: str) -> str:
    plain = "".join(it for it in code.upper() if it.isalnum())
    return salted_hmac("config.accounts.again", f"{request.user.pk}:{plain}").hexdigest()


def _page(request: HttpRequest, following: str, form=None, said="", status: int = 200) -> HttpResponse:
    context = {"form": form, "next": following, "said": said}
    context["errors"] = error_list(form) if form is not None and form.is_bound else []
    return render(request, "account/confirm.html", context, status=status)
