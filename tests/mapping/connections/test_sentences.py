"""Connections as sentences, with how we know."""

import datetime
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from mapping.connections import evidence, sentences
from mapping.models import PUBLIC, NodeState, Rule, StatementKind, Viewer, Visibility
from tests.factories import (
    ConnectionFactory,
    ConnectionTypeFactory,
    NodeFactory,
    OrganisationFactory,
    SourceFactory,
    StatementFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def council():
    return OrganisationFactory(name="Trafford Council")


@pytest.fixture
def hall():
    return OrganisationFactory(name="Stretford Public Hall")


@pytest.fixture
def funding(council, hall):
    return ConnectionFactory(source=council, target=hall)


def grant(connection, amount, year, **more):
    return StatementFactory(
        connection=connection,
        amount=None if amount is None else Decimal(amount),
        currency="" if amount is None else "GBP",
        said_on=datetime.date(year, 1, 18),
        **more,
    )


def only(node, viewer=PUBLIC):
    [group] = sentences.connections_of(node, viewer).groups
    [sentence] = group.sentences
    return sentence


def test_it_sums_grants_and_reads_from_either_end(council, hall, funding):
    for amount, year in [(4000, 2013), (8000, 2016), (400, 2021)]:
        grant(funding, amount, year)
    assert only(hall).text == (
        "Stretford Public Hall is funded by Trafford Council (3 grants, £12,400 in all, 2013–2021)."
    )
    assert only(council).text.startswith("Trafford Council funds Stretford Public Hall (3 grants")


def test_one_grant_is_not_summed(hall, funding):
    grant(funding, "2266.00", 2013)
    assert only(hall).detail == "£2,266, 2013"


def test_several_currencies_are_not_added(hall, funding):
    grant(funding, 4000, 2013)
    StatementFactory(connection=funding, amount=Decimal(5), currency="EUR")
    assert only(hall).detail == "2 grants, in several currencies, 2013"


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("12400", "GBP", "£12,400"),
        ("3028.63", "GBP", "£3,029"),
        ("1.50", "GBP", "£1.50"),
        ("7", "EUR", "€7"),
        ("1200", "CHF", "1,200 CHF"),
    ],
)
def test_money_is_written_as_people_write_it(amount, currency, text):
    assert evidence.money(Decimal(amount), currency) == text


@pytest.mark.parametrize(
    ("dates", "detail"),
    [
        ([(2012, None)], "since 2012"),
        ([(2012, 2015)], "2012–2015"),
        ([(2012, 2012)], "2012"),
        ([(None, 2015)], "until 2015"),
        ([(None, None)], ""),
        ([(2012, 2015), (2018, None)], "2 statements, since 2012"),
    ],
)
def test_it_says_when_it_held(hall, funding, dates, detail):
    for first, last in dates:
        StatementFactory(
            connection=funding,
            held_from=first and datetime.date(first, 3, 1),
            held_to=last and datetime.date(last, 4, 1),
        )
    assert only(hall).detail == detail


def test_what_is_withdrawn_or_hidden_is_neither_counted_nor_told(hall, funding):
    grant(funding, 4000, 2013)
    grant(funding, 1, 2014, withdrawn_at=timezone.now())
    grant(funding, 2, 2015, visibility=Visibility.MEMBERS)
    grant(funding, 4, 2016, visibility=Visibility.GROUP, group=hall)
    assert only(hall).detail == "£4,000, 2013"
    assert len(only(hall).how) == 1
    member = Viewer(user_id=1, place_ids=frozenset([hall.place_id]))
    assert only(hall, member).detail == "2 grants, £4,002 in all, 2013–2015"
    teammate = Viewer(user_id=1, group_ids=frozenset([hall.pk]))
    assert only(hall, teammate).detail == "2 grants, £4,004 in all, 2013–2016"


def test_a_node_that_the_viewer_may_not_see_does_not_appear(hall, funding, council):
    StatementFactory(connection=funding)
    council.state = NodeState.DRAFT
    council.save()
    assert not sentences.connections_of(hall, PUBLIC)


def test_how_we_know_names_source_date_amount_and_licence(hall, funding):
    source = SourceFactory(
        slug="grants",
        title="Voluntary sector grants",
        url="https://example.org/grants",
        licence_url="https://example.org/licence",
    )
    grant(funding, 4000, 2013, by_source=source)
    [evidence] = only(hall).how
    assert evidence.text == "Voluntary sector grants, £4,000, 18 January 2013"
    assert (evidence.url, evidence.licence) == ("https://example.org/grants", "OGL-UK-3.0")
    page = render_to_string(
        "mapping/partials/connections/list.html",
        {"connections": sentences.connections_of(hall, PUBLIC)},
    )
    assert "Is funded by" in page and 'rel="license"' in page and "18 January 2013" in page


def test_both_ends_saying_so_is_mutual(hall, council, funding):
    StatementFactory(connection=funding, by_source=None, key="", by_node=hall)
    assert not only(hall).mutual
    StatementFactory(connection=funding, by_source=None, key="", by_node=council)
    assert only(hall).mutual


def test_people_are_not_named_and_hidden_groups_neither(hall, funding):
    hidden = OrganisationFactory(name="Hidden group", state=NodeState.DRAFT)
    StatementFactory(connection=funding, by_source=None, key="", by_user=UserFactory(username="ada"))
    StatementFactory(connection=funding, by_source=None, key="", by_node=hidden)
    told = " ".join(it.text for it in only(hall).how)
    assert told == "A group says so Someone who lives or works here says so"


def test_a_disagreement_is_told_beside_and_supports_nothing(hall, council, funding):
    StatementFactory(connection=funding, by_source=None, key="", by_node=council, kind=StatementKind.DISAGREES)
    assert not sentences.connections_of(hall, PUBLIC)
    grant(funding, 4000, 2013)
    told = {it.text: it.disagrees for it in only(hall).how}
    assert told["Trafford Council says that it does not hold"] is True
    assert only(hall).detail == "£4,000, 2013"


def test_what_a_rule_worked_out_is_marked(hall, funding):
    StatementFactory(connection=funding, by_source=None, key="", by_rule="same-venue")
    assert only(hall).derived
    assert only(hall).how[0].text == "Worked out: both use the same venue"
    funding.statements.update(note="Both use Sale Hall.")
    assert only(hall).how[0].text == "Worked out: Both use Sale Hall."


def test_what_was_worked_out_stands_apart_from_what_is_stated_of_the_same_type(hall, council, funding):
    StatementFactory(connection=funding)
    other = ConnectionFactory(source=OrganisationFactory(name="Third"), target=hall)
    StatementFactory(connection=other, by_source=None, key="", by_rule="same-venue")
    found = sentences.connections_of(hall, PUBLIC)
    assert [[it.other_name for it in group.sentences] for group in found.stated] == [["Trafford Council"]]
    assert [[it.other_name for it in group.sentences] for group in found.derived] == [["Third"]]
    assert [group.total for group in found.groups] == [1, 1]
    page = render_to_string("mapping/partials/connections/list.html", {"connections": found})
    assert page.index("Trafford Council") < page.index("Nobody has said the following") < page.index("Third")


def test_every_rule_has_words():
    assert set(evidence.RULES) == set(Rule.values)


def test_types_are_grouped_and_long_groups_are_cut_and_counted(council, django_assert_num_queries):
    for n in range(15):
        grant(ConnectionFactory(source=council, target=OrganisationFactory()), 100 + n, 2013)
    owns = ConnectionTypeFactory(slug="owns", forward="owns", reverse="is owned by", position=1)
    StatementFactory(connection=ConnectionFactory(source=council, target=NodeFactory(), type=owns))
    council.refresh_from_db()
    # Which, with their sums; these; their statements; the place of the node.
    with django_assert_num_queries(4):
        funds, owned = sentences.connections_of(council, PUBLIC, limit=10).groups
    assert (funds.total, len(funds.sentences), funds.more) == (15, 10, 5)
    assert funds.summary == "£1,605 in all"
    assert funds.sentences[0].detail.startswith("£114")
    assert funds.more_url == f"/trafford/list/?connected={council.uuid}"
    assert (owned.heading, owned.total, owned.summary) == ("Owns", 1, "")


def test_what_has_no_direction_reads_the_same_from_both_ends(hall, council):
    kind = ConnectionTypeFactory(slug="works-with", forward="works with", reverse="works with", directed=False)
    third = OrganisationFactory(name="Third")
    StatementFactory(connection=ConnectionFactory(source=council, target=hall, type=kind))
    StatementFactory(connection=ConnectionFactory(source=hall, target=third, type=kind))
    [group] = sentences.connections_of(hall, PUBLIC).groups
    assert [it.other_name for it in group.sentences] == ["Third", "Trafford Council"]


def test_many_statements_are_cut_and_counted(hall, funding):
    for n in range(12):
        grant(funding, 100, 2010 + n)
    how = only(hall).how
    assert len(how) == evidence.SHOWN_STATEMENTS
    assert how[-1].text == "and 5 more statements"
