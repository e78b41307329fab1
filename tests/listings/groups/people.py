"""People and letters for the tests of groups."""

from __future__ import annotations

import re

from allauth.account.models import EmailAddress
from django.test import Client

from listings.models import MembershipRole
from tests.factories import MembershipFactory, UserFactory


def somebody(email: str = "", **more):
    """An account that has shown that its address is its own, as after signing in with a code."""
    user = UserFactory(**({"email": email} if email else {}), **more)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def member(group, role: str = MembershipRole.OWNER, email: str = ""):
    user = somebody(email)
    MembershipFactory(organisation=group, user=user, role=role)
    return user


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def link_in(letter) -> str:
    """The path of the first link of a letter."""
    return re.search(r"https?://[^/\s]+(/\S+)", letter.body).group(1)


def code_in(letter) -> str:
    return re.search(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", letter.body).group(0)
