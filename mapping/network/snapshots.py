"""The network that a viewer may see, as arrays: read from the database once a revision, then shared.

snapshot = snapshots.load(place, viewer)

What is kept is known by the revisions of all places that it has nodes of, and by what its viewers may see: the same
for all who belong to the same places and groups. It lies in files that the processes of a machine share, and each
process remembers the last few. An older one is never returned.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from mapping.graph import snapshot_file
from mapping.graph.snapshot import Snapshot
from mapping.models import Place, Revision, Viewer

from . import snapshot_query

logger = logging.getLogger(__name__)

REMEMBERED = 16
# All that one process remembers, but one at least. 100,000 nodes with 500,000 connections take 34 MB.
REMEMBERED_BYTES = 150_000_000
# All files together; the oldest go first.
KEPT_BYTES = 2_000_000_000

Stamps = list[list[Any]]

_remembered: OrderedDict[tuple[int, str], Snapshot] = OrderedDict()
_lock = Lock()


def load(place: Place, viewer: Viewer, *, anew: bool = False) -> Snapshot:
    """Return the network of `place` as `viewer` sees it at this moment. One query when it is there.

    `anew` reads it from the database although it is there.
    """
    key = (place.pk, viewer.key)
    known = _known()
    with _lock:
        kept = None if anew else _remembered.get(key)
    if kept is None or not _is_current(kept.tables, place, known):
        kept = (None if anew else _from_file(place, key[1], known)) or _made(place, viewer, key[1])
    with _lock:
        _remembered[key] = kept
        _remembered.move_to_end(key)
        while len(_remembered) > 1 and (
            len(_remembered) > REMEMBERED or sum(it.nbytes for it in _remembered.values()) > REMEMBERED_BYTES
        ):
            _remembered.popitem(last=False)
    return kept


def remembered(place: Place, viewer: Viewer) -> Snapshot | None:
    """Return the network if this process remembers it, and it is as it is at this moment. One query."""
    with _lock:
        kept = _remembered.get((place.pk, viewer.key))
    return kept if kept is not None and _is_current(kept.tables, place, _known()) else None


def read(place: Place, viewer: Viewer) -> Snapshot:
    """Read the network of `place` from the database, whatever is kept."""
    with _one_moment():
        known = _known()
        tables = {
            "place": place.slug,
            "place_id": place.pk,
            "name": place.name,
            "units": place.units,
            "revision": known.get(place.pk, [0, 0])[1],
            "viewers": viewer.key,
        }
        found = snapshot_query.read(place, viewer, tables)
    # Whose change could change this: the place itself, and every place that a node of it belongs to.
    inside = {place.pk, *found.place[found.place >= 0].tolist()}
    found.tables["stamps"] = [known[pk] for pk in sorted(inside) if pk in known]
    found.tables["unnumbered"] = sorted(inside - set(known))
    return found


def _known() -> dict[int, list[Any]]:
    rows = Revision.objects.values_list("pk", "number", "raised_at")
    return {pk: [pk, number, raised_at.isoformat()] for pk, number, raised_at in rows}


def _is_current(tables: dict[str, Any], place: Place, known: dict[int, list[Any]]) -> bool:
    """Whether nothing was changed since in any place that it has nodes of.

    A number may come again after a restore from a backup; with the moment it was raised at, it does not.
    """
    return (
        place.pk in known
        and (tables["place"], tables["name"]) == (place.slug, place.name)
        and all(known.get(it[0]) == it for it in tables["stamps"])
        and not any(pk in known for pk in tables["unnumbered"])
    )


def _folder() -> Path:
    folder = Path(settings.SNAPSHOT_ROOT)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _from_file(place: Place, viewers: str, known: dict[int, list[Any]]) -> Snapshot | None:
    if place.pk not in known:
        return None
    try:
        for path in _folder().glob(f"{place.pk}.{known[place.pk][1]}-{viewers}-*.graph"):
            try:
                if _is_current(snapshot_file.tables(path), place, known):
                    return snapshot_file.read(path)
            except snapshot_file.DamagedSnapshot as error:
                logger.warning("%s", error)
                path.unlink(missing_ok=True)
            except FileNotFoundError:
                # Another process tidied up between two looks.
                continue
    except OSError:
        logger.exception("Kept networks cannot be read.")
    return None


def _made(place: Place, viewer: Viewer, viewers: str) -> Snapshot:
    found = read(place, viewer)
    if place.pk not in {it[0] for it in found.tables["stamps"]}:
        # Without a number nobody could tell when it is out of date.
        return found
    stamps = hashlib.sha256(json.dumps(found.tables["stamps"]).encode()).hexdigest()[:16]
    try:
        path = _folder() / f"{place.pk}.{found.tables['revision']}-{viewers}-{stamps}.graph"
        snapshot_file.write(path, found)
        tidy(place, found.tables["revision"], keep=path)
    except OSError:
        logger.exception("The network of %s cannot be kept.", place.slug)
    return found


def tidy(place: Place, revision: int, keep: Path | None = None) -> None:
    """Delete what is kept of earlier revisions of `place`, whoever it was for; then the oldest of all, above the limit.

    Whoever has a deleted one open keeps it until they let go.
    """
    left = []
    for path in _folder().glob("*.graph"):
        owner, _, rest = path.name.partition(".")
        number = rest.partition("-")[0]
        same = path != keep and keep is not None and path.name.split("-")[:2] == keep.name.split("-")[:2]
        if owner == str(place.pk) and number.isdigit() and (int(number) < revision or same):
            path.unlink(missing_ok=True)
        else:
            left.append(path)
    try:
        sizes = sorted(((it.stat().st_mtime, it.stat().st_size, it) for it in left), reverse=True)
    except FileNotFoundError:
        return
    total = 0
    for _, size, path in sizes:
        total += size
        if total > KEPT_BYTES:
            path.unlink(missing_ok=True)


def forget() -> None:
    """Let go of what this process remembers."""
    with _lock:
        _remembered.clear()


@contextmanager
def _one_moment() -> Iterator[None]:
    """All queries inside see the database as it was at one moment, unless a transaction is under way already."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
