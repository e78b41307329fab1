"""A small application for the tests of the server: `python -m tests.config.serving.application PORT HEALTH_PORT`."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from functools import partial

from config.serving import channel, pulse, supervisor
from config.serving.answers import Kept, Refusal, health
from config.serving.lanes import Bounds
from config.serving.pulse import Pulse
from config.serving.supervisor import Process, Supervisor, listen
from config.serving.web_server import WebServer

LARGE = 8 * 1024 * 1024
REFUSALS = {
    "late": Refusal(408, "Request Timeout", "It did not arrive in time.", b"<h1>late</h1>", 5),
    "crowded": Refusal(503, "Service Unavailable", "Busy.", b"<h1>crowded</h1>", 5),
    "too large": Refusal(413, "Content Too Large", "Too large.", b"<h1>too large</h1>", 5),
    "too many": Refusal(429, "Too Many Requests", "Too much.", b"<h1>too many</h1>", 10),
}


def application(environ, start_response):
    path, headers = environ["PATH_INFO"], [("Content-Type", "text/plain")]
    if path == "/body":
        body = str(len(environ["wsgi.input"].read())).encode()
    elif path == "/sleep":
        time.sleep(float(environ["QUERY_STRING"] or 1))
        body = b"slept"
    elif path == "/pid":
        body = str(os.getpid()).encode()
    elif path == "/hang":
        os.kill(os.getpid(), 19)  # SIGSTOP: not a thread of it gets a turn
        body = b"went on"
    elif path == "/large":
        body = b"x" * LARGE
    elif path == "/pieces":
        start_response("200 OK", headers)
        return (b"y" * 65_536 for _ in range(LARGE // 65_536))
    elif path == "/file":
        file = tempfile.TemporaryFile()
        file.write(b"z" * LARGE)
        file.seek(0)
        start_response("200 OK", [*headers, ("Content-Length", str(LARGE))])
        return environ["wsgi.file_wrapper"](file)
    elif path == "/nothing":
        start_response(environ["QUERY_STRING"].replace("+", " "), [])
        return []
    else:
        body = b"hello"
    start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
    return [body]


def kept(request):
    """An answer that was given before: for whoever asks for it, also where it takes long to be worked out."""
    if request.query == "broken":
        raise RuntimeError("the place of what is kept is away")
    if request.query not in ("kept", "unmeasured", "unchanged"):
        return None
    head = (("Content-Type", "text/plain"), ("X-Kept", "yes"))
    if request.query == "unchanged":
        return Kept(304, head, b"")
    return Kept(200, (*head, ("Content-Length", "5")) if request.query == "kept" else head, b"again")


def hurry() -> None:
    """For tests that wait until something is ended: it is, in a tenth of the time."""
    for name in ("HEAD_SECONDS", "BODY_SECONDS", "IDLE_SECONDS", "STALLED_SECONDS", "ANSWER_SECONDS"):
        setattr(channel, name, getattr(channel, name) / 10)
    pulse.SECONDS_WITHOUT /= 10
    supervisor.HANGS_AFTER //= 10


def main(port: int, health_port: int, processes: int = 2) -> int:
    if os.environ.get("HASTY"):
        hurry()
    site, other, beats = listen("127.0.0.1", port), listen("127.0.0.1", health_port), Pulse(processes)

    def server(listening, index=None):
        return WebServer(
            application,
            listening,
            lanes={
                "ordinary": Bounds(threads=2, waiting=40, waiting_each=30, seconds=30),
                "costly": Bounds(threads=1, waiting=4, waiting_each=4, seconds=30),
            },
            lane_of=lambda request: "costly" if request.path == "/sleep" else "ordinary",
            address_of=lambda channel, request: request.headers.get("X_WHO", ""),
            inline=lambda path: health(beats) if path == "/healthz" else None,
            refusals=REFUSALS,
            kept=kept,
            beat=(lambda: None) if index is None else (lambda: beats.beat(index)),
        )

    made = [Process(f"web {it}", partial(server, site, it), it) for it in range(processes)]
    made.append(Process("health", partial(server, other)))
    return Supervisor(made, beats, grace=5).run()


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
