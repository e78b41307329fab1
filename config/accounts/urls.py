"""`/accounts/`: the pages of one's own account. Of allauth's own pages only those that are named here are reached."""

from __future__ import annotations

from allauth.account import views
from django.urls import path

from .codes import RequestCode, confirm_code, sign_up

urlpatterns = [
    path("login/", RequestCode.as_view(), name="account_login"),
    path("login/code/", sign_up, name="account_request_login_code"),
    path("login/code/confirm/", confirm_code, name="account_confirm_login_code"),
    path("signup/", sign_up, name="account_signup"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("confirm-email/", sign_up, name="account_email_verification_sent"),
]
