"""When: "this weekend near me" among a million dates."""

from __future__ import annotations

import random
import subprocess
import sys
from urllib.parse import urlencode

import psycopg

from . import database, servers
from .database import Server
from .generate import PLACE
from .load import Load, load
from .report import Row, ms

QUESTIONS = 200
NAME = "hereabouts_bench_when"


def filled(server: Server, nodes: int, dates: int) -> str:
    """A database with `nodes` nodes and about `dates` occurrences; its address."""
    url = database.filled(server, NAME, nodes)
    if not database.holds(server, NAME, "listings_occurrence"):
        code = (
            "import django; django.setup()\n"
            "from bench.generate_calendar import generate_calendar\n"
            f"print(f'  {{generate_calendar({dates}):,}} dates', flush=True)\n"
        )
        subprocess.run([sys.executable, "-c", code], env=database.environ(url), check=True)
    return url


def weekend(server: Server, nodes: int, dates: int, seconds: float) -> list[Row]:
    """How long "this weekend near me" takes, in date order, by the API, one client."""
    url = filled(server, nodes, dates)
    rows = []
    for what, more in (("", {}), (", yoga", {"q": "yoga"}), (", tonight", {"when": "tonight"})):
        measured = _timed(url, _questions(url, more), seconds)
        p95 = measured.percentile(0.95)
        rows.append(
            Row(
                f"this weekend near me{what}, {dates:,} dates of {nodes:,} nodes: p95",
                "<= 30 ms",
                ms(p95),
                met=p95 <= 0.030 and not measured.failures,
                figures={"p95_ms": 1000 * p95, "median_ms": 1000 * measured.median, "failures": measured.failures},
            )
        )
    return rows


def _timed(url: str, asked: list[str], seconds: float) -> Load:
    with servers.ours(url) as port:
        load(port, asked, clients=1, seconds=2)
        return load(port, asked, clients=1, seconds=seconds)


def _questions(url: str, more: dict[str, str]) -> list[str]:
    """Addresses of the API; the middles are those of listings, so that most have an answer."""
    draw = random.Random(8)
    with psycopg.connect(url, autocommit=True) as connection:
        points = connection.execute(
            "SELECT ST_X(public_point), ST_Y(public_point) FROM mapping_node n "
            "JOIN listings_listing l ON l.node_ptr_id = n.id "
            "WHERE public_point IS NOT NULL ORDER BY md5(uuid::text) LIMIT %s",
            [QUESTIONS],
        ).fetchall()
    asked = []
    for lon, lat in points:
        what = {
            "place": PLACE,
            "near": f"{lat:.4f},{lon:.4f}",
            "within": draw.choice((800, 1600, 5000)),
            "when": "weekend",
            "sort": "date",
            "limit": 20,
            **more,
        }
        asked.append(f"/api/v1/nodes?{urlencode(what)}")
    return asked
