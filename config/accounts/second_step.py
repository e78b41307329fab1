"""`/accounts/second-step/`: an authenticator app, passkeys and recovery codes, for anybody who wants one.

allauth keeps and checks them; the pages are ours. Signing in with a passkey alone needs JavaScript, as browsers have
it; everything else works without.
"""

from __future__ import annotations

from allauth.mfa.base import views as base
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal import auth
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.forms import error_list

from .adapter import passkeys_work
from .again import following_of
from .proof import has_second_step, needs_second_step, proven, to_proof, took_second_step

NEXT = "after_second_step"


class Plain:
    """A form's page says what was wrong in a list at its top, with status 422; its field has no words inside."""

    def form_invalid(self, form) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        form = kwargs.get("form") or context["form"]
        _plain(form)
        return {**context, "form": form, "errors": error_list(form) if form.is_bound else []}


def _plain(form) -> None:
    if "code" in form.fields:
        field = form.fields["code"]
        field.label = _("The code")
        field.max_length = 20
        field.widget.attrs = {"autocomplete": "one-time-code", "spellcheck": "false", "maxlength": 20}
        field.error_messages["required"] = _("Type the code.")


@never_cache
@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Which second steps one has, and how to add one; why one was led here."""
    if "next" in request.GET:
        request.session[NEXT] = following_of(request)
    kept = Authenticator.objects.filter(user=request.user).order_by("created_at")
    required = needs_second_step(request.user)
    context = {
        "app": next((it for it in kept if it.type == Authenticator.Type.TOTP), None),
        "passkeys": [it for it in kept if it.type == Authenticator.Type.WEBAUTHN],
        "codes": next((it.wrap() for it in kept if it.type == Authenticator.Type.RECOVERY_CODES), None),
        "passkeys_work": passkeys_work(request),
        "required": required,
        "missing": required and not has_second_step(request.user),
        "following": request.session.get(NEXT) if took_second_step(request) else None,
    }
    return render(request, "mfa/index.html", context)


class Authenticate(base.AuthenticateView):
    """While signing in: the code of the app, a recovery code, or the passkey."""

    def form_invalid(self, form) -> HttpResponse:
        return self.render_to_response(self.get_context_data(), status=422)

    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        _plain(self.auth_form)
        kinds = set(Authenticator.objects.filter(user=self.stage.login.user).values_list("type", flat=True))
        posted = self.auth_form if self.auth_form.is_bound else self.webauthn_form
        errors = error_list(posted) if posted is not None and posted.is_bound else []
        return {
            **context,
            # The address of a hidden field leads nowhere.
            "errors": [{**it, "field_id": ""} for it in errors] if posted is self.webauthn_form else errors,
            "has_passkey": Authenticator.Type.WEBAUTHN in kinds,
            "has_app": Authenticator.Type.TOTP in kinds,
        }


class Confirm(Plain, base.ReauthenticateView):
    """Somebody who is signed in shows again that it is they: the code of the app, or a recovery code."""


class ConfirmPasskey(webauthn.ReauthenticateWebAuthnView):
    """The same with a passkey."""

    def form_invalid(self, form) -> HttpResponse:
        # allauth would lead to signing in, of somebody who is.
        return self.render_to_response({**self.get_context_data(), "failed": True}, status=422)


class AddApp(Plain, totp.ActivateTOTPView):
    """A picture to read with an authenticator app, and the first code that it shows."""


class RemoveApp(totp.DeactivateTOTPView):
    """Take the authenticator app away."""


class AddPasskey(Plain, webauthn.AddWebAuthnView):
    """A name, and the passkey that the browser makes."""

    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        # One that the device finds by itself, and that asks for a finger or a PIN.
        context["js_data"] = {"creation_options": auth.begin_registration(self.request.user, True)}
        context["errors"] = [{**it, "field_id": ""} for it in context["errors"]]
        return context


class RemovePasskey(webauthn.RemoveWebAuthnView):
    """Take one passkey away."""

    def get_success_url(self) -> str:
        return reverse("mfa_index")


class NewCodes(codes.GenerateRecoveryCodesView):
    """Ten new recovery codes instead of the old ones."""

    def form_invalid(self, form) -> HttpResponse:
        return HttpResponseRedirect(reverse("mfa_index"))


@require_safe
def to_overview(request: HttpRequest) -> HttpResponse:
    """The list of passkeys stands on the page of second steps."""
    return HttpResponseRedirect(reverse("mfa_index"))


def confirm_by_app(request: HttpRequest) -> HttpResponse:
    """Those without a second step confirm by e-mail."""
    if request.user.is_authenticated and not has_second_step(request.user):
        return to_proof(request, following_of(request))
    return Confirm.as_view()(request)


authenticate = never_cache(Authenticate.as_view())
confirm = never_cache(confirm_by_app)
confirm_passkey = never_cache(ConfirmPasskey.as_view())
add_app = never_cache(login_required(proven(AddApp.as_view())))
remove_app = never_cache(login_required(proven(RemoveApp.as_view())))
add_passkey = never_cache(login_required(proven(AddPasskey.as_view())))
remove_passkey = never_cache(login_required(proven(RemovePasskey.as_view())))
view_codes = never_cache(login_required(proven(codes.view_recovery_codes)))
new_codes = never_cache(login_required(proven(NewCodes.as_view())))
download_codes = never_cache(login_required(proven(codes.download_recovery_codes)))
login_passkey = never_cache(webauthn.login_webauthn)
