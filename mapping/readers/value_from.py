"""How a mapping file makes one text out of the columns of a row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import did_you_mean

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class ValueFrom:
    """One text from a row: a column, several joined, a template with `{column}`, or a constant.

    >>> ValueFrom.parse("Name").read({"Name": "Sale Library"})
    'Sale Library'
    >>> ValueFrom.parse({"template": "Defibrillator at {Location}"}).read({"Location": "Asda"})
    'Defibrillator at Asda'
    >>> ValueFrom.parse(["street", "town"]).read({"street": None, "town": "Sale"})
    'Sale'
    """

    columns: tuple[str, ...] = ()
    joiner: str = ", "
    template: str | None = None
    constant: str | None = None
    first: bool = False

    @classmethod
    def parse(cls, value: object) -> ValueFrom:
        """Read the TOML value. Raises ValueError with the end of a sentence ("must be ...")."""
        if isinstance(value, str):
            return cls(columns=(value,))
        if isinstance(value, list) and value and all(isinstance(v, str) for v in value):
            return cls(columns=tuple(value))
        if isinstance(value, Mapping):
            return cls._parse_table(value)
        raise ValueError(f"must be a column name, a list of them or a table, not {value!r}")

    @classmethod
    def _parse_table(cls, table: Mapping[str, Any]) -> ValueFrom:
        known = ("template", "join", "with", "first", "value")
        for key in table:
            if key not in known:
                hint = did_you_mean(key, known) or f"Known: {', '.join(known)}"
                raise ValueError(f"has the unknown key '{key}'. {hint}".rstrip("."))
        heads = [k for k in ("template", "join", "first", "value") if k in table]
        if len(heads) != 1:
            raise ValueError("needs exactly one of template, join, first or value")
        head = table[heads[0]]
        if heads[0] in ("join", "first"):
            if not (isinstance(head, list) and head and all(isinstance(c, str) for c in head)):
                raise ValueError(f"{heads[0]} must be a list of column names")
            joiner = table.get("with", ", ")
            if not isinstance(joiner, str):
                raise ValueError("with must be text in quotes")
            return cls(columns=tuple(head), joiner=joiner, first=heads[0] == "first")
        if not isinstance(head, str):
            raise ValueError(f"{heads[0]} must be text in quotes")
        if heads[0] == "value":
            return cls(constant=head)
        return cls(columns=tuple(_PLACEHOLDER.findall(head)), template=head)

    def read(self, row: Mapping[str, Any]) -> str:
        """The text for `row`, or an empty string when a column it needs is empty (None)."""
        if self.constant is not None:
            return self.constant
        cells = [row.get(c) for c in self.columns]
        if self.template is not None:
            if any(c is None for c in cells):
                return ""
            found = iter(cells)
            return _PLACEHOLDER.sub(lambda _: str(next(found)), self.template)
        present = [str(c) for c in cells if c is not None]
        if self.first:
            return present[0] if present else ""
        return self.joiner.join(present)
