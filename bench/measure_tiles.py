"""Tiles: made anew beside pgbench and tipg, kept ones beside a bare view, wide ones by size and time, and growth."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg
from psycopg import ClientCursor

from . import servers
from .database import Server
from .generate import PLACE
from .load import Connection, Load, load
from .report import Row, kb, ms, skipped

CLIENTS = 8
ROUNDS = 3
# pgbench takes at most 128 scripts: each tile is one, and everybody is asked for the same tiles.
TILES = 100
WIDE_ZOOM, WIDE_POINTS = 8, 20_000
SIDE = 40075016.68557849  # metres of EPSG:3857 around the world
OCCUPIED = """
SELECT floor((ST_X(point_3857) + %(half)s) / (%(side)s / %(tiles)s))::int AS x,
       floor((%(half)s - ST_Y(point_3857)) / (%(side)s / %(tiles)s))::int AS y, count(*)
FROM mapping_node WHERE point_3857 IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2
"""


def occupied(url: str, zoom: int) -> list[tuple[int, int, int]]:
    """Column, row and number of nodes of every tile of a zoom with something in it."""
    with psycopg.connect(url, autocommit=True) as connection:
        rows = connection.execute(OCCUPIED, {"half": SIDE / 2, "side": SIDE, "tiles": 2**zoom})
        return list(rows.fetchall())


def sample(url: str, count: int = TILES) -> list[tuple[int, int]]:
    """Some tiles of zoom 14 with something in them, the same at each run."""
    tiles = [(x, y) for x, y, _ in occupied(url, 14)]
    return random.Random(1).sample(tiles, min(count, len(tiles)))


def paths(tiles: list[tuple[int, int]]) -> list[str]:
    """Their addresses; a fresh database of the benchmark is at revision 1."""
    return [f"/tiles/{PLACE}.1/nodes/14/{x}/{y}.mvt" for x, y in tiles]


def not_cached(server: Server, database: str, seconds: float) -> list[Row]:
    """Tiles of zoom 14 made anew for 8 clients, beside the same statements run by pgbench, and tipg."""
    url = server.url(database)
    tiles = sample(url)
    what = "tile z14, not cached, 8 clients"
    rows = []
    rounds = []
    with servers.ours(url, TILE_CACHE_MB="0") as port:
        load(port, paths(tiles), clients=CLIENTS, seconds=1)
        # By turns, so that whatever else the machine does falls on both.
        for _ in range(ROUNDS):
            mine = load(port, paths(tiles), clients=CLIENTS, seconds=seconds / 2)
            rounds.append((mine, _pgbench(url, tiles, seconds / 2)))
    mine, bare = _middle(rounds)
    if bare:
        ratio = mine.rate / bare
        rows.append(
            Row(
                f"{what}, beside its SQL in pgbench",
                ">= 0.5x",
                f"{mine.rate:,.0f}/s",
                f"{bare:,.0f}/s",
                f"{ratio:.2f}x",
                ratio >= 0.5 and not mine.failures,
                figures={"ours": mine.rate, "pgbench": bare, "p95_ms": 1000 * mine.percentile(0.95)},
            )
        )
    else:
        rows.append(skipped(what, "pgbench is not installed (postgresql-contrib)"))
    try:
        with servers.tipg(server, database) as port:
            theirs = _tipg(port, tiles, seconds)
    except (RuntimeError, OSError) as error:
        rows.append(skipped(f"{what}, beside tipg", str(error)))
        return rows
    ratio = mine.rate / theirs.rate if theirs.rate else float("inf")
    rows.append(
        Row(
            f"{what}, beside tipg",
            ">= 15x",
            f"{mine.rate:,.0f}/s",
            f"{theirs.rate:,.0f}/s",
            f"{ratio:.1f}x",
            ratio >= 15 and not theirs.failures,
            figures={"ours": mine.rate, "tipg": theirs.rate, "tipg_failures": theirs.failures},
        )
    )
    return rows


def _middle(rounds: list[tuple[Load, float | None]]) -> tuple[Load, float | None]:
    """The round whose ratio is neither the best nor the worst."""
    return sorted(rounds, key=lambda it: it[0].rate / (it[1] or 1))[len(rounds) // 2]


def _tipg(port: int, tiles: list[tuple[int, int]], seconds: float) -> Load:
    asked = [
        f"/collections/public.mapping_node/tiles/WebMercatorQuad/14/{x}/{y}?properties=uuid,name&geom-column=point_3857"
        for x, y in tiles
    ]
    first = load(port, asked, clients=2, seconds=1)
    if first.failures:
        raise RuntimeError("tipg does not give the tiles that it is asked for")
    return load(port, asked, clients=CLIENTS, seconds=seconds)


def _pgbench(url: str, tiles: list[tuple[int, int]], seconds: float) -> float | None:
    """Statements a second, prepared, with the settings that our connections have."""
    program = shutil.which("pgbench") or next(
        (str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"), reverse=True)), None
    )
    if program is None:
        return None
    from mapping.maps.tiles import Address, public_statement

    with tempfile.TemporaryDirectory() as folder, psycopg.connect(url) as connection:
        client = ClientCursor(connection)
        command = [program, "--no-vacuum", "--protocol=prepared", f"--client={CLIENTS}", "--jobs=2"]
        for number, (x, y) in enumerate(tiles):
            script = Path(folder) / f"{number}.sql"
            script.write_text(client.mogrify(*public_statement(PLACE, "detail", Address(14, x, y))) + ";\n")
            command.append(f"--file={script}")
        done = subprocess.run(
            [*command, f"--time={max(2, round(seconds))}", url], capture_output=True, text=True, check=False
        )
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    return float(found[1]) if found else None


def cached(server: Server, database: str, seconds: float) -> list[Row]:
    """The same few tiles again and again, beside a view that says hello."""
    url = server.url(database)
    tiles = paths(sample(url, 50))
    rounds = []
    with servers.ours(url) as port, servers.hello() as other:
        load(port, tiles, clients=CLIENTS, seconds=1)
        load(other, ["/"], clients=CLIENTS, seconds=1)
        for _ in range(ROUNDS):
            mine = load(port, tiles, clients=CLIENTS, seconds=seconds / 2)
            rounds.append((mine, load(other, ["/"], clients=CLIENTS, seconds=seconds / 2).rate))
    mine, bare = _middle(rounds)
    ratio = mine.rate / bare
    return [
        Row(
            "tile, cached, beside a bare view",
            ">= 0.95x",
            f"{mine.rate:,.0f}/s",
            f"{bare:,.0f}/s",
            f"{ratio:.2f}x",
            ratio >= 0.95 and not mine.failures,
            figures={"ours": mine.rate, "hello": bare},
        )
    ]


def wide(server: Server, database: str) -> list[Row]:
    """The tile of zoom 8 that holds the fewest nodes above 20,000: its size, and how long it takes when not kept."""
    url = server.url(database)
    full = sorted((n, x, y) for x, y, n in occupied(url, WIDE_ZOOM) if n >= WIDE_POINTS)
    if not full:
        full = sorted(((n, x, y) for x, y, n in occupied(url, WIDE_ZOOM)), reverse=True)
    count, x, y = full[0]
    path = f"/tiles/{PLACE}.1/nodes/{WIDE_ZOOM}/{x}/{y}.mvt"
    with servers.ours(url, TILE_CACHE_MB="0") as port:
        connection = Connection("127.0.0.1", port)
        _, _, body = connection.get(path)
        _, _, packed = connection.get(path, "Accept-Encoding: gzip\r\n")
        connection.close()
        taken = load(port, [path], clients=1, seconds=3)
    return [
        Row(
            f"low-zoom tile (z{WIDE_ZOOM}, {count:,} points): size",
            "<= 5 KB packed",
            f"{kb(len(body))}, gzip {kb(len(packed))}",
            met=len(packed) <= 5_000,
            figures={"bytes": len(body), "gzip": len(packed), "points": count},
        ),
        Row(
            f"low-zoom tile (z{WIDE_ZOOM}, {count:,} points): time, median",
            "<= 20 ms",
            ms(taken.median),
            met=taken.median <= 0.020,
            figures={"median_ms": 1000 * taken.median, "p95_ms": 1000 * taken.percentile(0.95)},
        ),
    ]


def p95(server: Server, database: str, seconds: float) -> float:
    """Within what time 95 of 100 tiles of zoom 14 come, one client, none kept. Seconds."""
    url = server.url(database)
    asked = paths(sample(url))
    with servers.ours(url, TILE_CACHE_MB="0") as port:
        load(port, asked, clients=1, seconds=1)
        return load(port, asked, clients=1, seconds=seconds).percentile(0.95)
