"""An anonymous crawl of every address of a place with 16,000 connections: the longest request, and its processor time.

One address of each sort. First with nothing made ("cold": what is large says that it is being worked out), then with
the first answer of each kind made by the job, in the same process and in a new one. Then six readers ask costly
questions at once, and /healthz is asked too.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from tempfile import TemporaryDirectory

from . import servers
from .database import ROOT, Server, environ, filled, holds, manage
from .generate import PLACE
from .load import Connection
from .report import Row, ms

NODES, CONNECTIONS = 6_000, 16_000
# How long each of the two crawls may take, so that all of it takes five minutes: what is left is counted.
CRAWL_SECONDS = 110
GOAL = 0.05
READERS, SECONDS = 6, 10

FILL = f"""
import django; django.setup()
from bench.generate_network import connect
from cms.commands import ensure_pages
from mapping.models import Actor, Place
connect({CONNECTIONS})
ensure_pages(Place.objects.get(slug={PLACE!r}), Actor.command("bench"))
"""
CRAWL = r'''
import json, re, sys, time
import django; django.setup()
from html import unescape
from urllib.parse import urljoin, urlsplit
from django.test import Client
from django.urls import resolve
from mapping.jobs import answers
from mapping.models import Answer, AnswerState, Place

PLACE, MAKES, SECONDS = "bench", sys.argv[1] == "make", float(sys.argv[2])
client = Client(headers={"accept-encoding": "br"}, SERVER_NAME="localhost")
revision = Place.objects.get(slug=PLACE).revision_token
home = f"/{PLACE}/"
waiting = [home, f"{home}network/export/connections.csv", f"/network/{revision}/graph.bin",
    f"/network/{revision}/ids.bin?part=0", f"/maps/{revision}/lines.json", f"/maps/{revision}/explore.js",
    f"/network/{revision}/without.json?scenario=central", f"/network/{revision}/path.json?from_name=New&to_name=Old",
    f"/api/v1/nodes?place={PLACE}&limit=1000", f"/api/v1/connections?place={PLACE}&limit=1000", "/api/v1/places",
    f"/api/v1/connections?place={PLACE}&format=geojson&limit=1000", f"/tiles/{revision}/nodes/9/252/168.mvt",
    f"{home}calendar/", f"{home}network/without/?scenario=central", "/search/?q=garden", "/healthz"]
seen, asked = set(waiting), {}
def shape(url):
    """What addresses of one sort have in common."""
    path = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "*", urlsplit(url).path)
    return path + "?" + "&".join(sorted({it.partition("=")[0] for it in urlsplit(url).query.split("&")}))
def ask(url, how):
    wall, processor = time.perf_counter(), time.process_time()
    # Every request by somebody else: it is not the limits that are measured.
    number = len(found)
    response = client.get(url, REMOTE_ADDR=f"10.0.{number // 200}.{number % 200}")
    size = sum(map(len, response.streaming_content)) if response.streaming else len(response.content)
    found.append([url, how, response.status_code, time.perf_counter() - wall, time.process_time() - processor, size])
    return response
found, kinds, until = [], set(), time.monotonic() + SECONDS
while waiting and time.monotonic() < until:
    url = waiting.pop(0)
    response = ask(url, "first")
    made = False
    for row in Answer.objects.filter(state=AnswerState.PENDING):
        start = time.perf_counter()
        # One of each kind: the request that asks is what is measured, not the hundred jobs of a whole site.
        if MAKES and row.kind not in kinds:
            kinds.add(row.kind)
            answers.make(row.key)
            made = True
            found.append([url, "job", 0, time.perf_counter() - start, 0, 0])
        else:
            row.delete()
    if made:
        response = ask(url, "ready")
    if response.get("Content-Type", "").startswith("text/html") and response.status_code == 200:
        import brotli
        html = response.content
        if response.get("Content-Encoding") == "br":
            html = brotli.decompress(html)
        for link in re.findall(r'(?:href|data-graph|data-path|data-without)="([^"#]+)', html.decode()):
            link = urljoin(f"http://localhost{url}", unescape(link))
            if not link.startswith("http://localhost/"):
                continue
            link = link.removeprefix("http://localhost")
            if link in seen or link.startswith(("/static/", "/admin", "/django-admin")):
                continue
            asked[shape(link)] = asked.get(shape(link), 0) + 1
            if asked[shape(link)] <= 1:
                seen.add(link)
                waiting.append(link)
print(json.dumps({"found": found, "left": len(waiting)}))
'''


def rows(server: Server) -> list[Row]:
    """The crawl, and /healthz beside six readers."""
    url = place(server)
    with TemporaryDirectory() as folder:
        more = {"SNAPSHOT_ROOT": folder}
        forget(url)
        cold, left = _crawl(url, "make", more)
        warm, left_warm = _crawl(url, "leave", more)
        found = [
            _row("crawl, first asked, nothing made", [it for it in cold if it[1] == "first"], left),
            _row("crawl, made by the job a moment ago", [it for it in cold if it[1] == "ready"], 0),
            _row("crawl, one of each kind made, a new process", [it for it in warm if it[1] == "first"], left_warm),
        ]
        jobs = [it for it in cold if it[1] == "job"]
        slowest = max(jobs, key=lambda it: it[3])
        found.append(
            Row(
                "crawl: the longest job", "", f"{slowest[3]:.1f} s", note=f"{slowest[0]}; {len(jobs)} questions",
                figures={"seconds": slowest[3], "jobs": len(jobs)},
            )
        )  # fmt: skip
        forget(url)
        found.append(_beside(url, more))
    return found


def place(server: Server) -> str:
    """A database with the place of the crawl; returns its address."""
    database = "hereabouts_bench_crawl"
    url = filled(server, database, NODES, town=True)
    if not holds(server, database, "mapping_connection"):
        subprocess.run([sys.executable, "-c", FILL], env=environ(url), cwd=ROOT, check=True, capture_output=True)
    manage(url, "migrate", "--verbosity=0")
    return url


def forget(url: str) -> None:
    """Let go of all that was worked out."""
    code = (
        "import django; django.setup()\n"
        "from mapping.models import Answer, GraphSnapshot\n"
        "Answer.objects.all().delete(); GraphSnapshot.objects.all().delete()\n"
    )
    subprocess.run([sys.executable, "-c", code], env=environ(url), cwd=ROOT, check=True)


def _crawl(url: str, how: str, more: dict[str, str]) -> tuple[list[list], int]:
    """What was asked, and how many addresses were left when the time was over."""
    done = subprocess.run(
        [sys.executable, "-c", CRAWL, how, str(CRAWL_SECONDS)],
        env=environ(url, **more),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"The crawl ended: {done.stderr.strip().splitlines()[-1:]}")
    told = json.loads(done.stdout.splitlines()[-1])
    return told["found"], told["left"]


def _row(what: str, asked: list[list], left: int) -> Row:
    by_wall, by_processor = sorted(asked, key=lambda it: -it[3]), sorted(asked, key=lambda it: -it[4])
    told = "; ".join(f"{it[0]} {ms(it[3])} wall, {ms(it[4])} processor" for it in by_processor[:8])
    failed = [it[0] for it in asked if it[2] >= 500]
    if left:
        told += f"; {left} addresses not asked, for lack of time"
    return Row(
        f"{what}: worst of {len(asked)} requests",
        f"<= {ms(GOAL)} processor",
        f"{ms(by_processor[0][4])} processor, {ms(by_wall[0][3])} wall",
        met=by_processor[0][4] <= GOAL and not failed,
        note=f"{told}; longest wall: {by_wall[0][0]}" + (f"; failed: {failed}" if failed else ""),
        figures={"processor_seconds": by_processor[0][4], "wall_seconds": by_wall[0][3], "requests": len(asked)},
    )


def _beside(url: str, more: dict[str, str]) -> Row:
    """/healthz while six readers ask costly questions and a worker answers them."""
    costly = [
        f"/{PLACE}/network/", f"/{PLACE}/network/gaps/", f"/{PLACE}/network/compare/",
        f"/{PLACE}/network/without/?scenario=central", f"/{PLACE}/network/words/", f"/{PLACE}/network/export/nodes.csv",
    ]  # fmt: skip
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "procrastinate", "worker"], cwd=ROOT, env=environ(url, **more),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    health: list[float] = []
    readers: list[float] = []
    try:
        with servers.ours(url, **more) as port:
            until = time.monotonic() + SECONDS

            def read(path: str) -> None:
                line = Connection("127.0.0.1", port)
                while time.monotonic() < until:
                    start = time.perf_counter()
                    line.get(path)
                    readers.append(time.perf_counter() - start)
                line.close()

            threads = [threading.Thread(target=read, args=(costly[n % len(costly)],)) for n in range(READERS)]
            for it in threads:
                it.start()
            line = Connection("127.0.0.1", port)
            while time.monotonic() < until:
                start = time.perf_counter()
                line.get("/healthz")
                health.append(time.perf_counter() - start)
                time.sleep(0.02)
            line.close()
            for it in threads:
                it.join()
    finally:
        worker.terminate()
        worker.wait()
    health.sort()
    p99 = health[int(0.99 * (len(health) - 1))]
    return Row(
        f"/healthz beside {READERS} readers of costly pages and their jobs: p99",
        f"<= {ms(GOAL)}",
        ms(p99),
        met=p99 <= GOAL,
        note=f"longest {ms(health[-1])} of {len(health)}; a reader's longest {ms(max(readers))} of {len(readers)}",
        figures={"p99_seconds": p99, "longest_seconds": health[-1], "reader_longest_seconds": max(readers)},
    )
