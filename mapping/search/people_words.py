"""Words that say for whom: "yoga for older people", "clubs for kids", "lunch for over 60s"."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Tokens of `mapping/models/features.py`, and what people say after "for".
SAID = {
    "older-people": r"old(?:er)?\s+people|the\s+elderly|pensioners|seniors|over[\s-]?(?:50|55|60|65)s?",
    "children": r"children|kids|under[\s-]?(?:11|12)s?",
    "babies": r"babies|toddlers|babies\s+and\s+toddlers|under[\s-]?(?:5|fives)s?",
    "young-people": r"young\s+people|teenagers|teens|youth",
    "families": r"families|parents",
    "carers": r"carers",
    "women": r"women|ladies",
    "men": r"men",
    "disabled-people": r"disabled\s+people|people\s+with\s+disabilities",
    "deaf-people": r"deaf\s+people|the\s+deaf",
    "dementia": r"people\s+with\s+dementia",
    "lgbtq": r"lgbtq?\+?(?:\s+people)?|gay\s+people|trans\s+people",
    "neurodivergent-people": r"neurodivergent\s+people|autistic\s+(?:people|adults)",
    "newcomers": r"refugees|asylum\s+seekers|newcomers",
    "beginners": r"beginners",
    "volunteers": r"volunteers",
}
PATTERNS = tuple(
    (token, re.compile(rf"(?<![\w-])for\s+(?:{words})(?![\w-])", re.IGNORECASE)) for token, words in SAID.items()
)


def read(text: str) -> Iterator[tuple[str, str]]:
    """Yield each audience that `text` names: its token, and the text without it."""
    for token, pattern in PATTERNS:
        match = pattern.search(text)
        if match:
            yield token, " ".join(f"{text[: match.start()]} {text[match.end() :]}".split()).strip(" ,?")
