"""Words that say "near me", and how people begin a question: they are no words to search."""

from __future__ import annotations

import re

# "food bank near me", "nearest food bank", "the closest pharmacy to me", "doctors around here".
NEAR_ME = re.compile(
    r"(?<!\w)(?:(?:the\s+)?(?:nearest|closest)(?:\s+to\s+me(?!\w))?|near(?:est)?\s+(?:to\s+)?(?:me|here|us)|near\s?by|"
    r"around\s+(?:here|me)|close\s+(?:to\s+(?:me|here)|by)|in\s+my\s+(?:area|neighbourhood)|by\s+me|to\s+me)(?!\w)",
    re.IGNORECASE,
)
OPENING = re.compile(
    r"^(?:where(?:['’]?s|\s+is|\s+are|\s+can\s+i\s+(?:find|get|buy))\s+|"
    r"(?:(?:i\s+am|i['’]?m)\s+)?looking\s+for\s+|i\s+(?:need|want)\s+(?:to\s+find\s+)?|find\s+me\s+|"
    r"(?:is|are)\s+there\s+(?=(?:a|an|any)\s)|how\s+do\s+i\s+find\s+)(?:(?:a|an|the|some|any)\s+)?",
    re.IGNORECASE,
)


def without_opening(text: str) -> str:
    """Return what a question asks for: "is there a library" asks for a library."""
    return OPENING.sub("", text).strip(" ?") or text


def read(text: str) -> str | None:
    """Return `text` without the words that say near me; None where it has none."""
    rest, count = NEAR_ME.subn(" ", text)
    return " ".join(rest.split()).strip(" ,?") if count else None
