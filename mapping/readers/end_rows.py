"""What a file says of one end of a connection: its names and numbers, and whether it is a person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .connection_mapping import ConnectionMapping
from .graph_file import GraphNode
from .headings import by_heading, first, plain_heading
from .identifiers import normalise_identifier, split_org_id
from .node_names import reads_like_id
from .nodes import NAME_LENGTH, TAG_LENGTH, clean
from .persons import person_said

# In 360Giving files, nodes that no register knows are called 360G-hereabouts-<uuid>.
OURS = "hereabouts-"
_UUID = re.compile(r"\{?[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}\}?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class EndRow:
    """What a file says of one end. `references` are tried in turn: uuids, org-ids or names.

    own_id : the id of the node in the file, where it has nodes. twins : how many nodes of the file have this name.
    shared : those of its identifiers that another node of the file has too. person : the words that call it one.
    nameless : there is an id and no name.
    """

    reference: str
    row: int
    name: str
    references: tuple[str, ...]
    identifiers: tuple[tuple[str, str], ...] = ()
    kind: str = ""
    category: str = ""
    point: tuple[float, float] | None = None
    postcode: str = ""
    summary: str = ""
    tags: tuple[str, ...] = ()
    own_id: str = ""
    twins: int = 1
    shared: frozenset[tuple[str, str]] = frozenset()
    person: tuple[str, str] | None = None
    nameless: bool = False


def node_identifiers(data: Mapping[str, str], mapping: ConnectionMapping) -> dict[tuple[str, str], None]:
    """The identifiers of a node, of its attributes by their plain headings."""
    text = first(data, mapping.ends.columns["identifiers"])
    found: dict[tuple[str, str], None] = {}
    for part in re.split(r"[|;,\s]+", "" if text in mapping.nulls else text):
        if pair := split_org_id(part):
            found[pair] = None
    for column, scheme in mapping.ends.schemes.items():
        pair = normalise_identifier(scheme, data.get(plain_heading(column), ""))
        if pair[1]:
            found[pair] = None
    return found


def end_row(
    reference: str,
    aliased: str,
    node: GraphNode | None,
    mapping: ConnectionMapping,
    *,
    own_id: str = "",
    twins: int = 1,
    shared: frozenset[tuple[str, str]] = frozenset(),
    person: tuple[str, str] | None = None,
) -> EndRow:
    """What is known of one end, in the order in which it is looked up."""
    rules = mapping.ends
    data = by_heading(node.attributes if node else {})

    def get(name: str) -> str:
        text = first(data, rules.columns[name])
        return "" if text in mapping.nulls else text

    given = get("name") or (node.label if node else "")
    if not given and "@id" in rules.columns["name"]:
        given = node.id if node else ""
    name = clean(mapping.aliased(given) if given else aliased, NAME_LENGTH)
    identifiers = node_identifiers(data, mapping)
    if pair := split_org_id(aliased):
        identifiers[pair] = None
    ours = [value.removeprefix(OURS) for scheme, value in identifiers if scheme == "360G" and value.startswith(OURS)]
    sure = ("-".join(pair) for pair in identifiers if pair not in shared)
    # An id is no name of a node that has one: another thing may be called so.
    by_id = () if given and aliased == reference and own_id and not _names_itself(aliased) else (aliased,)
    references = (*by_id, get("uuid"), *ours, *sure, name)
    kind = get("kind").casefold()
    category = get("category").casefold()
    return EndRow(
        reference=reference,
        row=node.row if node else 0,
        name=name,
        references=tuple(dict.fromkeys(text for text in references if text)),
        identifiers=tuple(identifiers),
        kind=rules.kinds.get(kind, kind),
        category=rules.categories.get(category, rules.categories.get(kind, category)),
        point=_point(get("lon"), get("lat")),
        postcode=get("postcode"),
        summary=clean(get("summary"), 2000),
        tags=tuple(dict.fromkeys(tag for part in get("tags").split("|") if (tag := clean(part, TAG_LENGTH)))),
        own_id=own_id,
        twins=twins,
        shared=shared & identifiers.keys(),
        person=person or (person_said(node.attributes, rules.kinds, name=given) if node else None),
        nameless=not (given or rules.names_are_ids or aliased != reference or _names_itself(aliased))
        and not (get("uuid") or identifiers)
        and reads_like_id(aliased),
    )


def _names_itself(text: str) -> bool:
    """Whether a reference is a uuid or an identifier of a register: known wherever it stands."""
    return split_org_id(text) is not None or _UUID.fullmatch(text) is not None


def _point(lon: str, lat: str) -> tuple[float, float] | None:
    try:
        x, y = float(lon), float(lat)
    except ValueError:
        return None
    return (x, y) if -180 <= x <= 180 and -90 <= y <= 90 and (x or y) else None
