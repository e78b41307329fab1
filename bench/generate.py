"""A made-up country of nodes, the same for the same seed, written by set-based SQL.

The shape is that of real directories: people live in towns, towns have very different sizes, and things crowd towards
the middle of a town.

- 2,000 towns lie over a box of the size of England and Wales (`COUNTRY`; `TOWN` is a small one). The town of node *i*
  is drawn from a power law: the largest town holds some 4 % of all nodes, the smaller half of all towns a quarter.
- The distance of a node from its town's middle is exponential, with a mean of 0.6 km (small) to 4 km (large).
- 24 categories in the eight groups, drawn by a power law too; 1 node in 5 is an organisation.
- 3 nodes in 10 have opening hours, five to seven days a week; intervals of the next six weeks.
- 1 node in 50 is not public (members only, or a draft), so that no reader can leave out the check. 1 in 25 has
  a coarsened location.

Every draw is `hash(node number, seed + salt)`, so neither the order of rows nor parallel plans change the result.
"""

from __future__ import annotations

import datetime
from contextlib import nullcontext
from dataclasses import dataclass

from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db import connection, transaction

from . import bulk

PLACE = "bench"
GROUPS = (
    "food-help",
    "community-space",
    "green-space",
    "sport-play",
    "faith",
    "health",
    "learning",
    "arts-heritage",
)
CATEGORIES = {
    "food-help": ("bench-food-bank", "bench-pantry", "bench-kitchen"),
    "community-space": ("bench-hall", "bench-hub", "bench-room"),
    "green-space": ("bench-park", "bench-allotment", "bench-wood"),
    "sport-play": ("bench-pitch", "bench-club", "bench-playground"),
    "faith": ("bench-church", "bench-mosque", "bench-temple"),
    "health": ("bench-surgery", "bench-pharmacy", "bench-clinic"),
    "learning": ("bench-school", "bench-library", "bench-nursery"),
    "arts-heritage": ("bench-museum", "bench-theatre", "bench-plaque"),
}
WORDS = (
    "garden friends repair choir lunch walking history football sewing reading chess music drama carers "
    "parents youth toddler allotment pantry kitchen advice debt housing cycling swimming boxing yoga "
    "dance craft pottery film coding language prayer meditation bowls cricket tennis rowing scouts guides"
).split()
FIRST = "Saint Old New Upper Lower Great Little North South East West High Long Green Black White".split()
SECOND = (
    "Ashford Barton Calder Denton Elmley Fairfield Garside Hatherley Ingleby Kirkham Langley Marston Norton "
    "Oakham Penrith Quarrington Ripley Shelton Thornton Upton Walton Yarwell"
).split()


@dataclass(frozen=True)
class Country:
    """Where the towns lie: west, south, east, north in degrees; how many, and how widely they spread (1: as above)."""

    box: tuple[float, float, float, float]
    towns: int
    spread: float = 1.0


COUNTRY = Country((-3.6, 50.6, 0.6, 54.6), 2_000)
# The neighbourhood of a page: a dozen quarters in an area of 9 by 11 km.
TOWN = Country((-2.39, 53.38, -2.27, 53.46), 12, 0.2)


@dataclass(frozen=True)
class Made:
    """What a run of the generator wrote."""

    nodes: int
    place_id: int
    public: int


UNIFORM = """
CREATE OR REPLACE FUNCTION pg_temp.u(i bigint, salt bigint) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    (hashint8extended(i, salt) & 9007199254740991)::float8 / 9007199254740992::float8
"""

# The town of a node, its middle, and how far the town spreads (km).
TOWN_TABLE = """
CREATE TEMP TABLE bench_town ON COMMIT DROP AS
SELECT t AS town,
       %(west)s + pg_temp.u(t, %(seed)s + 101) * (%(east)s - %(west)s) AS lon,
       %(south)s + pg_temp.u(t, %(seed)s + 102) * (%(north)s - %(south)s) AS lat,
       %(spread)s * (0.6 + 3.4 / (1 + t / 40.0)) AS spread,
       (%(first)s::text[])[1 + t %% %(firsts)s] || ' ' ||
       (%(second)s::text[])[1 + (t / %(firsts)s) %% %(seconds)s] AS name
FROM generate_series(0, %(towns)s - 1) t
"""

NODE_ROWS = """
INSERT INTO mapping_node (
    uuid, place_id, kind, category_id, name, other_names, summary, location, location_source, location_precision,
    address, postcode, phone, email, website, hours_text, step_free, facts, visibility, state,
    confirmed_at, created_at, updated_at, search_extra)
SELECT md5(d.i || '-' || %(seed)s)::uuid, %(place)s,
       CASE WHEN pg_temp.u(d.i, %(seed)s + 1) < 0.2 THEN 'organisation' ELSE 'asset' END,
       c.id,
       t.name || ' ' || d.word || ' ' || c.name, '{}',
       'A ' || d.word || ' ' || lower(c.name) || ' for ' || d.other || ' in ' || t.name || '.',
       ST_SetSRID(ST_MakePoint(
           t.lon + d.far * t.spread * cos(d.angle) / 66.0, t.lat + d.far * t.spread * sin(d.angle) / 111.2), 4326),
       CASE WHEN d.coarse THEN 'pin' ELSE 'exact' END, CASE WHEN d.coarse THEN 'area' ELSE 'exact' END,
       (d.i %% 200) || ' ' || d.other || ' Street, ' || t.name, '', '', '', '', '', '', '{}',
       CASE WHEN d.hidden < 0.01 THEN 'members' ELSE 'public' END,
       CASE WHEN d.hidden BETWEEN 0.01 AND 0.02 THEN 'draft' ELSE 'live' END,
       now(), now(), now(), c.name || ' ' || t.name || ' ' || d.other
FROM (
    SELECT i,
           floor(%(towns)s * power(pg_temp.u(i, %(seed)s + 2), 2.4))::int AS town,
           least(-ln(1 - pg_temp.u(i, %(seed)s + 3)), 6) AS far,
           2 * pi() * pg_temp.u(i, %(seed)s + 4) AS angle,
           1 + floor(%(categories)s * power(pg_temp.u(i, %(seed)s + 5), 1.6))::int AS category,
           (%(words)s::text[])[1 + floor(pg_temp.u(i, %(seed)s + 6) * %(word_count)s)::int] AS word,
           (%(words)s::text[])[1 + floor(pg_temp.u(i, %(seed)s + 7) * %(word_count)s)::int] AS other,
           pg_temp.u(i, %(seed)s + 8) AS hidden,
           pg_temp.u(i, %(seed)s + 9) < 0.04 AS coarse
    FROM generate_series(%(from)s::bigint, %(to)s::bigint) i
) d
JOIN bench_town t USING (town)
JOIN bench_category c ON c.position = d.category
"""

HOURS_ROWS = """
INSERT INTO mapping_opening_hours (
    node_id, expression, not_understood, questions, by_hand, nation, timezone, filled_until)
SELECT id,
       'Mo-' || (ARRAY['Fr', 'Sa', 'Su'])[days - 4] || ' ' || lpad(opens::text, 2, '0') || ':00-' || closes
       || ':00; PH off',
       '{}', '{}', false, 'england', 'Europe/London', %(until)s
FROM bench_hours
"""

# What the expressions come to, day by day in the time of the place, without the bank holidays (there are few).
INTERVAL_ROWS = """
INSERT INTO mapping_openinginterval (node_id, period, state)
SELECT id, tstzrange((day + make_interval(hours => opens)) AT TIME ZONE 'Europe/London',
                     (day + make_interval(hours => closes)) AT TIME ZONE 'Europe/London'), 'open'
FROM bench_hours CROSS JOIN generate_series(%(from)s::timestamp, %(until)s::timestamp - interval '1 day', '1 day') day
WHERE extract(isodow FROM day) <= days
"""

HOURS_TABLE = """
CREATE TEMP TABLE bench_hours ON COMMIT DROP AS
SELECT n.id, 5 + floor(pg_temp.u(n.i, %(seed)s + 13) * 3)::int AS days,
       8 + floor(pg_temp.u(n.i, %(seed)s + 11) * 4)::int AS opens,
       15 + floor(pg_temp.u(n.i, %(seed)s + 12) * 7)::int AS closes
FROM (SELECT id, hashtextextended(uuid::text, 0) AS i FROM mapping_node WHERE place_id = %(place)s) n
WHERE pg_temp.u(n.i, %(seed)s + 10) < 0.3
"""

# Rows come in town by town: with rows of a town side by side a tile touches few pages, as imports do.
BATCH = 100_000
# From so many on, indexes are made when the rows are there.
MANY = 20_000
TABLES = ("mapping_node", "listings_organisation", "mapping_opening_hours", "mapping_openinginterval")


def make_categories() -> None:
    """Write the 24 categories of the benchmark (those of the demo are left alone)."""
    from mapping.models import Category

    for group, slugs in CATEGORIES.items():
        top, _ = Category.objects.get_or_create(
            slug=group, defaults={"name": group.replace("-", " ").capitalize(), "group": group}
        )
        for slug in slugs:
            Category.objects.get_or_create(
                slug=slug,
                defaults={
                    "name": slug.removeprefix("bench-").capitalize(),
                    "group": group,
                    "parent": top,
                    "icon": "circle",
                },
            )


def generate(nodes: int, seed: int = 1, *, country: Country = COUNTRY, say=lambda text: None) -> Made:
    """Write `nodes` nodes into an empty place named `bench`; the same for the same `seed`.

    Raises ValueError when the place already has nodes: a benchmark runs in a database of its own.
    """
    from mapping.models import Node, Place, Revision
    from mapping.models.hours import DAYS_AHEAD, DAYS_AT_ONCE

    place, _ = Place.objects.get_or_create(
        slug=PLACE,
        release=datetime.date(2026, 1, 1),
        defaults={
            "name": "Bench",
            "kind": "county",
            "is_home": True,
            "boundary": MultiPolygon(Polygon.from_bbox(country.box), srid=4326),
        },
    )
    if Node.objects.filter(place=place).exists():
        raise ValueError("The place `bench` has nodes already. Use an empty database.")
    make_categories()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(UNIFORM)
        cursor.execute(
            TOWN_TABLE,
            {
                "seed": seed,
                "towns": country.towns,
                "spread": country.spread,
                **dict(zip(("west", "south", "east", "north"), country.box, strict=True)),
                "first": FIRST,
                "firsts": len(FIRST),
                "second": SECOND,
                "seconds": len(SECOND),
            },
        )
        cursor.execute(
            "CREATE TEMP TABLE bench_category ON COMMIT DROP AS "
            "SELECT id, name, row_number() OVER (ORDER BY md5(slug)) AS position "
            "FROM mapping_category WHERE slug LIKE 'bench-%%'",
            [],
        )
        with bulk.set_aside(cursor, TABLES, say) if nodes >= MANY else nullcontext():
            for start in range(1, nodes + 1, BATCH):
                end = min(start + BATCH - 1, nodes)
                cursor.execute(
                    NODE_ROWS,
                    {
                        "seed": seed,
                        "place": place.pk,
                        "towns": country.towns,
                        "categories": sum(len(slugs) for slugs in CATEGORIES.values()),
                        "words": WORDS,
                        "word_count": len(WORDS),
                        "from": start,
                        "to": end,
                    },
                )
                say(f"{end:,} of {nodes:,} nodes")
            cursor.execute(
                "INSERT INTO listings_organisation (node_ptr_id, trusted) "
                "SELECT id, false FROM mapping_node WHERE place_id = %s AND kind = 'organisation'",
                [place.pk],
            )
            # From yesterday on, as the job keeps them: what a search looks up is "now" and the next weeks.
            start = datetime.date.today() - datetime.timedelta(days=1)
            until = start + datetime.timedelta(days=1 + DAYS_AHEAD + DAYS_AT_ONCE)
            cursor.execute(HOURS_TABLE, {"seed": seed, "place": place.pk})
            cursor.execute(HOURS_ROWS, {"until": until})
            cursor.execute(INTERVAL_ROWS, {"from": start, "until": until})
            cursor.execute(
                "INSERT INTO mapping_searchword (word, occurrences) SELECT word, 1000 "
                "FROM unnest(%s::text[]) word ON CONFLICT DO NOTHING",
                [sorted({word.lower() for word in (*WORDS, *FIRST, *SECOND)})],
            )
        cursor.execute("DROP TABLE bench_town, bench_category, bench_hours")
    Revision.objects.get_or_create(place=place)
    with connection.cursor() as cursor:
        # Inside a transaction (a test) there is nothing to be tidied yet.
        tidy = "ANALYZE" if connection.in_atomic_block else "VACUUM ANALYZE"
        cursor.execute(f"{tidy} mapping_node, mapping_openinginterval, mapping_category, mapping_place")
    from mapping.models import PUBLIC

    return Made(nodes, place.pk, Node.objects.visible_to(PUBLIC).filter(place=place).count())
