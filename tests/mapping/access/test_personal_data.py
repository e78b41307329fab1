"""Everything that is kept of a person is known, can be given out, and can be erased."""

from __future__ import annotations

import io
import json

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connection, models

from mapping.access import personal_data
from mapping.access.personal_data import Person
from mapping.commands import persons
from mapping.models import Actor, AuditEntry, Node, Revision, Statement, Withdrawal
from tests import factories
from tests.personal_rows import MAKERS, Somebody

EMAIL = "Zuleika.Q+test@zq-example.org"
NAME = "zuleika-of-the-test"

# Models with an address or a link to an account of which no holding tells, and why not.
NEEDS_NO_HOLDING = {
    "auth.User_groups": "goes with the account, and is exported with it",
    "auth.User_user_permissions": "goes with the account; nobody here has permissions of their own",
}


def personal_fields(model) -> list[str]:
    """Names of a model's own fields that hold an e-mail address or lead to an account."""
    user = get_user_model()
    return [
        it.name
        for it in model._meta.local_fields
        if model is user
        or isinstance(it, models.EmailField)
        or (isinstance(it, models.ForeignKey) and it.related_model is user)
    ]


def test_every_model_that_tells_of_a_person_has_a_holding():
    known = {it.model for it in personal_data.holdings()} | set(NEEDS_NO_HOLDING)
    missing = {
        it._meta.label: personal_fields(it)
        for it in apps.get_models(include_auto_created=True)
        if it._meta.managed and it._meta.label not in known and personal_fields(it)
    }
    assert not missing, (
        f"These models hold an address or lead to an account, and nobody says how that is exported and erased: "
        f"{missing}. Register a mapping.access.personal_data.Holding for each (the docstring shows how; from your "
        "room's personal.py, called in apps.py), add a row to tests/personal_rows.py MAKERS and a line to "
        "docs/privacy.md. If nothing is to be said of it, put it into NEEDS_NO_HOLDING with the reason."
    )


def test_every_holding_is_filled_by_these_tests():
    missing = sorted({it.model for it in personal_data.holdings()} - set(MAKERS))
    assert not missing, f"Add a function that makes one row of each of {missing} to tests/personal_rows.py MAKERS."


@pytest.fixture
def somebody(place, group, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    user = factories.UserFactory(username=NAME, email=EMAIL)
    return Somebody(user=user, email=EMAIL, place=place, group=group)


@pytest.fixture
def all_of_it(somebody):
    for holding in personal_data.holdings():
        MAKERS[holding.model](somebody)
    return somebody


TEXTS = """
SELECT c.table_name, c.column_name FROM information_schema.columns c
  JOIN information_schema.tables t USING (table_schema, table_name)
 WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
   AND (c.data_type IN ('text', 'character varying', 'json', 'jsonb', 'ARRAY', 'tsvector', 'bytea'))
"""


def where_it_stands(text: str) -> list[str]:
    """Every column of the database, of any table, in which a text stands, in whatever case."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(TEXTS)
        for table, column in cursor.fetchall():
            cursor.execute(
                f'SELECT count(*) FROM "{table}" WHERE strpos(lower("{column}"::text), %s) > 0', [text.lower()]
            )
            if cursor.fetchone()[0]:
                found.append(f"{table}.{column}")
    return found


def who_leads_to(user_id: int) -> list[str]:
    """Every link to an account, with or without a constraint in the database, that leads to this one."""
    user, found = get_user_model(), []
    for model in apps.get_models(include_auto_created=True):
        for it in model._meta.local_fields:
            if isinstance(it, models.ForeignKey) and it.related_model is user:
                if model._base_manager.filter(**{it.attname: user_id}).exists():
                    found.append(f"{model._meta.label}.{it.name}")
    return found


@pytest.mark.parametrize("label", sorted(MAKERS))
def test_each_row_is_found_and_exported(somebody, label):
    holding = next((it for it in personal_data.holdings() if it.model == label), None)
    assert holding is not None, f"{label} has a row in tests/personal_rows.py and no holding"
    MAKERS[label](somebody)
    exported = persons.export(Person.of(EMAIL))["kept"]
    assert exported[label]["rows"], f"{label}: `of` does not find the row that was made"
    assert set(exported[label]["rows"][0]) == set(holding.fields)


@pytest.mark.parametrize("label", sorted(MAKERS))
def test_somebody_else_is_not_taken_for_them(somebody, label):
    """Neither a stranger without an account (whose account is no account) nor somebody with a longer address."""
    MAKERS[label](somebody)
    other = factories.UserFactory(username="another", email=f"a{EMAIL}")
    for person in (Person.of("nobody@zq-example.org"), Person.of_account(other)):
        rows = persons.held(person)
        rows.pop("auth.User", None)
        assert not rows, f"{rows}: ask for user__in=person.user_ids, never for user=person.user"


@pytest.mark.parametrize(
    ("label", "how"),
    [
        ("listings.Claim", {"decided_by": "steward"}),
        ("listings.Nomination", {"decided_by": "steward", "contact_email": "hello@choir.example.org"}),
        ("listings.Proposal", {"decided_by": "steward", "by_email": EMAIL, "by_user": None}),
        ("listings.FlagAppeal", {"answered_by": "steward"}),
        ("wagtailcore.Comment", {"resolved_by": "steward"}),
    ],
)
def test_whoever_decides_is_given_nothing_that_others_wrote(somebody, label, how):
    MAKERS[label](somebody)
    steward = factories.UserFactory(username="a-steward")
    rows = apps.get_model(label)._base_manager.all()
    rows.update(**{name: steward if value == "steward" else value for name, value in how.items()})
    for person in (Person.of_account(steward), Person.of("hello@choir.example.org")):
        exported = json.dumps(persons.export(person)["kept"].get(label, {}))
        assert EMAIL.lower() not in exported.lower()
    assert persons.export(Person.of_account(steward))["kept"][label]["rows"], "that they decided it is theirs to know"
    assert EMAIL.lower() in json.dumps(persons.export(Person.of(EMAIL))["kept"][label]).lower()


def test_nothing_of_them_is_left(all_of_it):
    assert len(where_it_stands(EMAIL)) > 25
    assert len(who_leads_to(all_of_it.user.pk)) > 25
    number = all_of_it.user.pk
    persons.erase(actor=Actor.command("erase_person"), person=Person.of(EMAIL.lower()))
    assert where_it_stands(EMAIL) == []
    assert where_it_stands(NAME) == []
    assert who_leads_to(number) == []
    assert not any(persons.held(Person.of(EMAIL)).values())


def test_what_others_rely_on_stays(all_of_it):
    before = Node.objects.count(), Statement.objects.count()
    persons.erase(actor=Actor.command("erase_person"), person=Person.of(EMAIL))
    assert (Node.objects.count(), Statement.objects.count()) == before
    hall = Node.objects.get(name="A hall")
    assert (hall.email, hall.summary, hall.state) == ("", "Ask (erased), or the caretaker.", "live")


def test_a_page_about_them_goes_and_their_consent_ends(all_of_it):
    persons.erase(actor=Actor.command("erase_person"), person=Person.of(EMAIL))
    assert where_it_stands("Ann of the test") == []
    person = Node.objects.get(name="A person who was erased")
    assert person.state == "archived" and person.location is None


def test_it_is_audited_by_number(all_of_it):
    number = all_of_it.user.pk
    persons.erase(actor=Actor.command("erase_person"), person=Person.of(EMAIL))
    entry = AuditEntry.objects.get(action="erase person")
    assert entry.data["accounts"] == [number]
    assert entry.data["rows"]["listings.Alert"] == 1
    assert Withdrawal.objects.filter(kind="account", target=str(number)).count() == 1


def test_pages_that_showed_the_address_are_of_a_new_revision(somebody):
    factories.NodeFactory(place=somebody.place, email=EMAIL)
    before = Revision.objects.get(place=somebody.place).number
    persons.erase(actor=Actor.command("erase_person"), person=Person.of(EMAIL))
    assert Revision.objects.get(place=somebody.place).number > before


@pytest.mark.parametrize("longer", ["a" + EMAIL, EMAIL + ".uk", "x-" + EMAIL, EMAIL + "x"])
def test_a_longer_address_in_a_text_is_somebody_elses(somebody, longer):
    node = factories.NodeFactory(place=somebody.place, summary=f"Write to {longer}")
    persons.erase(actor=Actor.command("erase_person"), person=Person.of(EMAIL))
    node.refresh_from_db()
    assert node.summary == f"Write to {longer}"


def test_an_address_without_an_account_is_erased_too(place):
    from listings.models import Alert

    Alert.objects.create(email=EMAIL, place=place)
    Alert.objects.create(email="other@zq-example.org", place=place)
    persons.erase(actor=Actor.command("erase_person"), person=Person.of(EMAIL))
    assert [it.email for it in Alert.objects.all()] == ["other@zq-example.org"]


def test_an_error_on_the_way_undoes_all_of_it(all_of_it, monkeypatch):
    def fail(user, **more):
        raise RuntimeError

    monkeypatch.setattr(get_user_model(), "delete", fail)
    with pytest.raises(RuntimeError):
        persons.erase(actor=Actor.command("erase_person"), person=Person.of(EMAIL))
    assert persons.held(Person.of(EMAIL))["listings.Alert"] == 1
    assert not Withdrawal.objects.exists()


def test_the_last_superuser_stays(somebody):
    get_user_model().objects.filter(pk=somebody.user.pk).update(is_superuser=True)
    with pytest.raises(persons.ErasureRefused):
        persons.erase(actor=Actor.command("erase_person"), person=Person.of(EMAIL))
    factories.UserFactory(is_superuser=True)
    persons.erase(actor=Actor.command("erase_person"), person=Person.of(EMAIL))


def test_the_command_changes_nothing_until_it_is_told_to(all_of_it):
    out = io.StringIO()
    call_command("erase_person", EMAIL, stdout=out)
    assert "Nothing was changed: say --yes" in out.getvalue()
    assert "will have no owner" in out.getvalue()
    assert get_user_model().objects.filter(pk=all_of_it.user.pk).exists()
    call_command("erase_person", EMAIL, "--yes", stdout=out)
    assert not get_user_model().objects.filter(pk=all_of_it.user.pk).exists()
    call_command("erase_person", EMAIL, "--yes", stdout=out)
    assert out.getvalue().splitlines()[-1] == "Erased: 0 rows, 0 texts."


def test_the_export_holds_every_model_and_no_secret(all_of_it, tmp_path):
    path = tmp_path / "ann.json"
    call_command("export_person", EMAIL.lower(), output=str(path), stdout=io.StringIO())
    found = json.loads(path.read_text(encoding="utf-8"))
    assert set(found["kept"]) == {it.model for it in personal_data.holdings()}
    assert path.stat().st_mode & 0o077 == 0
    assert "A" * 32 not in path.read_text(encoding="utf-8")
    with pytest.raises(CommandError, match="new file"):
        call_command("export_person", EMAIL, output=str(path), stdout=io.StringIO())


@pytest.mark.parametrize("command", ["export_person", "erase_person"])
def test_no_address_is_refused(db, command):
    with pytest.raises(CommandError, match="not an e-mail address"):
        call_command(command, "zuleika")
