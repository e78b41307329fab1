"""Signing in: one step for everybody, by a code sent to an e-mail address. There are no passwords to lose.

django-allauth keeps the code, its age and the tries that are left. It tells a stranger to sign up first; here a
stranger gets a code as well, and has an account once they have entered it. So nobody can find out who has one.
"""

from __future__ import annotations

import smtplib
from urllib.parse import urlencode

from allauth.account import views
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import EmailAddress, Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.account.utils import filter_users_by_email
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.forms import error_list

from .adapter import passkeys_work


class CodeProcess(LoginCodeVerificationProcess):
    """allauth's process, with a code for addresses that have no account yet."""

    @classmethod
    def start(cls, request: HttpRequest, user, email: str) -> None:
        """Send a code to `email`; `user` is None when nobody has that address."""
        login = Login(user=user, email=email)
        login.state["stages"] = {"current": LoginByCodeStage.key}
        stage = LoginByCodeStage(LoginStageController(request, login), request, login)
        stage.state.update(cls.initial_state(user=user, email=email), initiated_by_user=True)
        process = cls(stage=stage)
        process.send()
        process.persist()

    @classmethod
    def resume(cls, stage) -> CodeProcess | None:
        return cls(stage=stage).abort_if_invalid()

    def send_by_email(self, email: str, skip_enumeration_mails: bool = False) -> None:
        context = {"request": self.request, "code": self.generate_code()}
        get_adapter().send_mail("account/email/login_code", email, context)

    def finish(self, redirect_url: str | None) -> HttpResponse:
        if self.user is None:
            self._user = account_of(self.request, self.state["email"])
        keep_proven(self.user, self.state["email"])
        return super().finish(redirect_url)


def account_of(request: HttpRequest, email: str):
    """Return the account of a proven address; it is made when there is none."""
    # Looked up again: two windows may have been asked for a code at once. An account that was closed stays so.
    if (found := _with(email)) is not None:
        return found
    try:
        return _made(request, email.lower())
    except IntegrityError:
        # The other window was first, by a moment.
        if (found := _with(email)) is None:
            raise
        return found


def _with(email: str):
    users = filter_users_by_email(email, prefer_verified=True)
    return users[0] if users else None


@transaction.atomic
def _made(request: HttpRequest, email: str):
    user = get_user_model()(email=email)
    get_adapter().populate_username(request, user)
    user.set_unusable_password()
    user.save()
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    return user


def keep_proven(user, email: str) -> None:
    """Keep that this address was proven, of an account that a command made (createsuperuser) and that has none yet."""
    if not EmailAddress.objects.filter(user=user).exists():
        # Not `create`: another window may do the same.
        EmailAddress.objects.get_or_create(user=user, email=email.lower(), defaults={"primary": True, "verified": True})


class RequestCode(views.RequestLoginCodeView):
    """`/accounts/login/`: which address shall the code go to?"""

    template_name = "account/login.html"

    def _redirect_to_pending_stage(self, request, stage):
        # Somebody who comes back mistyped the address or lost the mail: let them begin again.
        if request.method == "POST" or "again" in request.GET:
            clear_login(request)
            return None
        return super()._redirect_to_pending_stage(request, stage)

    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        form = context["form"]
        form.fields["email"].label = _("Your e-mail address")
        form.fields["email"].widget.attrs.pop("placeholder", None)
        return {**context, "errors": error_list(form), "passkeys_work": passkeys_work(self.request)}

    def form_valid(self, form) -> HttpResponse:
        try:
            CodeProcess.start(self.request, form._user, form.cleaned_data["email"])
        except (OSError, smtplib.SMTPException):
            form.add_error(None, _("The e-mail could not be sent: the mail server does not answer. Try again later."))
            return self.render_to_response(self.get_context_data(form=form), status=503)
        return HttpResponseRedirect(self.get_success_url())


class ConfirmCode(views.ConfirmLoginCodeView):
    """`/accounts/login/code/confirm/`: the code from the e-mail."""

    template_name = "account/confirm_login_code.html"

    def dispatch(self, request, *args, **kwargs):
        self.stage = request._login_stage
        self._process = CodeProcess.resume(self.stage)
        if not self._process:
            return to_login(request)
        # Past allauth's own dispatch, which would resume a process of its own class.
        return super(views.ConfirmLoginCodeView, self).dispatch(request, *args, **kwargs)

    def form_invalid(self, form) -> HttpResponse:
        answer = super().form_invalid(form)
        # The last try was wrong: begin again, and still go where one was going.
        return to_login(self.request) if answer.status_code == 302 else answer

    def get_context_data(self, **kwargs) -> dict:
        context = super().get_context_data(**kwargs)
        widget = context["form"].fields["code"].widget
        widget.attrs.pop("placeholder", None)
        widget.attrs |= {"autocapitalize": "characters", "spellcheck": "false", "maxlength": 20}
        return {**context, "errors": error_list(context["form"])}


_confirm_code = views.login_stage_required(stage=LoginByCodeStage.key, redirect_urlname="account_login")(
    ConfirmCode.as_view()
)


def confirm_code(request: HttpRequest) -> HttpResponse:
    """The page for the code; without one under way, the page that sends one. Either knows where one was going."""
    answer = _confirm_code(request)
    return to_login(request) if answer.get("Location") == reverse("account_login") else answer


def to_login(request: HttpRequest) -> HttpResponse:
    """Lead to signing in, and on to where one was going. (Where that may be is looked at when it is followed.)"""
    following = request.POST.get("next") or request.GET.get("next")
    query = f"?{urlencode({'next': following})}" if following else ""
    return HttpResponseRedirect(reverse("account_login") + query)


@require_safe
def sign_up(request: HttpRequest, *args, **kwargs) -> HttpResponse:
    """Signing up is signing in; no other page of allauth's is used."""
    return to_login(request)


@never_cache
@require_safe
def admin_login(request: HttpRequest) -> HttpResponse:
    """In place of Wagtail's own form, which asks for a password that stewards do not have."""
    if request.user.is_authenticated:
        # Signed in but no steward: sending them to sign in would send them round in a circle.
        raise PermissionDenied
    return to_login(request)
