"""What people take back stays so: a ledger outside of the database, and a restored back-up that knows of it."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from config.env import ROOT
from mapping.access import withdrawal_ledger
from mapping.commands import connections, consents, restored_withdrawals, withdrawals
from mapping.models import (
    Actor,
    AuditEntry,
    Connection,
    Consent,
    Node,
    NodeKind,
    NodeState,
    Revision,
    Statement,
    Withdrawal,
)
from tests.factories import (
    ConnectionFactory,
    NodeFactory,
    OrganisationFactory,
    PlaceFactory,
    StatementFactory,
    UserFactory,
    decided,
)
from tests.mapping.jobs.conftest import database_url

ACTOR = Actor.command("test")


def person(place, name="Ann Other") -> Consent:
    node = NodeFactory(place=place, name=name, kind=NodeKind.PERSON, state=NodeState.DRAFT)
    return consents.record(actor=ACTOR, node=node, wording="Yes, show me.")


def lines(settings) -> list[dict]:
    return [
        json.loads(it)
        for path in sorted(Path(settings.WITHDRAWALS_ROOT).glob("*.jsonl"))
        for it in path.read_text().splitlines()
    ]


def as_restored() -> None:
    """As a database that was restored from before all withdrawals has it."""
    Withdrawal.objects.all().delete()


@pytest.mark.django_db
class TestLedger:
    def test_a_person_who_takes_themself_off_is_in_it_before_they_are_told(self, client, place, settings):
        consent = person(place)
        answer = client.post(f"/consents/{consent.token}/")
        assert answer.status_code == 302
        [line] = lines(settings)
        assert (line["kind"], line["target"], line["of"]) == ("consent", str(consent.uuid), str(consent.node.uuid))
        assert Withdrawal.objects.get().kept

    def test_it_holds_ids_and_a_time_and_nothing_else(self, place, settings):
        consents.withdraw(actor=ACTOR, consent=person(place))
        [line] = lines(settings)
        assert set(line) == {"uuid", "kind", "target", "of", "at"}
        text = json.dumps(line)
        assert "Ann" not in text and "show me" not in text
        [path] = Path(settings.WITHDRAWALS_ROOT).iterdir()
        assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)

    def test_a_statement_and_an_account_are_in_it_too(self, place, settings):
        statement = StatementFactory()
        connections.withdraw(actor=ACTOR, statement=statement)
        user = UserFactory()
        number = user.pk
        user.delete()
        assert [(it["kind"], it["target"]) for it in lines(settings)] == [
            ("statement", str(statement.uuid)), ("account", str(number)),
        ]  # fmt: skip

    def test_what_was_withdrawn_before_is_not_written_twice(self, place, settings):
        consent = person(place)
        consents.withdraw(actor=ACTOR, consent=consent)
        consents.withdraw(actor=ACTOR, consent=consent)
        assert len(lines(settings)) == 1

    def test_it_is_on_the_disk_when_append_returns(self, settings, monkeypatch):
        synced = []
        monkeypatch.setattr(withdrawal_ledger.os, "fsync", lambda handle: synced.append(os.fstat(handle).st_size))
        withdrawal_ledger.append(entry())
        assert synced[0] == len(json.dumps(lines(settings)[0])) + 1

    def test_a_full_disk_leaves_no_half_line_and_keeps_nobody_from_being_taken_off(self, place, settings, monkeypatch):
        withdrawal_ledger.append(entry())
        consent = person(place)

        def full(_handle):
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(withdrawal_ledger.os, "fsync", full)
            assert consents.withdraw(actor=ACTOR, consent=consent)
        assert Node.objects.get(pk=consent.node_id).state == NodeState.ARCHIVED
        assert len(lines(settings)) == 1
        assert "not all are in the ledger" in withdrawals.state() or "does not know" in withdrawals.state()
        restored_withdrawals.reapply()
        assert len(lines(settings)) == 2
        assert withdrawals.state() == "ok"

    def test_a_line_that_was_cut_off_spoils_no_other(self, settings, caplog):
        withdrawal_ledger.append(entry())
        [path] = Path(settings.WITHDRAWALS_ROOT).iterdir()
        with path.open("ab") as file:
            file.write(b'{"uuid": "4')
        withdrawal_ledger.append(entry())
        assert len(list(withdrawal_ledger.entries())) == 2
        assert "no withdrawal" in caplog.text


def entry(**values) -> withdrawal_ledger.Entry:
    import uuid

    long_ago = (timezone.now() - datetime.timedelta(hours=1)).isoformat()
    known = {"uuid": str(uuid.uuid4()), "kind": "statement", "target": str(uuid.uuid4()), "of": "", "at": long_ago}
    return withdrawal_ledger.Entry(**{**known, **values})


@pytest.mark.django_db
class TestReapplying:
    def test_a_consent_that_is_back_is_ended_again(self, client, place):
        consent = person(place)
        node = consent.node
        consents.withdraw(actor=ACTOR, consent=consent)
        as_restored()
        with decided():
            Consent.objects.update(withdrawn_at=None)
            Node.objects.filter(pk=node.pk).update(state=NodeState.LIVE)
        assert client.get(f"/node/{node.uuid}").status_code == 200
        assert restored_withdrawals.reapply() == restored_withdrawals.Reapplied(found=1, done=1, kept=0)
        assert client.get(f"/node/{node.uuid}").status_code in (404, 410)
        assert AuditEntry.objects.filter(action="withdraw consent", actor="command reapply_withdrawals").exists()
        assert restored_withdrawals.reapply() == restored_withdrawals.Reapplied()

    def test_an_older_consent_of_that_person_which_the_backup_has_is_ended_too(self, place):
        older = person(place)
        newer = consents.record(actor=ACTOR, node=older.node, wording="Yes, in these words.")
        consents.withdraw(actor=ACTOR, consent=newer)
        as_restored()
        newer.delete()
        with decided():
            Consent.objects.update(withdrawn_at=None)
            Node.objects.filter(pk=older.node_id).update(state=NodeState.LIVE)
        restored_withdrawals.reapply()
        assert Node.objects.get(pk=older.node_id).state == NodeState.ARCHIVED

    def test_a_consent_given_since_is_left_alone(self, place):
        first = person(place)
        consents.withdraw(actor=ACTOR, consent=first)
        again = consents.record(actor=ACTOR, node=first.node, wording="I have thought again: yes.")
        as_restored()
        restored_withdrawals.reapply()
        assert Consent.objects.live().get() == again

    def test_a_statement_and_an_account_are_taken_back_again(self, place):
        statement = StatementFactory()
        connections.withdraw(actor=ACTOR, statement=statement)
        user = UserFactory(username="ann")
        number, joined = user.pk, user.date_joined
        user.delete()
        as_restored()
        with decided():
            Statement.objects.update(withdrawn_at=None)
        get_user_model().objects.create(pk=number, username="ann", date_joined=joined)
        assert restored_withdrawals.reapply().done == 2
        assert not Statement.objects.live().exists()
        assert not get_user_model().objects.filter(pk=number).exists()

    def test_an_account_that_has_got_the_number_since_is_left_alone(self, place):
        withdrawal_ledger.append(entry(kind="account", target="123456"))
        get_user_model().objects.create(pk=123456, username="new")
        restored_withdrawals.reapply()
        assert get_user_model().objects.filter(pk=123456).exists()

    def test_a_dry_run_changes_nothing(self, place):
        statement = StatementFactory()
        connections.withdraw(actor=ACTOR, statement=statement)
        as_restored()
        with decided():
            Statement.objects.update(withdrawn_at=None)
        assert restored_withdrawals.reapply(dry_run=True).found == 1
        assert Statement.objects.live().exists()

    def test_readyz_says_until_it_is_done(self, client, settings):
        from mapping.views import health

        settings.READYZ_PUBLIC = True
        health.kept.forget()
        withdrawal_ledger.append(entry())
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert "was it restored?" in answer.json()["checks"]["withdrawals"]
        restored_withdrawals.reapply()
        health.kept.forget()
        assert client.get("/readyz").status_code == 200
        health.kept.forget()

    def test_looking_costs_one_query(self, django_assert_num_queries):
        for _ in range(50):
            withdrawal_ledger.append(entry())
        restored_withdrawals.reapply()
        with django_assert_num_queries(1):
            assert withdrawals.state() == "ok"

    def test_what_is_being_committed_is_not_missed(self):
        withdrawal_ledger.append(entry(at=timezone.now().isoformat()))
        assert withdrawals.state() == "ok"
        assert withdrawals.state(datetime.timedelta()) != "ok"


def manage(settings, *words) -> subprocess.CompletedProcess:
    environ = {
        **os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "tests.mapping.jobs.settings",
        "WITHDRAWALS_ROOT": str(settings.WITHDRAWALS_ROOT),
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *map(str, words)], cwd=ROOT, env=environ, capture_output=True,
        text=True, check=False,
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
class TestBackUpAndRestore:
    @pytest.fixture
    def records(self):
        place = PlaceFactory()
        Revision.objects.get_or_create(place=place)
        consent = person(place)
        ends = {"source": OrganisationFactory(place=place), "target": OrganisationFactory(place=place)}
        statement = StatementFactory(connection=ConnectionFactory(**ends))
        yield {"place": place, "consent": consent, "statement": statement, "user": UserFactory()}
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers")

    def test_who_was_taken_off_after_the_backup_stays_off(self, records, client, settings, tmp_path):
        def counts():
            return [model.objects.count() for model in (Node, Connection, Statement, Consent, get_user_model())]

        consent, statement, user = records["consent"], records["statement"], records["user"]
        path, before = tmp_path / "a.dump", counts()
        done = manage(settings, "backup", path)
        assert done.returncode == 0, done.stderr
        assert [it.name for it in tmp_path.iterdir()] == ["a.dump"]

        client.post(f"/consents/{consent.token}/")
        connections.withdraw(actor=ACTOR, statement=statement)
        number, node = user.pk, consent.node
        user.delete()
        OrganisationFactory(name="Made since")
        revision = Revision.objects.get(place=records["place"]).number
        assert client.get(f"/node/{node.uuid}").status_code in (404, 410)

        refused = manage(settings, "restore", path)
        assert refused.returncode == 1 and "not empty" in refused.stderr
        connection.close()
        done = manage(settings, "restore", path, "--replace")
        assert done.returncode == 0, done.stderr
        assert "3 withdrawals were made after it; 3 things taken back again" in done.stdout

        assert not Node.objects.filter(name="Made since").exists()
        assert counts() == [*before[:4], before[4] - 1]
        assert client.get(f"/node/{node.uuid}").status_code in (404, 410)
        assert not Consent.objects.live().exists()
        assert not Statement.objects.live().filter(pk=statement.pk).exists()
        assert not get_user_model().objects.filter(pk=number).exists()
        # No number that was in anybody's cache comes again.
        assert Revision.objects.get(place=records["place"]).number > revision
        assert withdrawals.state(datetime.timedelta()) == "ok"

    def test_a_file_that_is_no_backup_changes_nothing(self, records, settings, tmp_path):
        path = tmp_path / "a.dump"
        path.write_bytes(b"PGDMP and then nothing")
        done = manage(settings, "restore", path, "--replace")
        assert done.returncode == 1
        assert "Traceback" not in done.stderr and "as it was" in done.stderr
        assert Node.objects.filter(pk=records["consent"].node_id).exists()

    def test_a_backup_that_cannot_be_written_leaves_nothing(self, settings, tmp_path):
        done = manage(settings, "backup", tmp_path / "not" / "there" / "a.dump")
        assert done.returncode == 1
        assert "cannot be written" in done.stderr and "Traceback" not in done.stderr
