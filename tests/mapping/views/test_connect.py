"""`/node/<uuid>/connect/`: the form, what it will say, and that nothing typed is lost."""

import html
import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from mapping.commands import statements
from mapping.models import Connection, NodeKind, PlaceRoleKind, Statement, Visibility
from tests.factories import (
    ConnectionFactory,
    ConnectionTypeFactory,
    MembershipFactory,
    NodeFactory,
    OrganisationFactory,
    PlaceFactory,
    PlaceRoleFactory,
    StatementFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def runs(place):
    return ConnectionTypeFactory(
        slug="runs", forward="runs", reverse="is run by", source_kinds=["organisation"], meaning="Is in charge of it."
    )


@pytest.fixture
def works_with(place):
    return ConnectionTypeFactory(slug="works_with", forward="works with", reverse="works with", directed=False)


@pytest.fixture
def trust(place):
    return OrganisationFactory(name="Sale West Trust")


@pytest.fixture
def hall(place):
    return NodeFactory(name="Sale West Centre", address="Newbury Avenue")


@pytest.fixture
def user(place):
    user = UserFactory()
    PlaceRoleFactory(place=place, user=user, role=PlaceRoleKind.MEMBER)
    return user


@pytest.fixture
def member(user):
    return signed_in(user)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def path(node) -> str:
    return f"/node/{node.uuid}/connect/"


def typed(kind, **more) -> dict:
    return {
        "verb": f"{kind.pk}>", "other_name": "Sale West Centre", "strength": "4", "visibility": "public",
        "held_from": "2019-04-01", "note": "They took it over.", "evidence_url": "example.org/report", **more,
    }  # fmt: skip


def text_of(response) -> str:
    return response.content.decode()


def hidden_fields(response) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', text_of(response))
    return {name: html.unescape(value) for name, value in found}


def test_a_connection_is_read_before_it_is_said(member, user, trust, hall, runs):
    preview = member.post(path(trust), typed(runs))
    text = text_of(preview)
    assert preview.status_code == 200 and not Statement.objects.exists()
    assert "Sale West Trust runs Sale West Centre." in text and "— said by you." in text
    assert "since 1 April 2019" in text and "Strong" in text and "https://example.org/report" in text
    response = member.post(path(trust), {**hidden_fields(preview), "say": "1"})
    said = Statement.objects.get()
    assert response["Location"] == said.connection.get_absolute_url()
    assert (said.by_user, said.strength, said.note) == (user, 4, "They took it over.")
    assert (said.connection.source_id, said.connection.target_id) == (trust.pk, hall.pk)
    assert said.document.address == "https://example.org/report"


def test_it_may_be_said_from_the_other_end(member, trust, hall, runs):
    member.post(path(hall), {**typed(runs, verb=f"{runs.pk}<", other_name="sale west TRUST"), "say": "1"})
    assert Connection.objects.get().source_id == trust.pk


def test_it_is_said_on_behalf_of_a_group_that_one_may_edit(trust, hall, runs):
    user = UserFactory()
    MembershipFactory(organisation=trust, user=user, role="editor")
    editor = signed_in(user)
    data = typed(runs, on_behalf_of=str(trust.uuid))
    assert "on behalf of Sale West Trust" in text_of(editor.post(path(hall), {**data, "verb": f"{runs.pk}<",
        "other_name": "Sale West Trust"}))  # fmt: skip
    editor.post(path(trust), {**data, "say": "1"})
    assert Statement.objects.get().by_node_id == trust.pk


def test_a_group_may_keep_what_it_says_to_itself(trust, hall, runs):
    user = UserFactory()
    MembershipFactory(organisation=trust, user=user, role="editor")
    data = typed(runs, visibility="group", say="1")
    assert "which group it is for" in text_of(signed_in(user).post(path(trust), data))
    signed_in(user).post(path(trust), {**data, "on_behalf_of": str(trust.uuid)})
    said = Statement.objects.get()
    assert (said.visibility, said.group_id) == (Visibility.GROUP, trust.pk)


def test_only_verbs_that_may_begin_here_are_offered(member, trust, hall, runs, works_with):
    hidden = ConnectionTypeFactory(slug="competes", forward="competes with")
    hidden.hidden_in.add(hall.place)
    ConnectionTypeFactory(slug="elsewhere", forward="elsewhere only", place=PlaceFactory(slug="b", code="E1"))
    text = text_of(member.get(path(hall)))
    assert f'value="{runs.pk}&lt;"' in text and f'value="{runs.pk}&gt;"' not in text
    assert text.count(">works with<") == 1 and "competes with" not in text and "elsewhere only" not in text
    assert "Is in charge of it." in text


# --- which one is meant


def test_several_of_one_name_are_asked_about(member, trust, runs):
    first, second = (NodeFactory(name="St Mary's", address=street) for street in ("Cross Street", "Hope Road"))
    response = member.post(path(trust), typed(runs, other_name="St Mary's"))
    text = text_of(response)
    assert response.status_code == 422 and "There are 2 called" in text
    assert "Cross Street" in text and "Hope Road" in text and "They took it over." in text
    preview = member.post(path(trust), typed(runs, other_name="St Mary's", chosen=str(second.uuid)))
    assert "Others have the same name" in text_of(preview) and str(first.uuid) in text_of(preview)
    member.post(path(trust), {**hidden_fields(preview), "say": "1"})
    assert Connection.objects.get().target_id == second.pk


def test_what_is_nearly_right_is_offered(member, trust, hall, runs):
    text = text_of(member.post(path(trust), typed(runs, other_name="Sale West")))
    assert "There is no “Sale West” here" in text and "Newbury Avenue" in text
    preview = member.post(path(trust), typed(runs, other_name="Sale West", chosen=str(hall.uuid)))
    assert "runs Sale West Centre." in text_of(preview)


def test_what_is_not_there_is_said_with_what_to_do(member, trust, runs):
    response = member.post(path(trust), typed(runs, other_name="Zeppelin hangar"))
    assert response.status_code == 422
    assert "There is nothing called “Zeppelin hangar” here" in text_of(response)
    assert 'href="/post/"' in text_of(response)


def test_a_name_that_was_changed_after_choosing_counts(member, trust, hall, runs):
    library = NodeFactory(name="Sale Library")
    preview = member.post(path(trust), typed(runs, other_name="Sale Library", other=str(hall.uuid)))
    assert hidden_fields(preview)["other"] == str(library.uuid)


def test_what_one_may_not_see_is_not_there(member, trust, runs):
    NodeFactory(name="Hidden refuge", visibility=Visibility.GROUP, group=OrganisationFactory())
    response = member.post(path(trust), typed(runs, other_name="Hidden refuge"))
    assert "There is nothing called" in text_of(response)


# --- what is here already


def test_what_somebody_says_already_is_shown_before_it_is_kept(member, trust, hall, runs, works_with):
    same = StatementFactory(connection=ConnectionFactory(source=trust, target=hall, type=runs)).connection
    other = StatementFactory(connection=ConnectionFactory(source=hall, target=trust, type=works_with)).connection
    text = text_of(member.post(path(trust), typed(runs)))
    assert "Already stated by: A test source." in text and same.get_absolute_url() in text
    assert "Is it one of these?" in text and other.get_absolute_url() in text


def test_what_one_said_oneself_is_changed_and_not_counted_twice(member, trust, hall, runs):
    for _ in range(2):
        member.post(path(trust), {**typed(runs), "say": "1"})
    text = text_of(member.post(path(trust), typed(runs, strength="5")))
    assert "You have said this before" in text
    member.post(path(trust), {**typed(runs, strength="5"), "say": "1"})
    assert Statement.objects.get().strength == 5


def test_what_one_may_not_see_is_no_duplicate(member, trust, hall, runs):
    StatementFactory(
        connection=ConnectionFactory(source=trust, target=hall, type=runs), visibility=Visibility.GROUP, group=trust
    )
    assert "already" not in text_of(member.post(path(trust), typed(runs)))


# --- bad input: a message, and nothing typed is lost


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"verb": ""}, "Choose how it is connected."),
        ({"verb": "999>"}, "not offered here any more"),
        ({"other_name": ""}, "Write with whom or what."),
        ({"other_name": "Sale West Trust"}, "connected with itself"),
        ({"held_to": "2018-01-01"}, "ended before it began"),
        ({"held_to": "soon"}, "This is not a date"),
        ({"evidence_url": "javascript:alert(1)"}, "not the address of a page or file"),
        ({"evidence_url": "ftp://example.org"}, "not the address of a page or file"),
        ({"strength": "9"}, "strength"),
        ({"note": "x" * 501}, "too long"),
        ({"visibility": "group"}, "visibility"),
        ({"on_behalf_of": "5f1c8f5e-0000-4000-8000-000000000000"}, "cannot speak for that group"),
    ],
    ids=["no verb", "verb", "no name", "itself", "dates", "date", "script", "ftp", "strength", "note", "room", "group"],
)
@pytest.mark.parametrize("step", [{}, {"say": "1"}], ids=["read", "say"])
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(member, trust, hall, runs, more, words, step):
    response = member.post(path(trust), {**typed(runs, **more), **step})
    text = text_of(response)
    assert response.status_code == 422 and words in text and "error-summary" in text
    assert "They took it over." in text or "note" in more
    assert "2019-04-01" in text and not Statement.objects.exists()


def test_kinds_that_do_not_go_together_are_refused_with_the_kind(member, trust, runs):
    leases = ConnectionTypeFactory(slug="leases", forward="leases", target_kinds=["asset"])
    NodeFactory(name="Summer fair", kind=NodeKind.ACTIVITY)
    response = member.post(path(trust), typed(leases, other_name="Summer fair"))
    assert response.status_code == 422 and "Activity or event" in text_of(response)


def test_going_back_to_change_something_keeps_all_of_it(member, trust, hall, runs):
    preview = member.post(path(trust), typed(runs))
    text = text_of(member.post(path(trust), {**hidden_fields(preview), "change": "1"}))
    for value in ("They took it over.", "2019-04-01", "example.org/report", 'value="Sale West Centre"', str(hall.uuid)):
        assert value in text
    assert f'value="{runs.pk}&gt;" selected' in text and "error-summary" not in text


def test_too_many_in_a_day_are_refused_in_words(member, trust, hall, runs, monkeypatch):
    monkeypatch.setattr(statements, "MAX_A_DAY", 0)
    response = member.post(path(trust), {**typed(runs), "say": "1"})
    assert response.status_code == 429 and "since yesterday" in text_of(response) and "They took" in text_of(response)


# --- who may


def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(trust, runs):
    for method in ("get", "post"):
        response = getattr(Client(), method)(path(trust))
        assert response["Location"] == f"/accounts/login/?next=%2Fnode%2F{trust.uuid}%2Fconnect%2F"
        assert not response.cookies


def test_others_are_refused_with_words(trust, hall, runs):
    stranger = signed_in(UserFactory())
    for method in ("get", "post"):
        response = getattr(stranger, method)(path(trust), typed(runs))
        assert response.status_code == 403 and "Ask a steward" in text_of(response)


def test_an_editor_of_neither_end_may_look_but_not_say(trust, hall, runs):
    user = UserFactory()
    MembershipFactory(organisation=OrganisationFactory(), user=user, role="editor")
    assert signed_in(user).get(path(trust)).status_code == 200
    response = signed_in(user).post(path(trust), {**typed(runs), "say": "1"})
    assert response.status_code == 403 and not Statement.objects.exists() and "They took" in text_of(response)


def test_the_button_is_for_everybody(member, trust):
    """Those who are not signed in are led through that, the others told whom to ask."""
    button = f'href="{path(trust)}"'
    for client in (member, Client(), signed_in(UserFactory())):
        assert button in text_of(client.get(trust.get_absolute_url()))


def test_what_was_typed_is_there_again_after_signing_in(user, trust, hall, runs, mailoutbox):
    """A session ends between opening the form and sending it: by the code from an e-mail all of it is back."""
    from django.core.cache import cache

    cache.clear()
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    reader = Client()
    answer = reader.post(path(trust), {**typed(runs), "on_behalf_of": "", "other": "x" * 5000, "odd": "not a field"})
    reader.post("/accounts/login/", {"email": user.email, "next": path(trust)})
    code = re.search(r"[A-Z]{4}-[A-Z]{4}", mailoutbox[-1].body)[0]
    back = reader.post("/accounts/login/code/confirm/", {"code": code, "next": path(trust)})
    assert back["Location"] == path(trust) and answer["Location"].endswith("connect%2F")
    page = text_of(reader.get(path(trust)))
    assert "They took it over." in page and 'value="2019-04-01"' in page and 'value="Sale West Centre"' in page
    assert f'value="{runs.pk}&gt;" selected' in page
    # Once: whoever comes later finds an empty form.
    assert "They took it over." not in text_of(reader.get(path(trust)))


def test_what_was_typed_for_another_page_is_not_filled_in(user, trust, hall, runs):
    reader = Client()
    reader.post(path(trust), typed(runs))
    reader.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    other = OrganisationFactory()
    assert "They took it over." not in text_of(reader.get(path(other)))


def test_a_link_may_name_the_other_end(member, trust, hall, runs):
    assert 'value="Sale West Centre"' in text_of(member.get(f"{path(trust)}?other={hall.uuid}"))
    assert member.get(f"{path(trust)}?other=rubbish").status_code == 200


# --- names as one types


def test_names_are_suggested_to_everybody_and_hidden_ones_to_those_who_see_them(member, trust, hall):
    hidden = NodeFactory(name="Sale West Refuge", visibility=Visibility.MEMBERS)
    address = "/connections/suggest/?place=trafford&q=sale+west"
    anonymous, known = Client().get(address), member.get(address)
    assert str(hall.uuid) in text_of(anonymous) and str(hidden.uuid) not in text_of(anonymous)
    assert str(hidden.uuid) in text_of(known)
    assert "public" in anonymous["Cache-Control"] and "private" in known["Cache-Control"]
    assert "Cookie" in anonymous["Vary"]


@pytest.mark.parametrize("query", ["", "?q=x", "?place=nowhere&q=sale", "?place=trafford&q=s", "?place=trafford&q=%00"])
def test_nothing_is_suggested_for_nothing(trust, query):
    response = Client().get(f"/connections/suggest/{query}")
    assert response.status_code == 200 and "<option" not in text_of(response)


def test_suggesting_and_reading_take_few_queries(member, trust, hall, runs, django_assert_max_num_queries):
    for n in range(12):
        NodeFactory(name=f"Sale West number {n}")
    with django_assert_max_num_queries(6):
        assert text_of(member.get("/connections/suggest/?place=trafford&q=sale+west")).count("<option") == 8
    with django_assert_max_num_queries(20):
        member.post(path(trust), typed(runs))
