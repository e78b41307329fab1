"""What a node is called, where a file gives ids: "n0" is never shown as a name without being asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from .errors import ReadError
from .graph_file import GraphNode, shown
from .identifiers import split_org_id

# What programs call things that they have numbered: n0, node12, v 3, elem-7, id_9.
_NUMBERED = re.compile(
    r"(n|nd|node|v|e|id|p|x|vertex|elem|element|item|entity|object|obj|point|record|row|org|kumu)[\s_\-.:#/]*\d+",
    re.IGNORECASE,
)
_SHORT = re.compile(r"[A-Za-z]{1,3}[_\-.:]?\d+")
_HEX = re.compile(r"(?=.*\d)\{?[0-9a-f]{6,}(-[0-9a-f]+)*\}?", re.IGNORECASE)
_TURNS = re.compile(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")


def reads_like_id(text: str) -> bool:
    """Whether a text was made for a machine: a number, a letter or two, letters and numbers mixed.

    >>> [reads_like_id(it) for it in ("n0", "17", "a", "elem-x7Kq2", "4f2a9c10", "n0::n3")]
    [True, True, True, True, True, True]
    >>> [reads_like_id(it) for it in ("Mill", "Ashgrove Circle", "Studio 54", "sale-food-bank", "学校")]
    [False, False, False, False, False]
    """
    text = text.strip()
    if not any(c.isalpha() for c in text) or _NUMBERED.fullmatch(text):
        return True
    if any(c.isspace() for c in text):
        return False
    if text.isascii() and (len(text) < 3 or _SHORT.fullmatch(text) or _HEX.fullmatch(text)):
        return True
    mixed = any(c.isdigit() for c in text)
    return mixed and (bool(re.search(r"[_:/#]", text)) or len(_TURNS.findall(text)) > 1)


def is_named(name: str, ids_are_names: bool) -> bool:
    """Whether a node may be called `name`: no number of a register, and no id unless those were said to be names."""
    return bool(name) and split_org_id(name) is None and (ids_are_names or not reads_like_id(name))


def nameless(path: Path, nodes: Iterable[GraphNode]) -> ReadError:
    """The refusal of a file whose nodes have ids and no names."""
    nodes = list(nodes)
    ids = ", ".join(f"'{shown(node.id)}'" for node in nodes[:3])
    there = list(dict.fromkeys(name for node in nodes[:1000] for name in node.attributes))[:20]
    have = f"Their attributes are: {', '.join(there)}." if there else "They have no attributes."
    say = f'Say which is the name ([ends.columns] name = "{there[0] if there else "..."}" in the mapping file)'
    return ReadError(
        f"its nodes have ids ({ids}) and no names",
        path,
        f"{have} {say}, or that the ids are the names (--names-are-ids, or names_are_ids = true under [ends]).",
    )
