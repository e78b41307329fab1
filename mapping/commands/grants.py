"""Import grants: who funded whom, as connections with one statement a grant.

An organisation is one node for all its identifiers: spellings of its name are kept as other names. Two
organisations of one name but with different register numbers stay two, as a candidate for a person.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from mapping.models import Actor, ConnectionType, Node, NodeKind, Place
from mapping.readers.errors import ReadError, Reject
from mapping.readers.grants import GrantOrg, GrantRow
from mapping.readers.mapping_file import SourceFacts
from mapping.readers.nodes import NodeRow

from . import connections, sources
from .change import change
from .node_values import Categories
from .nodes import NodeWriter, check_categories
from .outcome import Outcome, Sieve, batches, kept_strict, whole

FUNDS = "funds"
_CIC = re.compile(r"\b(cic|c\.i\.c\.?|community interest company)\s*$", re.IGNORECASE)
_COUNCIL = ("GB-LAE", "GB-LAS", "GB-LANI")
CATEGORIES = ("charity", "community-group", "council", "funder", "social-enterprise")

Identifier = tuple[str, str]


@dataclass
class Recipient:
    """One organisation, put together from all the grants that name one of its identifiers."""

    identifiers: dict[Identifier, None] = field(default_factory=dict)
    own_ids: set[Identifier] = field(default_factory=set)
    names: Counter = field(default_factory=Counter)
    postcode: str = ""
    website: str = ""
    funder: bool = False

    def add(self, org: GrantOrg, funder: bool) -> None:
        self.identifiers.update(dict.fromkeys(org.identifiers))
        self.own_ids.add(org.identifiers[0])
        self.names[org.name] += 1
        self.postcode = org.postcode or self.postcode
        self.website = org.website or self.website
        self.funder = self.funder or funder

    def absorb(self, other: Recipient) -> None:
        self.identifiers.update(other.identifiers)
        self.own_ids |= other.own_ids
        self.names += other.names
        self.postcode = self.postcode or other.postcode
        self.website = self.website or other.website
        self.funder = self.funder or other.funder

    @property
    def key(self) -> str:
        """The same for the same organisation, in whatever order a file has its grants."""
        scheme, value = min(self.own_ids)
        return f"org {scheme}-{value}"[:200]

    def row(self, number: int) -> NodeRow:
        # The commonest spelling; among equals the first in the alphabet, so that it stays the same.
        spellings = sorted(self.names, key=lambda name: (-self.names[name], name))
        return NodeRow(
            row=number,
            key=self.key,
            name=spellings[0],
            kind=NodeKind.ORGANISATION,
            categories=(self._category(spellings[0]),),
            postcode=self.postcode,
            website=self.website,
            precision="postcode",
            identifiers=tuple(sorted(self.identifiers)),
            other_names=tuple(spellings[1:]),
        )

    def _category(self, name: str) -> str:
        schemes = {scheme for scheme, _ in self.identifiers}
        if schemes & set(_COUNCIL):
            return "council"
        if "GB-CHC" in schemes:
            return "charity"
        if self.funder:
            return "funder"
        return "social-enterprise" if _CIC.search(name) else "community-group"


def import_grants(
    *,
    actor: Actor,
    rows: Iterable[GrantRow | Reject],
    source: Callable[[Sequence[GrantRow]], SourceFacts],
    place: Place | None = None,
    keep_good: bool = False,
    on_reject: Callable[[Reject], None] = lambda reject: None,
    dry_run: bool = False,
) -> Outcome:
    """Bring organisations and "funds" connections to what `rows` say; counts grants.

    All grants are held at once, because one spelling of an organisation may come last (about 2 kB a grant).
    `source` tells of the grants where they came from. Raises ReadError, RowsRefused.
    """
    tree = Categories()
    check_categories(CATEGORIES, tree)
    if not ConnectionType.objects.filter(slug=FUNDS, place=None).exists():
        raise ReadError(f"there is no connection type '{FUNDS}'", "", "Run load_vocabulary first.")
    sieve = Sieve(keep_good, on_reject)
    grants = list(sieve.good(rows))
    sieve.finish()
    organisations, of = reconcile(grants)
    made = Outcome()
    with whole(dry_run):
        kept_source = sources.keep(source(grants))
        with change(actor=actor, action="import grants", place=place, target=kept_source) as it:
            writer = NodeWriter(kept_source, place, tree, made, it, match_within_source=True, rows_are_things=False)
            ids: dict[str, int] = {}
            numbered = (org.row(number) for number, org in enumerate(organisations, start=1))
            for batch in batches(numbered, 2000):
                ids |= writer.write(batch)
            nodes = Node.objects.in_bulk(set(ids.values()))
            claims = [
                connections.Claim(
                    source=nodes[ids[of[grant.funder.identifiers[0]].key]],
                    target=nodes[ids[of[grant.recipient.identifiers[0]].key]],
                    type=FUNDS,
                    by_source=kept_source,
                    key=grant.key,
                    held_from=grant.held_from,
                    held_to=grant.held_to,
                    said_on=grant.awarded,
                    amount=grant.amount,
                    currency=grant.currency,
                    note=(grant.title or grant.programme)[:500],
                    evidence_url=grant.url,
                )
                for grant in grants
            ]
            done = connections.state_within(it, claims)
            outcome = Outcome(done.created, done.updated, done.unchanged, sieve.count)
            it.data.update(outcome.counts(), organisations=made.counts())
            if not (outcome.changed or made.changed):
                it.nothing_changed()
        sources.was_read(kept_source, outcome.rejected)
    outcome.notes.append(
        f"{len(organisations):,} organisations: {made.created:,} created, {made.updated:,} updated, "
        f"{made.unchanged:,} unchanged."
    )
    spelled = sum(len(org.names) > 1 for org in organisations)
    if spelled:
        outcome.notes.append(f"{spelled:,} of them are spelled in more than one way.")
    if writer.candidates:
        outcome.notes.append(
            f"{writer.candidates:,} may be the same as something here: kept apart, for a person to decide."
        )
    outcome.notes += kept_strict(writer.kept_strict + done.kept_strict)
    return outcome


def reconcile(
    grants: Iterable[GrantRow],
) -> tuple[list[Recipient], dict[Identifier, Recipient]]:
    """One Recipient for all grants that share an identifier, and which one each identifier means."""
    of: dict[Identifier, Recipient] = {}
    for grant in grants:
        for org, funder in ((grant.funder, True), (grant.recipient, False)):
            known = list({id(of[i]): of[i] for i in org.identifiers if i in of}.values())
            one = known[0] if known else Recipient()
            for other in known[1:]:
                one.absorb(other)
                for identifier in other.identifiers:
                    of[identifier] = one
            one.add(org, funder)
            for identifier in org.identifiers:
                of[identifier] = one
    return list({id(org): org for org in of.values()}.values()), of
