"""Two stewards and one case: one decides, and the other reads what it was."""

from __future__ import annotations

import pytest

from listings.commands import flag_decisions
from listings.models import Decision
from mapping.models import AuditEntry
from tests.factories import NodeFactory
from tests.listings.groups.test_at_once import both, one_of
from tests.listings.moderation.flagging import STEWARD, is_live, said


@pytest.mark.django_db(transaction=True)
def test_two_stewards_decide_one_case(place):
    hall = NodeFactory(name="Sale Hall", place=place)
    case = said(hall).flag.case
    raised = both(
        lambda: flag_decisions.decide(actor=STEWARD, case=case, decision=Decision.KEEP, reply="It is fine."),
        lambda: flag_decisions.decide(actor=STEWARD, case=case, decision=Decision.OFF, reply="It is closed."),
    )
    one_of(raised, flag_decisions.AlreadyDecided)
    case.refresh_from_db()
    assert is_live(hall) == (case.decision == Decision.KEEP)
    assert AuditEntry.objects.filter(action="decide flags").count() == 1
