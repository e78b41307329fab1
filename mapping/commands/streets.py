"""Import streets, each with the town and the ward that it lies in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from django.contrib.gis.geos import Point
from django.db import connection

from mapping.models import Actor, Place, Source, Street
from mapping.readers.errors import Reject
from mapping.readers.mapping_file import SourceFacts
from mapping.readers.street_names import street_key
from mapping.readers.streets import StreetRow

from . import sources
from .change import change
from .outcome import Outcome, Sieve, whole

BATCH = 5000
# Streets this near a place are kept for it too, in metres: people ask for what lies around the corner.
AROUND = 2000
# A street's part in another town is left with the rest when it is shorter than this, in metres.
SHORT_PART = 400

# The town: the nearest city, town or village, of which a larger one reaches further and one of the same district is
# preferred. The area: the ward, or the nearest suburb.
_WHERE = """
SELECT coalesce(town.name, ''), coalesce(ward.name, suburb.name, '')
FROM unnest(%s::float8[], %s::float8[]) WITH ORDINALITY AS given (lon, lat, n)
CROSS JOIN LATERAL (SELECT ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS point) AS it
LEFT JOIN LATERAL (
    SELECT name FROM mapping_place
    WHERE kind = 'district' AND superseded_at IS NULL AND ST_Covers(boundary, it.point) LIMIT 1
) AS district ON true
LEFT JOIN LATERAL (
    SELECT near.name FROM (
        SELECT name, district, kind, ST_DistanceSphere(point, it.point) AS metres FROM mapping_gazetteerentry
        WHERE kind IN ('city', 'town', 'village') ORDER BY point <-> it.point LIMIT 12
    ) AS near
    WHERE near.metres < 10000
    ORDER BY near.metres / CASE near.kind WHEN 'city' THEN 2 WHEN 'town' THEN 1.5 ELSE 1 END
             * CASE WHEN near.district <> district.name THEN 2 ELSE 1 END, near.name
    LIMIT 1
) AS town ON true
LEFT JOIN LATERAL (
    SELECT name FROM mapping_place
    WHERE kind = 'ward' AND superseded_at IS NULL AND ST_Covers(boundary, it.point) ORDER BY name LIMIT 1
) AS ward ON true
LEFT JOIN LATERAL (
    SELECT name FROM mapping_gazetteerentry
    WHERE kind = 'suburb' AND ST_DWithin(point, it.point, 0.05) ORDER BY point <-> it.point LIMIT 1
) AS suburb ON true
ORDER BY n
"""


def import_streets(
    *,
    actor: Actor,
    rows: Iterable[StreetRow | Reject],
    source: SourceFacts,
    place: Place | None = None,
    keep_good: bool = False,
    on_reject: Callable[[Reject], None] = lambda reject: None,
    dry_run: bool = False,
) -> Outcome:
    """Bring the streets of `source` to what `rows` say: those that it no longer has go. Raises RowsRefused.

    With a `place`, only streets within `AROUND` metres of it. A street longer than `LONG` metres becomes an entry for
    each town that it runs through.
    """
    outcome = Outcome()
    sieve = Sieve(keep_good, on_reject)
    with whole(dry_run), change(actor=actor, action="import streets", place=place) as it:
        if place is None:
            it.touch_everywhere()
        kept = sources.keep(source)
        wanted = {_mark(row): row for row in _placed(list(sieve.good(rows)))}
        sieve.finish()
        if place is not None:
            left_out = _outside(wanted, place)
            if left_out:
                outcome.notes.append(f"{left_out:,} further than {AROUND // 1000} km from {place.name} left out.")
        gone = _bring(kept, wanted, outcome)
        if gone:
            outcome.notes.append(f"{gone:,} that are no longer in the file removed.")
        outcome.rejected = sieve.count
        sources.was_read(kept, sieve.count)
        it.data.update(outcome.counts(), removed=gone)
        if not outcome.changed and not gone:
            it.nothing_changed()
    return outcome


_Mark = tuple[str, str, str, float, float]


def _mark(row: StreetRow) -> _Mark:
    return (row.name, row.town, row.area, row.lon, row.lat)


def _bring(source: Source, wanted: dict[_Mark, StreetRow], outcome: Outcome) -> int:
    """Make the source's streets what is wanted; return how many were removed."""
    there = {(it.name, it.town, it.area, it.point.x, it.point.y): it.pk for it in source.streets.iterator()}
    gone = [pk for mark, pk in there.items() if mark not in wanted]
    for start in range(0, len(gone), BATCH):
        Street.objects.filter(pk__in=gone[start : start + BATCH]).delete()
    new = [
        Street(
            source=source,
            name=row.name,
            key=street_key(row.name),
            town=row.town,
            area=row.area,
            point=Point(row.lon, row.lat, srid=4326),
        )
        for mark, row in wanted.items()
        if mark not in there
    ]
    Street.objects.bulk_create(new, batch_size=BATCH)
    outcome.created, outcome.unchanged = len(new), len(wanted) - len(new)
    return len(gone)


def _outside(wanted: dict[_Mark, StreetRow], place: Place) -> int:
    """Leave out of `wanted` what lies too far from `place`; return how many."""
    if place.boundary is None:
        return 0
    marks = list(wanted)
    far: list[_Mark] = []
    for start in range(0, len(marks), BATCH):
        some = marks[start : start + BATCH]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT ST_DWithin(boundary::geography, ST_SetSRID(ST_MakePoint(lon, lat), 4326)::geography, %s) "
                "FROM unnest(%s::float8[], %s::float8[]) WITH ORDINALITY AS given (lon, lat, n), mapping_place "
                "WHERE id = %s ORDER BY n",
                [AROUND, [it[3] for it in some], [it[4] for it in some], place.pk],
            )
            far += [mark for mark, (near,) in zip(some, cursor.fetchall(), strict=True) if not near]
    for mark in far:
        del wanted[mark]
    return len(far)


def _placed(rows: Sequence[StreetRow]) -> Iterator[StreetRow]:
    """The rows with their towns and areas; a long street once for each town."""
    whole_ones = [row for row in rows if not row.pieces]
    found = _where([(row.lon, row.lat) for row in whole_ones])
    for row, (town, area) in zip(whole_ones, found, strict=True):
        yield replace(row, town=row.town or town, area=row.area or area)
    for row in rows:
        if row.pieces:
            yield from _shared_out(row)


def _shared_out(row: StreetRow) -> Iterator[StreetRow]:
    """A long street once for each town, at the middle of what lies in it."""
    where = _where([(lon, lat) for lon, lat, _ in row.pieces])
    by_town: dict[str, list[int]] = defaultdict(list)
    for n, (town, _) in enumerate(where):
        by_town[town].append(n)
    length = {town: sum(row.pieces[n][2] for n in several) for town, several in by_town.items()}
    longest = max(sorted(length), key=lambda it: length[it])
    for town in sorted(by_town):
        if town != longest and length[town] < SHORT_PART:
            by_town[longest] += by_town[town]
    for town in sorted(by_town):
        if town != longest and length[town] < SHORT_PART:
            continue
        several = by_town[town]
        total = sum(row.pieces[n][2] for n in several) or 1.0
        lon = sum(row.pieces[n][0] * row.pieces[n][2] for n in several) / total
        lat = sum(row.pieces[n][1] * row.pieces[n][2] for n in several) / total
        middle = min(several, key=lambda n: (row.pieces[n][0] - lon) ** 2 + (row.pieces[n][1] - lat) ** 2)
        yield replace(
            row, lon=row.pieces[middle][0], lat=row.pieces[middle][1], town=town, area=where[middle][1], pieces=()
        )


def _where(points: Sequence[tuple[float, float]]) -> list[tuple[str, str]]:
    """(town, area) of each point (WGS84 degrees); empty where nothing is known."""
    found: list[tuple[str, str]] = []
    for start in range(0, len(points), BATCH):
        some = points[start : start + BATCH]
        with connection.cursor() as cursor:
            cursor.execute(_WHERE, [[lon for lon, _ in some], [lat for _, lat in some]])
            found += cursor.fetchall()
    return found
