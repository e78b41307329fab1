"""What a person does with a connection: say, agree, dispute, correct, date, strengthen, take back."""

import datetime

import pytest
from django.utils import timezone

from mapping.access.permissions import Contributor
from mapping.access.viewers import viewer_of
from mapping.commands import connection_types, connections, statements
from mapping.commands.connections import Claim, ConnectionRefused
from mapping.connections import evidence, sentences
from mapping.models import (
    PUBLIC,
    Actor,
    AuditEntry,
    Connection,
    Document,
    PlaceRoleKind,
    Revision,
    Statement,
    StatementKind,
    Visibility,
)
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
ACTOR = Actor.command("test")


def contributor(user) -> Contributor:
    return Contributor(user=user, viewer=viewer_of(user))


def member(place, role=PlaceRoleKind.MEMBER, user=None) -> Contributor:
    user = user or UserFactory()
    PlaceRoleFactory(place=place, user=user, role=role)
    return contributor(user)


def editor(organisation, role="editor", user=None) -> Contributor:
    user = user or UserFactory()
    MembershipFactory(organisation=organisation, user=user, role=role)
    return contributor(user)


@pytest.fixture
def hall(place):
    return OrganisationFactory(name="The hall")


@pytest.fixture
def bank(place):
    return OrganisationFactory(name="The food bank")


@pytest.fixture
def tie(hall, bank):
    """The hall supplies the food bank, as a dataset says."""
    kind = ConnectionTypeFactory(slug="supplies", forward="supplies", reverse="is supplied by")
    return StatementFactory(connection=ConnectionFactory(source=hall, target=bank, type=kind)).connection


def only(node, viewer=PUBLIC):
    [group] = sentences.connections_of(node, viewer).groups
    [sentence] = group.sentences
    return sentence


def number(place) -> int:
    return Revision.objects.get(place=place).number


# --- saying, agreeing


def test_a_member_agrees_and_the_connection_counts_for_more(tie, hall):
    before = number(hall.place)
    statement, changed = statements.answer(contributor=member(hall.place), connection=tie, kind=StatementKind.AGREES)
    assert changed and statement.connection == tie
    assert (statement.said_on, statement.by_node) == (timezone.localdate(), None)
    assert only(hall).detail == "2 statements"
    assert number(hall.place) == before + 1
    assert AuditEntry.objects.filter(user=statement.by_user).count() == 1


def test_it_is_mutual_when_both_ends_have_said_so_and_not_before(tie, hall, bank):
    statements.answer(contributor=editor(hall), connection=tie, kind=StatementKind.AGREES, for_group=hall)
    assert not only(hall).mutual
    ours = editor(bank)
    statements.answer(contributor=ours, connection=tie, kind=StatementKind.AGREES, for_group=bank)
    assert only(hall).mutual and only(bank).text.endswith("Both say so.")
    statements.withdraw(contributor=ours, statement=statements.mine(ours, tie, bank))
    assert not only(hall).mutual


def test_it_is_mutual_to_those_only_who_see_both_statements(tie, hall, bank):
    statements.answer(contributor=editor(hall), connection=tie, kind=StatementKind.AGREES, for_group=hall)
    quietly = {"visibility": Visibility.MEMBERS}
    statements.answer(contributor=editor(bank), connection=tie, kind=StatementKind.AGREES, for_group=bank, **quietly)
    assert not only(hall).mutual
    assert only(hall, member(hall.place).viewer).mutual


def test_a_group_has_one_voice_whoever_speaks_for_it(tie, hall):
    for note in ("first", "second"):
        statements.answer(
            contributor=editor(hall), connection=tie, kind=StatementKind.AGREES, for_group=hall, note=note
        )
    [ours] = Statement.objects.filter(by_node=hall)
    assert ours.note == "second"


def test_a_person_and_their_group_are_two_parties(tie, hall):
    both = editor(hall)
    statements.answer(contributor=both, connection=tie, kind=StatementKind.AGREES)
    statements.answer(contributor=both, connection=tie, kind=StatementKind.AGREES, for_group=hall)
    assert tie.statements.live().count() == 3
    assert statements.mine(both, tie).by_node is None and statements.mine(both, tie, hall).by_node_id == hall.pk


def test_saying_it_again_strengthens_and_dates_what_one_said(tie, hall):
    me = member(hall.place)
    for strength, since in ((2, None), (5, datetime.date(2019, 1, 1))):
        statements.answer(contributor=me, connection=tie, kind=StatementKind.AGREES, strength=strength, held_from=since)
    mine = statements.mine(me, tie)
    assert (mine.strength, mine.held_from.year) == (5, 2019)
    assert Statement.objects.filter(by_user=me.user).count() == 1
    assert not statements.answer(
        contributor=me, connection=tie, kind=StatementKind.AGREES, strength=5, held_from=datetime.date(2019, 1, 1)
    )[1]


def test_whom_it_concerns_may_say_it_and_nobody_else(tie, hall, bank):
    elsewhere = PlaceFactory(name="Salford", slug="salford", code="E08000006")
    strangers = [
        contributor(UserFactory()),
        member(elsewhere),
        editor(OrganisationFactory()),
        editor(hall, role="viewer"),
    ]
    for stranger in strangers:
        with pytest.raises(statements.NotYours, match="steward"):
            statements.answer(contributor=stranger, connection=tie, kind=StatementKind.AGREES)
    for one in (member(hall.place), editor(hall), editor(bank, "owner"), contributor(UserFactory(is_superuser=True))):
        assert statements.answer(contributor=one, connection=tie, kind=StatementKind.AGREES)[1]


def test_nobody_speaks_for_a_group_that_is_not_theirs(tie, hall, bank):
    with pytest.raises(statements.NotYours, match="The food bank"):
        statements.answer(contributor=editor(hall), connection=tie, kind=StatementKind.AGREES, for_group=bank)


def test_nobody_posts_into_the_room_of_a_group_that_is_not_theirs(tie, hall, bank):
    with pytest.raises(statements.NotYours):
        statements.answer(
            contributor=editor(hall), connection=tie, kind=StatementKind.AGREES, visibility=Visibility.GROUP, group=bank
        )


def test_there_is_an_end_to_what_one_person_says_in_a_day(tie, hall, monkeypatch):
    monkeypatch.setattr(statements, "MAX_A_DAY", 1)
    me = member(hall.place)
    statements.answer(contributor=me, connection=tie, kind=StatementKind.AGREES)
    with pytest.raises(statements.TooMany, match="tomorrow"):
        statements.answer(contributor=me, connection=tie, kind=StatementKind.AGREES, note="again")


# --- disputing, correcting, ranking


def test_a_dispute_stands_beside_and_takes_nothing_away(tie, hall):
    statements.answer(
        contributor=member(hall.place), connection=tie, kind=StatementKind.DISAGREES, note="Not since May."
    )
    told = only(hall)
    assert told.disputed and told.text.endswith("Not everybody agrees.")
    assert any(it.disagrees and "Not since May." in it.text for it in told.how)
    assert Connection.objects.visible_to(PUBLIC).filter(pk=tie.pk).exists()


def test_a_party_that_changes_its_mind_replaces_its_own_say_only(tie, hall):
    me = member(hall.place)
    statements.answer(contributor=me, connection=tie, kind=StatementKind.AGREES)
    statements.answer(contributor=me, connection=tie, kind=StatementKind.DISAGREES)
    assert [it.kind for it in tie.statements.live().order_by("pk")] == ["agrees", "disagrees"]


def test_what_is_only_disputed_is_not_shown(hall, bank):
    kind = ConnectionTypeFactory(slug="trusts", forward="trusts")
    claim = Claim(source=hall, target=bank, type=kind.slug, kind=StatementKind.DISAGREES)
    statements.say(contributor=member(hall.place), claim=claim)
    assert not Connection.objects.visible_to(PUBLIC).exists()


def test_a_correction_supports_it_and_needs_something_to_correct(tie, hall):
    me = member(hall.place)
    with pytest.raises(ConnectionRefused, match="correct"):
        statements.answer(contributor=me, connection=tie, kind=StatementKind.CORRECTS)
    statements.answer(contributor=me, connection=tie, kind=StatementKind.CORRECTS, held_to=datetime.date(2023, 1, 1))
    tie.statements.filter(by_user=None).update(withdrawn_at=timezone.now())
    assert only(hall).detail == "until 2023"


def test_conflicting_statements_are_ranked_by_who_should_know_best(tie, hall):
    """Ends, datasets, other groups, people, those who left, rules; with evidence first; then the newest."""
    said = tie.statements.get()
    day = datetime.date
    new = {"connection": tie, "by_source": None, "key": ""}
    left = StatementFactory(**new, by_user=UserFactory())
    left.by_user.delete()
    rule = StatementFactory(**new, by_rule="near", said_on=day(2026, 1, 1))
    person = StatementFactory(**new, by_user=UserFactory(), said_on=day(2025, 1, 1))
    later = StatementFactory(**new, by_user=UserFactory(), said_on=day(2026, 1, 1))
    proven = StatementFactory(**new, by_user=UserFactory(), said_on=day(2020, 1, 1), evidence_url="https://a.org/x")
    group = StatementFactory(**new, by_node=OrganisationFactory(), said_on=day(2026, 1, 1))
    end = StatementFactory(**new, by_node=hall, said_on=day(2001, 1, 1), kind=StatementKind.DISAGREES)
    assert list(tie.statements.all().ranked()) == [end, said, group, proven, later, person, left, rule]


def test_two_that_are_alike_keep_their_order(tie):
    first = tie.statements.get()
    second = StatementFactory(connection=tie)
    assert list(tie.statements.all().ranked()) == [first, second]


# --- taking back


def test_taking_back_ones_own_leaves_what_others_said(tie, hall):
    me = member(hall.place)
    statement, _ = statements.answer(contributor=me, connection=tie, kind=StatementKind.AGREES)
    assert statements.withdraw(contributor=me, statement=statement)
    assert [it.by_source is not None for it in tie.statements.live()] == [True]
    assert only(hall).detail == ""


def test_a_steward_takes_back_anothers_with_a_reason_that_is_kept(tie, hall):
    said, _ = statements.answer(contributor=member(hall.place), connection=tie, kind=StatementKind.AGREES)
    steward = member(hall.place, PlaceRoleKind.STEWARD)
    with pytest.raises(ConnectionRefused, match="reason"):
        statements.withdraw(contributor=steward, statement=said, reason="  ")
    statements.withdraw(contributor=steward, statement=said, reason="It names somebody.")
    entry = AuditEntry.objects.get(action="withdraw statement")
    assert (entry.user, entry.data["reason"]) == (steward.user, "It names somebody.")


def test_others_may_not_take_it_back(tie, hall, bank):
    said, _ = statements.answer(contributor=editor(hall), connection=tie, kind=StatementKind.AGREES, for_group=hall)
    for one in (member(hall.place), editor(bank), contributor(UserFactory())):
        with pytest.raises(statements.NotYours):
            statements.withdraw(contributor=one, statement=said, reason="Because.")
    assert statements.withdraw(contributor=editor(hall), statement=said)


def test_a_steward_does_not_take_back_what_a_rule_would_say_again(tie, hall):
    derived = StatementFactory(connection=tie, by_source=None, key="", by_rule="near")
    with pytest.raises(statements.NotYours):
        statements.withdraw(contributor=member(hall.place, PlaceRoleKind.STEWARD), statement=derived, reason="No.")


# --- authors who leave


def test_what_somebody_said_stays_when_their_account_is_deleted(tie, hall):
    me = member(hall.place)
    said, _ = statements.answer(contributor=me, connection=tie, kind=StatementKind.AGREES, note="I cook there.")
    tie.statements.exclude(pk=said.pk).update(withdrawn_at=timezone.now())
    me.user.delete()
    said.refresh_from_db()
    assert said.author_left and said.by_user is None
    assert only(hall).how[0].text.startswith("Someone who has since left says so")


def test_a_deactivated_author_is_told_of_as_one_who_left(tie, hall):
    me = member(hall.place)
    statements.answer(contributor=me, connection=tie, kind=StatementKind.AGREES)
    me.user.is_active = False
    me.user.save()
    assert "Someone who has since left says so" in [it.text.split(",")[0] for it in only(hall).how]


def test_what_a_group_said_of_others_stays_when_its_record_is_deleted(tie, hall):
    group = OrganisationFactory()
    said = StatementFactory(connection=tie, by_source=None, key="", by_node=group)
    group.delete()
    said.refresh_from_db()
    assert said.author_left and Statement.objects.live().filter(connection=tie).count() == 2


def test_a_group_still_answers_for_what_a_person_who_left_said_in_its_name(tie, hall):
    me = editor(hall)
    said, _ = statements.answer(contributor=me, connection=tie, kind=StatementKind.AGREES, for_group=hall)
    me.user.delete()
    said.refresh_from_db()
    assert not said.author_left and evidence.who(said, {hall.pk}) == "The hall"
    assert statements.withdraw(contributor=editor(hall), statement=said)


# --- evidence


def test_two_that_give_the_same_page_share_a_document(tie, hall):
    for address in ("https://a.org/report", "http://A.org/report/?utm_source=letter"):
        statements.answer(
            contributor=member(hall.place), connection=tie, kind=StatementKind.AGREES, evidence_url=address
        )
    document = Document.objects.get()
    assert document.statements.count() == 2
    assert [it.url for it in only(hall).how if "Someone" in it.text] == ["https://a.org/report"]


def test_evidence_that_is_taken_away_leaves_the_statement_without(tie, hall):
    me = member(hall.place)
    for address in ("https://a.org/report", ""):
        statements.answer(contributor=me, connection=tie, kind=StatementKind.AGREES, evidence_url=address)
    assert statements.mine(me, tie).document is None


# --- bad input


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"held_from": datetime.date(2020, 1, 1), "held_to": datetime.date(2019, 1, 1)}, "order"),
        ({"evidence_url": "javascript:alert(1)"}, "https"),
        ({"evidence_url": "ftp://a.org/x"}, "https"),
        ({"strength": 6}, "1 to 5"),
    ],
    ids=["dates", "script", "ftp", "strength"],
)
def test_what_cannot_be_kept_is_refused_and_nothing_is_lost(tie, hall, more, word):
    before = list(Statement.objects.values_list())
    with pytest.raises(ConnectionRefused, match=word):
        statements.answer(contributor=member(hall.place), connection=tie, kind=StatementKind.AGREES, **more)
    assert list(Statement.objects.values_list()) == before and not Document.objects.exists()


def test_the_wrong_kinds_an_unknown_type_and_a_self_loop_are_refused(hall, bank):
    ConnectionTypeFactory(slug="leases", forward="leases", target_kinds=["asset"])
    me = member(hall.place)
    for source, target, kind in ((hall, bank, "leases"), (hall, bank, "haunts"), (hall, hall, "leases")):
        with pytest.raises(ConnectionRefused):
            statements.say(contributor=me, claim=Claim(source=source, target=target, type=kind))
    assert not Connection.objects.exists()


def test_a_type_that_the_place_hides_cannot_be_stated(tie, hall, bank):
    connection_types.hide(actor=ACTOR, place=hall.place, kind=tie.type)
    with pytest.raises(ConnectionRefused, match="not used"):
        statements.say(contributor=member(hall.place), claim=Claim(source=bank, target=hall, type="supplies"))


def test_what_rules_work_out_is_not_for_people_to_state(hall, bank):
    ConnectionTypeFactory(slug="near", forward="is near", directed=False)
    with pytest.raises(ConnectionRefused, match="worked out"):
        statements.say(contributor=member(hall.place), claim=Claim(source=bank, target=hall, type="near"))


def test_places_of_both_ends_learn_of_it(tie, hall):
    salford = PlaceFactory(name="Salford", slug="salford", code="E08000006")
    Revision.objects.get_or_create(place=salford)
    far = NodeFactory(place=salford)
    statement, _ = connections.state(actor=ACTOR, claim=Claim(source=hall, target=far, type="supplies", by_node=hall))
    before = number(salford), number(hall.place)
    statements.withdraw(contributor=editor(hall), statement=statement)
    assert (number(salford), number(hall.place)) == (before[0] + 1, before[1] + 1)
