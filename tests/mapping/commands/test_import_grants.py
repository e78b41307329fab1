"""import_grants: organisations brought together by identifier, one statement a grant."""

from __future__ import annotations

import csv
import datetime
from decimal import Decimal

import pytest

from listings.models import Organisation
from mapping.models import (
    PUBLIC,
    AuditEntry,
    Connection,
    Identifier,
    MatchCandidate,
    Node,
    Revision,
    Source,
    Statement,
)
from tests import factories

HEAD = {
    "Identifier": "",
    "Title": "A grant",
    "Currency": "GBP",
    "Amount Awarded": "1000",
    "Award Date": "2023-01-31",
    "Planned Dates:Duration (months)": "12",
    "Recipient Org:Identifier": "",
    "Recipient Org:Name": "",
    "Recipient Org:Charity Number": "",
    "Recipient Org:Company Number": "",
    "Funding Org:Identifier": "GB-LAE-TRF",
    "Funding Org:Name": "Trafford Council",
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def grants(tmp_path, place, vocabulary):
    def write(*rows):
        path = tmp_path / "grants.csv"
        with path.open("w", newline="") as handle:
            writer = csv.DictWriter(handle, HEAD)
            writer.writeheader()
            for number, (org, name, *more) in enumerate(rows, start=1):
                row = {**HEAD, "Identifier": f"g{number}", "Recipient Org:Identifier": org, "Recipient Org:Name": name}
                writer.writerow({**row, **(more[0] if more else {})})
        return "import_grants", path, "--place", "trafford"

    return write


def test_a_grant_becomes_a_connection_with_a_statement(grants, run, place):
    lines = run(*grants(("GB-CHC-123", "A Charity")))
    assert lines[-1] == "created 1, updated 0, unchanged 0, rejected 0"
    connection = Connection.objects.visible_to(PUBLIC).get()
    assert (connection.source.name, connection.type.slug, connection.target.name) == (
        "Trafford Council", "funds", "A Charity",
    )  # fmt: skip
    statement = connection.statements.get()
    assert (statement.amount, statement.currency) == (Decimal(1000), "GBP")
    assert (statement.held_from, statement.held_to, statement.said_on) == (
        datetime.date(2023, 1, 31), datetime.date(2024, 1, 31), datetime.date(2023, 1, 31),
    )  # fmt: skip
    assert statement.by_source == Source.objects.get(slug="grants") and statement.note == "A grant"
    assert {it.name for it in Organisation.objects.all()} == {"Trafford Council", "A Charity"}
    assert Node.objects.get(name="A Charity").category.slug == "charity"
    assert Node.objects.get(name="Trafford Council").category.slug == "council"


def test_a_second_run_changes_nothing(grants, run, place):
    words = grants(("GB-CHC-123", "A Charity"), ("360G-x-y", "A Group"))
    run(*words)
    number, audits = Revision.objects.get(place=place).number, AuditEntry.objects.count()
    assert run(*words)[-1] == "created 0, updated 0, unchanged 2, rejected 0"
    assert (Revision.objects.get(place=place).number, AuditEntry.objects.count()) == (number, audits)


def test_one_run_is_one_revision(grants, run, place):
    before = Revision.objects.get(place=place).number
    run(*grants(("GB-CHC-123", "A Charity"), ("360G-x-y", "A Group")))
    assert Revision.objects.get(place=place).number == before + 1
    assert AuditEntry.objects.filter(action="import grants").count() == 1


def test_spellings_of_one_identifier_are_one_organisation(grants, run):
    run(*grants(("GB-CHC-1", "G-Force"), ("GB-CHC-1", "G Force"), ("GB-CHC-01", "G-Force")))
    node = Node.objects.get(name="G-Force")
    assert node.other_names == ["G Force"]
    assert Connection.objects.count() == 1 and Statement.objects.count() == 3
    assert not MatchCandidate.objects.exists()


def test_a_number_given_beside_another_id_brings_two_together(grants, run):
    run(
        *grants(
            ("GB-COH-7597525", "St John's Centre"),
            ("GB-CHC-5", "St Johns"),
            ("360G-x-sj", "St John", {"Recipient Org:Charity Number": "5", "Recipient Org:Company Number": "07597525"}),
        )
    )
    assert Organisation.objects.count() == 2
    assert Identifier.objects.filter(node__name__startswith="St").count() == 3


def test_one_name_with_two_company_numbers_stays_two(grants, run):
    run(*grants(("GB-COH-06447020", "Footlights"), ("GB-COH-07363900", "Footlights")))
    assert Node.objects.filter(name="Footlights").count() == 2
    pair = MatchCandidate.objects.get()
    assert {pair.first.name, pair.second.name} == {"Footlights"}


def test_a_charity_that_is_here_is_funded_and_keeps_its_name(grants, run, place):
    charity = factories.OrganisationFactory(name="The Real Name", place=place)
    Identifier.objects.create(scheme="GB-CHC", value="123", node=charity)
    run(*grants(("GB-CHC-123", "A Spelling")))
    charity.refresh_from_db()
    assert charity.name == "The Real Name" and charity.other_names == ["A Spelling"]
    assert Connection.objects.get().target_id == charity.pk


def test_a_corrected_amount_updates_its_statement(grants, run):
    run(*grants(("GB-CHC-1", "A")))
    assert run(*grants(("GB-CHC-1", "A", {"Amount Awarded": "900"})))[-1].startswith("created 0, updated 1,")
    assert Statement.objects.get().amount == Decimal(900)


def test_a_bad_grant_refuses_the_file_unless_rejects_are_asked_for(grants, run, refused, tmp_path):
    words = grants(("GB-CHC-1", "A"), ("GB-CHC-2", "B", {"Amount Awarded": "much"}))
    assert "row 3, Amount Awarded 'much'" in refused(*words)
    assert not Node.objects.exists()
    assert run(*words, "--rejects", tmp_path / "r.csv")[-1] == "created 1, updated 0, unchanged 0, rejected 1"
    assert "Amount Awarded,much" in (tmp_path / "r.csv").read_text()


def test_a_dry_run_keeps_nothing(grants, run):
    assert run(*grants(("GB-CHC-1", "A")), "--dry-run")[-1] == "created 1, updated 0, unchanged 0, rejected 0"
    assert not Node.objects.exists() and not Statement.objects.exists()


def test_what_is_no_list_of_grants_is_refused(refused, tmp_path, place, vocabulary):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n")
    assert "no column 'Identifier'" in refused("import_grants", path)
    assert "no such file" in refused("import_grants", tmp_path / "none.json")


def test_real_grants(data_folder, run, place, vocabulary):
    path = data_folder / "trafford/grants/trafford_council_voluntary_sector_grants.csv"
    lines = run("import_grants", path, "--place", "trafford")
    assert lines[-1] == "created 555, updated 0, unchanged 0, rejected 0"
    assert "26 of them are spelled in more than one way." in lines
    assert Organisation.objects.count() == 324
    assert Connection.objects.visible_to(PUBLIC).count() == 323
    assert MatchCandidate.objects.filter(first__name="Footlights").count() == 1
    tree = path.with_suffix(".json")
    again = run("import_grants", tree, "--place", "trafford", "--source-slug", Source.objects.get().slug)
    assert again[-1] == "created 0, updated 0, unchanged 555, rejected 0"
