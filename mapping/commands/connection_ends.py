"""Which node an end of a connection is: by our uuid, a register's identifier, its name, another of its names.

Nothing is guessed: two that fit are refused with both named; a name that is only alike is told, not taken, unless
the mapping file says so.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from mapping.models import Consent, Identifier, Node, NodeKind, NodeRedirect, NodeState, Place
from mapping.nodes.matching import ALIKE, plain_name
from mapping.readers.end_rows import EndRow
from mapping.readers.errors import one_line
from mapping.readers.identifiers import split_org_id

# Names compared with all others, in one import: each takes about a millisecond a thousand nodes.
MAX_COMPARED = 2_000
SHOWN = 4


@dataclass(frozen=True, slots=True)
class Found:
    """What became of an end: a node's id, or why there is none. `how` is "alike" when the name is not the same.

    missing : whether a node may be made for it. person : whether it is somebody who has not consented.
    """

    node: int | None = None
    how: str = ""
    problem: str = ""
    missing: bool = False
    person: bool = False


class EndMatcher:
    """Finds nodes of a place by name, of any place by uuid or identifier. Names are read once."""

    def __init__(self, place: Place, *, take_alike: bool = False) -> None:
        self.place = place
        self._take_alike = take_alike
        self._found: dict[str, Found] = {}
        self._by_name: dict[str, list[int]] = {}
        self._by_plain: dict[str, list[int]] = {}
        self._names: dict[int, str] = {}
        self._archived: set[int] = set()
        self._compared = 0
        # Which node of the file a node here was taken for: two of a file are two.
        self._taken: dict[int, str] = {}
        persons = Node.objects.filter(kind=NodeKind.PERSON).values_list("pk", "state")
        consented = set(Consent.objects.live().values_list("node_id", flat=True))
        self._persons = {pk: state == NodeState.LIVE and pk in consented for pk, state in persons}
        nodes = Node.objects.filter(place=place) | Node.objects.filter(place__isnull=True)
        for pk, name, others, state in nodes.values_list("pk", "name", "other_names", "state").iterator(5000):
            self._learn(pk, name, others)
            if state == NodeState.ARCHIVED:
                self._archived.add(pk)

    def learn(self, pk: int, end: EndRow) -> None:
        """A node that was just made for `end`."""
        self._learn(pk, end.name, ())
        self._found[end.reference] = Found(pk, "made")
        if end.own_id:
            self._taken.setdefault(pk, end.own_id)

    def find(self, ends: Iterable[EndRow]) -> dict[str, Found]:
        """What each end is, by its reference. Three queries at most, however many."""
        new = {end.reference: end for end in ends if end.reference not in self._found}
        if new:
            by_uuid, by_identifier = self._uuids(new.values()), self._identifiers(new.values())
            for reference, end in new.items():
                found = self._apart(end, self._of_person(end, self._one(end, by_uuid, by_identifier)))
                self._found[reference] = found
                if found.node is not None and end.own_id:
                    self._taken.setdefault(found.node, end.own_id)
        return self._found

    def _learn(self, pk: int, name: str, others: Sequence[str]) -> None:
        self._names[pk] = name
        for text in (name, *others):
            for table, key in ((self._by_name, text.casefold()), (self._by_plain, plain_name(text))):
                known = table.setdefault(key, [])
                if pk not in known:
                    known.append(pk)

    def _uuids(self, ends: Iterable[EndRow]) -> dict[str, tuple[int, str, str]]:
        wanted = {it for end in ends for text in end.references if (it := _uuid(text))}
        if not wanted:
            return {}
        rows = list(Node.objects.filter(uuid__in=wanted).values_list("uuid", "pk", "name", "state"))
        # What was merged into another node is that one now.
        moved = NodeRedirect.objects.filter(uuid__in=wanted)
        rows += moved.values_list("uuid", "node", "node__name", "node__state")
        return {str(it): (pk, name, state) for it, pk, name, state in rows}

    def _identifiers(self, ends: Iterable[EndRow]) -> dict[tuple[str, str], tuple[int, str, str]]:
        pairs = {pair for end in ends for pair in end.identifiers if pair not in end.shared}
        if not pairs:
            return {}
        rows = Identifier.objects.filter(scheme__in={s for s, _ in pairs}, value__in={v for _, v in pairs})
        return {
            (scheme, value): (pk, name, state)
            for scheme, value, pk, name, state in rows.values_list(
                "scheme", "value", "node_id", "node__name", "node__state"
            )
        }

    def _one(self, end: EndRow, by_uuid: dict, by_identifier: dict) -> Found:
        for text in end.references:
            it = _uuid(text)
            if it is not None and it in by_uuid:
                return self._living(*by_uuid[it])
            if it is not None and text == end.reference and len(end.references) == 1:
                return Found(problem="Nothing here has this uuid. Check it, or give the name.", missing=False)
        owners = {
            by_identifier[pair][0]: by_identifier[pair]
            for pair in end.identifiers
            if pair in by_identifier and pair not in end.shared
        }
        if len(owners) > 1:
            return Found(problem=f"Its identifiers belong to {self._shown(owners)}. Give the uuid of the right one.")
        if owners:
            return self._living(*next(iter(owners.values())))
        if end.twins > 1:
            return self._twin(end)
        # A name that is a uuid or an identifier is none.
        names = [text for text in end.references if _uuid(text) is None and split_org_id(text) is None]
        for text in names:
            for table, key, how in (
                (self._by_name, text.casefold(), "name"),
                (self._by_plain, plain_name(text), "alike"),
            ):
                pks = [pk for pk in table.get(key, ()) if pk not in self._archived] if key else []
                if len(pks) > 1:
                    return Found(problem=f"There are several: {self._shown(pks)}. Give the uuid of the right one.")
                if pks:
                    return Found(pks[0], how)
        for text in names:
            if gone := [pk for pk in self._by_name.get(text.casefold(), ()) if pk in self._archived]:
                return Found(problem=f"{self._shown(gone)} is archived. Bring it back first, or leave this row out.")
        if end.nameless:
            remedy = "Give the node a name, or say that ids are names (--names-are-ids)."
            return Found(problem=f"This is an id, not a name, and nothing here has it. {remedy}")
        return self._alike(end.name or end.reference)

    @staticmethod
    def _twin(end: EndRow) -> Found:
        """One of several nodes that the file calls the same: no name tells them apart."""
        if not end.own_id:
            return Found(problem=f"The file has {end.twins} nodes of this name. Name the end by its id.")
        remedy = 'Give each its uuid or identifier, or let them be made (missing = "create" under [ends]).'
        said = f"The file has {end.twins} nodes called '{one_line(end.name, 60)}'."
        return Found(problem=f"{said} {remedy}", missing=True)

    def _apart(self, end: EndRow, found: Found) -> Found:
        """Two nodes of the file whose names are merely alike are not one node here."""
        if found.how != "alike" or not end.own_id or self._taken.get(found.node, end.own_id) == end.own_id:
            return found
        remedy = "Give the uuid of the one that is meant."
        return Found(
            problem=f"Another node of the file, '{one_line(self._taken[found.node], 60)}', is this already. {remedy}",
            missing=True,
        )

    def _of_person(self, end: EndRow, found: Found) -> Found:
        """People come in by their own consent: what the file calls a person is one who has given it, or nobody."""
        if found.node in self._persons:
            if self._persons[found.node]:
                return found
            said = f"'{one_line(end.name, 60)}' is a person who has not consented to being shown."
        elif end.person:
            heading, word = end.person
            said = f"'{one_line(end.name, 60)}' is a person ({one_line(heading, 40)}: {one_line(word, 40)})"
            if found.node is not None:
                said += f", and {self._shown([found.node])} is none"
            said += ". Nobody is shown without their own consent."
        else:
            return found
        leave = 'leave such rows out (persons = "leave_out" under [ends])'
        word = end.person[1] if end.person else "person"
        other = f'say what else the word means (under [ends.kinds]: "{one_line(word, 40)}" = "organisation")'
        return Found(problem=f"{said} Record the consent first, {leave}, or {other}.", person=True)

    def _living(self, pk: int, name: str, state: str) -> Found:
        self._names.setdefault(pk, name)
        if state == NodeState.ARCHIVED:
            return Found(problem=f"{self._shown([pk])} is archived. Bring it back first, or leave this row out.")
        return Found(pk, "sure")

    def _alike(self, name: str) -> Found:
        """A name that nothing here has: what comes close is told."""
        nobody = f"Nothing in {self.place.name} is called that."
        plain = plain_name(name)
        self._compared += 1
        if not plain or self._compared > MAX_COMPARED:
            return Found(problem=f"{nobody} Check the name, or add the node first.", missing=True)
        close = process.extract(
            plain, list(self._by_plain), scorer=fuzz.token_sort_ratio, score_cutoff=ALIKE * 100, limit=SHOWN
        )
        pks = list(dict.fromkeys(pk for key, _, _ in close for pk in self._by_plain[key] if pk not in self._archived))
        if not pks:
            return Found(problem=f"{nobody} Check the name, or add the node first.", missing=True)
        if len(pks) == 1 and self._take_alike:
            return Found(pks[0], "alike")
        remedy = "Write it so, or give the uuid, or add an alias to the mapping file."
        return Found(problem=f"{nobody} Did you mean {self._shown(pks)}? {remedy}", missing=True)

    def _shown(self, pks: Iterable[int]) -> str:
        """Nodes with what tells them apart: name and uuid."""
        pks = list(pks)
        uuids = dict(Node.objects.filter(pk__in=pks[:SHOWN]).values_list("pk", "uuid"))
        shown = [f"'{one_line(self._names.get(pk, ''), 60)}' ({uuids.get(pk)})" for pk in pks[:SHOWN]]
        more = f" and {len(pks) - SHOWN} more" if len(pks) > SHOWN else ""
        return ", ".join(shown) + more


def _uuid(text: str) -> str | None:
    """The uuid that a text is, as Python writes it."""
    if len(text) not in (32, 36, 38, 45):
        return None
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return None
