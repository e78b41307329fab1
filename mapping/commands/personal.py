"""What the records of `mapping` keep of a person, and how it is erased (called once, from `MappingConfig.ready`)."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from mapping.access.personal_data import (
    Holding,
    Person,
    by_account,
    by_address,
    delete_rows,
    forget_account,
    register,
)
from mapping.models import Actor, AuditEntry, Consent, ImportRun, Node, NodeKind, Revision

from . import consents

ERASED = "somebody whose account was erased"
ERASED_PERSON = "A person who was erased"


def register_holdings() -> None:
    """Say what is kept, table by table."""
    register(
        Holding(
            "mapping.AuditEntry",
            _("what you changed, and when"),
            of=by_account("mapping.AuditEntry", "user"),
            fields=("at", "action", "target", "place__name", "data"),
            erase=_audit,
            keeps=_("What was changed and when, without who did it: others rely on it."),
        )
    )
    register(
        Holding(
            "mapping.Node",
            _("addresses for contact that are yours, on pages of the map"),
            of=by_address("mapping.Node", "email"),
            fields=("uuid", "kind", "name", "summary", "email", "phone", "website", "address", "postcode", "state"),
            erase=_nodes,
            keeps=_("The page of a group or of something to go to, without your address. A page about you goes."),
        )
    )
    register(
        Holding(
            "mapping.Statement",
            _("how you said things are connected"),
            of=by_account("mapping.Statement", "by_user"),
            fields=("uuid", "connection__source__name", "connection__type__forward", "connection__target__name")
            + ("kind", "note", "evidence_url", "visibility", "created_at", "withdrawn_at"),
            erase=forget_account("by_user"),
            keeps=_("What you said of connections, without any trace of who it was. Take it back before, if you like."),
        )
    )
    register(
        Holding(
            "mapping.PlaceRole",
            _("your part in a place"),
            of=by_account("mapping.PlaceRole", "user"),
            fields=("place__name", "role"),
            erase=delete_rows,
        )
    )
    register(
        Holding(
            "mapping.ImportRun",
            _("files that you read in or took back"),
            of=lambda person: ImportRun.objects.filter(person.is_in("forgotten_by") | _acted(person)),
            fields=("command", "file", "started_at", "forgotten_at"),
            erase=_runs,
            keeps=_("What was read in, without who did it."),
        )
    )
    for model, names, label, fields, keeps in _STAYING:
        register(Holding(model, label, by_account(model, *names), fields, forget_account(*names), keeps))


# Rows that stay for others, without the name of whoever made them.
_STAYING = (
    (
        "mapping.MatchCandidate", ("decided_by",), _("pairs of records of which you said whether they are the same"),
        ("first__name", "second__name", "state", "decided_at"), _("What was decided, without who did it."),
    ),
    (
        "mapping.NodeMerge", ("merged_by",), _("records that you made one"),
        ("uuid", "kept__name", "merged_at"), _("That they were made one, without who did it."),
    ),
    (
        "mapping.Dismissal", ("by_user",), _("suggestions that you dismissed"),
        ("place__name", "key", "reason", "created_at"), _("That it was dismissed, without who did it."),
    ),
    (
        "mapping.SavedView", ("created_by",), _("views of the network that you saved"),
        ("place__name", "name", "text", "visibility", "created_at"), _("The view, without who saved it."),
    ),
    (
        "mapping.Consent", ("recorded_by",), _("consents of others that you wrote down"),
        ("uuid", "given_on", "created_at"), _("The consent, which is somebody else's, without who wrote it down."),
    ),
)  # fmt: skip


def _acted(person: Person) -> Q:
    return Q(actor__in=(*person.usernames, *person.emails))


def _audit(rows: QuerySet, person: Person) -> int:
    found = AuditEntry.objects.filter(person.is_in("user") | _acted(person))
    return found.update(user=None, actor=ERASED)


def _runs(rows: QuerySet, person: Person) -> int:
    number = rows.count()
    ImportRun.objects.filter(_acted(person)).update(actor=ERASED)
    ImportRun.objects.filter(person.is_in("forgotten_by")).update(forgotten_by=None)
    return number


def _nodes(rows: QuerySet, person: Person) -> int:
    """Take the address off; of a page about the person themself, everything."""
    found = list(Node.objects.filter(pk__in=rows.values("pk")).values_list("pk", "kind", "place_id"))
    themself = [pk for pk, kind, _place in found if kind == NodeKind.PERSON]
    # Before the name is gone: what was done with their page stands in the audit by it.
    uuids = Node.objects.filter(pk__in=themself).values("uuid")
    AuditEntry.objects.filter(target_uuid__in=uuids).update(target=ERASED_PERSON)
    for consent in Consent.objects.live().filter(node__in=themself):
        consents.withdraw(actor=Actor.command("erase_person"), consent=consent)
    Node.objects.filter(pk__in=themself).update(
        name=ERASED_PERSON, other_names=[], summary="", phone="", website="", address="", postcode="", search_extra="",
        hours_text="", facts={}, languages=[], hire_rate="", hire_booking="", location=None, shape=None,
        location_source="",
    )  # fmt: skip
    Node.objects.filter(pk__in=[pk for pk, _kind, _place in found]).update(email="")
    Revision.objects.all().raise_for({place for _pk, _kind, place in found if place}, set())
    return len(found)
