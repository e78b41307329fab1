"""Import names of settlements and suburbs."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db import connection

from mapping.models import Actor
from mapping.readers.errors import Reject
from mapping.readers.gazetteer import GazetteerRow
from mapping.readers.locate import is_outcode

from .change import change
from .outcome import Outcome, Sieve, batches, whole

BATCH = 5000
_KEEP = """
WITH kept AS (
    INSERT INTO mapping_gazetteerentry (name, district, kind, point)
    SELECT name, district, kind, ST_SetSRID(ST_MakePoint(lon, lat), 4326)
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::float8[], %s::float8[])
         AS given (name, district, kind, lon, lat)
    ON CONFLICT (name, district, kind, point) DO NOTHING
    RETURNING 1
)
SELECT count(*) FROM kept
"""


def import_gazetteer(
    *,
    actor: Actor,
    rows: Iterable[GazetteerRow | Reject],
    keep_good: bool = False,
    on_reject: Callable[[Reject], None] = lambda reject: None,
    dry_run: bool = False,
) -> Outcome:
    """Add the names that are not there yet. Raises RowsRefused.

    Names that are postcode districts (AL8) are left out: postcodes are imported on their own.
    """
    outcome = Outcome()
    sieve = Sieve(keep_good, on_reject)
    left_out = 0
    with whole(dry_run), change(actor=actor, action="import gazetteer") as it:
        for batch in batches(sieve.good(rows), BATCH):
            names = [row for row in batch if not is_outcode(row.name)]
            left_out += len(batch) - len(names)
            columns = [[getattr(row, name) for row in names] for name in ("name", "district", "kind", "lon", "lat")]
            with connection.cursor() as cursor:
                cursor.execute(_KEEP, columns)
                [created] = cursor.fetchone()
            outcome.created += created
            outcome.unchanged += len(names) - created
        sieve.finish()
        outcome.rejected = sieve.count
        it.data.update(outcome.counts())
        if not outcome.changed:
            it.nothing_changed()
    if left_out:
        outcome.notes.append(f"{left_out:,} postcode districts among the names left out.")
    return outcome
