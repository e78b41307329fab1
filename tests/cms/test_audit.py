"""The audit as a steward reads it and takes it away."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client

from cms.commands import ensure_pages, ensure_steward
from listings.commands import flag_decisions, flag_targets, flags
from listings.models import Decision, FlagCase, FlagReason, FlagTarget
from listings.moderation import audit
from mapping.models import PUBLIC, Actor, AuditEntry, Place
from tests.factories import NodeFactory, PlaceFactory, UserFactory

pytestmark = pytest.mark.django_db
URL = "/admin/audit/"


@pytest.fixture
def steward(place) -> Client:
    ensure_pages(place, Actor.command("test"))
    client = Client()
    client.force_login(
        ensure_steward("steward@example.org", place), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def entry(place, **more) -> AuditEntry:
    return AuditEntry.objects.create(
        **{"actor": "ann", "action": "unpublish", "target": "Sale Hall", "place": place, **more}
    )


def rows(response) -> list[dict]:
    text = b"".join(response.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text)))


def test_a_steward_reads_what_was_done_in_words(steward, place):
    entry(place, data={"reason": "It has closed."})
    text = steward.get(URL).content.decode()
    assert "Took something off the map" in text
    assert "It has closed." in text


def test_other_places_and_accounts_are_not_theirs(steward, place):
    other = PlaceFactory(slug="salford", code="E2", name="Salford")
    entry(other, target="Elsewhere")
    entry(None, target="user 987654")
    for query in ("", "?place=salford", "?target=Elsewhere", "?target=user"):
        text = steward.get(URL + query).content.decode()
        assert "<td>Elsewhere" not in text
        assert "<td>user 987654" not in text
        assert not [
            it for it in rows(steward.get(f"{URL}changes.csv{query}")) if it["of"] in ("Elsewhere", "user 987654")
        ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("actor=an", True),
        ("actor=ben", False),
        ("target=sale", True),
        ("target=Hall", False),
        ("group=off", True),
        ("group=imports", False),
        ("since=2020-01-01", True),
        ("until=2020-01-01", False),
        ("since=2999-01-01", False),
        ("place=trafford&group=off&actor=ann", True),
    ],
)
def test_filters(steward, place, query, found):
    entry(place)
    assert ("<td>Sale Hall" in steward.get(f"{URL}?{query}").content.decode()) is found
    assert bool([it for it in rows(steward.get(f"{URL}changes.csv?{query}")) if it["of"] == "Sale Hall"]) is found


@pytest.mark.parametrize(
    "query",
    [
        "since=yesterday", "until=2026-02-30", "group=nothing", "place=%00", "before=x", "before=99999999999999999999",
        "target=%00", "since=2026-12-01&until=2026-01-01", "until=9999-12-31", "since=0001-01-01",
    ],
)  # fmt: skip
def test_what_is_not_understood_is_told_and_left_out(steward, place, query):
    assert steward.get(f"{URL}?{query}").status_code == 200
    assert steward.get(f"{URL}changes.csv?{query}").status_code == 200


def test_a_record_is_found_by_its_uuid(steward, place):
    node = NodeFactory(place=place)
    entry(place, target="By uuid", target_uuid=node.uuid)
    entry(place, target="Another")
    text = steward.get(f"{URL}?target={node.uuid}").content.decode()
    assert "<td>By uuid" in text
    assert "<td>Another" not in text


def test_pages_go_on_where_the_last_one_ended(steward, place):
    AuditEntry.objects.all().delete()
    made = [entry(place, target=f"Record {n:03}") for n in range(audit.DAYS)]
    seen, query = [], ""
    for _ in range(3):
        page = steward.get(f"{URL}?{query}")
        seen += [it["entry"].pk for it in page.context["rows"]]
        query = f"before={page.context['following']}"
        if page.context["following"] is None:
            break
    assert seen == [it.pk for it in reversed(made)]


def test_no_cell_starts_a_formula_and_the_file_has_an_end(steward, place, monkeypatch):
    AuditEntry.objects.all().delete()
    entry(place, target="=1+1", actor="@ann", data={"reason": "-2"})
    [row] = rows(steward.get(f"{URL}changes.csv"))
    assert (row["of"], row["who"]) == ("'=1+1", "'@ann")
    entry(place)
    monkeypatch.setattr(audit, "MAX_EXPORTED", 1)
    found = rows(steward.get(f"{URL}changes.csv"))
    assert [it["of"] for it in found] == ["Sale Hall", ""]
    assert "Only the latest 1" in found[1]["meaning"]


def test_flags_and_decisions_are_a_file_without_those_who_flagged(steward, place):
    node = NodeFactory(place=place, name="Sale Hall")
    target = flag_targets.find(FlagTarget.NODE, node.uuid, PUBLIC)
    flags.say(target=target, reason=FlagReason.RULES, email="ann@example.org", words="I am Ann.")
    case = FlagCase.objects.get()
    case = flag_decisions.decide(
        actor=Actor.of(UserFactory(username="sam")), case=case, decision=Decision.KEEP, reply="It is fine."
    )
    flag_decisions.appeal(case=case, side="group", words="Really?")
    response = steward.get(f"{URL}flags.csv")
    text = b"".join(response.streaming_content).decode()
    [row] = csv.DictReader(io.StringIO(text))
    assert (row["of"], row["people"], row["decision"]) == ("Sale Hall", "1", "It stays as it is")
    assert (row["by"], row["words"]) == ("sam", "It is fine.")
    assert row["asked to look again"]
    assert not any(word in text for word in ("ann@", "I am Ann"))


def test_a_page_is_read_from_the_index(place):
    many = (AuditEntry(actor="ann", action="flag", place=place) for _ in range(3000))
    AuditEntry.objects.bulk_create(many)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE mapping_auditentry")
        cursor.execute(
            "EXPLAIN SELECT * FROM mapping_auditentry WHERE place_id = %s ORDER BY at DESC, id DESC LIMIT 51",
            [place.pk],
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "audit_of_place" in plan
    assert "Sort" not in plan


@pytest.mark.parametrize(("asked", "index"), [("actor=zoe", "audit_actor"), ("target=rare", "audit_target")])
def test_one_person_or_thing_is_found_by_the_index(steward, place, asked, index):
    AuditEntry.objects.bulk_create(
        AuditEntry(actor=f"ann{n}", action="flag", target=f"Hall {n}", place=place) for n in range(5000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE mapping_auditentry")
    found = audit.entries(UserFactory(is_superuser=True), audit.Asked.read(QueryDict(asked), Place.objects.homes()))
    plan = found[:51].explain()
    assert index in plan, plan


def test_who_looks_after_no_place_reads_nothing(place):
    client = Client()
    client.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    for path in ("", "changes.csv", "flags.csv"):
        assert client.get(URL + path).status_code in (302, 403)
