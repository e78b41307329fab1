"""`/accounts/`: the pages of one's own account. Of allauth's own pages only those that are named here are reached."""

from __future__ import annotations

from allauth.account import views
from django.urls import path

from . import again, codes, second_step, you

urlpatterns = [
    path("", you.you, name="account"),
    path("data/", you.data, name="account_data"),
    path("delete/", you.delete, name="account_delete"),
    path("sign-out-everywhere/", you.sign_out_everywhere, name="account_sign_out_everywhere"),
    path("login/", codes.RequestCode.as_view(), name="account_login"),
    path("login/code/", codes.sign_up, name="account_request_login_code"),
    path("login/code/confirm/", codes.confirm_code, name="account_confirm_login_code"),
    path("login/passkey/", second_step.login_passkey, name="mfa_login_webauthn"),
    path("signup/", codes.sign_up, name="account_signup"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("confirm-email/", codes.sign_up, name="account_email_verification_sent"),
    path("confirm/", again.confirm, name="account_reauthenticate"),
    path("second-step/", second_step.overview, name="mfa_index"),
    path("second-step/sign-in/", second_step.authenticate, name="mfa_authenticate"),
    path("second-step/confirm/", second_step.confirm, name="mfa_reauthenticate"),
    path("second-step/app/", second_step.add_app, name="mfa_activate_totp"),
    path("second-step/app/remove/", second_step.remove_app, name="mfa_deactivate_totp"),
    path("second-step/codes/", second_step.view_codes, name="mfa_view_recovery_codes"),
    path("second-step/codes/new/", second_step.new_codes, name="mfa_generate_recovery_codes"),
    path("second-step/codes/file/", second_step.download_codes, name="mfa_download_recovery_codes"),
    path("second-step/passkeys/", second_step.to_overview, name="mfa_list_webauthn"),
    path("second-step/passkeys/add/", second_step.add_passkey, name="mfa_add_webauthn"),
    path("second-step/passkeys/confirm/", second_step.confirm_passkey, name="mfa_reauthenticate_webauthn"),
    path("second-step/passkeys/<int:pk>/remove/", second_step.remove_passkey, name="mfa_remove_webauthn"),
]
