"""A schedule for every listing that has a date, and when its occurrences are over."""

from django.conf import settings
from django.db import migrations

FORWARD = """
INSERT INTO listings_schedule (
    listing_id, timezone, first_on, days, times, rule, also_on, not_on, not_in_months, not_on_holidays, nation,
    sequence, kept_until
)
SELECT l.node_ptr_id, %(zone)s, (l.starts_at AT TIME ZONE %(zone)s)::date, 1,
    jsonb_build_array(jsonb_build_array(
        to_char(l.starts_at AT TIME ZONE %(zone)s, 'HH24:MI'),
        coalesce(to_char(l.ends_at AT TIME ZONE %(zone)s, 'HH24:MI'), ''),
        coalesce((l.ends_at AT TIME ZONE %(zone)s)::date - (l.starts_at AT TIME ZONE %(zone)s)::date, 0)
    )),
    CASE WHEN l.repeats = 'weekly'
        THEN 'FREQ=WEEKLY' || coalesce(';UNTIL=' || to_char(l.repeats_until, 'YYYYMMDD'), '') ELSE '' END,
    '{}', '{}', '{}', false, coalesce(p.nation, ''), 0,
    CASE WHEN l.repeats = 'weekly' THEN current_date END
FROM listings_listing l
JOIN mapping_node n ON n.id = l.node_ptr_id
LEFT JOIN mapping_place p ON p.id = n.place_id
WHERE l.starts_at IS NOT NULL
"""

OCCURRENCES = """
UPDATE listings_occurrence SET
    until_at = coalesce(ends_at, starts_at + interval '2 hours'),
    original = to_char(starts_at AT TIME ZONE %(zone)s, 'YYYY-MM-DD"T"HH24:MI')
"""

# Two dates of one listing whose clocks show the same (in the hour that comes twice) are told apart by their number.
TWICE = """
UPDATE listings_occurrence o SET original = o.original || '#' || o.id
WHERE EXISTS (
    SELECT FROM listings_occurrence x
    WHERE x.listing_id = o.listing_id AND x.original = o.original AND x.id < o.id
)
"""

# The nightly job works out when those end that have a last date still to come.
OVER = """
UPDATE listings_listing l SET dates_over_at = (
    SELECT max(o.until_at) FROM listings_occurrence o WHERE o.listing_id = l.node_ptr_id
)
WHERE l.starts_at IS NOT NULL AND (l.repeats = '' OR l.repeats_until < current_date)
"""

NODES = """
UPDATE mapping_node n SET over_at = least(l.dates_over_at, l.expires_at)
FROM listings_listing l
WHERE l.node_ptr_id = n.id AND least(l.dates_over_at, l.expires_at) IS NOT NULL
"""


def fill(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for statement in (FORWARD, OCCURRENCES):
            cursor.execute(statement, {"zone": settings.TIME_ZONE})
        for statement in (TWICE, OVER, NODES):
            cursor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("listings", "0007_schedules")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
