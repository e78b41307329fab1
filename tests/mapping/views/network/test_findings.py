"""The page of words, the table of every measure, the walk from node to node, the file."""

from __future__ import annotations

import csv
import io
import re
import uuid

import pytest
from django.utils.html import strip_tags

from mapping.commands import connections
from mapping.models import Actor, PlaceRoleKind, Revision, Statement, Visibility
from mapping.network import analysis_store, measures_table, place_network
from mapping.network.measures_table import COLUMNS, Asked
from mapping.network.state import Failed
from mapping.network.view.state import SIZES
from tests.factories import (
    ConnectionFactory,
    ConnectionTypeFactory,
    NodeFactory,
    OrganisationFactory,
    PlaceRoleFactory,
    StatementFactory,
)

pytestmark = pytest.mark.django_db
PAGE, FILE = "/trafford/network/words/", "/trafford/network/words/table.csv"


@pytest.fixture
def town(place, records):
    """A council that funds three groups; two of the groups know each other and the hall."""
    council = OrganisationFactory(name="The council")
    groups = [OrganisationFactory(name=f"Group {n}") for n in range(3)]
    works = ConnectionTypeFactory(slug="works-with", forward="works with", reverse="works with", directed=False)
    for it in groups:
        StatementFactory(connection=ConnectionFactory(source=council, target=it))
    hall = NodeFactory(name="=HYPERLINK(“x”)")
    for one, other in ((groups[0], groups[1]), (groups[0], hall), (groups[1], hall)):
        StatementFactory(connection=ConnectionFactory(source=one, target=other, type=works))
    Revision.objects.raise_for([place])
    return {"council": council, "groups": groups, "hall": hall}


def words(response) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


def rows(response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))


def table(place, **asked):
    found = place_network.load(place).get()
    return measures_table.tabulate(found.snapshot, found.analysis, Asked(**asked))


def listed(place, **asked) -> list[str]:
    return [it["name"] for it in table(place, **asked).rows]


class TestPage:
    def test_it_has_every_finding_with_how_it_was_worked_out_and_the_table(self, client, town):
        page = client.get(PAGE).content.decode()
        assert "Best connected" in page and "How far connections reach" in page and "Who says so" in page
        assert page.count("How was this worked out?") >= 8
        assert 'id="table"' in page and "The council" in page
        assert "style=" not in page and "<script" not in page.split("<main", 1)[1]

    def test_nothing_connected_is_said(self, client, place):
        from cms.commands import ensure_pages

        ensure_pages(place, Actor.command("test"))
        assert "Nobody has said yet" in words(client.get(PAGE))

    def test_what_is_withdrawn_is_gone_from_words_table_and_file_at_once(self, client, town):
        assert "Group 2" in client.get(PAGE).content.decode()
        statement = Statement.objects.get(connection__target=town["groups"][2])
        connections.withdraw(actor=Actor.command("test"), statement=statement)
        assert "Group 2" not in client.get(PAGE).content.decode()
        assert "Group 2" not in {it["name"] for it in rows(client.get(FILE))}

    def test_two_viewers_read_different_numbers(self, client, place, town):
        private = StatementFactory(
            connection=ConnectionFactory(source=town["council"], target=OrganisationFactory(name="For members"))
        )
        Statement.objects.filter(pk=private.pk).update(visibility=Visibility.MEMBERS)
        Revision.objects.raise_for([place])
        assert "8 groups and places are connected here" not in words(client.get(PAGE))
        before = words(client.get(PAGE))
        assert "7 groups and places are connected here, by 7 connections." in before and "For members" not in before
        client.force_login(PlaceRoleFactory(place=place, role=PlaceRoleKind.MEMBER).user)
        after = words(client.get(PAGE))
        assert "8 groups and places are connected here, by 8 connections." in after and "For members" in after
        assert "For members" in {it["name"] for it in rows(client.get(FILE))}

    def test_it_asks_few_queries(self, client, town, django_assert_max_num_queries):
        client.get(PAGE)
        with django_assert_max_num_queries(20):
            client.get(PAGE)

    def test_it_is_not_sent_again_when_nothing_has_changed(self, client, town):
        tag = client.get(PAGE)["ETag"]
        assert client.get(PAGE, headers={"If-None-Match": tag}).status_code == 304

    def test_a_network_that_could_not_be_worked_out_is_told_as_that(self, client, town, monkeypatch):
        monkeypatch.setattr(analysis_store, "load", lambda snapshot: Failed("ValueError"))
        response = client.get(PAGE)
        assert "could not be worked out" in words(response) and response["Cache-Control"] == "no-store"
        assert "ETag" not in response
        assert client.get(FILE).status_code == 500


class TestWalk:
    def test_each_row_leads_to_its_neighbours_and_each_of_them_on(self, client, town):
        council, group = town["council"], town["groups"][0]
        page = client.get(PAGE).content.decode()
        assert f'href="?focus={council.uuid}#walk"' in page
        page = client.get(f"{PAGE}?focus={council.uuid}").content.decode()
        assert "The council is connected to 3 others." in page
        assert f'funds <a href="?focus={group.uuid}#walk">Group 0</a>' in page
        page = client.get(f"{PAGE}?focus={group.uuid}").content.decode()
        assert f'is funded by <a href="?focus={council.uuid}#walk">The council</a>' in page

    @pytest.mark.parametrize("focus", ["", "x", str(uuid.UUID(int=1))])
    def test_who_is_not_there_is_no_error(self, client, town, focus):
        response = client.get(PAGE, {"focus": focus})
        assert response.status_code == 200 and 'id="walk"' not in response.content.decode()


class TestTable:
    def test_it_has_every_measure_that_a_picture_can_show(self):
        assert set(SIZES) - {"same"} <= set(COLUMNS)

    @pytest.mark.parametrize("sort", COLUMNS)
    def test_it_is_sorted_by_every_column_and_turned_round(self, place, town, sort):
        forth, back = listed(place, sort=sort), listed(place, sort=sort, turned=True)
        assert sorted(forth) == sorted(back) and len(forth) == 7
        values = {it["name"]: it for it in _values(place)}
        if sort not in measures_table.TEXTS:
            numbers = [float(values[name][sort] if values[name][sort] != "" else -1) for name in forth]
            assert numbers == sorted(numbers, reverse=True)

    def test_who_has_three_connections_comes_first(self, place, town):
        assert set(listed(place)[:3]) == {"Group 0", "Group 1", "The council"}

    def test_it_says_what_each_column_means_and_whether_it_is_exact(self, place, town):
        means = {it["slug"]: it["means"] for it in table(place).columns}
        assert "betweenness" in means["betweenness"] and means["betweenness"].endswith("Exact.")

    def test_shares_are_rounded_and_small_ones_are_not_nothing(self):
        values = {"clustering": [1 / 6, 0.0, 0.00002], "constraint": [0.456, float("nan"), 0.0], "core": [1204, 0, 1]}
        cells = [[measures_table._cell(values, slug, node) for node in range(3)] for slug in values]
        assert cells == [["16.7%", "0.0%", "0.002%"], ["0.46", "–", "0.00"], ["1,204", "0", "1"]]

    def test_it_is_filtered_by_name_kind_and_group(self, place, town):
        assert set(listed(place, name="group")) == {"Group 0", "Group 1", "Group 2", "The group"}
        assert listed(place, name="GROUP 1") == ["Group 1"]
        assert sorted(listed(place, kind="asset")) == ["=HYPERLINK(“x”)", "The hall"]
        assert listed(place, kind="person") == []
        number = place_network.load(place).get().analysis.groups[0].number
        assert len(listed(place, group=number)) >= 3
        assert listed(place, group=999) == []

    def test_it_is_paged_and_a_page_too_far_is_the_last(self, place, town, monkeypatch):
        monkeypatch.setattr(measures_table, "ROWS", 3)
        last = table(place, page=99)
        assert (last.asked.page, last.pages, len(last.rows), last.next_url) == (3, 3, 1, "")
        assert last.prev_url == "./?page=2#table"

    @pytest.mark.parametrize(
        "query",
        ["sort=no", "page=x", "page=-1", "page=" + "9" * 30, "community=x", "kind=robot", "name=%00%ff", "sort=²"],
    )
    def test_what_is_not_understood_keeps_its_default(self, client, town, query):
        assert client.get(f"{PAGE}?{query}").status_code == 200

    def test_its_links_keep_what_was_asked(self, client, town):
        page = client.get(f"{PAGE}?name=group&sort=name").content.decode()
        assert re.search(r'href="\./\?sort=pagerank&amp;name=group#table"', page)
        assert 'href="./?sort=name&amp;turned=1&amp;name=group#table"' in page
        assert 'aria-sort="ascending"' in page
        assert f'href="{FILE}?sort=name&amp;name=group"' in page

    def test_nobody_like_that_is_said(self, client, town):
        assert "Nobody here is like that" in words(client.get(f"{PAGE}?name=zeppelin"))


def _values(place):
    found = place_network.load(place).get()
    lines = measures_table.plain_rows(found.snapshot, found.analysis, Asked())
    header = next(lines)
    return [dict(zip(header, line, strict=True)) for line in lines]


class TestFile:
    def test_it_has_all_rows_and_all_columns(self, client, town):
        found = rows(client.get(FILE))
        assert len(found) == 7
        assert list(found[0]) == ["uuid", *COLUMNS]
        council = next(it for it in found if it["name"] == "The council")
        assert council["connections"] == "3" and council["uuid"] == str(town["council"].uuid)

    def test_no_cell_starts_a_formula(self, client, town):
        names = {it["name"] for it in rows(client.get(FILE))}
        assert "'=HYPERLINK(“x”)" in names

    def test_it_is_what_the_page_shows(self, client, town):
        assert [it["name"] for it in rows(client.get(f"{FILE}?name=group+1"))] == ["Group 1"]

    def test_it_may_not_be_shared_between_readers(self, client, town):
        response = client.get(FILE)
        assert "private" in response["Cache-Control"] and "Cookie" in response["Vary"]
        assert response["Content-Disposition"] == 'attachment; filename="trafford-network.csv"'

    def test_a_place_that_is_not_there(self, client, town):
        assert client.get("/atlantis/network/words/table.csv").status_code == 404
        assert client.post(FILE).status_code == 405


def test_who_has_derived_connections_alone_changes_no_share(place, town):
    before = {it["name"]: it for it in _values(place)}
    derived = StatementFactory(connection=ConnectionFactory(source=OrganisationFactory(), target=OrganisationFactory()))
    Statement.objects.filter(pk=derived.pk).update(by_rule="near", by_source=None)
    Revision.objects.raise_for([place])
    assert place_network.load(place).get().snapshot.size == 9
    after = {it["name"]: it for it in _values(place)}
    assert set(after) == set(before)
    for name, row in after.items():
        for measure in ("betweenness", "harmonic", "pagerank"):
            assert row[measure] == pytest.approx(before[name][measure], abs=1e-3), (name, measure)
