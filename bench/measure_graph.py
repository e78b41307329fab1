"""The network of a place: measures beside networkx, the whole job out of a database, snapshots, paths."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from . import database as databases
from .database import ROOT, Server, environ
from .measure_files import measured
from .report import Row, ms

TOWN, BOROUGH, COUNTY = (1_000, 5_000), (10_000, 40_000), (100_000, 500_000)
# What networkx is asked for: the same measures, one after the other.
PEER = """
import json, sys, time
import networkx
from bench.generate_network import snapshot
network = snapshot({nodes}, {connections}).network()
graph = networkx.Graph()
graph.add_nodes_from(range(network.size))
graph.add_edges_from(network.edges.tolist())
took = {{}}
for name, what in {{
    "betweenness": networkx.betweenness_centrality,
    "harmonic": networkx.harmonic_centrality,
    "pagerank": networkx.pagerank,
    "core": networkx.core_number,
    "clustering": networkx.clustering,
    "constraint": networkx.constraint,
    "articulation": lambda it: list(networkx.articulation_points(it)),
    "bridges": lambda it: list(networkx.bridges(it)),
    "components": lambda it: list(networkx.connected_components(it)),
    "communities": lambda it: networkx.community.louvain_communities(it, seed=1),
}}.items():
    start = time.perf_counter()
    what(graph)
    took[name] = time.perf_counter() - start
print(json.dumps(took))
"""
OURS = """
import json, time
from bench.generate_network import snapshot
from mapping.graph.analysis import analyse
made = snapshot({nodes}, {connections})
analyse(snapshot(50, 100))
times = []
for _ in range({times}):
    start, worked = time.perf_counter(), time.process_time()
    found = analyse(made)
    times.append((time.perf_counter() - start, time.process_time() - worked))
seconds, processor = sorted(times)[len(times) // 2]
print(json.dumps({{"seconds": seconds, "processor": processor, "errors": found.errors, "pivots": found.pivots}}))
"""
LOAD = """
import json, sys, time
from pathlib import Path
from bench.generate_network import snapshot
from mapping.graph import snapshot_file
path = Path(sys.argv[1])
if len(sys.argv) > 2:
    snapshot_file.write(path, snapshot({nodes}, {connections}))
    sys.exit()
start = time.perf_counter()
found = snapshot_file.read(path)
arrays = sum(int(it.sum()) for it in (found.source, found.target, found.type))
print(json.dumps({{"seconds": time.perf_counter() - start, "bytes": path.stat().st_size}}))
"""
PATHS = """
import json, random, time
from bench.generate_network import snapshot
from mapping.graph.paths import Choice, Paths
paths = Paths.of(snapshot({nodes}, {connections}))
draw = random.Random(1)
pairs = [(draw.randrange({nodes}), draw.randrange({nodes})) for _ in range({asked})]
result = {{}}
for name, choice, most in (
    ("the shortest", Choice(), 1), ("three", Choice(), 3), ("by strength", Choice(by="strength"), 1),
    ("without hubs", Choice(avoiding_hubs=True), 1), ("one type left out", Choice(without_types=("bench-funds",)), 1),
    ("three by strength", Choice(by="strength"), 3),
    ("three by strength, one type left out", Choice(by="strength", without_types=("bench-funds",)), 3),
):
    for one, other in pairs[:20]:
        paths.between(one, other, choice, most)
    times = []
    for one, other in pairs:
        start = time.perf_counter()
        paths.between(one, other, choice, most)
        times.append(time.perf_counter() - start)
    result[name] = sorted(times)[int(0.95 * len(times))]
print(json.dumps(result))
"""
ORDERS = """
import json, time
from bench.generate_structured import structured
from mapping.graph import canonical
found = []
for name, network in structured({asked}):
    start = time.process_time()
    order = canonical.order(network)
    took = time.process_time() - start
    found.append((took, name, network.size, len(network.edges), order.settled, order.steps <= order.budget))
worst = max(found)
print(json.dumps(dict(
    asked=len(found), largest=max(it[2] for it in found),
    seconds=worst[0], worst=worst[1], nodes=worst[2], ties=worst[3],
    settled=sum(it[4] for it in found), kept=all(it[5] for it in found), mean=sum(it[0] for it in found) / len(found),
)))
"""
CONNECT = """
import django; django.setup()
from bench.generate_network import connect
connect({connections}, say=lambda text: print(" ", text, flush=True))
"""
READ = """
import json, resource, sys, time
import django; django.setup()
from mapping.models import PUBLIC, Place
from mapping.network import snapshots
place = Place.objects.get(slug="bench")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.perf_counter()
snapshots.read(place, PUBLIC)
read = time.perf_counter() - start
used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
snapshots.load(place, PUBLIC)
snapshots.forget()
start = time.perf_counter()
snapshots.load(place, PUBLIC)
print(json.dumps({"read": read, "megabytes": used * 1024 / 1e6, "again": time.perf_counter() - start}))
"""


def rows(server: Server, quick: bool) -> list[Row]:
    """All rows of the graph; `quick` leaves the county's database out."""
    sizes = [BOROUGH] if quick else [BOROUGH, COUNTY]
    return [
        orders(200 if quick else 2_000),
        *measures(),
        *(row for size in sizes for row in pipeline(server, *size)),
        load(),
        *paths(100 if quick else 500),
    ]


def measures() -> list[Row]:
    """All measures of a town and of a county, beside networkx where that is a matter of minutes."""
    nodes, connections = TOWN
    ours, theirs = _said(OURS, *TOWN, times=5), _said(PEER, *TOWN)
    memory = theirs.pop("megabytes")
    both = sum(theirs.values())
    large = _said(OURS, *COUNTY, times=1)
    stated = ", ".join(
        f"{name} ± {large['errors'][name]:.4f} at most ({pivots:,} nodes drawn)"
        for name, pivots in large["pivots"].items()
    )
    return [
        Row(
            f"all graph measures, {nodes:,} nodes, {connections:,} connections",
            "<= 1 s",
            f"{ours['seconds']:.2f} s",
            f"networkx {both:.1f} s",
            f"{both / ours['seconds']:.0f}x faster",
            ours["seconds"] <= 1,
            note=f"{ours['processor']:.2f} s on the processor, {ours['megabytes']:.0f} MB; networkx {memory:.0f} MB: "
            + ", ".join(f"{name} {took:.2f}" for name, took in theirs.items())
            + " s; all exact",
            figures={
                "seconds": ours["seconds"],
                "processor_seconds": ours["processor"],
                "megabytes": ours["megabytes"],
                "networkx_seconds": both,
                "networkx_megabytes": memory,
            },
        ),
        Row(
            f"all graph measures, {COUNTY[0]:,} nodes, {COUNTY[1]:,} connections, as arrays",
            "",
            f"{large['seconds']:.1f} s, {large['megabytes']:.0f} MB",
            note=f"{large['processor']:.1f} s on the processor; sampled: {stated}; the others exact",
            figures={key: large[key] for key in ("seconds", "processor", "megabytes")},
        ),
    ]


def orders(asked: int) -> Row:
    """The canonical order of networks that are hard to put in order: the longest that any took."""
    found = _said(ORDERS, 0, 0, asked=asked)
    return Row(
        f"canonical order of {found['asked']:,} symmetric networks, up to {found['largest']:,} nodes: the worst",
        "<= 200 ms of the processor",
        ms(found["seconds"]),
        met=found["seconds"] <= 0.2 and found["kept"],
        note=f"{found['worst']}, {found['nodes']:,} nodes and {found['ties']:,} ties; the mean {ms(found['mean'])}; "
        f"{found['settled']:,} settled within the budget, which was {'never' if found['kept'] else 'SOMETIMES'} passed",
        figures={key: found[key] for key in ("seconds", "mean", "settled")},
    )


def pipeline(server: Server, nodes: int, connections: int) -> list[Row]:
    """`build_graph` of a place in a database: derive, read, measure, group, lay out, draw; everything anew."""
    url = connected(server, nodes, connections)
    with TemporaryDirectory() as folder:
        command = ["build_graph", "--place", "bench", "--force"]
        took, processor, memory, said = measured(url, command, SNAPSHOT_ROOT=folder)
        read = _answer(READ, environ(url, SNAPSHOT_ROOT=folder))
    seconds, most = (30, 500) if nodes <= BOROUGH[0] else (120, 2_000)
    what = f"derive, measures, communities, layout: {nodes:,} nodes, {connections:,} connections"
    stages = "; ".join(line.split(": ", 1)[1] for line in said[:-1] if ": " in line)
    return [
        Row(
            f"{what}: time",
            f"<= {seconds} s",
            f"{took:.1f} s",
            met=took <= seconds,
            note=f"{stages}; {processor:.0f} s of it on the processor, PostgreSQL's own not counted; {said[-1]}",
            figures={"seconds": took, "processor_seconds": processor},
        ),
        Row(f"{what}: memory", f"<= {most} MB", f"{memory:.0f} MB", met=memory <= most, figures={"megabytes": memory}),
        Row(
            f"snapshot out of the database, {nodes:,} nodes, {connections:,} connections",
            "",
            f"{read['read']:.2f} s, {read['megabytes']:.0f} MB more",
            note=f"the same again by another process, from the file: {ms(read['again'])}; derived connections too",
            figures=read,
        ),
    ]


def load() -> Row:
    """A kept snapshot, read by a process that has not seen it."""
    with TemporaryDirectory() as folder:
        path = str(Path(folder) / "county.graph")
        code = LOAD.format(nodes=COUNTY[0], connections=COUNTY[1])
        subprocess.run([sys.executable, "-c", code, path, "write"], cwd=ROOT, check=True)
        found = _answer(code, None, path)
    return Row(
        f"snapshot loads, {COUNTY[0]:,} nodes, {COUNTY[1]:,} connections",
        "<= 1 s",
        ms(found["seconds"]),
        met=found["seconds"] <= 1,
        note=f"{found['bytes'] / 1e6:.0f} MB, its check sum and three columns read",
        figures=found,
    )


def paths(asked: int) -> list[Row]:
    """How two nodes of a county are connected."""
    found = _said(PATHS, *COUNTY, asked=asked)
    return [
        Row(
            f'"how are X and Y connected", {COUNTY[0]:,} nodes, {COUNTY[1]:,} connections: {name}, p95',
            "<= 10 ms",
            ms(took),
            met=took <= 0.01,
            figures={"seconds": took},
        )
        for name, took in found.items()
        if name != "megabytes"
    ]


def connected(server: Server, nodes: int, connections: int) -> str:
    """Make sure that a database holds a place of so many nodes and connections; return its address."""
    name = f"hereabouts_bench_graph_{nodes}"
    url = databases.filled(server, name, nodes, town=nodes <= BOROUGH[0])
    if not databases.holds(server, name, "mapping_connection"):
        code = CONNECT.format(connections=connections)
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environ(url), check=True)
    return url


def _said(code: str, nodes: int, connections: int, **more: int) -> dict:
    """What a program of its own says, in JSON, and the most megabytes it used."""
    return _answer(code.format(nodes=nodes, connections=connections, **more), None)


def _answer(code: str, environment: dict[str, str] | None, *words: str) -> dict:
    tail = "\nimport resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6)"
    done = subprocess.run(
        [sys.executable, "-c", code + tail, *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError("".join(done.stderr.strip().splitlines()[-1:]))
    *_, answer, memory = done.stdout.strip().splitlines()
    return {"megabytes": float(memory)} | json.loads(answer)
