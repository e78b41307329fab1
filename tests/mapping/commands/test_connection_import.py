"""import_connections: ends found or told, types read both ways, once however often it is read, whole or not at all."""

from __future__ import annotations

import csv
import json

import pytest

from mapping.models import (
    AuditEntry,
    Connection,
    Identifier,
    MatchCandidate,
    Node,
    NodeState,
    Revision,
    Source,
    Statement,
)
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(place, vocabulary):
    """Three groups and a hall of Trafford."""
    names = ("Sale Food Bank", "Urmston Choir", "St. John's Centre")
    made = {name: factories.OrganisationFactory(name=name, place=place) for name in names}
    made["The Hall"] = factories.NodeFactory(name="The Hall", place=place, other_names=["Public Hall"])
    return made


@pytest.fixture
def bring(tmp_path, run):
    """Import a CSV (or another file) by a mapping; the lines that the command wrote."""

    def bring(text: str, mapping: str = "", name: str = "net.csv", **options):
        file, rules = tmp_path / name, tmp_path / "rules.toml"
        file.write_text(text)
        rules.write_text('[source]\ntitle = "A workshop"\nlicence = "CC0"\n' + mapping)
        return run("import_connections", file, mapping=str(rules), place="trafford", **options)

    return bring


@pytest.fixture
def rejects(tmp_path, bring):
    """Import what is good; what was rejected, as (row, field, remedy)."""

    def rejects(text: str, mapping: str = "", **options):
        path = tmp_path / "rejects.csv"
        bring(text, mapping, rejects=str(path), **options)
        with path.open() as handle:
            return [(int(it["row"]), it["field"], it["remedy"]) for it in csv.DictReader(handle)]

    return rejects


def triples() -> set[tuple[str, str, str]]:
    return set(Connection.objects.values_list("source__name", "type__slug", "target__name"))


def test_types_are_read_by_slug_and_both_ways(town, bring):
    lines = bring(
        "source,target,type\nSale Food Bank,The Hall,meets_at\nThe Hall,Urmston Choir,is the meeting place of\n"
        "Sale Food Bank,Urmston Choir,Works with\n"
    )
    assert lines[-1] == "created 3, updated 0, unchanged 0, rejected 0"
    assert triples() == {
        ("Sale Food Bank", "meets_at", "The Hall"),
        ("Urmston Choir", "meets_at", "The Hall"),
        ("Sale Food Bank", "works_with", "Urmston Choir"),
    }
    said = Statement.objects.first()
    assert (said.by_source.title, said.by_source.licence) == ("A workshop", "CC0")


def test_reading_it_again_changes_nothing_and_a_changed_row_changes_its_own(town, bring):
    text = "id,source,target,type,strength\n1,Sale Food Bank,The Hall,meets_at,2\n2,Urmston Choir,The Hall,meets_at,3\n"
    bring(text)
    revision, entries = Revision.objects.get().number, AuditEntry.objects.count()
    assert bring(text)[-1] == "created 0, updated 0, unchanged 2, rejected 0"
    assert (Revision.objects.get().number, AuditEntry.objects.count()) == (revision, entries)
    assert bring(text.replace(",2\n", ",5\n"))[-1] == "created 0, updated 1, unchanged 1, rejected 0"
    assert sorted(Statement.objects.values_list("key", "strength")) == [("1", 5), ("2", 3)]
    assert Revision.objects.get().number == revision + 1


def test_a_row_without_an_id_is_known_by_what_it_says(town, bring):
    text = "source,target,type\nSale Food Bank,Urmston Choir,works_with\nUrmston Choir,Sale Food Bank,works_with\n"
    lines = bring(text)
    assert "counted once: 1." in lines[0]
    assert lines[-1] == "created 1, updated 0, unchanged 0, rejected 0"
    assert bring(text)[-1] == "created 0, updated 0, unchanged 1, rejected 0"


def test_what_was_withdrawn_is_not_brought_back(town, bring):
    text = "source,target,type\nSale Food Bank,The Hall,meets_at\n"
    bring(text)
    Statement.objects.update(withdrawn_at="2024-01-01T00:00:00Z")
    assert bring(text)[-1] == "created 0, updated 0, unchanged 1, rejected 0"
    assert Statement.objects.get().withdrawn_at is not None


def test_ends_are_found_by_uuid_identifier_name_and_other_names(town, place, bring):
    bank, hall = town["Sale Food Bank"], town["The Hall"]
    Identifier.objects.create(scheme="GB-CHC", value="1234567", node=bank)
    elsewhere = factories.OrganisationFactory(name="Far away", place=factories.PlaceFactory(slug="salford", code="E2"))
    lines = bring(
        f"source,target,type\n{elsewhere.uuid},{hall.uuid},meets_at\nGB-CHC-01234567,PUBLIC HALL,meets_at\n"
        "st johns centre,public hall,meets_at\n"
    )
    assert lines[-1] == "created 3, updated 0, unchanged 0, rejected 0"
    assert "1 names are spelled a little differently" in " ".join(lines)
    assert {source for source, _, _ in triples()} == {"Far away", "Sale Food Bank", "St. John's Centre"}


def test_names_of_another_place_are_not_taken(town, rejects):
    factories.OrganisationFactory(name="Salford Choir", place=factories.PlaceFactory(slug="salford", code="E2"))
    [(row, field, remedy)] = rejects("source,target,type\nSalford Choir,The Hall,meets_at\n")
    assert (row, field) == (2, "source") and "Nothing in Trafford is called that" in remedy


def test_two_of_one_name_are_told_and_neither_is_taken(town, place, rejects):
    other = factories.OrganisationFactory(name="Urmston Choir", place=place)
    [(_, field, remedy)] = rejects("source,target,type\nUrmston Choir,The Hall,meets_at\n")
    assert field == "source" and str(other.uuid) in remedy and str(town["Urmston Choir"].uuid) in remedy
    assert not Connection.objects.exists()


def test_a_name_that_is_only_alike_is_told_and_taken_only_when_allowed(town, bring, rejects):
    text = "source,target,type\nUrmstone Choir,The Hall,meets_at\n"
    [(_, _, remedy)] = rejects(text)
    assert f"Did you mean 'Urmston Choir' ({town['Urmston Choir'].uuid})" in remedy
    assert bring(text, '[ends]\nalike = "take"\n')[-1].startswith("created 1")


def test_aliases_stand_for_names(town, bring):
    bring("source,target,type\nThe singers,The Hall,meets_at\n", '[aliases]\n"the singers" = "Urmston Choir"\n')
    assert triples() == {("Urmston Choir", "meets_at", "The Hall")}


def test_what_is_archived_is_told(town, rejects):
    Node.objects.filter(name="Urmston Choir").update(state=NodeState.ARCHIVED)
    [(_, _, remedy)] = rejects("source,target,type\nUrmston Choir,The Hall,meets_at\n")
    assert "is archived" in remedy


def test_loops_unknown_types_and_impossible_ends_are_told_and_the_rest_is_kept(town, rejects):
    found = rejects(
        "source,target,type\nThe Hall,Public Hall,hosts\nUrmston Choir,The Hall,hugs\nThe Hall,Urmston Choir,funds\n"
        "Urmston Choir,The Hall,meets at\n"
    )
    assert [(row, field) for row, field, _ in found] == [(2, "target"), (3, "type"), (4, "type")]
    assert "Both ends are the same" in found[0][2]
    assert "[type.synonyms]" in found[1][2]
    assert "Turn it round" in found[2][2]
    assert triples() == {("Urmston Choir", "meets_at", "The Hall")}


def test_without_rejects_one_bad_row_keeps_the_whole_file_out(town, tmp_path, refused):
    file, rules = tmp_path / "net.csv", tmp_path / "rules.toml"
    file.write_text("source,target,type\nUrmston Choir,The Hall,meets_at\nNobody,The Hall,meets_at\n")
    rules.write_text('place = "trafford"\n[source]\ntitle = "A workshop"\n')
    said = refused("import_connections", file, mapping=str(rules))
    assert "1 row cannot be used" in said and "row 3, source 'Nobody'" in said
    assert not Connection.objects.exists() and not Source.objects.filter(title="A workshop").exists()


def test_a_dry_run_keeps_nothing(town, bring):
    lines = bring("source,target,type\nUrmston Choir,The Hall,meets_at\n", dry_run=True)
    assert lines[-2:] == ["Dry run: nothing was kept.", "created 1, updated 0, unchanged 0, rejected 0"]
    assert not Connection.objects.exists()


def test_a_mapping_that_names_no_type_or_category_is_refused(town, tmp_path, refused):
    file, rules = tmp_path / "net.csv", tmp_path / "rules.toml"
    file.write_text("source,target\nUrmston Choir,The Hall\n")
    rules.write_text('[source]\ntitle = "W"\n[type]\ndefault = "meats at"\n')
    said = refused("import_connections", file, mapping=str(rules), place="trafford")
    assert "no type of connection 'meats at'" in said and "meets at" in said
    rules.write_text('[source]\ntitle = "W"\n[ends]\nmissing = "create"\ncategory = "choirs"\n')
    assert "no category 'choirs'" in refused("import_connections", file, mapping=str(rules), place="trafford")
    rules.write_text('[source]\ntitle = "W"\n')
    assert "Say which place" in refused("import_connections", file, mapping=str(rules))


def test_what_is_missing_is_made_when_that_is_asked_for(town, place, bring):
    mapping = '[ends]\nmissing = "create"\nkind = "organisation"\ncategory = "community-group"\n'
    text = (
        "source,target,type\nNew Group,The Hall,meets_at\nnew group,Urmston Choir,works_with\n"
        "Urmston Choire,The Hall,meets_at\n"
    )
    lines = bring(text, mapping)
    assert lines[-1] == "created 3, updated 0, unchanged 0, rejected 0"
    assert "2 nodes created" in lines[0]
    made = Node.objects.get(name="New Group")
    assert (made.place, made.kind, made.category.slug, made.state) == (place, "organisation", "community-group", "live")
    # What looks like something that is here is kept apart, for a person to decide.
    assert MatchCandidate.objects.get().second.name == "Urmston Choire"
    assert bring(text, mapping)[-1] == "created 0, updated 0, unchanged 3, rejected 0"
    assert Node.objects.count() == 6


def test_what_is_made_gets_the_kind_and_tags_that_the_file_says(town, bring, tmp_path, rejects):
    mapping = '[ends]\nmissing = "create"\ncategory = "community-group"\n[ends.kinds]\nPlace = "asset"\n'
    elements = tmp_path / "elements.csv"
    elements.write_text("Label,Type,Tags,Description\nThe Yard,Place,Warm|Open late,A yard\n")
    text = "From,To,Type\nUrmston Choir,The Yard,meets_at\n"
    assert bring(text, mapping, elements=str(elements))[-1].startswith("created 1")
    made = Node.objects.get(name="The Yard")
    assert (made.kind, made.summary, sorted(made.tags.names())) == ("asset", "A yard", ["Open late", "Warm"])
    # A number alone makes nothing.
    [(_, field, _)] = rejects("From,To,Type\nGB-CHC-999999,The Hall,meets_at\n", mapping)
    assert field == "source" and not Node.objects.filter(name__startswith="GB-CHC").exists()


def test_a_network_without_directions_needs_to_be_told_what_to_do(town, bring, rejects):
    net = json.dumps(
        {
            "directed": False,
            "nodes": [{"id": "1", "name": "Urmston Choir"}, {"id": "2", "name": "The Hall"}],
            "links": [{"source": "1", "target": "2", "type": "meets_at"}],
        }
    )
    [(_, field, remedy)] = rejects(net, name="net.json")
    assert field == "direction" and 'undirected = "forward"' in remedy
    assert bring(net, '[type]\nundirected = "forward"\n', "net.json")[-1].startswith("created 1")
    assert triples() == {("Urmston Choir", "meets_at", "The Hall")}


def test_what_holds_both_ways_is_two_statements(town, bring):
    text = "From,To,Type,Direction\nSale Food Bank,Urmston Choir,supports,mutual\n"
    assert bring(text)[-1].startswith("created 2")
    assert triples() == {
        ("Sale Food Bank", "supports", "Urmston Choir"),
        ("Urmston Choir", "supports", "Sale Food Bank"),
    }
    assert bring(text)[-1] == "created 0, updated 0, unchanged 2, rejected 0"


def test_members_only_statements_are_kept_so(town, tmp_path, run):
    file, rules = tmp_path / "net.csv", tmp_path / "rules.toml"
    file.write_text("source,target,type\nUrmston Choir,The Hall,meets_at\n")
    rules.write_text('visibility = "members"\n[source]\ntitle = "A workshop"\n')
    run("import_connections", file, mapping=str(rules), place="trafford")
    assert Statement.objects.get().visibility == "members"


def test_the_number_of_queries_does_not_grow_with_the_rows(town, place, tmp_path, bring, django_assert_max_num_queries):
    for n in range(60):
        factories.OrganisationFactory(name=f"Club {n}", place=place)
    text = "source,target,type\n" + "".join(f"Club {n},The Hall,meets_at\n" for n in range(60))
    with django_assert_max_num_queries(45):
        assert bring(text)[-1].startswith("created 60")


def test_a_bomb_or_a_cut_file_leaves_everything_as_it_was(town, tmp_path, refused):
    rules = tmp_path / "rules.toml"
    rules.write_text('[source]\ntitle = "A workshop"\n')
    for name, text in (
        ("bomb.graphml", '<!DOCTYPE x [<!ENTITY a "aa">]><graphml><graph/></graphml>'),
        ("cut.json", '{"elements": [{"label": "A"'),
        ("cut.csv", 'From,To\nA,"B'),
        ("empty.csv", ""),
    ):
        file = tmp_path / name
        file.write_text(text)
        assert name in refused("import_connections", file, mapping=str(rules), place="trafford")
    assert not Statement.objects.exists() and not Source.objects.filter(title="A workshop").exists()
