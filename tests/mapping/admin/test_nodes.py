"""Django's own admin: every record is there, changes are audited, history is read-only, no other site is asked."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from mapping.admin.audited import places_of
from mapping.models import AuditEntry, Node, NodeTag, OpeningHours, Revision
from tests.factories import (
    ConnectionFactory,
    NodeFactory,
    OrganisationFactory,
    PlaceFactory,
    PlaceRoleFactory,
    StatementFactory,
    UserFactory,
    opens,
)

pytestmark = pytest.mark.django_db
OURS = [
    model
    for app in ("mapping", "listings")
    for model in apps.get_app_config(app).get_models()
    # Rows of these are edited with the record they belong to.
    if model not in (NodeTag,) and model._meta.model_name not in ("membership", "openinginterval", "occurrence")
]


@pytest.fixture
def operator(client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def records(place):
    StatementFactory(connection=ConnectionFactory())
    PlaceRoleFactory(place=place)
    return NodeFactory(name="The hall")


def address(model, view, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}", args=args)


@pytest.mark.parametrize("model", OURS, ids=lambda it: it._meta.model_name)
def test_every_record_can_be_listed_searched_and_opened(operator, records, model):
    assert model in admin.site._registry
    assert operator.get(address(model, "changelist")).status_code == 200
    if admin.site._registry[model].search_fields:
        assert operator.get(address(model, "changelist"), {"q": "hall"}).status_code == 200
    first = model.objects.first()
    if first is not None:
        page = operator.get(address(model, "change", first.pk))
        assert page.status_code == 200
        assert b"https://cdn" not in page.content


@pytest.mark.parametrize("model", OURS, ids=lambda it: it._meta.model_name)
def test_only_staff_may_look(client, records, model):
    client.force_login(UserFactory())
    assert client.get(address(model, "changelist")).status_code == 302


def test_the_audit_cannot_be_changed(operator, records):
    AuditEntry.objects.create(actor="somebody", action="did")
    entry = AuditEntry.objects.get(action="did")
    assert operator.post(address(AuditEntry, "change", entry.pk), {"actor": "nobody"}).status_code == 403
    assert operator.post(address(AuditEntry, "delete", entry.pk), {"post": "yes"}).status_code == 403
    assert operator.get(address(AuditEntry, "add")).status_code == 403


def test_deleting_is_audited_and_raises_the_revision(operator, place, records):
    before = Revision.objects.get(place=place).number
    assert operator.post(address(Node, "delete", records.pk), {"post": "yes"}).status_code == 302
    assert not Node.objects.filter(pk=records.pk).exists()
    assert AuditEntry.objects.filter(action="delete in admin").count() == 1
    assert Revision.objects.get(place=place).number == before + 1


def test_editing_is_audited_and_raises_the_revision(operator, place):
    source = OrganisationFactory()
    tag_page = reverse("admin:mapping_tag_add")
    before = Revision.objects.get(place=place).number
    assert operator.post(tag_page, {"name": "Warm", "slug": "warm"}).status_code == 302
    assert AuditEntry.objects.get(action="add in admin").data == {"fields": ["name", "slug"]}
    assert Revision.objects.get(place=place).number == before + 1
    assert source.place == place


def test_editing_a_node_raises_the_places_of_what_it_is_connected_with(place):
    elsewhere = PlaceFactory(slug="elsewhere", code="E08000010")
    node = NodeFactory()
    assert places_of(node) == {place.pk}
    ConnectionFactory(source=node, target=OrganisationFactory(place=elsewhere))
    assert places_of(node) == {place.pk, elsewhere.pk}


def test_editing_a_node_of_no_place_raises_every_home(place):
    assert places_of(NodeFactory(place=None)) == {place.pk}


@pytest.mark.parametrize("factory", [NodeFactory, OrganisationFactory])
def test_an_address_that_may_not_be_known_any_more_is_not_found(operator, factory):
    node = factory(name="Refuge", address="7 Secret Street", search_extra="7 Secret Street")
    page = address(type(node), "change", node.pk)
    form = operator.get(page).context["adminform"].form
    typed = {name: form[name].value() for name in form.fields}
    typed = {name: value for name, value in typed.items() if value not in (None, "", [], False)}
    for formset in operator.get(page).context["inline_admin_formsets"]:
        prefix = formset.formset.prefix
        typed |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    response = operator.post(page, {**typed, "tags": "", "location_precision": "area"})
    assert response.status_code == 302, response.context["adminform"].form.errors
    node.refresh_from_db()
    assert node.location_precision == "area" and "Secret" not in node.search_extra
    assert node.category.name in node.search_extra


def posted(operator, record, **changes):
    """Post a record's page in the admin with what stands there and `changes`."""
    page = address(type(record), "change", record.pk)
    seen = operator.get(page).context
    form = seen["adminform"].form
    typed = {name: form[name].value() for name in form.fields}
    typed = {name: value for name, value in typed.items() if value not in (None, "", [], False)}
    for formset in seen["inline_admin_formsets"]:
        prefix = formset.formset.prefix
        typed |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    response = operator.post(page, {**typed, **changes})
    assert response.status_code == 302, response.context["adminform"].form.errors


@pytest.mark.parametrize("factory", [NodeFactory, OrganisationFactory])
def test_a_text_of_hours_is_read_when_a_node_is_edited(operator, factory):
    node = factory()
    posted(operator, node, tags="", hours_text="Mondays 10am-noon. Closed bank holidays.")
    hours = OpeningHours.objects.get()
    assert hours.expression == "Mo 10:00-12:00; PH off" and node.opening_intervals.exists()
    assert "10 am to noon" in operator.get(address(type(node), "change", node.pk)).content.decode()
    posted(operator, node, tags="", hours_text="")
    assert not OpeningHours.objects.exists() and not node.opening_intervals.exists()


def test_hours_are_corrected_in_the_admin(operator, place):
    opens(NodeFactory(), "Sa 12:00-15:00", text="Saturday 12am-3pm", questions=["Noon or midnight?"])
    listed = operator.get(f"{address(OpeningHours, 'changelist')}?questions=yes").content.decode()
    assert "Noon or midnight?" in listed
    posted(operator, OpeningHours.objects.get(), expression="Sa 00:00-15:00")
    hours = OpeningHours.objects.get()
    assert hours.expression == "Sa 00:00-15:00" and hours.by_hand and not hours.questions
    assert AuditEntry.objects.filter(action="correct opening hours").count() == 1


def test_hours_follow_the_nation_of_their_place(operator, place):
    opens(NodeFactory(place=place), "Mo-Fr 10:00-12:00; PH off")
    assert OpeningHours.objects.get().nation == "england"
    posted(operator, place, nation="scotland", timezone="Europe/London")
    assert OpeningHours.objects.get().nation == "scotland"
