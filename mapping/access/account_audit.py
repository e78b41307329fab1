"""Every change to an account, a group of permissions, a role or a membership leaves an audit row, whoever makes it.

Accounts are written by libraries (Wagtail's and Django's admins, allauth), so this listens to the models themselves.
The audit tells of accounts by number and of fields by name, never of addresses or passwords.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from django.http import HttpRequest, HttpResponse

from mapping.models import Actor, AuditEntry

_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)
_acting: ContextVar[Actor | None] = ContextVar("acting", default=None)

# Written at every sign-in, which is no change of what somebody may do.
UNTOLD = frozenset({"last_login"})
_BEFORE = "_fields_before"


class ActorMiddleware:
    """Lets writes that a library makes know who asked for them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _request.set(request)
        try:
            return self.get_response(request)
        finally:
            _request.reset(token)


@contextmanager
def acting_as(actor: Actor) -> Iterator[None]:
    """Say who is writing inside: where an account ends, the audit may not name whoever was signed in with it."""
    token = _acting.set(actor)
    try:
        yield
    finally:
        _acting.reset(token)


def present_actor() -> Actor:
    """Who is writing: the person signed in, somebody who is signing in, or the command that runs."""
    acting = _acting.get()
    if acting is not None:
        return acting
    request = _request.get()
    if request is None:
        words = sys.argv[1:2] or ["?"]
        return Actor.command(words[0][:60])
    user = getattr(request, "user", None)
    return Actor.of(user) if user is not None and user.is_authenticated else Actor(label="somebody signing in")


def watch(
    model: type[Model], named: Callable[[Any], str], place: Callable[[Any], int | None] = lambda it: None
) -> None:
    """Audit every saved, changed and deleted row of `model`, which the audit calls by `named(row)`."""

    def remember(sender, instance, raw=False, update_fields=None, **rest) -> None:
        told = update_fields is None or bool(set(update_fields) - UNTOLD)
        known = told and not raw and not instance._state.adding
        setattr(instance, _BEFORE, model._default_manager.filter(pk=instance.pk).values().first() if known else {})

    def saved(sender, instance, created, raw=False, **rest) -> None:
        before = getattr(instance, _BEFORE, None) or {}
        if raw:
            return
        if created:
            _write(f"add {model._meta.verbose_name}", named(instance), place(instance), {})
            return
        fields = sorted(name for name, was in before.items() if getattr(instance, name) != was and name not in UNTOLD)
        if fields:
            _write(f"change {model._meta.verbose_name}", named(instance), place(instance), {"fields": fields})

    def deleted(sender, instance, **rest) -> None:
        _write(f"delete {model._meta.verbose_name}", named(instance), None, {})

    for signal, receiver in ((pre_save, remember), (post_save, saved), (post_delete, deleted)):
        signal.connect(receiver, sender=model, weak=False, dispatch_uid=f"account_audit.{model.__name__}")


def watch_many(through: type[Model], field: str, named: Callable[[Any], str]) -> None:
    """Audit what is put into and taken out of a relation of many, from either of its ends."""

    def changed(sender, instance, action, reverse, model, pk_set, **rest) -> None:
        verb = {"post_add": "added", "post_remove": "removed", "pre_clear": "cleared"}.get(action)
        if verb is None or (pk_set is not None and not pk_set):
            return
        others = sorted(model._default_manager.filter(pk__in=pk_set), key=str) if pk_set is not None else []
        owners = others if reverse else [instance]
        things = [instance] if reverse else others
        for owner in owners or [instance]:
            words = [named(it) for it in things]
            _write(f"change {owner._meta.verbose_name}", named(owner), None, {"fields": [field], verb: words})

    m2m_changed.connect(changed, sender=through, weak=False, dispatch_uid=f"account_audit.{through.__name__}")


def _write(action: str, target: str, place: int | None, data: dict[str, Any]) -> None:
    actor = present_actor()
    # Somebody who deletes their own account is named in words only.
    user = actor.user if actor.user is not None and actor.user.pk is not None else None
    AuditEntry.objects.create(
        user=user, actor=actor.label, action=action[:60], target=target[:200], place_id=place, data=data
    )


def name_of(record: Any) -> str:
    """What the audit calls a record of accounts: people by number."""
    if isinstance(record, get_user_model()):
        return f"user {record.pk}"
    if isinstance(record, Permission):
        return f"{record.content_type.app_label}.{record.codename}"
    return str(record)


def watch_accounts() -> None:
    """Listen to what Django keeps of accounts, and to roles in places."""
    from mapping.models import PlaceRole

    user = get_user_model()
    watch(user, name_of)
    watch(Group, name_of)
    watch(PlaceRole, lambda it: f"user {it.user_id}: {it.role}", lambda it: it.place_id)
    watch_many(user.groups.through, "groups", name_of)
    watch_many(user.user_permissions.through, "user_permissions", name_of)
    watch_many(Group.permissions.through, "permissions", name_of)
