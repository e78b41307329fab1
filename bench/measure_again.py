"""The same public page asked again: from the copies that the processes share, beside a bare view on the same server."""

from __future__ import annotations

import os
from urllib.parse import urlencode

from . import measure_network_view, servers
from .database import Server, manage
from .generate import PLACE
from .load import Load, load
from .report import Row, ms

GOAL = 0.4
CLIENTS = 8
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
    # Until it is there: what is worked out by a job, or made for the first time, is not what is measured.
    load(ours, [path], clients=2, seconds=1, headers=PACKED)
    beside = _load(bare, "/", seconds / 2)
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


def _load(port: int, path: str, seconds: float, headers: str = PACKED) -> Load:
    return load(port, [path], clients=CLIENTS, seconds=seconds, headers=headers)
