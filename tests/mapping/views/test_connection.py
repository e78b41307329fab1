"""`/connections/<uuid>/` and `/statements/<uuid>/withdraw/`."""

import datetime
import re

import pytest
from django.test import Client
from django.utils import timezone

from mapping.connections import sentences
from mapping.models import AuditEntry, PlaceRoleKind, Statement, StatementKind, Visibility
from tests.factories import (
    ConnectionFactory,
    ConnectionTypeFactory,
    MembershipFactory,
    OrganisationFactory,
    PlaceRoleFactory,
    SourceFactory,
    StatementFactory,
    UserFactory,
)
from tests.mapping.views.test_connect import signed_in, text_of

pytestmark = pytest.mark.django_db
ANSWER = {"kind": "agrees", "strength": "3", "visibility": "public"}


@pytest.fixture
def hall(place):
    return OrganisationFactory(name="The hall")


@pytest.fixture
def bank(place):
    return OrganisationFactory(name="The food bank")


@pytest.fixture
def tie(hall, bank):
    kind = ConnectionTypeFactory(
        slug="supplies", forward="supplies", reverse="is supplied by", meaning="Gives it things."
    )
    source = SourceFactory(title="A survey", url="https://example.org/survey", licence_url="https://example.org/l")
    tie = ConnectionFactory(source=hall, target=bank, type=kind)
    StatementFactory(connection=tie, by_source=source, said_on=datetime.date(2024, 5, 2), held_from="2020-01-01")
    return tie


def client_for(place=None, role=PlaceRoleKind.MEMBER, organisation=None) -> Client:
    user = UserFactory()
    if place:
        PlaceRoleFactory(place=place, user=user, role=role)
    if organisation:
        MembershipFactory(organisation=organisation, user=user, role="editor")
    return signed_in(user)


def path(tie) -> str:
    return tie.get_absolute_url()


def test_everybody_reads_who_says_it_when_and_on_what_terms(tie):
    response = Client().get(path(tie))
    text = text_of(response)
    for words in ("The hall", "supplies", "The food bank", "A survey", "2 May 2024", "Since 1 January 2020",
                  "Gives it things.", "https://example.org/survey", 'rel="license', "Sign in to agree"):  # fmt: skip
        assert words in text, words
    assert not response.cookies and "public" in response["Cache-Control"] and "<form method" not in text


def test_an_unchanged_page_is_not_sent_again(tie):
    response = Client().get(path(tie))
    assert Client().get(path(tie), headers={"if-none-match": response["ETag"]}).status_code == 304


def test_the_forms_of_a_member_are_never_kept(tie, hall):
    response = client_for(hall.place).get(path(tie))
    assert "no-store" in response["Cache-Control"] and "What do you say?" in text_of(response)


def test_both_say_so_and_not_everybody_agrees(tie, hall, bank):
    for node in (hall, bank):
        StatementFactory(connection=tie, by_source=None, key="", by_node=node)
    StatementFactory(connection=tie, by_source=None, key="", by_user=UserFactory(), kind=StatementKind.DISAGREES)
    text = text_of(Client().get(path(tie)))
    assert "Both say so." in text and "Not everybody agrees." in text
    assert "Someone who lives or works here" in text and "says that it does not hold." in text
    assert text.index("<strong>The hall</strong>") < text.index("<strong>A survey</strong>")


def test_what_was_worked_out_is_said_to_be(tie):
    StatementFactory(connection=tie, by_source=None, key="", by_rule="same-venue")
    tie.statements.filter(by_rule="").delete()
    text = text_of(Client().get(path(tie)))
    assert "Worked out, not stated." in text and "both use the same venue" in text


def test_what_only_rules_write_can_be_disputed_but_not_stated(hall, bank):
    kind = ConnectionTypeFactory(slug="near", forward="is near", reverse="is near", directed=False)
    tie = StatementFactory(
        connection=ConnectionFactory(source=hall, target=bank, type=kind), by_source=None, key="", by_rule="near"
    ).connection
    member = client_for(hall.place)
    text = text_of(member.get(path(tie)))
    assert 'value="disagrees"' in text and 'value="agrees"' not in text
    assert member.post(path(tie), ANSWER).status_code == 422
    assert "is near" not in text_of(member.get(f"/node/{hall.uuid}/connect/"))
    assert member.post(path(tie), {**ANSWER, "kind": "disagrees"}).status_code == 302
    assert "Not everybody agrees." in text_of(Client().get(path(tie)))


@pytest.mark.parametrize("kind", ["agrees", "disagrees", "corrects"])
def test_a_member_answers_and_sees_it_beside_the_others(tie, hall, kind):
    member = client_for(hall.place)
    response = member.post(path(tie), {**ANSWER, "kind": kind, "note": "I was there.", "strength": "5"}, follow=True)
    text = text_of(response)
    assert "I was there." in text and "(you)" in text and "Change what you said" in text
    assert tie.statements.live().get(by_source=None).kind == kind


def test_what_one_said_is_filled_in_to_be_changed(tie, hall):
    member = client_for(hall.place)
    member.post(path(tie), {**ANSWER, "held_from": "2021-02-03", "note": "I was there."})
    text = text_of(member.get(path(tie)))
    assert 'value="2021-02-03"' in text and "I was there.</textarea>" in text


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(tie, hall):
    response = client_for(hall.place).post(
        path(tie), {**ANSWER, "held_from": "2021-02-03", "held_to": "2020-01-01", "note": "I was there."}
    )
    text = text_of(response)
    assert response.status_code == 422 and "ended before it began" in text and "I was there." in text
    response = client_for(hall.place).post(path(tie), {**ANSWER, "kind": "corrects"})
    assert response.status_code == 422 and "not quite right" in text_of(response)
    assert tie.statements.count() == 1


def test_only_those_whom_it_concerns_may_answer(tie, hall):
    assert Client().post(path(tie), ANSWER)["Location"].startswith("/accounts/login/?next=")
    stranger = client_for()
    text = text_of(stranger.get(path(tie)))
    assert "What do you say?" in text and "<form method" not in text
    response = stranger.post(path(tie), ANSWER)
    assert response.status_code == 403 and "Ask a steward" in text_of(response)
    assert tie.statements.count() == 1


@pytest.mark.parametrize("how", ["withdrawn", "hidden end", "hidden type", "for a group"])
def test_what_one_may_not_see_is_not_there(tie, hall, how):
    if how == "withdrawn":
        tie.statements.update(withdrawn_at=timezone.now())
    elif how == "hidden end":
        type(hall).objects.filter(pk=hall.pk).update(state="archived")
    elif how == "hidden type":
        tie.type.hidden_in.add(hall.place)
    else:
        tie.statements.update(visibility=Visibility.GROUP, group=hall)
    for client in (Client(), client_for(hall.place)):
        assert client.get(path(tie)).status_code == 404
        assert client.post(path(tie), ANSWER).status_code == 404


def test_what_is_typed_is_text_and_nothing_else(tie, hall):
    client_for(hall.place).post(path(tie), {**ANSWER, "note": "<script>alert(1)</script>"})
    text = text_of(Client().get(path(tie)))
    assert "<script>alert" not in text and "&lt;script&gt;alert" in text


def test_many_statements_take_few_queries_and_are_cut(tie, django_assert_max_num_queries):
    for n in range(120):
        StatementFactory(connection=tie, note=f"row {n}.")
    with django_assert_max_num_queries(12):
        text = text_of(Client().get(path(tie)))
    assert text.count('class="said__one"') == 100 and "and 21 more" in text


def test_no_sum_is_told_of_more_statements_than_are_read(tie, monkeypatch):
    for n in range(3):
        StatementFactory(connection=tie, amount=100, currency="GBP", said_on=datetime.date(2020, 1, n + 1))
    assert "3 grants, £300 in all" in text_of(Client().get(path(tie)))
    monkeypatch.setattr(sentences, "MAX_READ", 2)
    text = text_of(Client().get(f"{path(tie)}?again"))
    assert "in all" not in text and "and 2 more" in text


# --- taking back


def withdraw(statement) -> str:
    return f"/statements/{statement.uuid}/withdraw/"


@pytest.fixture
def mine(tie, hall):
    """A statement of the hall, and the client of its editor."""
    editor = client_for(organisation=hall)
    editor.post(path(tie), {**ANSWER, "on_behalf_of": str(hall.uuid)})
    return Statement.objects.get(by_node=hall), editor


def test_asking_changes_nothing_and_saying_yes_takes_it_back(tie, mine):
    statement, editor = mine
    text = text_of(editor.get(withdraw(statement)))
    assert "Take this back?" in text and "What others said of this connection stays." in text
    assert tie.statements.live().count() == 2
    response = editor.post(withdraw(statement))
    assert response["Location"] == path(tie) and tie.statements.live().count() == 1
    # Asked for once more it leads back to the connection; to anybody else it is not there.
    assert editor.get(withdraw(statement))["Location"] == path(tie)
    assert client_for().get(withdraw(statement)).status_code == 404


def test_the_last_statement_takes_the_connection_with_it(tie, hall, mine):
    statement, editor = mine
    tie.statements.exclude(pk=statement.pk).update(withdrawn_at=timezone.now())
    assert "You will not see the connection any more" in text_of(editor.get(withdraw(statement)))
    assert editor.post(withdraw(statement))["Location"] == path(tie)
    assert "This connection is not shown any more" in text_of(editor.get(path(tie)))
    assert Client().get(path(tie)).status_code == 404


def test_nobody_learns_that_a_group_says_it_among_themselves(tie, hall, bank, mine):
    statement, editor = mine
    tie.statements.exclude(pk=statement.pk).update(visibility=Visibility.GROUP, group=bank)
    assert "What others said" not in text_of(editor.get(withdraw(statement)))


def test_a_steward_gives_a_reason(tie, hall, mine):
    statement, _ = mine
    steward = client_for(hall.place, PlaceRoleKind.STEWARD)
    assert "Withdraw it, as a steward" in text_of(steward.get(path(tie)))
    response = steward.post(withdraw(statement), {"reason": " "})
    assert response.status_code == 422 and "a reason is needed" in text_of(response)
    steward.post(withdraw(statement), {"reason": " Asked for\0 by phone.\n"})
    assert AuditEntry.objects.get(action="withdraw statement").data["reason"] == "Asked for by phone."


def test_of_others_statements_nobody_learns_that_they_are_there(tie, hall, bank, mine):
    statement, _ = mine
    for client in (client_for(), client_for(hall.place), client_for(organisation=bank)):
        assert client.get(withdraw(statement)).status_code == client.post(withdraw(statement)).status_code == 404
    assert Client().post(withdraw(statement)).status_code == 302
    assert tie.statements.live().count() == 2


class TestOwnOnlyStatement:
    """Who disputes or takes back the only thing that was said is told what became of it; nobody else is."""

    @pytest.fixture
    def only(self, hall, bank):
        kind = ConnectionTypeFactory(slug="lends", forward="lends to", reverse="borrows from")
        return ConnectionFactory(source=hall, target=bank, type=kind)

    @pytest.fixture
    def member(self, place, only):
        member = client_for(place)
        user = int(member.session["_auth_user_id"])
        StatementFactory(connection=only, by_user_id=user, by_source=None, key="")
        assert member.get(path(only)).status_code == 200
        return member

    def gone(self, client, tie) -> str:
        response = client.get(path(tie))
        assert response.status_code == 200
        assert "no-store" in response["Cache-Control"]
        text = text_of(response)
        assert "This connection is not shown any more" in text
        return text

    def test_disputing_it_says_so_with_the_way_back(self, member, only):
        response = member.post(path(only), {**ANSWER, "kind": "disagrees"})
        assert (response.status_code, response["Location"]) == (302, path(only))
        text = self.gone(member, only)
        assert "that it does not hold" in text and "stands beside" not in text
        statement = only.statements.get(withdrawn_at=None)
        assert withdraw(statement) in member.get(path(only)).content.decode()

    def test_withdrawing_it_says_so_with_the_way_back(self, member, only):
        statement = only.statements.get()
        assert member.post(withdraw(statement))["Location"] == path(only)
        assert "What you said was withdrawn on" in self.gone(member, only)
        # Sent twice, by an impatient hand: the same page.
        for response in (member.post(withdraw(statement)), member.get(withdraw(statement))):
            assert (response.status_code, response["Location"]) == (302, path(only))

    @pytest.mark.parametrize("how", ["disputed", "withdrawn"])
    def test_saying_it_again_shows_it_again(self, member, only, how):
        if how == "disputed":
            member.post(path(only), {**ANSWER, "kind": "disagrees"})
        else:
            member.post(withdraw(only.statements.get()))
        page = member.get(path(only)).content.decode()
        again = re.search(r'href="(/node/[^"]+/connect/[^"]+)"', page)[1].replace("&amp;", "&")
        form = member.get(again)
        assert form.status_code == 200
        initial = form.context["form"].initial
        given = {"verb": initial["verb"], "other": initial["other"], "other_name": initial["other_name"]}
        sent = {**given, "on_behalf_of": initial["on_behalf_of"], "strength": "3", "visibility": "public", "say": "1"}
        assert member.post(again.partition("?")[0], sent)["Location"] == path(only)
        assert "not shown any more" not in text_of(member.get(path(only)))

    def test_nobody_else_is_told(self, member, only, place):
        member.post(withdraw(only.statements.get()))
        for client in (Client(), client_for(), client_for(place), client_for(place, PlaceRoleKind.STEWARD)):
            assert client.get(path(only)).status_code == 404
            assert client.post(path(only), {**ANSWER, "kind": "disagrees"}).status_code == 404

    def test_nor_who_may_not_see_an_end_any_more(self, member, only, hall):
        member.post(withdraw(only.statements.get()))
        hall.state = "archived"
        hall.save()
        assert member.get(path(only)).status_code == 404

    def test_posting_to_it_changes_nothing(self, member, only):
        member.post(withdraw(only.statements.get()))
        assert member.post(path(only), {**ANSWER, "kind": "agrees"}).status_code == 200
        assert not only.statements.filter(withdrawn_at=None).exists()
