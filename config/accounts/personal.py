"""What libraries keep of a person: accounts, addresses, second factors, sessions, logs of signing in."""

from __future__ import annotations

import re
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from mapping.access.personal_data import (
    ACCOUNT,
    Holding,
    Person,
    any_of,
    by_account,
    delete_rows,
    register,
)

BATCH = 2000


def register_holdings() -> None:
    """Say what is kept, table by table (called once, from `ConfigConfig.ready`)."""
    register(
        Holding(
            ACCOUNT,
            _("your account"),
            of=lambda person: apps.get_model(ACCOUNT).objects.filter(pk__in=person.user_ids),
            fields=("username", "email", "first_name", "last_name", "is_staff", "is_superuser", "is_active")
            + ("date_joined", "last_login", "groups__name"),
            erase=_delete_accounts,
        )
    )
    register(
        Holding(
            "account.EmailAddress",
            _("addresses that you sign in with"),
            of=lambda person: apps.get_model("account.EmailAddress").objects.filter(
                person.is_in("user") | person.has("email")
            ),
            fields=("email", "verified", "primary"),
            erase=delete_rows,
        )
    )
    register(
        Holding(
            "mfa.Authenticator",
            _("second steps of signing in"),
            of=by_account("mfa.Authenticator", "user"),
            # Not what they are made of: that would let whoever reads the export in.
            fields=("type", "created_at", "last_used_at"),
            erase=delete_rows,
        )
    )
    register(
        Holding(
            "sessions.Session",
            _("browsers that you are signed in with"),
            of=sessions_of,
            fields=("expire_date",),
            erase=delete_rows,
            reads_all=True,
        )
    )
    register(
        Holding(
            "admin.LogEntry",
            _("what you changed in the technical admin"),
            of=by_account("admin.LogEntry", "user"),
            fields=("action_time", "content_type__model", "object_repr", "change_message"),
            erase=delete_rows,
        )
    )
    for model, label in (
        ("axes.AccessLog", _("when you signed in with a password")),
        ("axes.AccessFailureLog", _("passwords that were wrong")),
        ("axes.AccessAttempt", _("wrong passwords that are counted")),
    ):
        fields = ("attempt_time", "username", "ip_address", "user_agent", "path_info")
        register(Holding(model, label, _signing_in(model), fields, delete_rows))


def _signing_in(model: str):
    def of(person: Person) -> QuerySet:
        names = {*person.usernames, *person.emails}
        return apps.get_model(model).objects.filter(any_of(Q(username__iexact=name) for name in names))

    return of


def sessions_of(person: Person) -> QuerySet:
    """Sessions in which this person is signed in, or in which one of their addresses is about to.

    Reads every session: they are sealed, and nothing else tells whose they are. Not in a request (`reads_all`).
    """
    sessions = apps.get_model("sessions.Session").objects
    accounts = {str(pk) for pk in person.user_ids}
    addresses = _pattern(person.emails)
    found = []
    for row in sessions.all().iterator(chunk_size=BATCH):
        data = row.get_decoded()
        if data.get("_auth_user_id") in accounts or _names(data, addresses):
            found.append(row.pk)
    return sessions.filter(pk__in=found)


def _pattern(emails: tuple[str, ...]) -> re.Pattern[str]:
    """One of these addresses, not as a part of a longer one: joann@example.org is not ann@example.org."""
    one_of = "|".join(re.escape(it) for it in emails) or "(?!)"
    return re.compile(rf"(?<![\w.%+'-])(?:{one_of})(?![\w-]|\.\w)", re.IGNORECASE)


def _names(value: Any, addresses: re.Pattern[str]) -> bool:
    """Whether one of the addresses stands anywhere in the data of a session."""
    if isinstance(value, dict):
        return any(_names(it, addresses) for it in (*value, *value.values()))
    if isinstance(value, list):
        return any(_names(it, addresses) for it in value)
    return isinstance(value, str) and addresses.search(value) is not None


def _delete_accounts(rows: QuerySet, person: Person) -> int:
    found = list(rows)
    for user in found:
        user.delete()
    return len(found)
