"""A place chooses its rules."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from mapping.commands import rules
from mapping.models import Actor, AuditEntry, Revision, Rule, RuleSetting

pytestmark = pytest.mark.django_db
ACTOR = Actor.command("test")


def test_switching_a_rule_off_is_one_change(place):
    number = Revision.objects.get(place=place).number
    assert rules.choose(actor=ACTOR, place=place, rule=Rule.NEAR, enabled=False)
    assert not RuleSetting.objects.get(place=place, rule=Rule.NEAR).enabled
    assert AuditEntry.objects.get().data == {"rule": "near", "enabled": False, "cap": None}
    assert Revision.objects.get(place=place).number == number + 1


def test_choosing_what_holds_already_leaves_no_trace(place):
    rules.choose(actor=ACTOR, place=place, rule=Rule.NEAR, enabled=True, cap=2)
    assert not rules.choose(actor=ACTOR, place=place, rule=Rule.NEAR, enabled=True, cap=2)
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize(("rule", "cap"), [("nearly", None), (Rule.NEAR, 0), (Rule.NEAR, 51)], ids=str)
def test_what_cannot_be_is_refused_with_what_to_do(place, rule, cap):
    with pytest.raises(rules.SettingRefused, match="Choose one of|1 to 50"):
        rules.choose(actor=ACTOR, place=place, rule=rule, enabled=True, cap=cap)
    assert not RuleSetting.objects.exists()


def test_the_command_tells_what_each_rule_gave(place, capsys):
    call_command("derive_connections", place=place.slug)
    said = capsys.readouterr().out
    assert "created 0, updated 0, removed 0 (all of it" in said
    assert "near: 0" in said


def test_the_command_names_the_places_there_are(place):
    with pytest.raises(CommandError, match="There is no home place called 'nowhere'. There are: trafford"):
        call_command("derive_connections", place="nowhere")
