"""A process that only says how the others are, on a port of its own: `/healthz` at once, `/readyz` after a query."""

from __future__ import annotations

import json
import socket
from typing import Any

from .answers import JSON, Answer, health
from .lanes import Bounds
from .pulse import Pulse
from .web_server import WebServer

ONE_AT_A_TIME = Bounds(threads=1, waiting=64, waiting_each=64, seconds=10)


def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """What is asked here and is not `/healthz`."""
    from django.db import close_old_connections

    from mapping.views.health import report

    if environ["PATH_INFO"] != "/readyz":
        status, body = 404, {"status": "nothing here: ask /healthz or /readyz"}
    else:
        close_old_connections()
        status, body = report()
        close_old_connections()
    answer = Answer(status, JSON, json.dumps(body).encode())
    line, headers, content = answer.to_response()
    start_response(line, [*headers, ("Content-Length", str(len(content)))])
    return [content]


def server(listening: socket.socket, pulse: Pulse, refusals: Any) -> WebServer:
    """The server of the health listener."""
    return WebServer(
        application,
        listening,
        lanes={"readyz": ONE_AT_A_TIME},
        lane_of=lambda request: "readyz",
        address_of=lambda channel, request: channel.addr[0],
        inline=lambda path: health(pulse) if path == "/healthz" else None,
        refusals=refusals,
    )
