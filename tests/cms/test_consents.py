"""A steward writes down a consent, ends it, and is shown the texts that still name the person."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from cms.commands import ensure_pages, ensure_steward
from cms.models import PlacePage, TourPage, TourStep
from mapping.access.mentions import mentions_of
from mapping.commands import consents
from mapping.models import Actor, AuditEntry, Consent, Node, NodeKind, NodeState, SavedView
from tests.factories import ConnectionFactory, NodeFactory, PlaceFactory, StatementFactory, UserFactory

pytestmark = pytest.mark.django_db
ACTOR = Actor.command("test")
URL = "/admin/consents/"


@pytest.fixture
def steward(place) -> Client:
    ensure_pages(place, ACTOR)
    client = Client()
    client.force_login(
        ensure_steward("steward@example.org", place), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def given(**more) -> dict[str, str]:
    day = timezone.localdate().isoformat()
    return {"name": "Ada Example", "wording": "My name may stand here.", "given_on": day, **more}


def words(response) -> str:
    return " ".join(response.content.decode().split())


def test_a_new_person_is_shown_and_gets_a_letter(steward, mailoutbox):
    page = words(steward.post(f"{URL}trafford/record/", given(email="ada@example.org"), follow=True))
    consent = Consent.objects.get()
    assert consent.node.state == NodeState.LIVE and consent.node.kind == NodeKind.PERSON
    letter = mailoutbox[-1]
    assert letter.to == ["ada@example.org"]
    link = re.search(r"https?://\S+/consents/\S+/", letter.body)[0]
    assert link.endswith(f"/consents/{consent.token}/") and "My name may stand here." in letter.body
    assert "We have sent them the address" in page and link in page
    # Used once, kept nowhere, and the record of changes names nobody.
    kept = f"{list(Node.objects.values())} {list(AuditEntry.objects.values())} {list(Consent.objects.values())}"
    assert "ada@example.org" not in kept
    assert "Ada" not in f"{list(AuditEntry.objects.values('target', 'data'))}"
    # The person ends it from their letter.
    Client().post(f"/consents/{consent.token}/")
    consent.node.refresh_from_db()
    assert consent.node.state == NodeState.ARCHIVED


def test_somebody_kept_as_a_draft_is_chosen_from_the_list(steward, place):
    draft = NodeFactory(place=place, name="Grace", kind=NodeKind.PERSON, state=NodeState.DRAFT)
    assert f'value="{draft.uuid}"' in words(steward.get(URL))
    page = words(steward.post(f"{URL}trafford/record/", given(name="", person=str(draft.uuid)), follow=True))
    draft.refresh_from_db()
    assert draft.state == NodeState.LIVE
    assert "Give them the address" in page
    assert f'value="{draft.uuid}"' not in page


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"name": ""}, "Choose somebody from the list, or write a name"),
        ({"wording": " "}, "Write down the words"),
        ({"given_on": "2999-01-01"}, "a day that has not come"),
        ({"given_on": "24/11"}, "not a date"),
        ({"email": "ada"}, "not an e-mail address"),
    ],
)
def test_a_mistake_is_explained_and_nothing_typed_is_lost(steward, more, said):
    answer = steward.post(f"{URL}trafford/record/", given(summary="Runs the choir", **more))
    assert answer.status_code == 422
    assert said in words(answer) and "Runs the choir" in words(answer)
    assert not Consent.objects.exists() and not Node.objects.filter(kind=NodeKind.PERSON).exists()


def test_a_letter_that_cannot_be_sent_is_told_and_undoes_nothing(steward, settings):
    settings.EMAIL_BACKEND = "tests.config.test_accounts.BrokenBackend"
    page = words(steward.post(f"{URL}trafford/record/", given(email="ada@example.org"), follow=True))
    assert "could not be sent" in page and Consent.objects.get().token in page


def test_ending_leads_to_the_texts_that_name_them(steward, place):
    consent = consents.introduce(actor=ACTOR, place=place, name="Ada Example", wording="Yes")
    hall = NodeFactory(place=place, name="Hall", summary="Keys are with ada example, next door.")
    StatementFactory(connection=ConnectionFactory(source__place=place, target=hall), note="Ask Ada Example.")
    SavedView.objects.create(place=place, slug="v", name="Of Ada Example", state={})
    parent = PlacePage.objects.get(place=place)
    tour = parent.add_child(instance=TourPage(title="Tour", slug="t", live=False))
    TourStep.objects.create(tour=tour, title="One", text="<p>Here <b>Ada Example</b> sings.</p>", sort_order=0)
    elsewhere = PlaceFactory(slug="other", name="Other", code="")
    NodeFactory(place=elsewhere, summary="Another Ada Example")
    told = {it.what for it in mentions_of(consent.node)}
    assert told == {"Hall", "A note on a connection", "The view “Of Ada Example”", "The tour “Tour”"}
    page = words(steward.post(f"{URL}trafford/{consent.pk}/end/", follow=True))
    consent.node.refresh_from_db()
    assert consent.node.state == NodeState.ARCHIVED
    assert "Keys are with ada example" in page and "Here Ada Example sings." in page
    assert hall.get_absolute_url() in page and f"/admin/pages/{tour.pk}/edit/" in page
    assert "1 person is off the map" in words(steward.get("/admin/"))
    steward.post(f"{URL}trafford/{consent.pk}/texts/")
    assert "is off the map: look" not in words(steward.get("/admin/"))
    assert "(looked at)" in words(steward.get(URL))


def test_who_left_by_themselves_is_shown_to_the_steward(steward, place):
    consent = consents.introduce(actor=ACTOR, place=place, name="Ada Example", wording="Yes")
    Client().post(f"/consents/{consent.token}/")
    assert "1 person is off the map" in words(steward.get("/admin/"))
    assert f"{URL}trafford/{consent.pk}/texts/" in words(steward.get(URL))


def test_people_of_another_place_are_not_theirs(steward):
    other = PlaceFactory(slug="other", name="Other", code="")
    consent = consents.introduce(actor=ACTOR, place=other, name="Ada", wording="Yes")
    for path in (f"other/{consent.pk}/end/", f"trafford/{consent.pk}/end/", "other/record/"):
        assert steward.post(URL + path, given()).status_code == 404
    assert steward.get(f"{URL}?place=other").status_code == 404
    assert Consent.objects.get().withdrawn_at is None
    client = Client()
    client.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(URL).status_code in (302, 403)


def test_a_consent_that_holds_has_no_page_of_texts(steward, place):
    consent = consents.introduce(actor=ACTOR, place=place, name="Ada", wording="Yes")
    assert steward.get(f"{URL}trafford/{consent.pk}/texts/").status_code == 404
