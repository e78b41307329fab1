"""Who is looking: what `visible_to` needs to know of a reader, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True)
class Viewer:
    """A class of readers.

    `place_ids`: places they belong to; `steward_of`: places they look after; `group_ids`: nodes of the
    groups they are members of. Hashable, so that a snapshot can be cached by viewer.
    """

    user_id: int | None = None
    place_ids: frozenset[int] = frozenset()
    steward_of: frozenset[int] = frozenset()
    group_ids: frozenset[int] = frozenset()
    sees_everything: bool = False

    @property
    def is_public(self) -> bool:
        """Whether this viewer sees just what everybody sees (and caches may be shared)."""
        return not (self.sees_everything or self.place_ids or self.group_ids)


PUBLIC = Viewer()

# Apps above this one tell which groups a user belongs to: each takes a user's id, returns nodes' ids.
_group_readers: list[Callable[[int], set[int]]] = []


def register_groups(reader: Callable[[int], set[int]]) -> None:
    """Add a reader of group memberships (called once, from an AppConfig's `ready`)."""
    if reader not in _group_readers:
        _group_readers.append(reader)


def viewer_for(request: HttpRequest) -> Viewer:
    """Return the viewer of this request, worked out once. Asks the database only for signed-in users."""
    viewer = getattr(request, "_viewer", None)
    if viewer is None:
        user = getattr(request, "user", None)
        viewer = PUBLIC if user is None or not user.is_authenticated else viewer_of(user)
        request._viewer = viewer
    return viewer


def viewer_of(user) -> Viewer:
    """Return the viewer that `user` is."""
    from mapping.models import PlaceRole, PlaceRoleKind

    roles = list(PlaceRole.objects.filter(user=user).values_list("place_id", "role"))
    groups: set[int] = set()
    for reader in _group_readers:
        groups |= reader(user.pk)
    return Viewer(
        user_id=user.pk,
        place_ids=frozenset(place for place, _ in roles),
        steward_of=frozenset(place for place, role in roles if role == PlaceRoleKind.STEWARD),
        group_ids=frozenset(groups),
        sees_everything=bool(user.is_superuser and user.is_active),
    )
