"""Is it one of these? How long the look for what a post may repeat takes among a million nodes."""

from __future__ import annotations

import json
import subprocess
import sys

from . import database
from .database import Server
from .report import Row, ms

QUESTIONS = 300
GOAL = 0.050

# In a process of its own, whose database is that of the benchmark. Names as they are, misspelt, and common words
# alone, which many have; each where such a thing is, since that is where most are.
ASK = """
import django; django.setup()
import json, random, time
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from listings.commands.details import Details, Where
from listings.posting.duplicates import duplicates
from listings.schedules.repeat import Repeat
from listings.schedules.schedule import Schedule, Slot
from mapping.models import PUBLIC, Category, Node, Place
import datetime
from zoneinfo import ZoneInfo

draw = random.Random(11)
place = Place.objects.homes().get(slug={place!r})
category = Category.objects.first()
keys = sorted(draw.sample(range(1, {nodes}), {questions}))
nodes = list(Node.objects.filter(pk__in=keys, public_point__isnull=False))
start = datetime.time(10, 0)
schedule = Schedule(
    first=timezone.localdate() + datetime.timedelta(days=3), times=(Slot(start, datetime.time(11, 30)),),
    zone=ZoneInfo("Europe/London"), repeat=Repeat("WEEKLY"),
)

def asked(at, node):
    name = node.name
    if at % 3 == 1 and len(name) > 6:
        name = name[:3] + name[4:]
    elif at % 3 == 2:
        name = name.split()[0]
    where = Where(point=node.public_point)
    return Details(name=name, summary="", listing_kind="activity", category=category, where=where, schedule=schedule)

seconds, found = [], 0
for at, node in enumerate(nodes[:40]):
    duplicates(place, asked(at, node), PUBLIC, AnonymousUser())
for at, node in enumerate(nodes):
    details = asked(at, node)
    begin = time.perf_counter()
    answer = duplicates(place, details, PUBLIC, AnonymousUser())
    seconds.append(time.perf_counter() - begin)
    found += any(it.node.pk == node.pk for it in answer) if at % 3 == 0 else 0
print(json.dumps({{"seconds": sorted(seconds), "found": found, "asked": len(nodes), "exact": (len(nodes) + 2) // 3}}))
"""


def rows(server: Server, name: str, nodes: int) -> list[Row]:
    """The look for duplicates, beside the goal."""
    from .generate import PLACE

    code = ASK.format(place=PLACE, nodes=nodes, questions=QUESTIONS)
    said = subprocess.run(
        [sys.executable, "-c", code],
        env=database.environ(server.url(name)),
        check=False,
        capture_output=True,
        text=True,
    )
    if said.returncode:
        raise RuntimeError(said.stderr.strip().splitlines()[-1])
    told = json.loads(said.stdout.splitlines()[-1])
    seconds = told["seconds"]
    median, p95 = seconds[len(seconds) // 2], seconds[int(len(seconds) * 0.95)]
    return [
        Row(
            f"is it one of these? {nodes:,} nodes: p95",
            "<= 50 ms",
            ms(p95),
            met=p95 <= GOAL,
            figures={
                "p95_ms": 1000 * p95,
                "median_ms": 1000 * median,
                "slowest_ms": 1000 * seconds[-1],
                "itself_found": told["found"],
                "of": told["exact"],
            },
        )
    ]
