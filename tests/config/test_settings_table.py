"""No setting is undocumented, none documented that is not there."""

from __future__ import annotations

from config import settings_table


def test_the_operators_guide_has_the_table_of_today():
    guide = settings_table.GUIDE.read_text(encoding="utf-8")
    assert settings_table.MARKS.search(guide)
    assert settings_table.with_table(guide) == guide, "run: .venv/bin/python -m config.settings_table"
