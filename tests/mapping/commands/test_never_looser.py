"""What somebody hid, coarsened or archived stays so, whatever a file says the next time; the database sees to it."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, transaction

from mapping.models import Node, NodeState, Statement, Visibility
from tests import factories
from tests.factories import decided

pytestmark = pytest.mark.django_db

RULES = 'kind = "asset"\nplace = "trafford"\ncategory = "library"\n{more}\n[source]\ntitle = "Libraries"\n'
RULES += '[columns]\nkey = "id"\nname = "name"\nsummary = "about"\n[location]\nx = "lon"\ny = "lat"\n'


@pytest.fixture
def bring(tmp_path, place, vocabulary, run):
    def bring(about: str, more: str = "") -> str:
        data, rules = tmp_path / "a.csv", tmp_path / "a.toml"
        data.write_text(f"id,name,about,lon,lat\n1,Sale Library,{about},-2.318765,53.428765\n")
        rules.write_text(RULES.format(more=more))
        return "\n".join(run("import_nodes", data, "--mapping", rules))

    return bring


@pytest.mark.parametrize(
    "hidden",
    [
        {"visibility": "members"},
        {"location_precision": "area"},
        {"location_precision": "street"},
        {"state": NodeState.ARCHIVED},
        {"state": NodeState.PENDING},
        {"state": NodeState.DRAFT},
        {"visibility": "members", "location_precision": "postcode", "state": NodeState.ARCHIVED},
    ],
)
def test_a_reimport_undoes_nothing_of_it(bring, hidden):
    bring("Books")
    Node.objects.update(**hidden)
    said = bring("More books")
    node = Node.objects.get()
    assert node.summary == "More books"
    assert {name: getattr(node, name) for name in hidden} == hidden
    assert ("1 kept as strict as they are" in said) == ("state" not in hidden or len(hidden) > 1)


def test_a_group_keeps_what_is_its_own(bring, group):
    bring("Books")
    Node.objects.update(visibility="group", group=group)
    bring("More books", 'visibility = "members"')
    assert Node.objects.filter(visibility="group", group=group, summary="More books").count() == 1


def test_a_reimport_may_be_stricter(bring):
    bring("Books")
    said = bring("More books", 'visibility = "members"\nprecision = "area"')
    assert Node.objects.filter(visibility="members", location_precision="area").count() == 1
    assert "kept as strict" not in said


def test_a_statement_stays_for_those_it_was_for(tmp_path, place, vocabulary, run):
    for name in ("Sale Choir", "Urmston Choir"):
        factories.OrganisationFactory(name=name, place=place)
    rules = tmp_path / "c.toml"
    rules.write_text('[source]\ntitle = "A workshop"\n')
    file = tmp_path / "c.csv"

    def bring(strength):
        file.write_text(f"id,source,target,type,strength\n1,Sale Choir,Urmston Choir,works_with,{strength}\n")
        return "\n".join(run("import_connections", file, mapping=str(rules), place="trafford"))

    bring(2)
    Statement.objects.update(visibility=Visibility.MEMBERS)
    said = bring(4)
    kept = Statement.objects.get()
    assert (kept.visibility, kept.strength) == (Visibility.MEMBERS, 4)
    assert "1 kept as strict as they are" in said


@pytest.mark.parametrize(
    ("model", "before", "after"),
    [
        (Node, {"visibility": "members"}, {"visibility": "public"}),
        (Node, {"visibility": "group"}, {"visibility": "members"}),
        (Node, {"location_precision": "area"}, {"location_precision": "postcode"}),
        (Node, {"state": "archived"}, {"state": "live"}),
        (Node, {"state": "pending"}, {"state": "live"}),
        (Statement, {"visibility": "members"}, {"visibility": "public"}),
        (Statement, {"withdrawn_at": "2026-01-01T00:00Z"}, {"withdrawn_at": None}),
    ],
    ids=str,
)
def test_the_database_refuses_a_writer_that_forgets(place, group, model, before, after):
    said = factories.StatementFactory()
    row = said if model is Statement else said.connection.source
    model.objects.filter(pk=row.pk).update(**before, group_id=group.pk)
    with pytest.raises(ProgrammingError, match="than it is"), transaction.atomic():
        model.objects.filter(pk=row.pk).update(**after)
    with decided():
        model.objects.filter(pk=row.pk).update(**after)
    with pytest.raises(ProgrammingError, match="than it is"), transaction.atomic():
        model.objects.filter(pk=row.pk).update(**before)
        model.objects.filter(pk=row.pk).update(**after)
