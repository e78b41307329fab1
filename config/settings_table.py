"""`python -m config.settings_table`: write the table of settings into docs/operator.md from `config.env`."""

from __future__ import annotations

import re
from pathlib import Path

from config.env import ROOT, SETTINGS, Setting

GUIDE = ROOT / "docs" / "operator.md"
MARKS = re.compile(r"(<!-- settings: [^\n]*-->\n).*?(<!-- /settings -->)", re.S)


def row(setting: Setting) -> str:
    default = f"`{setting.default}`" if setting.default else "(empty)"
    cells = (f"`{setting.name}`", default, setting.meaning + (" Secret." if setting.secret else ""), setting.expects)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def table() -> str:
    """Return the settings as a Markdown table, in the order of `SETTINGS`."""
    return "\n".join(["| name | default | meaning | give it |", "|---|---|---|---|", *map(row, SETTINGS)]) + "\n"


def with_table(text: str) -> str:
    """Return the guide's `text` with the table of today."""
    return MARKS.sub(lambda found: found[1] + table() + found[2], text)


def main(guide: Path = GUIDE) -> None:
    guide.write_text(with_table(guide.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
