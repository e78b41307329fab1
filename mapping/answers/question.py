"""What is asked: of which place, by which class of viewers, with which parameters: the same has the same key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, QueryDict
from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config import importmap
from config.errors import HereaboutsError
from mapping.models import Place, Viewer

from .kinds import KINDS

# Raise it when answers of an earlier release must not be shown: templates and words are in them.
VERSION = 1
MAX_LETTERS = 16_000


class QuestionTooLong(HereaboutsError, ValueError):
    """More was asked than anybody types."""

    status = 414


@dataclass(frozen=True)
class Question:
    """params : names and values in order, those that the answer depends on; site : where this site is, or empty."""

    kind: str
    place: Place
    viewer: Viewer
    params: tuple[tuple[str, str], ...] = ()
    language: str = ""
    site: str = ""

    @classmethod
    def of(
        cls,
        kind: str,
        place: Place,
        viewer: Viewer,
        params: QueryDict | Mapping[str, str] | None = None,
        *,
        request: HttpRequest | None = None,
    ) -> Question:
        """Read the parameters that this kind of question knows. Raises QuestionTooLong."""
        known = KINDS[kind]
        found = tuple((name, value) for name in known.parameters for value in _values(params or {}, name) if value)
        if sum(len(value) for _name, value in found) > MAX_LETTERS:
            raise QuestionTooLong(_("More was asked than can be answered at once."), _("Ask for less."))
        site = request.build_absolute_uri("/").rstrip("/") if known.by_address and request is not None else ""
        return cls(kind, place, viewer, found, get_language() or "", site)

    @property
    def viewers(self) -> str:
        return self.viewer.key

    @property
    def key(self) -> str:
        """A digest of all of it, of the class of viewers and of our release too."""
        parts = [self.kind, self.place.pk, self.viewers, self.params, self.language, self.site, release()]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    def stored(self) -> dict[str, Any]:
        """What a job needs to ask it again: no person, only what somebody of this class may see."""
        return {
            "params": [list(it) for it in self.params],
            "language": self.language,
            "site": self.site,
            "places": sorted(self.viewer.place_ids),
            "groups": sorted(self.viewer.group_ids),
            "everything": self.viewer.sees_everything,
        }

    @classmethod
    def restored(cls, kind: str, place: Place, stored: Mapping[str, Any]) -> Question:
        """The question again, out of what `stored` wrote."""
        viewer = Viewer(
            place_ids=frozenset(stored["places"]),
            group_ids=frozenset(stored["groups"]),
            sees_everything=stored["everything"],
        )
        params = tuple((name, value) for name, value in stored["params"])
        return cls(kind, place, viewer, params, stored["language"], stored["site"])

    def query(self) -> QueryDict:
        """The parameters as a view reads them."""
        found = QueryDict(mutable=True)
        for name, value in self.params:
            found.appendlist(name, value)
        return found


@lru_cache(maxsize=1)
def release() -> str:
    """What changes with a release of ours: addresses of scripts and styles are in the answers."""
    return f"{VERSION} {importmap.csp_hash()} {static('css/hereabouts.css')}"


def _values(params: QueryDict | Mapping[str, str], name: str) -> Iterable[str]:
    return params.getlist(name) if isinstance(params, QueryDict) else [params[name]] if name in params else []
