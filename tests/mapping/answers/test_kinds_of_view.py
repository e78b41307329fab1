"""What tells one question about a view of the network from another."""

from __future__ import annotations

import dataclasses

from mapping.answers.kinds import VIEW
from mapping.network.view.state import NAMES, NetworkView


def test_every_part_of_a_view_makes_another_question():
    parts = {NAMES.get(it.name, it.name) for it in dataclasses.fields(NetworkView) if it.name != "problems"}
    assert set(VIEW) == parts
