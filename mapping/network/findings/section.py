"""One thing to say of a network."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Section:
    """A heading, a sentence or two, perhaps a list, and how it was worked out, in plain words.

    `ordered` says that the first of the list is the first.
    """

    slug: str
    heading: str
    text: SafeString
    items: list[SafeString] = field(default_factory=list)
    how: str = ""
    ordered: bool = False
