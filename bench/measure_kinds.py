"""What each question that grows with a place takes when it is answered in the request (`mapping/answers/kinds.py`).

For Trafford, as the demo loads it, and for made-up networks of several sizes: processor time of the web process and of
its database process, for the first such request in a process that has shown a page of the place before ("first"), and
the middle one of several more ("warm"). Without queries that the database does in parallel processes of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from tempfile import TemporaryDirectory

from .database import ROOT, Server, environ, filled, holds, manage
from .generate import PLACE
from .measure_crawl import place as crawled
from .report import Row, ms

GOAL = 0.05
# Nodes and connections.
SIZES = ((200, 100), (400, 250), (800, 1_000), (1_600, 2_000))

FILL = f"""
import sys
import django; django.setup()
from bench.generate_network import connect
from cms.commands import ensure_pages
from mapping.models import Actor, Place
connect(int(sys.argv[1]))
ensure_pages(Place.objects.get(slug={PLACE!r}), Actor.command("bench"))
"""
ASK = r"""
import json, sys, time
from dataclasses import replace
from pathlib import Path
import django; django.setup()
from django.db import connection, transaction
from django.test import Client
from cms.tour_draft import draft_tour
from mapping import tasks
from mapping.answers import bounds, kinds
from mapping.jobs import answers
from mapping.answers.question import Question
from mapping.models import PUBLIC, Actor, Connection, Node, Place, SavedView
from mapping.network import analysis_store, snapshots
from mapping.network.gaps import finder

slug, most = sys.argv[1], int(sys.argv[2])
place = Place.objects.get(slug=slug)
with bounds.lifted():
    tasks.rebuild(place, actor=Actor.command("bench"))
    for it in ("missing", "curves"):
        answers.ensure(Question.of(it, place, PUBLIC))
size = [Connection.objects.of_place(place).count(), Node.objects.of_place(place).count()]
for name, kind in kinds.KINDS.items():
    if name not in ("missing", "curves"):
        kinds.KINDS[name] = replace(kind, connections=10**9, nodes=10**9)
# Those two are answers beside the question: they were made a moment ago.
for name in ("missing", "curves"):
    kinds.KINDS[name] = replace(kinds.KINDS[name], connections=0, nodes=0)

def backend():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]
status = Path(f"/proc/{backend()}/schedstat")
def processor():
    try:
        return int(status.read_text().split()[0]) / 1e9
    except (OSError, ValueError):
        return 0.0

client = Client(headers={"accept-encoding": "br"}, SERVER_NAME="localhost")
number = 0
def timed(what):
    there, here = processor(), time.process_time()
    what()
    return [time.process_time() - here, processor() - there]
def several(what, first=None):
    found = [timed(what)]
    if first is not None:
        first.extend(found[0])
    began = time.monotonic()
    while len(found) < most + 1 and time.monotonic() - began < 6:
        found.append(timed(what))
    return sorted(found[1:] or found)[len(found[1:] or found) // 2]
def get(url):
    def ask():
        global number
        number += 1
        response = client.get(url, REMOTE_ADDR=f"10.1.{number // 200}.{number % 200}")
        sent = sum(map(len, response.streaming_content)) if response.streaming else len(response.content)
        if response.status_code != 200:
            raise SystemExit(f"{url}: {response.status_code}")
    return ask

found = {}
class Rolled(Exception): pass
try:
    with transaction.atomic():
        SavedView.objects.create(place=place, slug="bench-view", name="Bench", state={"colour": "community"})
        revision = place.revision_token
        snapshot = snapshots.load(place, PUBLIC)
        drawn = analysis_store.drawn(snapshot)
        # The two with the most connections that are not each other's neighbours, so far apart as may be.
        ends = [str(Node.objects.get(pk=snapshot.ids[it]).uuid) for it in (drawn.edges[0][0], drawn.edges[-1][1])]
        ways = f"from={ends[0]}&to={ends[1]}"
        home = f"/{slug}/"
        urls = {
            "overview": home,
            "network": f"{home}network/",
            "network, by group": f"{home}network/?colour=community&size=betweenness",
            "stage": f"{home}network/views/bench-view/",
            "words": f"{home}network/words/",
            "table": f"{home}network/words/table.csv",
            "paths": f"{home}network/paths/?{ways}",
            "path-data": f"/network/{revision}/path.json?{ways}",
            "without": f"{home}network/without/?scenario=central",
            "without, one": f"{home}network/without/?without={ends[0]}",
            "without-data": f"/network/{revision}/without.json?scenario=central",
            "gaps": f"{home}network/gaps/",
            "compare": f"{home}network/compare/",
            "export": f"{home}network/export/",
            "export-file": f"{home}network/export/connections.csv",
            "export-file, nodes": f"{home}network/export/nodes.csv",
            "export-file, gexf": f"{home}network/export/connections.graphml",
            "graph": f"/network/{revision}/graph.bin",
            "identities": f"/network/{revision}/ids.bin?part=0",
            "lines": f"/maps/{revision}/lines.json",
        }
        client.get(f"{home}list/")
        for name, url in urls.items():
            first = []
            try:
                warm = several(get(url), first)
            except SystemExit as error:
                print(error, file=sys.stderr)
                continue
            found[name] = {"first": first, "warm": warm}
        # Parts, without what is remembered.
        def missing():
            finder._kept.clear()
            with bounds.lifted():
                answers._made(Question.of("missing", place, PUBLIC))
        def curves():
            with bounds.lifted():
                answers._made(Question.of("curves", place, PUBLIC))
        for name, what in (("missing", missing), ("curves", curves)):
            first = []
            found[name] = {"warm": several(what, first), "first": first}
        before = [timed(lambda: analysis_store.work_out(snapshot, force=True))[0]]
        found["worked out"] = {"first": [before[0], 0.0], "warm": [before[0], 0.0]}
        raise Rolled
except Rolled:
    pass
print(json.dumps({"size": size, "found": found}))
"""


def rows(server: Server) -> list[Row]:
    """One row for each network: what every question takes there."""
    urls = {}
    for nodes, connections in SIZES:
        database = f"hereabouts_bench_kinds_{connections}"
        url = filled(server, database, nodes, town=True)
        if not holds(server, database, "mapping_connection"):
            _run(FILL, url, str(connections))
        manage(url, "migrate", "--verbosity=0")
        urls[f"{connections:,} connections"] = (url, PLACE)
    urls["the crawl's place"] = (crawled(server), PLACE)
    from config import env

    urls["Trafford"] = (server.url(str(env.database()["NAME"])), "trafford")
    return [_row(name, *it) for name, it in urls.items()]


def _row(name: str, url: str, slug: str) -> Row:
    with TemporaryDirectory() as folder:
        try:
            told = json.loads(_run(ASK, url, slug, "7", SNAPSHOT_ROOT=folder).splitlines()[-1])
        except RuntimeError as error:
            return Row(f"questions of {name}", measured="not measured", note=str(error))
    said = [
        f"{kind} {ms(sum(it['warm']))} ({ms(it['warm'][1])} of it the database's; first {ms(sum(it['first']))})"
        for kind, it in told["found"].items()
    ]
    connections, nodes = told["size"]
    within = [kind for kind, it in told["found"].items() if sum(it["warm"]) <= GOAL]
    return Row(
        f"questions of {name} ({connections:,} connections, {nodes:,} nodes), answered at once, warm",
        "", f"{len(within)} of {len(told['found'])} within {ms(GOAL)}", note="; ".join(said),
        figures={f"{kind} {which}": sum(it[which]) for kind, it in told["found"].items() for which in it},
    )  # fmt: skip


def _run(code: str, url: str, *words: str, **more: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        env=environ(url, **more), cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"It ended: {done.stderr.strip().splitlines()[-1:]}")
    return done.stdout
