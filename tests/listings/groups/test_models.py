"""What the database refuses of invitations, claims and nominations."""

from __future__ import annotations

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from listings.models import Claim, Invitation, Nomination
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def refusal(make) -> str:
    """The constraint that refuses what `make` writes."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        make()
    return error.value.__cause__.diag.constraint_name


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("invitation_kind_known", {"kind": "other"}),
        ("invitation_state_known", {"state": "other", "ended_at": timezone.now}),
        ("invitation_role_fits", {"role": "other"}),
        ("invitation_role_fits", {"kind": "transfer", "role": "editor"}),
        ("invitation_ended_when_decided", {"state": "accepted"}),
        ("invitation_ended_when_decided", {"ended_at": timezone.now}),
    ],
    ids=lambda it: it if isinstance(it, str) else "-".join(it),
)
def test_invitations(group, name, given):
    given = {key: value() if callable(value) else value for key, value in given.items()}
    fields = {"organisation": group, "email": "ann@example.org", "role": "owner"} | given
    assert refusal(lambda: Invitation.objects.create(**fields)) == name


def test_one_open_invitation_of_an_address(group):
    Invitation.objects.create(organisation=group, email="ann@example.org", role="editor")
    again = {"organisation": group, "email": "ann@example.org", "role": "owner"}
    assert refusal(lambda: Invitation.objects.create(**again)) == "invitation_open_once"


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("claim_way_known", {"way": "other"}),
        ("claim_state_known", {"state": "other"}),
        ("claim_tries_are_limited", {"tries": 6}),
        ("claim_tries_are_limited", {"codes": 4}),
        ("claim_decided_some_day", {"state": "granted"}),
        ("claim_refused_with_a_reason", {"state": "refused", "decided_at": timezone.now}),
        ("claim_owners_asked_some_day", {"state": "owners"}),
        ("claim_code_holds_a_while", {"code_sent_at": timezone.now, "code_expires_at": datetime.datetime.min}),
    ],
    ids=lambda it: it if isinstance(it, str) else "-".join(it),
)
def test_claims(group, name, given):
    given = {key: value() if callable(value) else value for key, value in given.items()}
    if given.get("code_expires_at"):
        given["code_expires_at"] = given["code_sent_at"] - datetime.timedelta(days=1)
    fields = {"node": group, "user": UserFactory(), "way": "steward", "state": "waiting"} | given
    assert refusal(lambda: Claim.objects.create(**fields)) == name


def test_one_open_claim_of_a_person(group):
    user = UserFactory()
    Claim.objects.create(node=group, user=user, way="steward", state="waiting")
    again = {"node": group, "user": user, "way": "email", "state": "proving"}
    assert refusal(lambda: Claim.objects.create(**again)) == "claim_open_once"


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("nomination_has_name", {"name": ""}),
        ("nomination_state_known", {"state": "other", "decided_at": timezone.now}),
        ("nomination_decided_some_day", {"state": "accepted"}),
        ("nomination_decided_some_day", {"decided_at": timezone.now}),
        ("nomination_refused_with_a_reason", {"state": "refused", "decided_at": timezone.now}),
    ],
    ids=lambda it: it if isinstance(it, str) else "-".join(it),
)
def test_nominations(place, name, given):
    given = {key: value() if callable(value) else value for key, value in given.items()}
    assert refusal(lambda: Nomination.objects.create(**({"place": place, "name": "Choir"} | given))) == name


def test_roles_are_known(group):
    assert refusal(lambda: group.memberships.create(user=UserFactory(), role="boss")) == "membership_role_known"
