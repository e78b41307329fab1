"""Search with everything at once: words, a radius, a category and "open now", over HTTP, one client."""

from __future__ import annotations

import datetime
import random
from urllib.parse import urlencode

import psycopg

from . import servers
from .database import Server
from .generate import GROUPS, PLACE, WORDS
from .load import Load, load
from .report import Row, ms

# More than are asked in the time, so that none is answered from a copy.
QUESTIONS, BEFORE = 6_000, 2_000


def questions(url: str) -> list[str]:
    """Addresses of the API: the middles are those of nodes, so that most questions have an answer."""
    draw = random.Random(7)
    with psycopg.connect(url, autocommit=True) as connection:
        points = connection.execute(
            "SELECT ST_X(public_point), ST_Y(public_point) FROM mapping_node "
            "WHERE public_point IS NOT NULL ORDER BY md5(uuid::text) LIMIT %s",
            [QUESTIONS],
        ).fetchall()
    asked = []
    for lon, lat in points:
        what = {
            "place": PLACE,
            "q": draw.choice(WORDS),
            "near": f"{lat:.4f},{lon:.4f}",
            "within": draw.choice((800, 1600, 5000)),
            "category": draw.choice(GROUPS),
            # What "now" asks at half past ten on the next Wednesday: the same at each run.
            "open": f"{_wednesday()}T10:30",
            "limit": 20,
        }
        asked.append(f"/api/v1/nodes?{urlencode(what)}")
    return asked


def _wednesday() -> datetime.date:
    today = datetime.date.today()
    return today + datetime.timedelta(days=(2 - today.weekday()) % 7)


def timed(server: Server, database: str, seconds: float) -> Load:
    """How long the questions take, answered in turn."""
    url = server.url(database)
    asked = questions(url)
    with servers.ours(url) as port:
        load(port, asked[:BEFORE], clients=1, seconds=2)
        return load(port, asked[BEFORE:], clients=1, seconds=seconds)


def search(large: Load, small: Load, nodes: int, few: int) -> list[Row]:
    """Rows of search at `nodes` nodes, and of its growth from `few`."""
    p95, before = large.percentile(0.95), small.percentile(0.95)
    growth = p95 / before
    return [
        Row(
            f"search: text + radius + category + open now, {nodes:,} nodes: p95",
            "<= 20 ms",
            ms(p95),
            met=p95 <= 0.020 and not large.failures,
            figures={"p95_ms": 1000 * p95, "median_ms": 1000 * large.median, "failures": large.failures},
        ),
        Row(
            f"growth: search p95, {nodes:,} beside {few:,} nodes",
            "<= 2x",
            ms(p95),
            ms(before),
            f"{growth:.2f}x",
            growth <= 2,
        ),
    ]
