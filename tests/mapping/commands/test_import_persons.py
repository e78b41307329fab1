"""An element typed as a person never becomes anything public: in no format or spelling, neither made nor matched."""

from __future__ import annotations

import datetime
import json

import pytest

from mapping.commands import consents
from mapping.models import Actor, Connection, Node, NodeKind, NodeState, Statement
from tests import factories

pytestmark = pytest.mark.django_db

RULES = """
place = "trafford"
[source]
title = "A workshop"
[type]
default = "works_with"
undirected = "forward"
[ends]
missing = "create"
category = "community-group"
"""
PEOPLE = ("Ann Ash", "Bo Birch")


def graphml(kind: str) -> str:
    nodes = "".join(
        f'<node id="{i}"><data key="n">{name}</data><data key="t">{of}</data></node>'
        for i, (name, of) in enumerate([("Oak Club", "Group"), *((name, kind) for name in PEOPLE)])
    )
    return (
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><key id="n" for="node" attr.name="name"/>'
        f'<key id="t" for="node" attr.name="Type"/><graph edgedefault="directed">{nodes}'
        '<edge source="0" target="1"/><edge source="0" target="2"/></graph></graphml>'
    )


def neo4j(kind: str) -> str:
    return (
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><key id="n" for="node" attr.name="name"/>'
        f'<graph edgedefault="directed"><node id="0" labels=":Group"><data key="n">Oak Club</data></node>'
        f'<node id="1" labels=":{kind}"><data key="n">Ann Ash</data></node>'
        f'<node id="2" labels=":{kind}"><data key="n">Bo Birch</data></node>'
        '<edge source="0" target="1"/><edge source="0" target="2"/></graph></graphml>'
    )


def gexf(kind: str) -> str:
    nodes = "".join(
        f'<node id="{i}" label="{name}"><attvalues><attvalue for="k" value="{of}"/></attvalues></node>'
        for i, (name, of) in enumerate([("Oak Club", "Group"), *((name, kind) for name in PEOPLE)])
    )
    return (
        '<gexf xmlns="http://gexf.net/1.3" version="1.3"><graph defaultedgetype="directed"><attributes class="node">'
        f'<attribute id="k" title="Category" type="string"/></attributes><nodes>{nodes}</nodes><edges>'
        '<edge id="0" source="0" target="1"/><edge id="1" source="0" target="2"/></edges></graph></gexf>'
    )


def node_link(kind: str) -> str:
    nodes = [{"id": "0", "name": "Oak Club"}] + [{"id": n, "name": n, "kind": kind} for n in PEOPLE]
    return json.dumps({"directed": True, "nodes": nodes, "links": [{"source": "0", "target": n} for n in PEOPLE]})


def kumu(kind: str) -> str:
    elements = [{"label": "Oak Club", "type": "Group"}] + [
        {"label": name, "attributes": {"element type": kind}} for name in PEOPLE
    ]
    return json.dumps({"elements": elements, "connections": [{"from": "Oak Club", "to": name} for name in PEOPLE]})


def table(kind: str) -> str:
    return "source,target,target type\n" + "".join(f"Oak Club,{name},{kind}\n" for name in PEOPLE)


def late(kind: str) -> str:
    """The row that says so comes last."""
    return f"from,to,to_kind\nOak Club,{PEOPLE[0]},\nOak Club,{PEOPLE[1]},{kind}\nElm Club,{PEOPLE[0]},{kind}\n"


FILES = [
    ("net.graphml", graphml), ("neo4j.graphml", neo4j), ("net.gexf", gexf), ("net.json", node_link),
    ("kumu.json", kumu), ("net.csv", table), ("late.csv", late),
]  # fmt: skip


@pytest.fixture
def bring(tmp_path, place, vocabulary, run):
    def bring(text: str, name: str, more: str = "", **options):
        file, rules = tmp_path / name, tmp_path / "rules.toml"
        file.write_text(text)
        rules.write_text(RULES + more)
        return run("import_connections", file, mapping=str(rules), **options)

    return bring


@pytest.fixture
def refused_bring(tmp_path, bring, refused):
    def refused_bring(text: str, name: str, more: str = "") -> str:
        (tmp_path / name).write_text(text)
        (tmp_path / "rules.toml").write_text(RULES + more)
        return refused("import_connections", tmp_path / name, mapping=str(tmp_path / "rules.toml"))

    return refused_bring


@pytest.mark.parametrize(("name", "text"), FILES, ids=[name for name, _ in FILES])
@pytest.mark.parametrize("kind", ["Person", "people", "INDIVIDUAL", "Personne"])
def test_people_are_refused_by_name_with_the_remedy_and_nothing_is_kept(refused_bring, name, text, kind):
    said = refused_bring(text(kind), name)
    assert all(who in said for who in PEOPLE)
    assert "consent" in said and "persons = " in said and "[ends.kinds]" in said
    assert not Node.objects.exists() and not Connection.objects.exists()


@pytest.mark.parametrize(("name", "text"), FILES, ids=[name for name, _ in FILES])
def test_the_others_come_in_without_them(bring, tmp_path, name, text):
    lines = bring(text("Person"), name, rejects=str(tmp_path / "rejects.csv"))
    assert not Node.objects.exclude(name__in=["Oak Club", "Elm Club"]).exists()
    assert any("Ann Ash" in line and "Bo Birch" in line for line in lines)


def test_they_can_be_left_out_on_purpose_and_are_counted(bring):
    text = "source,target,target type\nOak Club,Ann Ash,Person\nOak Club,Elm Club,Group\n"
    lines = bring(text, "net.csv", 'persons = "leave_out"\n')
    assert any("Left out, because somebody in it is a person: 1 ('Ann Ash'" in line for line in lines)
    assert set(Node.objects.values_list("name", flat=True)) == {"Oak Club", "Elm Club"}


def test_a_word_can_be_given_another_meaning_on_purpose(bring):
    bring(graphml("Individual"), "net.graphml", '[ends.kinds]\n"individual" = "organisation"\n')
    assert set(Node.objects.values_list("name", flat=True)) == {"Oak Club", *PEOPLE}


def test_a_word_of_the_mapping_file_may_mean_a_person(refused_bring):
    assert "Ann Ash" in refused_bring(graphml("Chair"), "net.graphml", '[ends.kinds]\nChair = "person"\n')


def test_nobody_is_matched_with_an_organisation_of_the_name(place, refused_bring):
    factories.OrganisationFactory(name="Ann Ash", place=place)
    said = refused_bring(graphml("Person"), "net.graphml")
    assert "'Ann Ash' is a person (Type: Person), and 'Ann Ash'" in said and "is none" in said
    assert not Statement.objects.exists()


def test_who_has_consented_is_connected_and_who_has_not_is_not(place, bring, refused_bring):
    for name in PEOPLE:
        factories.NodeFactory(name=name, place=place, kind=NodeKind.PERSON, state=NodeState.DRAFT)
    assert "has not consented" in refused_bring("source,target\nOak Club,Ann Ash\n", "net.csv")
    for node in Node.objects.filter(kind=NodeKind.PERSON):
        consents.record(actor=Actor.command("t"), node=node, wording="Yes", given_on=datetime.date(2024, 1, 1))
    assert bring(graphml("Person"), "net.graphml")[-1].startswith("created 2")
    assert Node.objects.filter(kind=NodeKind.PERSON).count() == 2
    assert set(Node.objects.exclude(kind=NodeKind.PERSON).values_list("name", flat=True)) == {"Oak Club"}


def test_a_category_of_persons_makes_nobody(place, refused_bring, refused, tmp_path):
    factories.CategoryFactory(slug="people", name="People")
    nodes = [{"id": "0", "name": "Oak Club"}, {"id": "1", "name": "Ann Ash", "category": "people"}]
    text = json.dumps({"directed": True, "nodes": nodes, "links": [{"source": "0", "target": "1"}]})
    assert "Ann Ash" in refused_bring(text, "net.json")
    rules = RULES.replace("community-group", "people")
    (tmp_path / "rules.toml").write_text(rules)
    said = refused("import_connections", tmp_path / "net.json", mapping=str(tmp_path / "rules.toml"))
    assert "'people' is a category of persons" in said


NODES = """
kind = "organisation"
category = "community-group"
place = "trafford"
[source]
title = "Members"
[columns]
key = "id"
name = "name"
"""


@pytest.mark.parametrize("heading", ["Type", "kind", "Element type", "class"])
@pytest.mark.parametrize("word", ["Person", "individual", "PEOPLE"])
@pytest.mark.parametrize("form", ["csv", "geojson"])
def test_rows_about_people_are_refused_by_name(tmp_path, place, vocabulary, refused, run, heading, word, form):
    file, rules = tmp_path / f"rows.{form}", tmp_path / "rules.toml"
    rules.write_text(NODES)
    if form == "csv":
        file.write_text(f"id,name,{heading}\n1,Oak Club,Group\n2,Ann Ash,{word}\n")
    else:
        rows = [{"id": "1", "name": "Oak Club", heading: "Group"}, {"id": "2", "name": "Ann Ash", heading: word}]
        features = [{"type": "Feature", "properties": row, "geometry": None} for row in rows]
        file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    said = refused("import_nodes", file, mapping=str(rules))
    assert "'Ann Ash' is a person" in said and "[kinds]" in said and "consent" in said
    run("import_nodes", file, mapping=str(rules), rejects=str(tmp_path / "rejects.csv"))
    assert list(Node.objects.values_list("name", flat=True)) == ["Oak Club"]
    rules.write_text(NODES.replace("[columns]", f'[kinds]\n"{word}" = "project"\n[columns]'))
    run("import_nodes", file, mapping=str(rules))
    assert Node.objects.get(name="Ann Ash").kind == "project"


def test_a_category_of_persons_takes_no_rows(tmp_path, place, vocabulary, refused):
    factories.CategoryFactory(slug="individuals", name="Individuals")
    (tmp_path / "rows.csv").write_text("id,name\n2,Ann Ash\n")
    (tmp_path / "rules.toml").write_text(NODES.replace("community-group", "individuals"))
    assert "'Ann Ash'" in refused("import_nodes", tmp_path / "rows.csv", mapping=str(tmp_path / "rules.toml"))


def test_what_is_only_measured_may_hold_people(tmp_path, run):
    (tmp_path / "net.graphml").write_text(graphml("Person"))
    assert "nodes 3, edges 2" in " ".join(run("analyse_graph", tmp_path / "net.graphml"))


def test_grants_to_individuals_are_left_out_and_counted(place, vocabulary, run, cases, tmp_path):
    lines = run("import_grants", cases / "grants" / "giving_individual.csv", place="trafford")
    assert lines[-1] == "created 1, updated 0, unchanged 0, rejected 0"
    assert any("Grants to individuals left out: 1." in line for line in lines)
    assert set(Node.objects.values_list("name", flat=True)) == {"Ashgrove Circle", "Fernhill Fund"}
    org = {"id": "GB-CHC-9999991", "name": "Ashgrove Circle"}
    grant = {
        "title": "t", "currency": "GBP", "amountAwarded": 5, "awardDate": "2024-03-01",
        "fundingOrganization": [{"id": "GB-CHC-9999990", "name": "Fernhill Fund"}],
    }  # fmt: skip
    grants = [
        {**grant, "id": "360G-t-3", "recipientOrganization": [org]},
        {**grant, "id": "360G-t-4", "recipientIndividual": {"id": "360G-t-IND", "name": "Individual Recipient"}},
        {**grant, "id": "360G-t-5", "recipientOrganization": [{"id": "360G-x", "name": "Ann Ash", "type": "Person"}]},
    ]
    (tmp_path / "grants.json").write_text(json.dumps({"grants": grants}))
    lines = run("import_grants", tmp_path / "grants.json", place="trafford")
    assert lines[-1] == "created 1, updated 0, unchanged 0, rejected 0"
    assert any("Grants to individuals left out: 2." in line for line in lines)
    assert not Node.objects.filter(name__in=["Ann Ash", "Individual Recipient"]).exists()


def test_a_file_of_grants_to_individuals_alone_makes_nobody(place, vocabulary, run, tmp_path):
    (tmp_path / "grants.csv").write_text(
        "Identifier,Title,Currency,Amount Awarded,Award Date,Recipient Ind:Identifier,Recipient Ind:Name,"
        "Funding Org:Identifier,Funding Org:Name\n360G-1,T,GBP,5,2024-03-01,360G-I,Ann Ash,GB-CHC-1,Fund\n"
    )
    assert run("import_grants", tmp_path / "grants.csv", place="trafford")[-1].startswith("created 0")
    assert not Node.objects.filter(name="Ann Ash").exists()


def test_a_network_of_grants_leaves_individuals_out_too(place, vocabulary, run, cases, tmp_path):
    (tmp_path / "rules.toml").write_text(RULES)
    lines = run("import_connections", cases / "grants" / "giving_individual.csv", mapping=str(tmp_path / "rules.toml"))
    assert any("Grants to individuals left out: 1." in line for line in lines)
    assert set(Node.objects.values_list("name", flat=True)) == {"Ashgrove Circle", "Fernhill Fund"}
