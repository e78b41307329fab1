"""Each import is a run that can be taken back: what only it said goes, and nothing that anybody else said."""

from __future__ import annotations

import csv
import hashlib
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from listings.models import Listing
from mapping.commands import connections, forget_import, forgetting, import_rows, merges
from mapping.commands.connections import Claim
from mapping.models import (
    Actor,
    AuditEntry,
    Connection,
    Identifier,
    ImportEntry,
    ImportRun,
    ImportSaid,
    Node,
    NodeTag,
    OpeningHours,
    OpeningInterval,
    Revision,
    SavedView,
    Source,
    SourceRecord,
    Statement,
    Tag,
)
from tests import factories

pytestmark = pytest.mark.django_db
ACTOR = Actor.command("test")
COLUMNS = "id name about hours lon lat tags charity phone grade".split()
RULES = """
kind = "organisation"
category = {category}
place = "trafford"
[source]
title = "{title}"
[columns]
key = "id"
name = "name"
summary = "about"
hours = "hours"
phone = "phone"
[location]
x = "lon"
y = "lat"
[tags]
columns = ["tags"]
[identifiers]
GB-CHC = "charity"
[facts]
Grade = "grade"
"""
OAK = {"id": "1", "name": "Oak Hall", "about": "A hall.", "hours": "Monday 9am-5pm", "lon": "-2.32", "lat": "53.42",
       "tags": "music", "charity": "1111111", "phone": "0161 1", "grade": "I"}  # fmt: skip
ELM = {"id": "2", "name": "Elm Club", "charity": "2222222", "lon": "-2.35", "lat": "53.40", "tags": "chess"}
ASH = {"id": "3", "name": "Ash Choir", "lon": "-2.30", "lat": "53.45"}
# The same charity as another source has it.
OAK_B = {"id": "b1", "name": "Oak Hall", "lon": "-2.3201", "lat": "53.4201", "charity": "1111111", "tags": "dance",
         "about": "Halls to hire."}  # fmt: skip
FIR_B = {"id": "b2", "name": "Fir Band", "lon": "-2.31", "lat": "53.41", "tags": "music"}


@pytest.fixture
def read(tmp_path, place, vocabulary, run):
    """Import rows of a source; the number of the run."""

    def read(title, *rows, category='["charity"]', said=None):
        data, rules = tmp_path / f"{title}.csv", tmp_path / f"{title}.toml"
        with data.open("w", newline="", encoding="utf-8") as handle:
            writer = csv.DictWriter(handle, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
        rules.write_text(RULES.format(title=title, category=category), encoding="utf-8")
        words = run("import_nodes", data, "--mapping", rules)
        assert said is None or words[-1] == said
        return ImportRun.objects.latest("pk")

    return read


@pytest.fixture
def network(tmp_path, place, run):
    """Import connections of a source from rows of source, target."""

    def network(title, *rows):
        data, rules = tmp_path / f"{title}.csv", tmp_path / f"{title}.toml"
        lines = ["source,target,note", *(",".join((*row, "")[:3]) for row in rows)]
        data.write_text("\n".join(lines) + "\n", encoding="utf-8")
        rules.write_text(
            f'place = "trafford"\n[source]\ntitle = "{title}"\n'
            '[type]\ndefault = "works_with"\nundirected = "forward"\n[ends]\nmissing = "create"\n'
            'kind = "organisation"\ncategory = "charity"\n',
            encoding="utf-8",
        )
        run("import_connections", data, "--mapping", rules)
        return ImportRun.objects.latest("pk")

    return network


def everything():
    """All records by what they say: no numbers, no times."""
    columns = [*import_rows.columns("node").keys() - {"uuid", "updated_at", "place_id", "category_id", "source_id"}]
    nodes = {}
    for it in Node.objects.select_related("category", "source").order_by("name", "summary"):
        nodes[it.name, it.summary] = {
            **{name: str(getattr(it, name)) for name in columns},
            "category": it.category and it.category.slug,
            "source": it.source and it.source.slug,
            "more": sorted(it.more_categories.values_list("slug", flat=True)),
            "tags": sorted(it.tags.values_list("name", flat=True)),
            "identifiers": sorted(it.identifiers.values_list("scheme", "value")),
            "records": sorted(it.records.values_list("source__slug", "key", "digest", "merged")),
            "hours": list(OpeningHours.objects.filter(pk=it.pk).values_list("expression", "not_understood", "by_hand")),
            "intervals": OpeningInterval.objects.filter(node=it).count(),
        }
    said = sorted(
        (str(it.connection), it.key, it.note, str(it.by_source), it.withdrawn_at is None)
        for it in Statement.objects.select_related("connection__source", "connection__target", "by_source")
    )
    return {
        "nodes": nodes,
        "statements": said,
        "connections": sorted(map(str, Connection.objects.select_related("source", "target", "type"))),
        "tags": sorted(Tag.objects.values_list("name", flat=True)),
        "sources": sorted(Source.objects.values_list("slug", "title")),
    }


def without(*steps):
    """What there is after `steps`, in a world that is then undone."""
    with transaction.atomic():
        for step in steps:
            step()
        found = everything()
        transaction.set_rollback(True)
    return found


def forget(run, **options):
    return forget_import.forget(actor=ACTOR, run=run, **options)


def test_a_run_is_a_row_with_file_digest_and_counts_and_no_path(read, tmp_path, place):
    run = read("A", OAK, ELM)
    assert (run.command, run.file, run.actor, run.place) == ("import_nodes", "A.csv", "command import_nodes", place)
    assert run.digest == hashlib.sha256((tmp_path / "A.csv").read_bytes()).hexdigest()
    assert (run.made, run.changed, run.unchanged, run.refused, run.state) == (2, 0, 0, 0, "done")
    assert run.source.title == run.source_title == "A" and run.finished_at > run.started_at
    assert run.options == {"file": "A.csv", "mapping": "A.toml"} and str(tmp_path) not in str(run.options)
    assert import_rows.noted([run.pk], "node", "made") == set(Node.objects.values_list("pk", flat=True))
    assert run.said.get().ids == sorted(SourceRecord.objects.values_list("pk", flat=True))


def test_a_dry_run_and_a_refused_file_leave_no_row(read, tmp_path, run, refused):
    read("A", OAK)
    ImportRun.objects.all().delete()
    run("import_nodes", tmp_path / "A.csv", "--mapping", tmp_path / "A.toml", "--dry-run")
    (tmp_path / "A.csv").write_text("id,name\n,\n")
    refused("import_nodes", tmp_path / "A.csv", "--mapping", tmp_path / "A.toml")
    assert not ImportRun.objects.exists() and not ImportEntry.objects.exists() and not ImportSaid.objects.exists()


def test_what_changes_outside_of_a_run_is_nobodys(read):
    read("A", OAK)
    before = ImportEntry.objects.count()
    Node.objects.update(phone="0161 2")
    NodeTag.objects.all().delete()
    assert ImportEntry.objects.count() == before


def test_forgetting_the_only_import_leaves_nothing(read):
    empty = everything()
    run = read("A", OAK, ELM, ASH)
    done = forget(run)
    assert (done.nodes, done.kept) == (3, {}) and done.first == ["Ash Choir", "Elm Club", "Oak Hall"]
    assert everything() == empty
    run.refresh_from_db()
    assert run.state == "forgotten" and run.source is None and run.source_title == "A"
    assert not ImportEntry.objects.exists() and not ImportSaid.objects.exists()


def test_the_first_goes_and_the_second_is_as_if_alone(read):
    alone = without(lambda: read("B", OAK_B, FIR_B))
    first = read("A", OAK, ELM, ASH)
    read("B", OAK_B, FIR_B)
    assert Node.objects.count() == 4
    done = forget(first)
    assert (done.nodes, done.handed_over) == (2, 1)
    assert everything() == alone
    # And each can be read again.
    read("B", OAK_B, FIR_B, said="created 0, updated 0, unchanged 2, rejected 0")
    read("A", OAK, ELM, ASH, said="created 2, updated 1, unchanged 0, rejected 0")


def test_the_second_goes_and_the_first_is_as_if_alone(read):
    bare = {**OAK, "about": "", "phone": "", "hours": "", "tags": "", "grade": ""}
    alone = without(lambda: read("A", bare, ELM))
    read("A", bare, ELM)
    second = read("B", {**OAK_B, "hours": "Tuesday 10am-4pm", "phone": "0161 9", "grade": "II"}, FIR_B)
    assert Node.objects.get(name="Oak Hall").facts == {"Grade": "II"}
    done = forget(second)
    assert (done.nodes, done.put_back, done.handed_over) == (1, 1, 0)
    assert everything() == alone


def test_both_go_one_after_the_other_in_either_order(read):
    empty = everything()
    for order in (0, 1):
        runs = [read("A", OAK, ELM), read("B", OAK_B, FIR_B)]
        forget(runs[order])
        forget(runs[1 - order])
        assert everything() == empty


def test_a_later_run_that_repeats_it_keeps_it(read):
    once = without(lambda: read("A", OAK, ELM))
    first = read("A", OAK, ELM, ASH)
    second = read("A", OAK, ELM)
    done = forget(first)
    assert (done.nodes, done.kept) == (1, {"again": 2})
    assert everything() == once
    # What it kept for the second goes with that.
    assert forget(second).nodes == 2
    assert not Node.objects.exists()


def test_a_change_goes_back_and_a_repeated_one_does_not(read):
    before = without(lambda: read("A", OAK))
    changed = {**OAK, "phone": "0161 7", "about": "Bigger.", "hours": "Friday 9am-5pm", "tags": "dance"}
    read("A", OAK)
    second = read("A", changed, said="created 0, updated 1, unchanged 0, rejected 0")
    with transaction.atomic():
        assert forget(second).put_back == 1
        assert everything() == before
        transaction.set_rollback(True)
    now = everything()
    third = read("A", changed, said="created 0, updated 0, unchanged 1, rejected 0")
    assert forget(second).put_back == 0
    assert everything() == now
    # The change is the third's now.
    assert forget(third).put_back == 1
    assert everything() == before


def test_the_run_in_the_middle_leaves_no_trace_when_the_last_goes_too(read):
    before = without(lambda: read("A", OAK))
    read("A", OAK)
    second = read("A", {**OAK, "phone": "0161 7"})
    third = read("A", {**OAK, "phone": "0161 8"})
    forget(second)
    assert Node.objects.get().phone == "0161 8"
    forget(third)
    assert everything()["nodes"]["Oak Hall", "A hall."]["phone"] == before["nodes"]["Oak Hall", "A hall."]["phone"]


def test_what_a_person_edited_or_uses_stays_and_is_counted(read, place):
    run = read("A", OAK, ELM, ASH, {**ASH, "id": "4", "name": "Yew Bank", "lon": "-2.29"}, {**ELM, "id": "5",
               "name": "Box Room", "charity": ""})  # fmt: skip
    oak, elm, ash = (Node.objects.get(name=name) for name in ("Oak Hall", "Elm Club", "Ash Choir"))
    oak.phone = "0161 5"
    oak.save()
    Listing.objects.create(name="Tea", place=place, kind="activity", listing_kind="event", venue=elm)
    SavedView.objects.create(place=place, name="v", state={"nodes": [str(ash.uuid)]})
    done = forget(run)
    assert done.kept == {"edited": 1, "used": 2} and done.nodes == 2
    assert set(Node.objects.filter(source__title="A").values_list("name", flat=True)) == {
        "Oak Hall", "Elm Club", "Ash Choir"
    }  # fmt: skip
    oak.refresh_from_db()
    assert oak.phone == "0161 5" and oak.identifiers.get().value == "1111111"
    # Its row is known, so nothing is doubled.
    read("A", OAK, ELM, ASH, said="created 0, updated 0, unchanged 3, rejected 0")


def test_a_fact_that_somebody_changed_since_stays_and_the_others_go(read):
    read("A", {**OAK, "about": "", "phone": "", "tags": "", "hours": "", "grade": ""})
    second = read("B", {**OAK_B, "phone": "0161 9", "grade": "II"})
    oak = Node.objects.get(name="Oak Hall")
    oak.phone, oak.facts = "0161 5", {**oak.facts, "Built": "1901"}
    oak.save()
    done = forget(second)
    oak.refresh_from_db()
    assert (oak.phone, oak.summary, oak.facts) == ("0161 5", "", {"Built": "1901"})
    assert done.changed_since == 1


def test_statements_of_the_run_go_and_connections_that_others_state_stay(read, network):
    def other():
        network("Other", ("Oak Hall", "Elm Club"))

    read("Halls", OAK, ELM, ASH)
    alone = without(other)
    first = network("A", ("Oak Hall", "Elm Club"), ("Elm Club", "Ash Choir"), ("Ash Choir", "New Trust"))
    other()
    assert (Connection.objects.count(), Statement.objects.count()) == (3, 4)
    done = forget(first)
    assert (done.statements, done.connections, done.nodes) == (3, 2, 1)
    assert everything() == alone
    network("A", ("Oak Hall", "Elm Club"))
    assert Statement.objects.count() == 2


def test_a_node_that_a_person_connected_stays_with_its_connection(network, read):
    user = factories.UserFactory()
    run = network("A", ("Old Trust", "New Trust"), ("New Trust", "Far Trust"))
    old, new = Node.objects.get(name="Old Trust"), Node.objects.get(name="New Trust")
    connections.state(actor=Actor.of(user), claim=Claim(source=old, target=new, type="works_with", by_user=user))
    done = forget(run)
    assert done.kept == {"connected": 2} and (done.nodes, done.statements) == (1, 2)
    assert Statement.objects.get().by_user == user
    Statement.objects.all().delete()


def test_what_a_steward_merged_stays_merged(read):
    first = read("A", OAK, ELM)
    read("B", FIR_B)
    oak, fir = Node.objects.get(name="Oak Hall"), Node.objects.get(name="Fir Band")
    merge = merges.merge(actor=ACTOR, kept=fir, dropped=oak, chosen={"phone"})
    done = forget(first)
    assert done.kept == {"merged": 1} and done.nodes == 1
    fir.refresh_from_db()
    assert fir.phone == "0161 1" and fir.records.filter(merged=True).count() == 1
    merges.undo(actor=ACTOR, merge=merge)
    assert set(Node.objects.values_list("name", "state")) == {("Oak Hall", "live"), ("Fir Band", "live")}


def test_an_error_in_the_middle_leaves_all_as_it_was(read, monkeypatch):
    run = read("A", OAK, ELM)
    read("B", OAK_B)
    before = everything()

    def broken(*args):
        raise RuntimeError("stopped")

    monkeypatch.setattr(forget_import, "_close", broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        forget(run)
    run.refresh_from_db()
    assert everything() == before and run.state == "done"
    assert not AuditEntry.objects.filter(action="forget import").exists()


def test_a_dry_run_tells_the_same_and_keeps_all(read):
    run = read("A", OAK, ELM)
    before, revision = everything(), Revision.objects.get().number
    told = forget(run, dry_run=True)
    assert everything() == before and Revision.objects.get().number == revision
    assert forget(run).counts() == told.counts()
    assert Revision.objects.get().number == revision + 1
    entry = AuditEntry.objects.get(action="forget import")
    assert entry.data["nodes"] == 2 and entry.data["run"] == run.pk and entry.actor == "command test"


def test_the_command_lists_tells_and_refuses_in_a_sentence(read, run):
    one = read("A", OAK)
    assert f"{one.pk}  " in run("forget_import")[0] and "A.csv  A: made 1" in run("forget_import")[0]
    assert run("forget_import", one.pk, "--dry-run")[-1] == "Dry run: nothing was changed."
    assert run("forget_import", one.pk)[0].startswith("1 nodes, 0 statements")
    for number, words in ((one.pk, "forgotten already"), (10**6, "no import 1000000")):
        with pytest.raises(CommandError, match=words):
            call_command("forget_import", number, stdout=StringIO())
    vocabulary = ImportRun.objects.create(command="load_vocabulary", actor="x")
    with pytest.raises(forgetting.ForgetRefused, match="not forgotten"):
        forget(vocabulary)


def test_identifiers_that_only_the_run_gave_go(read):
    read("A", ELM, {**ASH, "charity": "3333333"})
    run = read("B", {**ELM, "id": "x", "tags": "", "charity": "2222222"})
    assert forget(run).put_back == 0
    assert sorted(Identifier.objects.values_list("value", flat=True)) == ["2222222", "3333333"]
    assert Node.objects.get(name="Elm Club").records.count() == 1


def test_forgetting_shows_nothing_to_more_people_than_now(read):
    run = read("A", OAK)
    rules = {"visibility": "members", "location_precision": "area"}
    Node.objects.update(**rules)
    before = {"visibility": "public", "location_precision": "exact", "phone": "0161 0"}
    after = {**rules, "phone": "0161 1"}
    ImportEntry.objects.filter(run=run, model="node").update(what="changed", before=before, after=after)
    ImportEntry.objects.filter(run=run).exclude(model="node").delete()
    forget(run)
    oak = Node.objects.get()
    assert (oak.visibility, oak.location_precision, oak.phone) == ("members", "area", "0161 0")
