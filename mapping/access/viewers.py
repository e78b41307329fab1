"""Which viewer a request or an account is: the places and groups that they belong to."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest

from mapping.models import PUBLIC, PlaceRole, PlaceRoleKind, Viewer

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
