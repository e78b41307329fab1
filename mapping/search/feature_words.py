"""Words that mean a fact: "step-free hall", "free yoga", "BSL". They become filters where something here has it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mapping.models.features import FEATURES, FREE, Feature

# "Gluten free" costs something.
NOT_FREE = re.compile(
    r"(?:gluten|dairy|lactose|nut|sugar|fat|alcohol|smoke|drug|car|plastic|screen)[\s-]+$", re.IGNORECASE
)
WORDS: tuple[tuple[re.Pattern[str], Feature], ...] = tuple(
    (re.compile(rf"(?:^|(?<=\s)){re.escape(word)}s?(?=$|[\s,.?!])", re.IGNORECASE), feature)
    for word, feature in sorted(
        ((word, feature) for feature in FEATURES.values() for word in feature.words), key=lambda it: -len(it[0])
    )
)


def read(text: str) -> Iterator[tuple[str, str]]:
    """Yield each fact that `text` may ask for, the longest words first: its token, and the text without it."""
    for pattern, feature in WORDS:
        match = pattern.search(text)
        if match is None or (feature.token == FREE and NOT_FREE.search(text[: match.start()])):
            continue
        rest = " ".join(f"{text[: match.start()]} {text[match.end() :]}".split()).strip(" ,.?!")
        if rest or feature.alone:
            yield feature.token, rest
