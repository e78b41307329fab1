"""Attributes by their headings, whatever people write differently: `Held from` is `held_from`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache


@lru_cache(maxsize=4096)
def plain_heading(name: str) -> str:
    """A heading without what people write differently: `Held from` is `held_from`."""
    return name.strip().casefold().replace(" ", "_").replace("-", "_")


def by_heading(attributes: Mapping[str, str]) -> dict[str, str]:
    """Attributes by their plain headings; the first of several that are alike counts."""
    plain: dict[str, str] = {}
    for name, text in attributes.items():
        plain.setdefault(plain_heading(name), text)
    return plain


def first(plain: Mapping[str, str], names: tuple[str, ...]) -> str:
    """The first attribute of these names that is there, of attributes by their plain headings."""
    return next((text for name in names if (text := plain.get(plain_heading(name)))), "")
