"""What was kept as long as it may be goes in batches, each with an audit row that names nobody."""

from __future__ import annotations

import datetime
import json

import pytest
from django.utils import timezone

from listings.commands import claims, flag_decisions, invitations, nominations, proposals
from listings.models import Invitation, MissingReport, PostDraft, UsedPuzzle
from listings.posting import drafts
from mapping.commands import retention
from mapping.models import AuditEntry, Revision
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db
LATER = timezone.now() + datetime.timedelta(days=800)


def some_puzzles(number: int) -> None:
    UsedPuzzle.objects.bulk_create(UsedPuzzle(nonce=f"nonce-{n}") for n in range(number))


def test_each_batch_has_an_audit_row_with_a_number_and_nothing_else(monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    some_puzzles(5)
    before = list(Revision.objects.values_list("place", "number"))
    assert retention.let_go(UsedPuzzle.objects.all(), action="delete used puzzles", batch=2) == 5
    assert not UsedPuzzle.objects.exists()
    rows = AuditEntry.objects.filter(action="delete used puzzles").order_by("pk")
    assert [it.data for it in rows] == [
        {"listings.UsedPuzzle": 2},
        {"listings.UsedPuzzle": 2},
        {"listings.UsedPuzzle": 1},
    ]
    assert {(it.actor, it.target, it.user) for it in rows} == {("command retention", "", None)}
    assert list(Revision.objects.values_list("place", "number")) == before


def test_where_nothing_is_due_nothing_is_written():
    assert retention.let_go(UsedPuzzle.objects.all(), action="delete used puzzles") == 0
    assert not AuditEntry.objects.exists()


def test_one_run_is_bounded_and_what_does_not_change_ends_it():
    some_puzzles(5)
    assert retention.let_go(UsedPuzzle.objects.all(), action="delete", most=3, batch=2) == 3
    assert UsedPuzzle.objects.count() == 2
    assert retention.let_go(UsedPuzzle.objects.all(), action="look", do=lambda rows: 0, batch=1) == 0


def test_a_batch_that_fails_leaves_its_rows_and_no_audit_row():
    some_puzzles(1)
    with pytest.raises(ZeroDivisionError):
        retention.let_go(UsedPuzzle.objects.all(), action="delete", do=lambda rows: rows.delete()[0] / 0)
    assert UsedPuzzle.objects.count() == 1 and not AuditEntry.objects.exists()


def test_no_address_gets_into_the_audit(place):
    group = OrganisationFactory(place=place)
    Invitation.objects.create(
        organisation=group, email="ann@example.org", role="editor", expires_at=timezone.now(), kind="team"
    )
    MissingReport.objects.create(place=place, looked_for="a choir", email="ann@example.org")
    PostDraft.objects.create(owner="x", typed={"email": "ann@example.org"})
    for purge in (invitations.purge, claims.purge, nominations.purge, flag_decisions.purge, drafts.purge):
        purge(LATER)
    proposals.purge_addresses(LATER)
    assert not Invitation.objects.exists() and not PostDraft.objects.exists()
    written = list(AuditEntry.objects.filter(actor="command retention").values_list("action", "target", "data"))
    assert {action for action, _target, _data in written} >= {"delete old invitations", "delete old drafts"}
    assert "ann" not in json.dumps(written)
