"""Facts of a node that a person put right here: a file that is read again does not write over them.

corrections.correct(actor=actor, node=hall, values={"phone": "0161 496 0000"})
corrections.corrected_in(ids)                   # node -> names of fields that stay as they are
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction

from mapping.models import Actor, AuditEntry, Category, Node
from mapping.readers.hours import read_hours
from mapping.search import spelling

from . import opening_hours
from .change import change
from .node_values import Categories, searched

CORRECT = "correct facts"
# What may be put right, field by field; where it is and how exactly that is told is decided elsewhere.
FIELDS = ("name", "summary", "address", "hours_text", "phone", "email", "website")


def correct(*, actor: Actor, node: Node, values: Mapping[str, str]) -> Node:
    """Write `values` (names of `FIELDS`). The audit names the fields, not what contact details say."""
    with transaction.atomic():
        node = Node.objects.select_for_update(of=("self",)).get(pk=node.pk)
        with change(actor=actor, action=CORRECT, place=node.place_id, target=node) as it:
            hours_before = node.hours_text
            names = [name for name in FIELDS if name in values and getattr(node, name) != values[name]]
            if not names:
                it.nothing_changed()
                return node
            for name in names:
                setattr(node, name, values[name])
            node.search_extra = _found_by(node)
            node.save(update_fields=[*names, "search_extra", "updated_at"])
            if "hours_text" in names:
                opening_hours.keep({node.pk: read_hours(node.hours_text)}, {node.pk: hours_before})
            spelling.learn([node])
            it.data["fields"] = names
            it.touch_around([node.pk])
    return node


def _found_by(node: Node) -> str:
    tree = Categories()
    ids = {node.category_id, *node.more_categories.values_list("pk", flat=True)}
    categories: list[Category] = [it for it in tree.by_slug.values() if it.pk in ids]
    tags = [tag.name for tag in node.tags.all()]
    return searched(categories, tree, tags, node.other_names, node.public_address, node.public_postcode)


def corrected_in(nodes: Iterable[int]) -> dict[int, set[str]]:
    """The fields that persons put right of these nodes (ids)."""
    by_uuid = dict(Node.objects.filter(pk__in=list(nodes)).values_list("uuid", "pk"))
    found: dict[int, set[str]] = {}
    rows = AuditEntry.objects.filter(action=CORRECT, target_uuid__in=list(by_uuid))
    for uuid, data in rows.values_list("target_uuid", "data"):
        found.setdefault(by_uuid[uuid], set()).update(set(data.get("fields", ())) & set(FIELDS))
    return found
