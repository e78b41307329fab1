"""The page where the network can be taken away, and its downloads."""

from __future__ import annotations

import pytest

from cms.commands import ensure_pages
from mapping.models import Actor, Revision, Statement, Visibility
from mapping.network import export
from mapping.views.network import export as views
from tests import factories

pytestmark = pytest.mark.django_db
PAGE = "/trafford/network/export/"


@pytest.fixture
def town(place):
    ensure_pages(place, Actor.command("test"))
    council = factories.OrganisationFactory(name="Council", place=place)
    for name in ("Choir", "Club"):
        group = factories.OrganisationFactory(name=name, place=place)
        factories.StatementFactory(connection=factories.ConnectionFactory(source=council, target=group))
    return council


def body(response) -> str:
    return b"".join(response.streaming_content).decode()


def test_the_page_tells_of_every_format_and_of_the_terms(client, town):
    page = client.get(PAGE).content.decode()
    for it in export.FORMATS.values():
        assert f'href="{it.file}"' in page and str(it.title) in page
    assert "2 connections" in page and "“funds”: 2" in page
    assert "A test source" in page and "OGL-UK-3.0" in page
    assert "<script" not in page.split("<main")[1].split("</main")[0]


def test_the_choice_goes_with_the_links(client, town):
    page = client.get(f"{PAGE}?derived=only").content.decode()
    assert 'href="connections.csv?derived=only"' in page and "There is nothing of this sort here yet." in page
    assert 'href="connections.csv"' in client.get(f"{PAGE}?derived=no").content.decode()


@pytest.mark.parametrize(
    ("asked", "said"),
    [("?derived=nonsense", "We do not know derived=“nonsense”."), ("?derivd=yes", "Did you mean “derived”?")],
)
def test_what_is_not_understood_is_said_on_the_page_and_refused_for_a_file(client, town, asked, said):
    page = client.get(f"{PAGE}{asked}")
    assert page.status_code == 200 and said in page.content.decode()
    refused = client.get(f"{PAGE}connections.csv{asked}")
    assert refused.status_code == 400 and said in refused.content.decode()
    assert refused["Content-Type"].startswith("text/plain")
    assert client.get(f"{PAGE}connections.csv?utm_source=letter").status_code == 200


@pytest.mark.parametrize("slug", sorted(export.FORMATS))
def test_a_file_is_sent_as_what_it_is(client, town, slug):
    form = export.FORMATS[slug]
    response = client.get(f"{PAGE}{form.file}")
    assert response.status_code == 200 and response.streaming
    assert response["Content-Type"] == form.content_type
    assert response["Content-Disposition"] == f'attachment; filename="trafford-{form.file}"'
    assert len(body(response)) > 20


def test_a_file_that_has_not_changed_is_not_sent_again(client, town, place):
    first = client.get(f"{PAGE}connections.csv")
    assert "Choir" in body(first) and "public" in first["Cache-Control"]
    again = {"HTTP_IF_NONE_MATCH": first["ETag"]}
    assert client.get(f"{PAGE}connections.csv", **again).status_code == 304
    Revision.objects.raise_for([place])
    assert client.get(f"{PAGE}connections.csv", **again).status_code == 200


def test_a_member_gets_more_and_nobody_keeps_it_for_others(client, town, place):
    statement = Statement.objects.get(connection__target__name="Choir")
    Statement.objects.filter(pk=statement.pk).update(visibility=Visibility.MEMBERS)
    assert "Choir" not in body(client.get(f"{PAGE}connections.csv"))
    client.force_login(
        factories.PlaceRoleFactory(place=place).user, backend="django.contrib.auth.backends.ModelBackend"
    )
    response = client.get(f"{PAGE}connections.csv")
    assert "Choir" in body(response)
    assert "private" in response["Cache-Control"] and "Cookie" in response["Vary"]
    assert "Take care whom you give them to" in client.get(PAGE).content.decode()


@pytest.mark.parametrize("path", ["/trafford/network/export/secret.csv", "/nowhere/network/export/connections.csv"])
def test_what_there_is_not_is_not_found(client, town, path):
    assert client.get(path).status_code == 404


def test_only_reading_is_allowed(client, town):
    assert client.post(f"{PAGE}connections.csv").status_code == 405


def test_too_large_a_network_is_not_sent_but_told_where_to_get(client, town, monkeypatch):
    monkeypatch.setattr(views, "MAX_CONNECTIONS", 1)
    response = client.get(f"{PAGE}connections.csv")
    assert response.status_code == 413
    assert "/api/v1/connections?place=trafford" in response.content.decode()
    page = client.get(PAGE).content.decode()
    assert "too many for one download" in page and "connections.csv" not in page


def test_the_page_asks_the_database_a_fixed_number_of_times(client, town, django_assert_max_num_queries):
    client.get(PAGE)
    with django_assert_max_num_queries(20):
        client.get(PAGE)
