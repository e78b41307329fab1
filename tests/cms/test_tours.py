"""Tours: drafted, edited, published, read step by step."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.html import strip_tags

from cms.commands import ensure_pages, ensure_steward
from cms.models import TourFinding, TourPage, TourStep
from cms.tour_draft import TourRefused, draft_tour, steps_for
from mapping.commands import connections
from mapping.models import Actor, AuditEntry, SavedView, Statement, Visibility
from mapping.network.state import Failed
from tests.factories import ConnectionFactory, NodeFactory, OrganisationFactory, PlaceFactory, StatementFactory

pytestmark = pytest.mark.django_db
ACTOR = Actor.command("test")


@pytest.fixture
def town(place):
    """A council with five groups; two of them run a hall that nobody else knows."""
    ensure_pages(place, ACTOR)
    council = OrganisationFactory(name="The council")
    groups = [OrganisationFactory(name=f"Group {n}") for n in range(5)]
    for it in groups:
        StatementFactory(connection=ConnectionFactory(source=council, target=it))
    hall = NodeFactory(name="The hall")
    StatementFactory(connection=ConnectionFactory(source=groups[0], target=hall))
    return {"council": council, "groups": groups, "hall": hall}


@pytest.fixture
def tour(place, town):
    return draft_tour(actor=ACTOR, place=place, publish=True)


def words(response) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


class TestDraft:
    def test_it_has_five_to_eight_steps_from_the_whole_to_what_if(self, tour):
        titles = [it.title for it in tour.steps.all()]
        assert 5 <= len(titles) <= 8
        assert titles[0] == "The whole" and titles[-1] == "What if?"

    def test_every_state_and_finding_holds(self, tour):
        for step in tour.steps.all():
            step.full_clean()
            assert step.state.problems == ()

    def test_the_centre_is_looked_at_from_who_is_no_hub(self, place, town):
        for n in range(40):
            StatementFactory(
                connection=ConnectionFactory(source=town["council"], target=OrganisationFactory(name=f"Club {n}"))
            )
        steps = {it.title: it.view for it in steps_for(place)}
        assert steps["The centre"].focus == town["groups"][0].uuid
        assert steps["The bridges"].focus == town["council"].uuid

    def test_its_texts_name_nobody(self, tour):
        texts = " ".join(f"{it.title} {it.text}" for it in tour.steps.all())
        assert "council" not in texts.lower() and "Group" not in texts.replace("The groups", "")

    def test_it_is_a_draft_until_it_is_published(self, client, place, town):
        draft = draft_tour(actor=ACTOR, place=place)
        assert not draft.live
        assert client.get("/trafford/tour/").status_code == 404
        assert "/trafford/tour/" not in client.get("/trafford/network/").content.decode()

    def test_a_second_one_gets_another_address(self, place, tour):
        assert draft_tour(actor=ACTOR, place=place).slug == "tour-2"

    def test_nobody_connected_is_refused(self, place):
        ensure_pages(place, ACTOR)
        with pytest.raises(TourRefused, match="nothing to lead through"):
            draft_tour(actor=ACTOR, place=place)
        assert not TourPage.objects.exists()

    def test_a_place_without_a_page_is_refused(self, place):
        with pytest.raises(TourRefused, match="has no page yet"):
            draft_tour(actor=ACTOR, place=place)

    def test_too_many_are_refused(self, place, tour, monkeypatch):
        monkeypatch.setattr("cms.tour_draft.MAX_TOURS", 1)
        with pytest.raises(TourRefused, match="Delete some"):
            draft_tour(actor=ACTOR, place=place)

    def test_the_command_says_where_to_edit_it(self, place, town, capsys):
        call_command("draft_tour", place="trafford")
        said = capsys.readouterr().out
        assert "The whole, The centre" in said and f"/admin/pages/{TourPage.objects.get().pk}/edit/" in said
        call_command("draft_tour", place="trafford", publish=True)
        assert "Published at /trafford/tour-2/" in capsys.readouterr().out

    def test_the_command_refuses_plainly(self, place, db):
        with pytest.raises(CommandError, match="There is: trafford"):
            call_command("draft_tour", place="atlantis")
        with pytest.raises(CommandError, match="no page yet"):
            call_command("draft_tour", place="trafford")


class TestReading:
    def test_the_start_lists_the_steps(self, client, tour):
        page = client.get("/trafford/tour/").content.decode()
        for number, step in enumerate(tour.steps.all(), 1):
            assert f'<a href="/trafford/tour/?step={number}">{step.title}</a>' in page

    def test_a_step_has_its_picture_its_words_and_ways_on(self, client, tour):
        page = client.get("/trafford/tour/?step=3").content.decode()
        assert "Step 3 of" in page and "<svg" in page
        assert 'rel="prev" href="/trafford/tour/?step=2"' in page and 'rel="next" href="/trafford/tour/?step=4"' in page
        assert "Without <a" in page

    def test_the_first_leads_back_to_the_start_and_the_last_on_to_the_network(self, client, tour):
        assert 'rel="prev" href="/trafford/tour/"' in client.get("/trafford/tour/?step=1").content.decode()
        last = client.get("/trafford/tour/?step=99").content.decode()
        assert 'rel="next"' not in last and "Look around yourself" in last

    @pytest.mark.parametrize("step", ["", "0", "-1", "x", "²", "1" * 30])
    def test_what_is_no_step_is_the_start(self, client, tour, step):
        response = client.get("/trafford/tour/", {"step": step})
        assert response.status_code == 200 and "Start" in words(response)

    def test_all_steps_are_there_as_text(self, client, tour):
        response = client.get("/trafford/tour/?all=1")
        text = words(response)
        for step in tour.steps.all():
            assert step.title in text
        assert "The council connected to 5 others" in text
        assert "Without The council" in text
        assert "network__picture" not in response.content.decode()

    def test_what_if_says_what_falls_away(self, client, tour):
        last = tour.steps.count()
        text = words(client.get(f"/trafford/tour/?step={last}"))
        assert "Without The council, 4 would have no connection to anyone else here." in text

    def test_it_asks_few_queries(self, client, tour, django_assert_max_num_queries):
        client.get("/trafford/tour/?step=3")
        with django_assert_max_num_queries(45):
            client.get("/trafford/tour/?step=3")
        with django_assert_max_num_queries(30):
            client.get("/trafford/tour/")

    def test_what_is_withdrawn_is_gone_from_it_at_once(self, client, place, tour, town):
        assert "Group 4" in client.get("/trafford/tour/?step=1").content.decode()
        statement = Statement.objects.get(connection__target=town["groups"][4])
        connections.withdraw(actor=ACTOR, statement=statement)
        for step in range(1, 9):
            assert "Group 4" not in client.get(f"/trafford/tour/?step={step}").content.decode()
        assert "Group 4" not in client.get("/trafford/tour/?all=1").content.decode()

    def test_a_network_that_could_not_be_worked_out_is_told_and_not_kept(self, client, tour, monkeypatch):
        monkeypatch.setattr("mapping.network.analysis_store.load", lambda snapshot: Failed("ValueError"))
        for query in ("?step=2", "?all=1"):
            response = client.get(f"/trafford/tour/{query}")
            assert response.status_code == 200
            assert not response.has_header("ETag") and response["Cache-Control"] == "no-store"
        assert "could not be worked out" in words(client.get("/trafford/tour/?step=2"))

    def test_who_is_hidden_is_gone_from_texts_and_addresses(self, client, place, tour, town):
        town["council"].visibility = Visibility.MEMBERS
        town["council"].save()
        from mapping.models import Revision

        Revision.objects.raise_for([place])
        for query in ("?all=1", *(f"?step={n}" for n in range(1, 9))):
            page = client.get(f"/trafford/tour/{query}").content.decode()
            assert "The council" not in page and str(town["council"].uuid) not in page


class TestPublishing:
    def test_it_raises_the_revision_of_its_place(self, place, town):
        draft = draft_tour(actor=ACTOR, place=place)
        before = place.revision_number
        draft.get_latest_revision().publish()
        place = type(place).objects.get(pk=place.pk)
        assert place.revision_number > before
        assert AuditEntry.objects.filter(action="publish tour").exists()

    def test_taking_it_down_and_deleting_it_too(self, place, tour):
        tour.unpublish()
        assert AuditEntry.objects.filter(action="unpublish tour").exists()
        tour.delete()
        assert AuditEntry.objects.filter(action="delete tour").exists()

    def test_the_place_and_its_network_lead_to_it(self, client, tour):
        for address in ("/trafford/", "/trafford/network/"):
            assert 'href="/trafford/tour/"' in client.get(address).content.decode(), address


class TestSteps:
    def step(self, **values) -> TourStep:
        step = TourStep(title="A step", **values)
        step.clean()
        return step

    def test_an_address_is_kept_as_parameters_alone(self):
        pasted = "https://example.org/trafford/network/?size=harmonic&type=funds#table"
        assert self.step(address=pasted).address == "?size=harmonic&type=funds"

    def test_no_address_is_the_whole(self):
        assert self.step().state.is_plain

    @pytest.mark.parametrize("address", ["?colour=pink", "hello", "?focus=nobody"])
    def test_what_is_no_view_is_refused_with_what_to_do(self, address):
        with pytest.raises(ValidationError) as refused:
            self.step(address=address)
        assert "address" in refused.value.message_dict

    def test_a_saved_view_is_followed_when_it_changes(self, place):
        view = SavedView.objects.create(place=place, slug="v", name="V", state={"size": "same"})
        assert self.step(saved_view=view).state.size == "same"

    def test_either_a_view_or_an_address(self, place):
        view = SavedView.objects.create(place=place, slug="v", name="V")
        with pytest.raises(ValidationError, match="not both"):
            self.step(saved_view=view, address="?size=same")

    def test_a_view_for_members_is_for_no_tour(self, place):
        view = SavedView.objects.create(place=place, slug="v", name="V", visibility=Visibility.MEMBERS)
        with pytest.raises(ValidationError, match="for members only"):
            self.step(saved_view=view)

    def test_a_step_without_a_title_cannot_be_written(self, tour):
        with pytest.raises(IntegrityError), transaction.atomic():
            TourStep.objects.create(tour=tour, title="")

    @pytest.mark.parametrize("slug", ["map", "list", "network"])
    def test_a_tour_takes_no_address_of_its_place(self, tour, slug):
        tour.slug = slug
        with pytest.raises(ValidationError, match="address of the place"):
            tour.clean()

    @pytest.mark.parametrize("finding", [it.value for it in TourFinding if it.value])
    def test_every_finding_can_be_read(self, client, tour, finding):
        tour.steps.update(finding=finding)
        assert client.get("/trafford/tour/?all=1").status_code == 200


class TestAdmin:
    @pytest.fixture
    def steward(self, client, place, town):
        client.force_login(ensure_steward("ann@example.org", place))
        return client

    def test_a_steward_drafts_one_with_a_button_and_edits_it(self, steward, place):
        assert "Draft a tour" in steward.get("/admin/tours/").content.decode()
        response = steward.post("/admin/tours/draft/", {"place": place.pk})
        tour = TourPage.objects.get()
        assert response["Location"] == f"/admin/pages/{tour.pk}/edit/"
        page = steward.get(response["Location"])
        assert page.status_code == 200 and "What the picture shows" in page.content.decode()
        assert tour.title in steward.get("/admin/tours/").content.decode()

    def test_a_steward_publishes_what_they_changed(self, steward, place):
        tour = draft_tour(actor=ACTOR, place=place)
        data = {
            "title": "Our tour",
            "slug": "tour",
            "introduction": "null",
            "action-publish": "1",
            "comments-TOTAL_FORMS": 0,
            "comments-INITIAL_FORMS": 0,
            "steps-TOTAL_FORMS": 1,
            "steps-INITIAL_FORMS": 0,
            "steps-MIN_NUM_FORMS": 0,
            "steps-MAX_NUM_FORMS": 30,
            "steps-0-title": "One",
            "steps-0-text": "null",
            "steps-0-finding": "best",
            "steps-0-id": "",
            "steps-0-address": "/trafford/network/?size=same",
            "steps-0-saved_view": "",
            "steps-0-ORDER": 1,
        }
        response = steward.post(f"/admin/pages/{tour.pk}/edit/", data)
        assert response.status_code == 302, strip_tags(response.content.decode())[:3000]
        tour.refresh_from_db()
        assert (tour.live, tour.title) == (True, "Our tour")
        assert "?size=same" in {it.address for it in tour.steps.all()}

    def test_a_steward_elsewhere_may_not(self, client, place, town):
        other = PlaceFactory(slug="salford", code="E2", name="Salford")
        client.force_login(ensure_steward("bo@example.org", other))
        assert client.post("/admin/tours/draft/", {"place": place.pk}).status_code in (403, 404)
        assert not TourPage.objects.exists()

    def test_a_refusal_is_told(self, client, place):
        ensure_pages(place, ACTOR)
        client.force_login(ensure_steward("ann@example.org", place))
        page = client.post("/admin/tours/draft/", {"place": place.pk}, follow=True).content.decode()
        assert "nothing to lead through" in page

    def test_a_preview_shows_what_is_not_yet_published(self, steward, place):
        tour = draft_tour(actor=ACTOR, place=place)
        assert "The whole" in words(steward.get(f"/admin/pages/{tour.pk}/view_draft/"))


def test_a_statement_that_expired_counts_no_more(client, tour, town):
    Statement.objects.filter(connection__target=town["hall"]).update(withdrawn_at=timezone.now())
    from mapping.models import Place, Revision

    Revision.objects.raise_for(list(Place.objects.all()))
    assert "The hall" not in client.get("/trafford/tour/?all=1").content.decode()
