"""Who is looking: what `visible_to` needs to know of a reader, and nothing else."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass


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

    @property
    def key(self) -> str:
        """The class of viewers: "public", or a text that is the same for all who see the same."""
        if self.is_public:
            return "public"
        if self.sees_everything:
            return "everything"
        sees = json.dumps([sorted(self.place_ids), sorted(self.group_ids)])
        return hashlib.sha256(sees.encode()).hexdigest()[:16]


PUBLIC = Viewer()
