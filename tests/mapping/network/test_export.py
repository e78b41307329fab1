"""The network of a place as files: what each viewer may see, on what terms, and back again unchanged."""

from __future__ import annotations

import csv
import datetime
import io
import json

import networkx
import pytest
from django.contrib.gis.geos import Point
from django.core.management import CommandError, call_command

from mapping.models import PUBLIC, Connection, Identifier, Node, SourceRecord, Statement, Viewer, Visibility
from mapping.network import export
from mapping.writers.tables import safe_cell
from tests import factories

pytestmark = pytest.mark.django_db
FORMATS = sorted(export.FORMATS)


def written(place, slug: str, viewer: Viewer = PUBLIC, **options) -> str:
    return "".join(export.prepare(place, viewer, address="https://here.test", **options).written(slug))


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def town(place):
    """A council that funds a choir (two grants), a choir that works with a bank (both say so), a rule's guess."""
    council = factories.OrganisationFactory(name="Council", place=place)
    choir = factories.OrganisationFactory(name="Choir & <Friends>", place=place)
    bank = factories.OrganisationFactory(name="Bank", place=place, location=None)
    # Two of one name, and a name that a spreadsheet would run.
    twin = factories.NodeFactory(name="Bank", place=place)
    formula = factories.NodeFactory(name="=cmd|'/C calc'!A0", place=place)
    Identifier.objects.create(scheme="GB-LAE", value="TRF", node=council)
    source = factories.SourceFactory(
        title="Grants", licence="OGL-UK-3.0", url="https://grants.test/", attribution="Contains data of the council"
    )
    funds = factories.ConnectionFactory(source=council, target=choir)
    for year, amount in ((2019, "100.50"), (2021, "200")):
        factories.StatementFactory(
            connection=funds, by_source=source, key=f"g{year}", amount=amount, currency="GBP", strength=year - 2017,
            held_from=datetime.date(year, 1, 1), held_to=datetime.date(year, 12, 31), note=f"Grant {year}",
            said_on=datetime.date(year, 1, 1), evidence_url="https://grants.test/a",
        )  # fmt: skip
    kind = factories.ConnectionTypeFactory(
        slug="works_with", forward="works with", reverse="works with", directed=False
    )
    works = factories.ConnectionFactory(source=choir, target=bank, type=kind)
    for group in (choir, bank):
        factories.StatementFactory(connection=works, by_source=None, by_node=group, key="")
    hosts = factories.ConnectionTypeFactory(slug="hosts", forward="hosts", reverse="is hosted by")
    rule = factories.ConnectionFactory(source=twin, target=formula, type=hosts)
    factories.StatementFactory(connection=rule, by_source=None, by_rule="near", key="")
    said = factories.ConnectionFactory(source=formula, target=twin, type=hosts)
    factories.StatementFactory(connection=said, by_source=source, key="h")
    return {"council": council, "choir": choir, "bank": bank, "funds": funds, "works": works, "said": said}


def test_a_row_tells_what_is_known_of_a_connection(town, place):
    rows = {row["id"]: row for row in table(written(place, "csv"))}
    funds, works = rows[str(town["funds"].uuid)], rows[str(town["works"].uuid)]
    assert (funds["type"], funds["reading"], funds["reverse"]) == ("funds", "funds", "is funded by")
    assert (funds["source_name"], funds["target_name"]) == ("Council", "Choir & <Friends>")
    assert (funds["origin"], funds["mutual"], funds["supports"], funds["strength"]) == ("stated", "no", "2", "3.0")
    assert (funds["held_from"], funds["held_to"], funds["said_on"]) == ("2019-01-01", "2021-12-31", "2021-01-01")
    assert (funds["amount"], funds["currency"]) == ("300.5", "GBP")
    assert (funds["said_by"], funds["licence"]) == ("Grants", "OGL-UK-3.0")
    assert funds["evidence"] == "https://grants.test/a"
    assert (works["mutual"], works["directed"], works["held_to"]) == ("yes", "no", "")
    assert works["said_by"] == "Choir & <Friends>; Bank"


def test_people_are_never_named(town, place):
    user = factories.UserFactory(username="maud", first_name="Maud", last_name="Smith", email="maud@example.org")
    Statement.objects.filter(key="h").update(by_source=None, by_user=user, key="")
    for slug in FORMATS:
        text = written(place, slug, derived=export.ALL).casefold()
        assert "maud" not in text and "smith" not in text, slug


def test_derived_and_stated_are_told_apart(town, place):
    assert {row["origin"] for row in table(written(place, "csv"))} == {"stated"}
    [only] = table(written(place, "csv", derived=export.DERIVED))
    assert (only["origin"], only["said_by"]) == ("derived", "rule near")
    both = table(written(place, "csv", derived=export.ALL))
    assert sorted(row["origin"] for row in both) == ["derived", "stated", "stated", "stated"]


def test_a_dispute_is_told(town, place):
    factories.StatementFactory(connection=town["funds"], kind="disagrees", key="no")
    rows = {row["id"]: row for row in table(written(place, "csv"))}
    assert rows[str(town["funds"].uuid)]["disputed"] == "yes"
    assert rows[str(town["works"].uuid)]["disputed"] == "no"


@pytest.mark.parametrize("slug", FORMATS)
def test_members_see_theirs_and_others_do_not(town, place, slug):
    Statement.objects.filter(connection=town["funds"]).update(visibility=Visibility.MEMBERS)
    member = Viewer(user_id=1, place_ids=frozenset({place.pk}))
    mark = "g2019" if slug.startswith("360") else str(town["council"].uuid)
    assert mark not in written(place, slug)
    assert mark in written(place, slug, member)


@pytest.mark.parametrize("slug", FORMATS)
def test_what_is_withdrawn_is_in_no_file(town, place, slug):
    mark = "g2019" if slug.startswith("360") else str(town["council"].uuid)
    assert mark in written(place, slug)
    Statement.objects.filter(connection=town["funds"]).update(withdrawn_at="2024-01-01T00:00:00Z")
    assert mark not in written(place, slug)


def test_a_coarse_point_stays_coarse(town, place):
    Node.objects.filter(pk=town["choir"].pk).update(location=Point(-2.318765, 53.428765), location_precision="area")
    for slug in FORMATS:
        assert "-2.31876" not in written(place, slug), slug


@pytest.mark.parametrize("slug", [slug for slug in FORMATS if export.FORMATS[slug].file.endswith("csv")])
def test_no_cell_can_start_a_formula(town, place, slug):
    Node.objects.filter(pk=town["choir"].pk).update(name="+44 161 choir")
    Statement.objects.filter(key="g2019").update(note="@SUM(A1)")
    for row in csv.reader(io.StringIO(written(place, slug, derived=export.ALL))):
        for cell in row:
            number = cell.replace(".", "").replace("-", "").isdigit()
            assert number or not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\tx", "\rx", "\nx"])
def test_a_dangerous_text_becomes_a_plain_one(text):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize(("slug", "read"), [("graphml", networkx.read_graphml), ("gexf", networkx.read_gexf)])
def test_networkx_reads_the_same_network(town, place, tmp_path, slug, read):
    path = tmp_path / f"net.{slug}"
    path.write_text(written(place, slug, derived=export.ALL))
    graph = read(path, version="1.3") if slug == "gexf" else read(path)
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (5, 4)
    assert "Choir & <Friends>" in {data.get("name") for _, data in graph.nodes(data=True)}
    assert {data["type"] for *_, data in graph.edges(data=True)} == {"funds", "works_with", "hosts"}


def test_the_terms_are_those_of_what_is_connected_too(town, place):
    osm = factories.SourceFactory(
        slug="a-town", title="A town", licence="ODbL-1.0", attribution="© OpenStreetMap contributors"
    )
    SourceRecord.objects.create(source=osm, node=town["bank"], key="node/1", digest="x")
    elsewhere = factories.SourceFactory(slug="nothing", title="Of nothing connected", licence="ODbL-1.0")
    SourceRecord.objects.create(source=elsewhere, node=factories.NodeFactory(place=place), key="node/2", digest="x")
    terms = export.prepare(place, PUBLIC, address="https://here.test").terms()
    assert [it.title for it in terms] == ["A town", "Grants"]
    assert "© OpenStreetMap contributors" in written(place, "graphml")


@pytest.mark.parametrize("slug", ["graphml", "gexf", "kumu-json", "geojson", "360giving-json"])
def test_a_file_says_where_it_is_from_and_on_what_terms(town, place, slug):
    text = written(place, slug)
    assert "https://here.test/trafford/network/" in text
    assert "Contains data of the council" in text and "OGL-UK-3.0" in text


def test_lines_run_between_public_points_and_what_has_none_is_counted(town, place):
    found = json.loads(written(place, "geojson"))
    assert found["leftOut"] == 1
    [line] = [it for it in found["features"] if it["id"] == str(town["funds"].uuid)]
    ends = [[round(it.public_point.x, 6), round(it.public_point.y, 6)] for it in (town["council"], town["choir"])]
    for it in (town["council"], town["choir"]):
        it.refresh_from_db()
    assert line["geometry"] == {"type": "LineString", "coordinates": ends}


def test_grants_are_told_one_by_one(town, place):
    first, second = table(written(place, "360giving"))
    assert (first["Identifier"], first["Amount Awarded"], first["Award Date"]) == ("g2019", "100.50", "2019-01-01")
    assert (first["Funding Org:Identifier"], first["Funding Org:Name"]) == ("GB-LAE-TRF", "Council")
    assert first["Recipient Org:Identifier"] == f"360G-hereabouts-{town['choir'].uuid}"
    assert second["Planned Dates:End Date"] == "2021-12-31"
    [one, _] = json.loads(written(place, "360giving-json"))["grants"]
    assert one["recipientOrganization"][0]["name"] == "Choir & <Friends>"


def state() -> list[tuple]:
    """The stated connections, and what is said of each."""
    stated = Statement.objects.live().filter(by_rule="")
    rows = stated.values_list("connection__source__uuid", "connection__type__slug", "connection__target__uuid")
    return sorted({tuple(map(str, row)) for row in rows})


@pytest.mark.parametrize("slug", ["graphml", "gexf", "kumu-json", "kumu-csv", "csv", "360giving", "360giving-json"])
def test_what_goes_out_comes_back_in_the_same(town, place, tmp_path, slug):
    before = state()
    if slug.startswith("360"):
        before = [it for it in before if it[1] == "funds"]
    path, rules = tmp_path / export.FORMATS[slug].file, tmp_path / "rules.toml"
    out = io.StringIO()
    call_command("export_connections", path, place="trafford", format=slug, derived="yes", stdout=out)
    assert str(path) in out.getvalue()
    Connection.objects.all().delete()
    rules.write_text('[source]\ntitle = "Taken out and brought back"\n')
    more = {"elements": str(path.with_name(f"{path.stem}-elements.csv"))} if slug == "kumu-csv" else {}
    call_command("import_connections", path, mapping=str(rules), place="trafford", stdout=out, **more)
    assert out.getvalue().splitlines()[-1].endswith("rejected 0")
    assert state() == before
    funds = Statement.objects.filter(connection__type__slug="funds")
    assert sum(it.amount for it in funds) == 300.5
    assert min(it.held_from for it in funds) == datetime.date(2019, 1, 1)


def test_the_number_of_queries_does_not_grow_with_the_connections(town, place, django_assert_max_num_queries):
    for n in range(30):
        node = factories.OrganisationFactory(name=f"Club {n}", place=place)
        factories.StatementFactory(connection=factories.ConnectionFactory(source=town["council"], target=node))
    with django_assert_max_num_queries(16):
        assert len(table(written(place, "csv"))) == 33


def test_a_command_that_cannot_write_says_so(town, tmp_path):
    with pytest.raises(CommandError, match="its folder does not exist"):
        call_command("export_connections", tmp_path / "no" / "a.csv", place="trafford", format="csv")
    with pytest.raises(CommandError, match="Did you mean 'trafford'"):
        call_command("export_connections", tmp_path / "a.csv", place="traford", format="csv")


def test_an_empty_network_is_a_whole_file(place):
    assert table(written(place, "csv")) == []
    assert json.loads(written(place, "kumu-json"))["elements"] == []
    assert json.loads(written(place, "geojson"))["features"] == []
    assert networkx.parse_graphml(written(place, "graphml")).number_of_nodes() == 0
