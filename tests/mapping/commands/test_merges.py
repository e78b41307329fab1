"""Two nodes become one: everything moves, nobody is counted twice, and all of it can be taken back exactly."""

from __future__ import annotations

import datetime

import pytest
from django.apps import apps
from django.contrib.gis.geos import Point
from django.db import models
from django.utils import timezone

from cms.models import TourStep, Widget
from listings.models import Listing, ListingKind, Membership, MembershipRole
from mapping.commands import consents, journal, merges, opening_hours
from mapping.commands.merges import MergeRefused
from mapping.derivation import derive
from mapping.models import (
    Actor,
    AuditEntry,
    CandidateState,
    Connection,
    Identifier,
    MatchCandidate,
    Node,
    NodeKind,
    NodeMerge,
    NodeRedirect,
    NodeState,
    OpeningHours,
    Revision,
    SavedView,
    SourceRecord,
    Statement,
    Tag,
)
from mapping.nodes import merging
from tests import factories

pytestmark = pytest.mark.django_db
ACTOR = Actor.command("test")


@pytest.fixture
def town(place):
    """A hall that is here twice, with all that may hang on a node."""
    library = factories.CategoryFactory(slug="library")
    kept = factories.OrganisationFactory(name="The Hall", place=place, phone="0161 1", website="https://a.example.org/")
    dropped = factories.OrganisationFactory(
        name="Public Hall", place=place, phone="0161 2", email="b@example.org", category=library, summary="A hall",
        location=Point(-2.31, 53.45, srid=4326), facts={"Grade": "II"}, other_names=["Hall"], hours_text="Mo 10-12",
    )  # fmt: skip
    kept, dropped = Node.objects.get(pk=kept.pk), Node.objects.get(pk=dropped.pk)
    other, third = (factories.OrganisationFactory(name=name, place=place) for name in ("Choir", "Club"))
    both_ways = {"forward": "works with", "reverse": "works with", "directed": False}
    works = factories.ConnectionTypeFactory(slug="works_with", **both_ways)
    source = factories.SourceFactory()

    def said(a, b, kind=None, **by):
        kind = kind or factories.ConnectionTypeFactory()
        made, _ = Connection.objects.get_or_create(source_id=a.pk, target_id=b.pk, type=kind)
        return Statement.objects.create(connection=made, **by)

    user = factories.UserFactory()
    rows = {
        "loop": said(kept, dropped, by_source=source, key="loop"),
        "moves": said(dropped, third, by_source=source, key="1"),
        "joins": said(dropped, other, by_user=user),
        "there": said(kept, other, by_user=user),
        "both": said(kept, other, by_source=source, key="2"),
        "again": said(dropped, other, by_source=source, key="3"),
        "back": said(other, dropped, works, by_node=other),
        "own": said(dropped, third, works, by_node=dropped),
        "third_party": said(kept, third, by_node=dropped),
        "rule": said(dropped, third, works, by_rule="near"),
    }
    Identifier.objects.create(scheme="GB-CHC", value="77", node=dropped)
    SourceRecord.objects.create(source=source, key="a", node=kept, digest="x")
    SourceRecord.objects.create(source=source, key="b", node=dropped, digest="y")
    for name, nodes in (("warm", [kept, dropped]), ("open late", [dropped])):
        tag = Tag.objects.create(name=name, slug=name.replace(" ", "-"))
        for node in nodes:
            node.tags.through.objects.create(content_object=node, tag=tag)
    dropped.more_categories.add(factories.CategoryFactory(slug="park"))
    OpeningHours.objects.create(node=dropped, expression="Mo 10:00-12:00")
    OpeningHours.objects.create(node=kept, expression="Tu 10:00-12:00")
    opening_hours.fill([kept.pk, dropped.pk])
    listing = Listing.objects.create(
        name="Tea", place=place, listing_kind=ListingKind.EVENT, venue=dropped, organiser_id=dropped.pk,
        category=factories.CategoryFactory(slug="event"), state=NodeState.LIVE,
    )  # fmt: skip
    Membership.objects.create(organisation_id=kept.pk, user=user, role=MembershipRole.VIEWER)
    Membership.objects.create(organisation_id=dropped.pk, user=user, role=MembershipRole.OWNER)
    Membership.objects.create(organisation_id=dropped.pk, user=factories.UserFactory(), role=MembershipRole.EDITOR)
    hidden = factories.NodeFactory(name="Shed", place=place, visibility="group", group=dropped)
    pair = MatchCandidate.objects.create(first=kept, second=dropped, score=0.9, reason="alike names")
    MatchCandidate.objects.create(first=dropped, second_id=other.pk, score=0.9, reason="alike", state="different")
    MatchCandidate.objects.create(first=kept, second_id=other.pk, score=0.9, reason="alike")
    view = SavedView.objects.create(place=place, slug="v", name="V", state={"without": [str(dropped.uuid)]})
    widget = Widget.objects.create(name="W", place=place, query=f"connected={dropped.uuid}")
    NodeRedirect.objects.create(uuid="11111111-1111-4111-8111-111111111111", node=dropped)
    return {"kept": kept, "dropped": dropped, "other": other, "third": third, "listing": listing, "user": user,
            "pair": pair, "view": view, "widget": widget, "hidden": hidden, "source": source, **rows}  # fmt: skip


WATCHED = (
    "mapping.Node", "mapping.Connection", "mapping.Statement", "mapping.Identifier", "mapping.SourceRecord",
    "mapping.NodeTag", "mapping.Node_more_categories", "mapping.OpeningHours", "mapping.MatchCandidate",
    "mapping.SavedView", "mapping.NodeRedirect", "mapping.Consent", "listings.Listing", "listings.Membership",
    "listings.Organisation", "cms.Widget", "cms.TourStep", "mapping.Dismissal", "mapping.OpeningInterval",
)  # fmt: skip


def everything() -> dict[str, dict]:
    """Every column of every row that a merge may touch, generated columns too."""
    found = {}
    for label in WATCHED:
        model = apps.get_model(label)
        names = [it.attname for it in model._meta.concrete_fields]
        rows = model._base_manager.order_by("pk")
        if label == "mapping.OpeningInterval":
            # Worked out, with numbers of their own.
            found[label] = {0: sorted((it.node_id, str(it.period), it.state) for it in rows)}
            continue
        found[label] = {row.pk: {name: journal.encoded(getattr(row, name)) for name in names} for row in rows}
    return found


def of(town, name="kept"):
    return Node.objects.get(pk=town[name].pk)


def join(town, **options):
    return merges.merge(actor=ACTOR, kept=town["kept"], dropped=town["dropped"], **options)


def test_connections_move_and_nobody_is_counted_twice(town):
    made = join(town)
    kept, other, third = town["kept"].pk, town["other"].pk, town["third"].pk
    assert not Connection.objects.filter(source=town["dropped"].pk).exists()
    assert not Connection.objects.filter(target=town["dropped"].pk).exists()
    assert made.counts["loops"] == 1 and not Statement.objects.filter(key="loop").exists()
    funds = Connection.objects.get(source=kept, target=other, type__slug="funds")
    live = funds.statements.live()
    assert live.filter(by_user=town["user"]).count() == 1, "one user says it once"
    assert live.filter(by_source=town["source"]).count() == 1, "one dataset says the same once"
    assert made.counts["repeated"] == 2
    assert Connection.objects.filter(source=kept, target=third, type__slug="funds").count() == 1
    assert not Statement.objects.exclude(by_rule="").exists(), "rules work it out anew"
    assert not Connection.objects.unstated().exists()


def test_what_was_no_end_does_not_become_one(town):
    join(town)
    said = Statement.objects.get(pk=town["third_party"].pk)
    assert said.by_node_id == town["dropped"].pk, "the word of a third party stays one"
    own = Statement.objects.get(pk=town["own"].pk)
    assert own.by_node_id == town["kept"].pk and own.connection.source_id in (town["kept"].pk, town["third"].pk)


def test_two_grants_of_one_source_stay_two(town):
    Statement.objects.filter(pk=town["both"].pk).update(amount=5, currency="GBP")
    Statement.objects.filter(pk=town["again"].pk).update(amount=6, currency="GBP")
    join(town)
    assert Statement.objects.live().filter(by_source=town["source"], amount__gt=0).count() == 2


def test_facts_are_the_kept_nodes_those_chosen_and_what_it_lacked(town):
    join(town, chosen={"phone", "name"})
    kept = of(town)
    assert (kept.name, kept.phone, kept.website) == ("Public Hall", "0161 2", "https://a.example.org/")
    assert (kept.email, kept.summary, kept.facts) == ("b@example.org", "A hall", {"Grade": "II"})
    assert set(kept.other_names) == {"The Hall", "Hall"}
    assert sorted(kept.tags.names()) == ["open late", "warm"]
    assert {it.slug for it in kept.more_categories.all()} == {"library", "park"}
    assert kept.opening_hours.expression == "Tu 10:00-12:00", "never the hours of both"
    assert "Public Hall" not in kept.search_extra or "The Hall" in kept.search_extra
    assert Identifier.objects.get(value="77").node == kept


def test_hours_are_those_of_the_one_that_was_chosen(town):
    join(town, chosen={"hours"})
    kept = of(town)
    assert (kept.opening_hours.expression, kept.hours_text) == ("Mo 10:00-12:00", "Mo 10-12")
    begins = {it.period.lower.weekday() for it in kept.opening_intervals.all()}
    assert begins == {0}, "and the intervals are theirs"


def test_listings_memberships_views_and_widgets_follow(town):
    join(town)
    listing = Listing.objects.get(pk=town["listing"].pk)
    assert (listing.venue_id, listing.organiser_id) == (town["kept"].pk, town["kept"].pk)
    roles = dict(Membership.objects.filter(organisation=town["kept"].pk).values_list("user", "role"))
    assert len(roles) == 2 and roles[town["user"].pk] == MembershipRole.OWNER
    assert SavedView.objects.get().state == {"without": [str(town["kept"].uuid)]}
    assert Widget.objects.get().query == f"connected={town['kept'].uuid}"
    assert Node.objects.get(pk=town["hidden"].pk).group_id == town["kept"].pk


def test_the_address_leads_on_and_so_do_those_that_led_there(town):
    join(town)
    for uuid in (town["dropped"].uuid, "11111111-1111-4111-8111-111111111111"):
        assert merges.redirected(uuid).pk == town["kept"].pk


def test_the_pair_is_decided_and_what_was_two_stays_two(town):
    join(town)
    pair = MatchCandidate.objects.get(pk=town["pair"].pk)
    assert pair.state == CandidateState.SAME and pair.decided_at
    left = MatchCandidate.objects.exclude(pk=pair.pk).get()
    assert {left.first_id, left.second_id} == {town["kept"].pk, town["other"].pk} and left.state == "different"


def test_who_may_see_it_is_the_stricter_of_the_two(town):
    Node.objects.filter(pk=town["dropped"].pk).update(visibility="members", location_precision="area")
    join(town)
    assert (of(town).visibility, of(town).location_precision) == ("members", "area")


def test_it_is_one_change_with_an_actor_and_new_revisions(town, place):
    other_place = factories.PlaceFactory(slug="salford", code="E2", name="Salford")
    Revision.objects.get_or_create(place=other_place)
    Node.objects.filter(pk=town["third"].pk).update(place=other_place)
    before = dict(Revision.objects.values_list("place", "number"))
    made = join(town)
    after = dict(Revision.objects.values_list("place", "number"))
    assert all(after[pk] == before[pk] + 1 for pk in (place.pk, other_place.pk))
    entry = AuditEntry.objects.get(action="merge nodes")
    assert entry.data["merge"] == str(made.uuid) and entry.actor == "command test"


def test_undo_puts_everything_back_exactly(town):
    before = everything()
    made = join(town, chosen={"name", "phone", "hours", "location", "category", "facts"})
    assert everything() != before
    assert merges.undo(actor=ACTOR, merge=made) == []
    after = everything()
    for label in WATCHED:
        assert after[label] == before[label], label
    assert NodeMerge.objects.get().undone_at
    with pytest.raises(MergeRefused, match="taken back before"):
        merges.undo(actor=ACTOR, merge=made)


def test_undo_after_derivation_puts_everything_back(town, place):
    before = everything()
    made = join(town)
    derive(place, actor=ACTOR) if callable(derive) else None
    merges.undo(actor=ACTOR, merge=made)
    stated = {pk: row for pk, row in before["mapping.Statement"].items() if not row["by_rule"]}
    after = {pk: row for pk, row in everything()["mapping.Statement"].items() if not row["by_rule"]}
    assert after == stated


def test_what_was_edited_since_stays_and_is_said(town):
    before = everything()
    made = join(town, chosen={"phone", "name"})
    Node.objects.filter(pk=town["kept"].pk).update(phone="0161 999")
    moved = Statement.objects.get(pk=town["own"].pk).connection
    new = Statement.objects.create(connection=moved, by_user=factories.UserFactory())
    fresh = factories.StatementFactory(connection__source=factories.OrganisationFactory())
    stays = merges.undo(actor=ACTOR, merge=made)
    assert {(it["model"], it["pk"], it["field"]) for it in stays} == {
        ("mapping.Node", town["kept"].pk, "phone"),
        ("mapping.Statement", new.pk, ""),
    }
    kept = of(town)
    assert (kept.phone, kept.name) == ("0161 999", "The Hall")
    new.refresh_from_db()
    assert {new.connection.source_id, new.connection.target_id} == {town["kept"].pk, town["third"].pk}
    after = everything()
    assert after["mapping.Node"][town["dropped"].pk] == before["mapping.Node"][town["dropped"].pk]
    for pk, row in before["mapping.Statement"].items():
        assert after["mapping.Statement"][pk] == row
    assert Statement.objects.filter(pk=fresh.pk).exists()


def test_an_account_that_is_gone_since_stops_nothing(town):
    said = Statement.objects.create(connection=town["loop"].connection, by_user=factories.UserFactory())
    made = join(town)
    said.by_user.delete()
    merges.undo(actor=ACTOR, merge=made)
    said.refresh_from_db()
    assert said.by_user_id is None and said.author_left


def test_merges_are_taken_back_in_turn(town, place):
    first = join(town)
    again = factories.OrganisationFactory(name="Hall again", place=place)
    second = merges.merge(actor=ACTOR, kept=again, dropped=of(town))
    assert merges.redirected(town["dropped"].uuid).pk == again.pk
    with pytest.raises(MergeRefused, match="later merge"):
        merges.undo(actor=ACTOR, merge=first)
    merges.undo(actor=ACTOR, merge=second)
    merges.undo(actor=ACTOR, merge=first)
    assert of(town, "dropped").state == NodeState.LIVE


def test_after_ninety_days_it_is_final_and_the_address_still_leads_on(town):
    made = join(town)
    NodeMerge.objects.update(merged_at=timezone.now() - datetime.timedelta(days=89))
    assert merges.purge(actor=ACTOR) == 0
    NodeMerge.objects.update(merged_at=timezone.now() - datetime.timedelta(days=91))
    with pytest.raises(MergeRefused, match="more than 90 days"):
        merges.undo(actor=ACTOR, merge=made)
    assert merges.purge(actor=ACTOR) == 1
    assert not Node.objects.filter(pk=town["dropped"].pk).exists()
    assert NodeMerge.objects.get().journal == []
    assert merges.redirected(town["dropped"].uuid).pk == town["kept"].pk
    assert merges.purge(actor=ACTOR) == 0
    assert Statement.objects.get(pk=town["third_party"].pk).author_left


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"kind": "asset"}, "different kinds"),
        ({"state": "archived"}, "archived"),
        ({"visibility": "group"}, "two different groups"),
    ],
)
def test_what_cannot_be_one_is_refused(town, change, why):
    if "visibility" in change:
        Node.objects.filter(pk=town["kept"].pk).update(visibility="group", group=town["other"].pk)
        change = {**change, "group": town["third"].pk}
    Node.objects.filter(pk=town["dropped"].pk).update(**change)
    before = everything()
    with pytest.raises(MergeRefused, match=why):
        join(town)
    assert everything() == before


def test_a_person_has_one_consent_and_it_goes_along(place):
    kept, dropped = (
        factories.NodeFactory(name=name, place=place, kind=NodeKind.PERSON, state=NodeState.DRAFT)
        for name in ("Ann", "Ann A")
    )
    consent = consents.record(actor=ACTOR, node=dropped, wording="Yes")
    before = everything()
    made = merges.merge(actor=ACTOR, kept=kept, dropped=dropped)
    consent.refresh_from_db()
    assert consent.node == kept and consent.withdrawn_at is None
    merges.undo(actor=ACTOR, merge=made)
    assert everything() == before
    consents.record(actor=ACTOR, node=kept, wording="Yes")
    with pytest.raises(MergeRefused, match="consent"):
        merges.merge(actor=ACTOR, kept=kept, dropped=dropped)


def test_a_consent_that_ended_since_is_not_undone(place):
    kept, dropped = (
        factories.NodeFactory(name=name, place=place, kind=NodeKind.PERSON, state=NodeState.DRAFT)
        for name in ("Ann", "Ann A")
    )
    consent = consents.record(actor=ACTOR, node=dropped, wording="Yes")
    made = merges.merge(actor=ACTOR, kept=kept, dropped=dropped)
    with factories.decided():
        Node.objects.filter(pk=kept.pk).update(state=NodeState.LIVE)
    consent.refresh_from_db()
    consents.withdraw(actor=ACTOR, consent=consent)
    stays = merges.undo(actor=ACTOR, merge=made)
    assert {"model": "mapping.Node", "pk": dropped.pk, "field": "state"} in stays
    assert not Node.objects.filter(kind=NodeKind.PERSON, state=NodeState.LIVE).exists()


def test_every_foreign_key_to_a_node_moves_or_is_said_to_stay():
    known = {(it.model, it.field) for it in merging.relations()} | merging.STAYS
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_fields:
            if not isinstance(field, models.ForeignKey) or (field.primary_key and field.remote_field.parent_link):
                continue
            if issubclass(field.related_model, Node):
                assert (model._meta.label, field.name) in known, (
                    f"Say in mapping.nodes.merging what becomes of {field}."
                )


def test_they_are_two_is_remembered(town):
    assert merges.keep_apart(actor=ACTOR, candidate=town["pair"])
    assert not merges.keep_apart(actor=ACTOR, candidate=town["pair"])
    pair = MatchCandidate.objects.get(pk=town["pair"].pk)
    assert pair.state == CandidateState.DIFFERENT
    assert AuditEntry.objects.filter(action="keep nodes apart").count() == 1
    from mapping.nodes.matching import Pair, keep_candidates

    assert keep_candidates([Pair(town["kept"].pk, town["dropped"].pk, 0.9, "again")]) == 0


def test_tours_are_told_of_it():
    assert ("cms.TourStep", "address") in merging._texts and TourStep._meta.get_field("address")
