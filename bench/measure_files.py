"""Reading files: an OpenStreetMap extract into a basemap and assets, and a large table with matching."""

from __future__ import annotations

import csv
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from . import database as databases
from .database import ROOT, Server, environ, manage
from .generate import FIRST, SECOND, WORDS
from .report import Row, skipped

# Beside a checkout of ours, and no part of it.
EXTRACTS = ROOT.parent / "shared" / "data" / "osm"
MAPPING = """
kind = "asset"
category = "community-centre"

[source]
slug = "bench-table"
title = "A made-up table"
publisher = "Nobody"
licence = "CC0-1.0"

[columns]
key = "id"
name = "name"
postcode = "postcode"
phone = "phone"

[location]
x = "longitude"
y = "latitude"
"""
PLACE = """
import django, datetime; django.setup()
from django.contrib.gis.geos import MultiPolygon, Polygon
from mapping.models import Place
Place.objects.get_or_create(slug="bench", release=datetime.date(2026, 1, 1), defaults={"name": "Bench", "kind": "town",
    "is_home": True, "boundary": None})
"""


def extract(server: Server, database: str) -> list[Row]:
    """The largest extract of a town: `build_basemap` and `import_osm`, one after the other, into an empty database."""
    what = "OpenStreetMap town extract to basemap and assets"
    files = sorted(EXTRACTS.glob("*.osm.pbf"), key=lambda path: path.stat().st_size)
    if not files:
        return [skipped(what, "no extract beside this checkout (../shared/data/osm)")]
    url = _empty(server, database)
    with TemporaryDirectory() as basemaps:
        start = time.perf_counter()
        manage(url, "build_basemap", "--place", "bench", "--osm", str(files[-1]), BASEMAP_ROOT=basemaps)
        ground = time.perf_counter() - start
        done = manage(url, "import_osm", str(files[-1]), "--place", "bench")
        took = time.perf_counter() - start
    last = done.stdout.strip().splitlines()[-1]
    return [
        Row(
            what,
            "<= 20 s",
            f"{took:.1f} s",
            met=took <= 20,
            note=f"{files[-1].stat().st_size / 1000:.0f} KB; basemap {ground:.1f} s; {last}",
            figures={"seconds": took, "basemap_seconds": ground},
        )
    ]


def table(server: Server, database: str, rows: int) -> list[Row]:
    """A table of `rows` rows, with names, points, postcodes and telephone numbers, read with matching."""
    url = _empty(server, database)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        write_table(path, rows)
        mapping = Path(folder) / "table.toml"
        mapping.write_text(MAPPING, encoding="utf-8")
        command = ["import_nodes", str(path), "--mapping", str(mapping), "--place", "bench"]
        took, processor, memory, lines = measured(url, command)
        said = lines[-1]
    goal = 90 * rows / 100_000
    return [
        Row(
            f"CSV import, {rows:,} rows with matching: time",
            f"<= {goal:.0f} s",
            f"{took:.1f} s",
            met=took <= goal,
            note=f"{said}; {processor:.0f} s of it on the processor, PostgreSQL's own not counted",
            figures={"seconds": took, "processor_seconds": processor},
        ),
        Row(
            f"CSV import, {rows:,} rows with matching: memory",
            "<= 500 MB",
            f"{memory:.0f} MB",
            met=memory <= 500,
            figures={"megabytes": memory},
        ),
    ]


def write_table(path: Path, rows: int, seed: int = 1) -> None:
    """A table with the columns of `MAPPING`; one row in fifty repeats an earlier name close by, as real tables do."""
    draw = random.Random(seed)
    earlier: list[tuple[str, float, float]] = []
    with path.open("w", encoding="utf-8", newline="") as handle:
        out = csv.writer(handle)
        out.writerow(("id", "name", "latitude", "longitude", "postcode", "phone"))
        for number in range(rows):
            if earlier and number % 50 == 0:
                name, lat, lon = draw.choice(earlier)
                lat, lon = lat + 0.0001, lon + 0.0001
            else:
                words = (draw.choice(FIRST), draw.choice(SECOND), draw.choice(WORDS), draw.choice(WORDS))
                name = f"{' '.join(words)} {draw.choice(('Hall', 'Club', 'Group', 'Society', 'Trust'))}".title()
                lat, lon = draw.uniform(50.6, 54.6), draw.uniform(-3.6, 0.6)
                if len(earlier) < 1000:
                    earlier.append((name, lat, lon))
            phone = f"0161 496 {draw.randrange(10_000):04d}"
            out.writerow((f"row-{number}", name, f"{lat:.6f}", f"{lon:.6f}", "", phone))


def measured(url: str, command: list[str], **environment: str) -> tuple[float, float, float, list[str]]:
    """Seconds, seconds of processor, megabytes at most, and what it said, line by line, of a management command."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), *command],
        env=environ(url, **environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = process.stdout.read().strip().splitlines() or [""]
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    took = time.perf_counter() - start
    if process.returncode:
        raise RuntimeError(f"manage.py {command[0]}: {said[-1]}")
    return took, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6, said


def _empty(server: Server, database: str) -> str:
    url = databases.empty(server, database)
    manage(url, "load_vocabulary")
    manage(url, "shell", "-v", "0", "-c", PLACE)
    return url
