"""What was merged is not made again by the next import, and what a steward chose stays."""

from __future__ import annotations

import pytest

from mapping.commands import merges
from mapping.models import Actor, Connection, MatchCandidate, Node, OpeningHours, SourceRecord, Statement

pytestmark = pytest.mark.django_db
ACTOR = Actor.command("test")
HEAD = "id,name,charity,lon,lat,hours,postcode\n"
ROWS = "1,Oak shop,77,-2.33,53.42,Mo-Fr 09:00-17:00,\n2,Elm shop,77,-2.30,53.44,Tuesday 10am-4pm,\n"


@pytest.fixture
def shops(tmp_path, cases, place, vocabulary, run):
    def shops(rows=ROWS):
        (tmp_path / "rows.csv").write_text(HEAD + rows)
        return run("import_nodes", tmp_path / "rows.csv", mapping=str(cases / "tables" / "shops.toml"))[-1]

    shops()
    return shops


def node(name):
    return Node.objects.get(name=name)


def test_a_merged_row_makes_nothing_new_and_leads_to_the_kept_node(shops):
    oak = node("Oak shop")
    merges.merge(actor=ACTOR, kept=oak, dropped=node("Elm shop"))
    assert shops() == "created 0, updated 0, unchanged 2, rejected 0"
    assert set(SourceRecord.objects.values_list("node", "merged")) == {(oak.pk, False), (oak.pk, True)}
    # Its row changes: it fills what is missing, and overwrites nothing.
    assert shops(ROWS.replace("Elm shop", "Elm Street shop")) == "created 0, updated 1, unchanged 1, rejected 0"
    oak.refresh_from_db()
    assert oak.name == "Oak shop" and oak.location.coords == (-2.33, 53.42)
    assert Node.objects.filter(state="live").count() == 1


def test_what_the_steward_chose_survives_the_next_reading_of_the_other_row(shops):
    oak, elm = node("Oak shop"), node("Elm shop")
    merges.merge(actor=ACTOR, kept=oak, dropped=elm, chosen={"name", "location", "hours"})
    shops(ROWS.replace("Oak shop", "Oak Road shop").replace("-2.33", "-2.34").replace("Mo-Fr", "Mo-Sa"))
    oak.refresh_from_db()
    assert (oak.name, oak.location.coords) == ("Elm shop", (-2.30, 53.44))
    assert oak.hours_text == "Tuesday 10am-4pm"
    assert OpeningHours.objects.get(node=oak).expression == "Tu 10:00-16:00"


def test_after_it_was_taken_back_each_row_is_its_own_again(shops):
    oak, elm = node("Oak shop"), node("Elm shop")
    merges.undo(actor=ACTOR, merge=merges.merge(actor=ACTOR, kept=oak, dropped=elm))
    assert shops(ROWS.replace("Elm shop", "Elm Street shop")) == "created 0, updated 1, unchanged 1, rejected 0"
    elm.refresh_from_db()
    assert elm.name == "Elm Street shop"
    assert MatchCandidate.objects.get().state == "waiting"


def test_a_network_finds_the_kept_node_by_the_name_and_the_uuid_of_the_other(shops, tmp_path, cases, run):
    oak, elm = node("Oak shop"), node("Elm shop")
    merges.merge(actor=ACTOR, kept=oak, dropped=elm)
    rules = str(cases / "networks" / "conn.toml")
    (tmp_path / "net.csv").write_text(f"source,target\nElm shop,Choir of it\n{elm.uuid},Club of it\n")
    assert run("import_connections", tmp_path / "net.csv", mapping=rules)[-1].startswith("created 2")
    assert {oak.pk} == {end for it in Connection.objects.all() for end in (it.source_id, it.target_id)} - set(
        Node.objects.filter(name__in=["Choir of it", "Club of it"]).values_list("pk", flat=True)
    )


def test_a_statement_that_was_moved_is_found_again_by_its_row(shops, tmp_path, cases, run):
    rules = str(cases / "networks" / "conn.toml")
    (tmp_path / "net.csv").write_text("id,source,target\nr1,Elm shop,Choir of it\nr2,Oak shop,Choir of it\n")
    run("import_connections", tmp_path / "net.csv", mapping=rules)
    merges.merge(actor=ACTOR, kept=node("Oak shop"), dropped=node("Elm shop"))
    assert Statement.objects.live().count() == 1, "one dataset says it once"
    assert run("import_connections", tmp_path / "net.csv", mapping=rules)[-1] == (
        "created 0, updated 0, unchanged 2, rejected 0"
    )
    assert Statement.objects.live().count() == 1


def test_two_nodes_of_one_name_that_were_merged_stay_one(tmp_path, cases, place, vocabulary, run):
    rules = str(cases / "networks" / "conn.toml")
    run("import_connections", cases / "networks" / "two_of_one_name.json", mapping=rules)
    pair = MatchCandidate.objects.get()
    merges.merge(actor=ACTOR, kept=pair.first, dropped=pair.second)
    lines = run("import_connections", cases / "networks" / "two_of_one_name.json", mapping=rules)
    assert lines[-1] == "created 0, updated 0, unchanged 2, rejected 0"
    assert Node.objects.filter(name="Trust grows", state="live").count() == 1
