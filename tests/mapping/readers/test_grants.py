"""Grants of the 360Giving standard, as CSV and as JSON."""

from __future__ import annotations

import csv
import datetime
import json
from decimal import Decimal

import pytest

from mapping.readers.errors import ReadError, Reject
from mapping.readers.grants import GrantRow, read_grants
from mapping.readers.identifiers import normalise_identifier, split_org_id

GRANT = {
    "Identifier": "360G-x-1",
    "Title": "A grant",
    "Currency": "GBP",
    "Amount Awarded": "1250.50",
    "Award Date": "2023-01-31",
    "Planned Dates:Duration (months)": "12",
    "Recipient Org:Identifier": "GB-COH-7597525",
    "Recipient Org:Name": "St John's Centre",
    "Recipient Org:Charity Number": "0123456",
    "Funding Org:Identifier": "GB-LAE-TRF",
    "Funding Org:Name": "Trafford Council",
}


def read(tmp_path, *changes):
    path = tmp_path / "g.csv"
    with path.open("w", newline="") as handle:
        writer = csv.DictWriter(handle, GRANT)
        writer.writeheader()
        writer.writerows({**GRANT, **one} for one in changes)
    return list(read_grants(path))


def test_a_grant_of_a_table(tmp_path):
    [grant] = read(tmp_path, {})
    assert isinstance(grant, GrantRow)
    assert grant.amount == Decimal("1250.50") and grant.awarded == datetime.date(2023, 1, 31)
    assert (grant.held_from, grant.held_to) == (datetime.date(2023, 1, 31), datetime.date(2024, 1, 31))
    assert grant.recipient.identifiers == (("GB-COH", "07597525"), ("GB-CHC", "123456"))
    assert grant.funder.identifiers == (("GB-LAE", "TRF"),)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"Amount Awarded": "lots"}, "Amount Awarded"),
        ({"Amount Awarded": "-5"}, "Amount Awarded"),
        ({"Amount Awarded": "1e12"}, "Amount Awarded"),
        ({"Amount Awarded": "9" * 14}, "Amount Awarded"),
        ({"Award Date": "31/01/2023"}, "Award Date"),
        ({"Award Date": ""}, "Award Date"),
        ({"Currency": "pounds"}, "Currency"),
        ({"Recipient Org:Name": ""}, "Recipient Org:Name"),
        ({"Recipient Org:Identifier": "GB-LAE-TRF"}, "Recipient Org:Identifier"),
        ({"Planned Dates:Duration (months)": "a year"}, "Planned Dates:Duration (months)"),
        ({"Identifier": ""}, "Identifier"),
    ],
)
def test_a_bad_grant_says_field_and_remedy(tmp_path, changes, field):
    [reject] = read(tmp_path, changes)
    assert isinstance(reject, Reject)
    assert reject.field == field and reject.remedy


def test_money_and_dates_as_people_write_them(tmp_path):
    one, two = read(
        tmp_path,
        {"Amount Awarded": "£1,250", "Award Date": "2023-01"},
        {"Identifier": "2", "Amount Awarded": "7", "Award Date": "2023-01-31T10:00:00Z"},
    )
    assert (one.amount, one.awarded) == (Decimal(1250), datetime.date(2023, 1, 1))
    assert two.awarded == datetime.date(2023, 1, 31)


def test_the_same_grant_twice_is_rejected(tmp_path):
    _, second = read(tmp_path, {}, {})
    assert isinstance(second, Reject) and "same grant" in second.remedy


def test_a_table_that_is_no_list_of_grants_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("name,amount\nx,1\n")
    with pytest.raises(ReadError, match="no column 'Identifier'"):
        list(read_grants(path))
    path = tmp_path / "a.json"
    for text, said in (("{}", "no grant"), ('{"grants": [', "ends in the middle"), ("x", "not valid JSON")):
        path.write_text(text)
        with pytest.raises(ReadError, match=said):
            list(read_grants(path))


@pytest.mark.parametrize("wrap", [lambda grants: {"grants": grants}, lambda grants: grants])
def test_a_grant_of_json(tmp_path, wrap):
    grant = {
        "id": "360G-x-1", "title": "A grant", "currency": "GBP", "amountAwarded": 1250.5, "awardDate": "2023-01-31",
        "plannedDates": [{"duration": 12}], "fundingOrganization": [{"id": "GB-LAE-TRF", "name": "Trafford Council"}],
        "recipientOrganization": [{"id": "GB-COH-7597525", "name": "St John's Centre", "charityNumber": "0123456"}],
    }  # fmt: skip
    path = tmp_path / "g.json"
    path.write_text(json.dumps(wrap([grant, 5])))
    one, reject = read_grants(path)
    assert one == read(tmp_path, {})[0] or (one.amount, one.recipient) == (
        Decimal("1250.50"),
        read(tmp_path, {})[0].recipient,
    )
    assert isinstance(reject, Reject)


@pytest.mark.parametrize(
    ("scheme", "value", "kept"),
    [
        ("GB-COH", "7597525", "07597525"),
        ("GB-COH", "oc301234", "OC301234"),
        ("GB-COH", "0", ""),
        ("GB-CHC", "0512710", "512710"),
        ("GB-LAE", "GB-LAE-TRF", "TRF"),
        ("UPRN", "000123", "123"),
        ("URN", " 106167 ", "106167"),
    ],
)
def test_identifiers_have_one_spelling(scheme, value, kept):
    assert normalise_identifier(scheme, value) == (scheme, kept)


def test_org_ids_are_split_at_their_scheme():
    assert split_org_id("360G-trafford-be_active") == ("360G", "trafford-be_active")
    assert split_org_id("gb-chc-1130343") == ("GB-CHC", "1130343")
    assert split_org_id("Be Active") is None


def test_the_real_grants_are_the_same_in_both_forms(data_folder):
    folder = data_folder / "trafford/grants"
    table = list(read_grants(folder / "trafford_council_voluntary_sector_grants.csv"))
    tree = list(read_grants(folder / "trafford_council_voluntary_sector_grants.json"))
    assert len(table) == len(tree) == 555
    assert not any(isinstance(grant, Reject) for grant in (*table, *tree))
    assert sum(grant.amount for grant in table) == Decimal("1291436.54")
    assert len({grant.recipient.identifiers[0] for grant in table}) == 323
    by_key = {grant.key: grant for grant in tree}
    for grant in table:
        other = by_key[grant.key]
        assert (grant.amount, grant.awarded, grant.recipient, grant.held_to) == (
            other.amount, other.awarded, other.recipient, other.held_to,
        )  # fmt: skip
