"""The same public page asked again: from the copies that the processes share, beside a bare view on the same server."""

from __future__ import annotations

import os
import time
from urllib.parse import urlencode

from . import measure_network_view, servers
from .database import Server, manage
from .generate import PLACE
from .load import Connection, Load, load
from .report import Row, ms

GOAL = 0.4
CLIENTS = 8
COPY_SECONDS, PATIENCE = 0.02, 60.0  # an answer this soon was not made for us; how long one is waited for
PACKED = "Accept-Encoding: gzip, deflate, br\r\n"
NODE = f"""
from mapping.models import Node
print(Node.objects.filter(place__slug={PLACE!r}, state="live", visibility="public").earliest("pk").uuid)
"""


def rows(server: Server, seconds: float) -> list[Row]:
    """One row a page, each beside the bare view in the seconds before it."""
    # Before anything is worked out: what makes pages needs the addresses of static files.
    manage(server.url("postgres"), "collectstatic", "--noinput", "-v", "0")
    url = measure_network_view.connected_town(server)
    node = manage(url, "shell", "-v", "0", "-c", NODE).stdout.split()[-1]
    pages = {
        "place page": f"/{PLACE}/",
        "map": f"/{PLACE}/map/",
        "list": f"/{PLACE}/list/",
        "node": f"/node/{node}",
        "network page": f"/{PLACE}/network/",
        "words": f"/{PLACE}/network/words/",
        "API question": "/api/v1/nodes?" + urlencode({"place": PLACE, "limit": 10}),
    }
    with servers.ours(url) as ours, servers.ours(url, PAGE_COPIES_MB="0") as without, servers.hello() as bare:
        return [_row(name, path, ours, without, bare, seconds) for name, path in pages.items()]


def _row(name: str, path: str, ours: int, without: int, bare: int, seconds: float) -> Row:
    beside = _load(bare, "/", seconds / 2)
    _wait_for_copy(ours, path, seconds)
    again = _load(ours, path, seconds)
    unchanged = _load(ours, path, seconds / 2, f"{PACKED}If-None-Match: *\r\n")
    made = _load(without, path, seconds / 2)
    ratio = again.rate / beside.rate
    return Row(
        f"asked again, {CLIENTS} connections: {name}",
        f">= {GOAL}x a bare view",
        f"{again.rate:,.0f}/s",
        f"bare view {beside.rate:,.0f}/s",
        f"{ratio:.2f}x",
        ratio >= GOAL and not again.failures,
        note=f"{again.bytes_read / max(1, len(again.times)) / 1000:.1f} KB each, p95 {ms(again.percentile(0.95))}; "
        f"304: {unchanged.rate:,.0f}/s; without copies: {made.rate:,.1f}/s; load {os.getloadavg()[0]:.1f}",
        figures={"rate": again.rate, "bare": beside.rate, "unchanged": unchanged.rate, "made": made.rate},
    )


def _wait_for_copy(port: int, path: str, seconds: float) -> None:
    """Ask until an answer is a copy (what a job works out, or is made for the first time, is not what is measured).

    And not where the minute, and with it the copies of pages that say what is open now, would end meanwhile: one page
    in each minute is made anew, which in a run of seconds would be many.
    """
    left = 60 - time.time() % 60
    if left < 2 * seconds + 5:
        time.sleep(left)
    connection, until = Connection("127.0.0.1", port), time.monotonic() + PATIENCE
    while time.monotonic() < until:
        began = time.monotonic()
        connection.get(path, PACKED)
        if time.monotonic() - began < COPY_SECONDS:
            break
        time.sleep(0.2)
    connection.close()


def _load(port: int, path: str, seconds: float, headers: str = PACKED) -> Load:
    return load(port, [path], clients=CLIENTS, seconds=seconds, headers=headers)
