"""Who may say what about connections: for themselves, and on behalf of which groups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest

from mapping.models import Connection, Node, NodeKind, Place, Statement, Viewer

from .viewers import viewer_for

# Apps above this one tell whose groups a user may speak for: each takes a user's id, returns nodes' ids.
_editor_readers: list[Callable[[int], set[int]]] = []
# And who looks after something that is no group: each takes a user and a node.
_caretakers: list[Callable[[Any, Node], bool]] = []
MAX_GROUPS = 100


def register_editors(reader: Callable[[int], set[int]]) -> None:
    """Add a reader of the groups that a user may speak for (called once, from an AppConfig's `ready`)."""
    if reader not in _editor_readers:
        _editor_readers.append(reader)


def register_caretakers(reader: Callable[[Any, Node], bool]) -> None:
    """Add somebody who knows whether a user looks after a node (called once, from an AppConfig's `ready`)."""
    if reader not in _caretakers:
        _caretakers.append(reader)


@dataclass(frozen=True)
class Contributor:
    """A signed-in person, with what they may say. Asks the database when a question is first put."""

    user: Any
    viewer: Viewer

    @cached_property
    def groups(self) -> list[Node]:
        """The live groups that this person may speak for, by name."""
        ids: set[int] = set()
        for reader in _editor_readers:
            ids |= reader(self.user.pk)
        if not ids:
            return []
        mine = Node.objects.visible_to(self.viewer).filter(pk__in=ids).exclude(kind=NodeKind.PERSON)
        return list(mine.order_by("name", "pk")[:MAX_GROUPS])

    @cached_property
    def group_ids(self) -> frozenset[int]:
        return frozenset(group.pk for group in self.groups)

    def belongs_to(self, node: Node) -> bool:
        """Whether this person has a part in the node's place, or speaks for the node itself."""
        return self.viewer.sees_everything or node.place_id in self.viewer.place_ids or node.pk in self.group_ids

    def may_begin(self, node: Node) -> bool:
        """Whether they may open "Add a connection" here: the other end may turn out to be a group of theirs."""
        return self.belongs_to(node) or bool(self.groups)

    def may_state(self, source: Node, target: Node) -> bool:
        """Members of the place of either end, editors of either end, superusers."""
        return self.belongs_to(source) or self.belongs_to(target)

    def is_steward_of(self, connection: Connection) -> bool:
        return self.is_steward_at(connection.source) or self.is_steward_at(connection.target)

    def is_steward_at(self, node: Node) -> bool:
        """Whether they look after its home, or an area (a ward, say) that it lies in as far as the public knows."""
        if self.viewer.sees_everything or node.place_id in self.viewer.steward_of:
            return True
        if not self.viewer.steward_of or node.public_point is None:
            return False
        areas = Place.objects.current().covering(node.public_point)
        return areas.filter(pk__in=self.viewer.steward_of, is_home=False).exists()

    def looks_after(self, node: Node) -> bool:
        """Whether they may take it off the map: its stewards, and who posted or edits it."""
        return self.is_steward_at(node) or any(reader(self.user, node) for reader in _caretakers)

    def owns(self, statement: Statement) -> bool:
        """Whether they said it, themselves or for a group that they may (still) speak for."""
        return statement.by_user_id == self.user.pk or statement.by_node_id in self.group_ids

    def may_withdraw(self, statement: Statement) -> bool:
        """Their own; a steward any of the place but what a rule worked out (the rule would say it again)."""
        return self.owns(statement) or (not statement.is_derived and self.is_steward_of(statement.connection))


def contributor_of(request: HttpRequest) -> Contributor | None:
    """Return who is speaking; None for somebody who is not signed in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    contributor = getattr(request, "_contributor", None)
    if contributor is None:
        contributor = request._contributor = Contributor(user=user, viewer=viewer_for(request))
    return contributor
