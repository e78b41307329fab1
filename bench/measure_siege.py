"""Whether a few clients can stop the site: bodies that do not end, exports that nobody reads, costly questions."""

from __future__ import annotations

import os
import threading
import time

from . import measure_network_view, servers
from .database import Server
from .generate import PLACE
from .report import Row, ms
from .slow_clients import percentile, reading, timed, unfinished_post, unread_download

POSTS, UNREAD, READERS = 12, 4, 12
SECONDS = 10.0
GOAL = 0.050
COSTLY = [f"/{PLACE}/network/{name}" for name in ("", "without/", "paths/", "gaps/", "words/", "compare/")]
EXPORT = f"/{PLACE}/network/export/connections.graphml"


def rows(server: Server) -> list[Row]:
    """Rows of `/healthz` and of an ordinary page while twelve, four and twelve clients do their worst."""
    return siege(measure_network_view.connected_town(server))


def siege(url: str) -> list[Row]:
    """The rows, from the database at `url`."""
    health_port = servers.free_port()
    with servers.ours(url, HEALTH_PORT=str(health_port)) as port:
        posts = [unfinished_post(port) for _ in range(POSTS)]
        unread = [unread_download(port, EXPORT) for _ in range(UNREAD)]
        asked = {
            "/healthz, its own listener": (health_port, "/healthz", 0.02),
            "/healthz, public port": (port, "/healthz", 0.05),
            "the map page": (port, f"/{PLACE}/map/", 0.2),
        }
        found = {}

        def ask(name: str) -> None:
            at, path, every = asked[name]
            found[name] = timed(at, path, seconds=SECONDS, every=every, patience=30)

        with reading(port, COSTLY, READERS) as readers:
            time.sleep(1)
            threads = [threading.Thread(target=ask, args=(name,)) for name in asked]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        refused = [first_line(client) for client in posts]
        for client in unread:
            client.close()
    what = f"{POSTS} unfinished posts, {UNREAD} unread exports, {READERS} costly readers"
    measured = [
        Row(
            f"{what}: {name}, p99",
            "<= 50 ms" if name == "/healthz, its own listener" else "",
            ms(percentile(them.times, 0.99)),
            met=percentile(them.times, 0.99) <= GOAL and set(them.statuses) == {200}
            if name == "/healthz, its own listener"
            else None,
            note=f"{len(them.times)} asked, {dict(them.statuses)}, median {ms(percentile(them.times, 0.5))}",
            figures={"p99": percentile(them.times, 0.99), "p50": percentile(them.times, 0.5)},
        )
        for name, them in found.items()
    ]
    late = sum(line.startswith(b"HTTP/1.1 408") for line in refused)
    note = f"the costly readers: {dict(readers.statuses)}; load {os.getloadavg()[0]:.1f}"
    return [
        *measured,
        Row("the unfinished posts: refused with 408", str(POSTS), str(late), met=late == POSTS, note=note),
    ]


def first_line(client) -> bytes:
    client.settimeout(30)
    try:
        return client.recv(100)
    except OSError:
        return b""
    finally:
        client.close()
