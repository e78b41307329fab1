"""Listings with their dates, among the nodes that `generate` made: a country's classes, clubs and events.

Each has a weekly date for a year and a half, one in ten a single one; a third of them lie at the weekend. The same for
the same nodes.
"""

from __future__ import annotations

import datetime

from django.db import connection, transaction

from .generate import PLACE, UNIFORM

WEEKS = 78
NAMES = "Yoga Choir Chess Toddlers Repair Knitting Walking Dance Cooking Reading Football Gardening".split()

# Where some node is, so that towns have more of them.
LISTINGS = """
CREATE TEMP TABLE bench_listing ON COMMIT DROP AS
SELECT row_number() OVER () AS i, n.id AS there
FROM (
    SELECT id FROM mapping_node WHERE place_id = %(place)s AND location IS NOT NULL AND state = 'live'
    ORDER BY hashint8extended(id, 8) LIMIT %(listings)s
) n
"""

NODE_ROWS = """
INSERT INTO mapping_node (
    uuid, place_id, kind, category_id, name, other_names, summary, location, location_source, location_precision,
    address, postcode, phone, email, website, hours_text, step_free, facts, visibility, state,
    confirmed_at, created_at, updated_at, search_extra, features)
SELECT md5('listing-' || b.i)::uuid, n.place_id, 'activity', n.category_id,
       (%(names)s::text[])[1 + b.i %% %(name_count)s] || ' ' || b.i, '{}', 'A class at ' || n.name || '.',
       n.location, 'exact', 'exact', '', '', '', '', '', '', '', '{}', 'public', 'live', now(), now(), now(), '',
       CASE WHEN b.i %% 3 = 0 THEN '{free}' ELSE '{}' END::varchar[]
FROM bench_listing b JOIN mapping_node n ON n.id = b.there
"""

LISTING_ROWS = """
INSERT INTO listings_listing (
    node_ptr_id, listing_kind, organiser_name, online, venue_id, cost, decision_note, own_precision)
SELECT l.id, 'activity', '', false, NULL, '', '', 'exact'
FROM bench_listing b JOIN mapping_node l ON l.uuid = md5('listing-' || b.i)::uuid
"""

# Noon of a Monday, plus a day (two of seven lie at the weekend, and one more in three is moved there), plus an hour.
DATE_ROWS = """
INSERT INTO listings_occurrence (
    listing_id, starts_at, ends_at, until_at, original, status, all_day, "where", note)
SELECT l.id, s.at, s.at + interval '90 minutes', s.at + interval '90 minutes',
       to_char(s.at AT TIME ZONE 'Europe/London', 'YYYY-MM-DD"T"HH24:MI'),
       CASE WHEN pg_temp.u(b.i * 100 + w.w, 31) < 0.02 THEN 'cancelled' ELSE 'on' END, false, '', ''
FROM bench_listing b
JOIN mapping_node l ON l.uuid = md5('listing-' || b.i)::uuid
CROSS JOIN generate_series(0, %(weeks)s - 1) AS w (w)
CROSS JOIN LATERAL (
    SELECT (%(monday)s::date + 7 * w.w
        + CASE WHEN b.i %% 9 = 0 THEN 5 ELSE (b.i %% 7)::int END
        + time '08:00' + (b.i %% 12) * interval '1 hour') AT TIME ZONE 'Europe/London' AS at
) s
WHERE b.i %% 10 <> 0 OR w.w = b.i %% 70
"""


def generate_calendar(dates: int) -> int:
    """Write listings until there are about `dates` occurrences. Returns how many; ValueError when there are any."""
    from listings.models import Occurrence
    from mapping.models import Place

    if Occurrence.objects.exists():
        raise ValueError("There are dates already. Use a database without.")
    place = Place.objects.get(slug=PLACE)
    today = datetime.date.today()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(UNIFORM)
        cursor.execute(LISTINGS, {"place": place.pk, "listings": round(dates / (WEEKS * 0.9 + 0.1))})
        cursor.execute(NODE_ROWS, {"names": NAMES, "name_count": len(NAMES)})
        cursor.execute(LISTING_ROWS)
        monday = today - datetime.timedelta(days=today.weekday() + 7)
        cursor.execute(DATE_ROWS, {"weeks": WEEKS, "monday": monday})
        cursor.execute("DROP TABLE bench_listing")
    with connection.cursor() as cursor:
        tidy = "ANALYZE" if connection.in_atomic_block else "VACUUM ANALYZE"
        cursor.execute(f"{tidy} mapping_node, listings_listing, listings_occurrence")
    return Occurrence.objects.count()
