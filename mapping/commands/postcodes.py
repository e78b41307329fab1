"""Import postcodes, outcodes and sectors with their points."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db import connection

from mapping.models import Actor
from mapping.readers.errors import Reject
from mapping.readers.postcodes import PostcodeBatch

from .change import change
from .outcome import Outcome, Sieve, whole

# xmax is 0 only for a row that this statement inserted.
_KEEP = """
WITH given AS (
    SELECT code, ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS point, district, ward
    FROM unnest(%s::text[], %s::float8[], %s::float8[], %s::text[], %s::text[])
         AS given (code, lon, lat, district, ward)
), kept AS (
    INSERT INTO mapping_postcode AS old (code, point, district, ward)
    SELECT code, point, district, ward FROM given
    ON CONFLICT (code) DO UPDATE SET
        point = excluded.point,
        district = CASE WHEN excluded.district = '' THEN old.district ELSE excluded.district END,
        ward = CASE WHEN excluded.ward = '' THEN old.ward ELSE excluded.ward END
    WHERE NOT ST_DWithin(old.point, excluded.point, 0.00002)
       OR (excluded.district <> '' AND old.district <> excluded.district)
       OR (excluded.ward <> '' AND old.ward <> excluded.ward)
    RETURNING xmax = 0 AS made
)
SELECT count(*) FILTER (WHERE made), count(*) FILTER (WHERE NOT made) FROM kept
"""


def import_postcodes(
    *,
    actor: Actor,
    rows: Iterable[PostcodeBatch | Reject],
    keep_good: bool = False,
    on_reject: Callable[[Reject], None] = lambda reject: None,
    dry_run: bool = False,
) -> Outcome:
    """Add postcodes and move those that moved (by more than about 2 metres). Raises RowsRefused.

    A district or ward that the rows do not know is left as it is.
    """
    outcome = Outcome()
    sieve = Sieve(keep_good, on_reject)
    without = 0
    with whole(dry_run), change(actor=actor, action="import postcodes") as it:
        for batch in sieve.good(rows):
            without += batch.without_point
            if not len(batch):
                continue
            wards = batch.wards if batch.wards is not None else [""] * len(batch)
            with connection.cursor() as cursor:
                cursor.execute(
                    _KEEP,
                    [
                        list(batch.codes),
                        batch.lons.tolist(),
                        batch.lats.tolist(),
                        list(batch.districts),
                        list(wards),
                    ],
                )
                created, updated = cursor.fetchone()
            outcome.created += created
            outcome.updated += updated
            outcome.unchanged += len(batch) - created - updated
        sieve.finish()
        outcome.rejected = sieve.count
        it.data.update(outcome.counts())
        if not outcome.changed:
            it.nothing_changed()
    if without:
        outcome.notes.append(f"{without:,} postcodes without coordinates left out.")
    return outcome
