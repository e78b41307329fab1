"""A person is shown while their consent lives, and nowhere once it is withdrawn."""

import datetime

import pytest
from django.contrib.gis.geos import Point
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from mapping.commands import consents
from mapping.commands.consents import ConsentRefused
from mapping.models import (
    PUBLIC,
    Actor,
    AuditEntry,
    Consent,
    GraphSnapshot,
    Node,
    NodeKind,
    NodeState,
    Revision,
    SearchWord,
    Statement,
)
from mapping.network import snapshots
from mapping.search import spelling
from tests.factories import (
    ConnectionFactory,
    NodeFactory,
    OrganisationFactory,
    PlaceFactory,
    StatementFactory,
    UserFactory,
    decided,
)
from tests.test_readers import READERS, said

pytestmark = pytest.mark.django_db
ACTOR = Actor.command("test")
WORDING = "My name may stand on the map of Trafford, with what I do for the hall."
AWAY = Point(-2.40, 53.50, srid=4326)


@pytest.fixture
def person(place):
    return NodeFactory(name="SECRET Ada", summary="SECRET thing", kind=NodeKind.PERSON, state="draft", location=AWAY)


@pytest.fixture
def consent(person):
    return consents.record(actor=ACTOR, node=person, wording=WORDING, given_on=datetime.date(2026, 3, 1))


def state(node) -> str:
    return Node.objects.values_list("state", flat=True).get(pk=node.pk)


# --- what the database sees to, whoever writes


def test_a_live_person_without_consent_is_refused(place, person):
    for write in (
        lambda: NodeFactory(kind=NodeKind.PERSON),
        lambda: Node.objects.filter(pk=person.pk).update(state=NodeState.LIVE),
        lambda: Node.objects.filter(pk=NodeFactory().pk).update(kind=NodeKind.PERSON),
    ):
        with pytest.raises(IntegrityError, match="consent"), decided():
            write()
    assert not Node.objects.filter(kind=NodeKind.PERSON, state=NodeState.LIVE).exists()


@pytest.mark.parametrize("end", ["withdrawn", "deleted"])
def test_a_person_is_archived_with_the_end_of_their_consent(person, consent, end):
    if end == "deleted":
        consent.delete()
    else:
        Consent.objects.filter(pk=consent.pk).update(withdrawn_at=timezone.now())
    assert state(person) == NodeState.ARCHIVED
    with pytest.raises(IntegrityError), decided():
        Node.objects.filter(pk=person.pk).update(state=NodeState.LIVE)


def test_a_person_who_is_deleted_takes_their_consents_with_them(person, consent):
    Node.objects.get(pk=person.pk).delete()
    assert not Consent.objects.exists()


# --- recording


def test_recording_shows_the_person_and_keeps_wording_and_date(person, consent):
    assert state(person) == NodeState.LIVE
    assert (consent.wording, consent.given_on.year) == (WORDING, 2026)
    assert len(consent.token) > 40
    assert "Ada" not in f"{AuditEntry.objects.get().target} {AuditEntry.objects.get().data}"


def test_a_later_consent_replaces_the_earlier_and_the_person_stays(person, consent):
    again = consents.record(actor=ACTOR, node=person, wording="New words.", show=False)
    assert state(person) == NodeState.LIVE
    assert list(Consent.objects.live()) == [again] and again.token != consent.token


def test_a_consent_may_be_recorded_before_anything_is_shown(person):
    consents.record(actor=ACTOR, node=person, wording=WORDING, show=False)
    assert state(person) == NodeState.DRAFT


@pytest.mark.parametrize(
    ("wording", "days", "kind", "word"),
    [(" ", 0, "person", "words"), (WORDING, 2, "person", "date"), (WORDING, 0, "asset", "person")],
    ids=["no words", "not yet", "a thing"],
)
def test_what_is_no_consent_is_refused(person, wording, days, kind, word):
    Node.objects.filter(pk=person.pk).update(kind=kind)
    person.refresh_from_db()
    day = timezone.localdate() + datetime.timedelta(days=days)
    with pytest.raises(ConsentRefused, match=word):
        consents.record(actor=ACTOR, node=person, wording=wording, given_on=day)
    assert not Consent.objects.exists()


# --- withdrawing


@pytest.fixture
def town(place, records, person, consent):
    """The person volunteers at the hall, as two say."""
    person.refresh_from_db()
    hall = Node.objects.get(uuid=records["node"])
    tie = ConnectionFactory(source=person, target=hall)
    StatementFactory(connection=tie, note="WHISPERED")
    StatementFactory(connection=tie, by_source=None, key="", by_node=hall)
    spelling.rebuild()
    Revision.objects.raise_for([place])
    return {**records, "hall": hall, "secret": person, "connection": tie.uuid}


def everything_told(town, place) -> dict[str, str]:
    place = type(place).objects.get(pk=place.pk)
    client, told = Client(), {}
    for reader, path in READERS.items():
        address = path.format(
            node=town["secret"].uuid,
            hall=town["hall"].uuid,
            group=town["group"],
            connection=town["connection"],
            widget=town["widget"],
            revision=place.revision_token,
            number=Revision.objects.get(place=place).number,
        )
        told[reader] = said(client.get(address)).replace("q=SECRET", "")
    return told


def test_withdrawing_takes_them_out_of_every_reader_with_the_next_request(town, place, consent):
    def tellers():
        return {
            reader for reader, text in everything_told(town, place).items()
            if "SECRET Ada" in text or "SECRET thing" in text or "WHISPERED" in text
        }  # fmt: skip

    before = tellers()
    assert before >= {"node page", "page of a neighbour", "tile", "API, one node", "API, connections", "network table"}
    assert consents.withdraw(actor=consents.THEMSELF, consent=consent)
    assert tellers() == set()
    assert AuditEntry.objects.first().actor == "the person themself"


def test_what_was_said_about_them_is_withdrawn_and_nothing_else(town, person, consent, group):
    other = Statement.objects.exclude(connection__source=person)
    of_theirs = StatementFactory(
        connection=ConnectionFactory(source=group, target=OrganisationFactory()), by_source=None, key="", by_node=person
    )
    live = set(other.live().values_list("pk", flat=True))
    consents.withdraw(actor=ACTOR, consent=consent)
    assert not Statement.objects.live().filter(connection__source=person).exists()
    assert set(other.live().values_list("pk", flat=True)) == live | {of_theirs.pk}
    page = Client().get(group.get_absolute_url()).content.decode()
    assert "Someone who lives or works here says so" in page and "SECRET" not in page


def test_the_places_of_all_neighbours_are_told(town, place, person, consent):
    salford = PlaceFactory(name="Salford", slug="salford", code="E08000006")
    Revision.objects.get_or_create(place=salford)
    StatementFactory(connection=ConnectionFactory(source=person, target=OrganisationFactory(place=salford)))
    GraphSnapshot.objects.create(place=salford, revision=1, payload={"name": "SECRET Ada"})
    before = {it.place_id: it.number for it in Revision.objects.all()}
    consents.withdraw(actor=ACTOR, consent=consent)
    after = {it.place_id: it.number for it in Revision.objects.all()}
    assert all(after[pk] > before[pk] for pk in (place.pk, salford.pk))
    assert not GraphSnapshot.objects.filter(payload__name="SECRET Ada").exists()


def test_files_that_hold_their_name_are_deleted(
    town, place, consent, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.SNAPSHOT_ROOT = tmp_path
    place = type(place).objects.get(pk=place.pk)
    assert b"SECRET Ada" in snapshots.load(place, PUBLIC).names.blob.tobytes()
    assert [b"SECRET Ada" in path.read_bytes() for path in tmp_path.iterdir()] == [True]
    with django_capture_on_commit_callbacks(execute=True):
        consents.withdraw(actor=ACTOR, consent=consent)
    assert not any(b"SECRET Ada" in path.read_bytes() for path in tmp_path.iterdir())
    assert b"SECRET Ada" not in snapshots.load(place, PUBLIC).names.blob.tobytes()


def test_search_forgets_their_name_but_not_words_that_others_have(town, consent):
    assert SearchWord.objects.filter(word="ada").exists()
    consents.withdraw(actor=ACTOR, consent=consent)
    kept = set(SearchWord.objects.values_list("word", flat=True))
    assert not {"ada", "secret"} & kept and {"the", "hall"} <= kept


def test_withdrawing_twice_changes_nothing(town, consent, place):
    consents.withdraw(actor=ACTOR, consent=consent)
    number = Revision.objects.get(place=place).number
    assert not consents.withdraw(actor=ACTOR, consent=consent)
    assert Revision.objects.get(place=place).number == number


def test_somebody_may_consent_again(town, person, consent):
    consents.withdraw(actor=ACTOR, consent=consent)
    consents.record(actor=ACTOR, node=person, wording="Yes, again.")
    assert state(person) == NodeState.LIVE
    assert not Statement.objects.live().filter(connection__source=person).exists()


# --- their own page


def page(consent, method="get"):
    return getattr(Client(enforce_csrf_checks=True), method)(f"/consents/{consent.token}/")


def test_their_page_tells_what_they_agreed_to_and_what_is_shown(town, consent):
    response = page(consent)
    text = response.content.decode()
    assert WORDING in text and "1 March 2026" in text and "SECRET Ada" in text and "The hall" in text
    assert response["X-Robots-Tag"] == "noindex" and "no-store" in response["Cache-Control"]
    assert not response.cookies


def test_being_shown_to_members_only_is_being_shown(person, consent):
    Node.objects.filter(pk=person.pk).update(visibility="members")
    text = page(consent).content.decode()
    assert "Members of the place" in text and "Take me off" in text


def test_its_button_takes_them_off_without_an_account_or_a_cookie(town, person, consent):
    response = page(consent, "post")
    assert response.status_code == 302 and response["Location"] == f"/consents/{consent.token}/"
    assert state(person) == NodeState.ARCHIVED
    text = page(consent).content.decode()
    assert "You are not shown any more." in text and "Take me off" not in text and WORDING in text
    assert page(consent, "post").status_code == 302


def test_an_older_letter_tells_what_holds_now_and_takes_them_off(town, person, consent):
    consents.record(actor=ACTOR, node=person, wording="Yes, again.")
    text = page(consent).content.decode()
    assert "Yes, again." in text and "Take me off" in text and "You are not shown any more." not in text
    page(consent, "post")
    assert state(person) == NodeState.ARCHIVED
    assert "You are not shown any more." in page(consent).content.decode()


def test_an_address_that_nobody_was_given_is_not_there(consent):
    for token in ("x", consent.token[:-1], f"{consent.token}0", str(consent.uuid), "%00", "é"):
        assert Client().get(f"/consents/{token}/").status_code == 404


# --- the admin


@pytest.fixture
def admin(client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def test_the_admin_records_a_consent_and_withdraws_it(admin, person):
    form = {"node": person.pk, "wording": WORDING, "given_on": "2026-03-01"}
    assert admin.post("/django-admin/mapping/consent/add/", form).status_code == 302
    consent = Consent.objects.get()
    assert state(person) == NodeState.LIVE
    assert (
        f"/consents/{consent.token}/"
        in admin.get(f"/django-admin/mapping/consent/{consent.pk}/change/").content.decode()
    )
    admin.post("/django-admin/mapping/consent/", {"action": "withdraw", "_selected_action": consent.pk})
    assert state(person) == NodeState.ARCHIVED


def test_the_admin_says_that_a_person_needs_a_consent(admin, person):
    path = f"/django-admin/mapping/node/{person.pk}/change/"
    form = admin.get(path).context["adminform"].form
    data = {name: value for name, value in form.initial.items() if isinstance(value, str | int)}
    data |= {"state": "live", "tags": "", "facts": "{}"}
    data |= {"identifiers-TOTAL_FORMS": 0, "identifiers-INITIAL_FORMS": 0}
    response = admin.post(path, data)
    assert response.status_code == 200 and "only with their consent" in response.content.decode()
