"""Serve the site: `python -m config.serving --port 8000`. See docs/operator.md."""

from __future__ import annotations

import argparse
import logging
import os
import resource
import sys
from functools import partial
from typing import Any

from config import env

from .answers import Kept, health
from .lanes import Bounds
from .pulse import Pulse
from .supervisor import Process, Supervisor, listen
from .web_server import WebServer

COSTLY = Bounds(threads=2, waiting=48, waiting_each=16, seconds=20)


def main(words: list[str] | None = None) -> int:
    """Serve until told to stop. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m config.serving", description="Serve the site.")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=env.get("PORT"), help="the port to listen on (PORT)")
    parser.add_argument("--health-port", type=int, default=env.get("HEALTH_PORT"),
                        help="the port of /healthz and /readyz (HEALTH_PORT); 0 for none")  # fmt: skip
    parser.add_argument("--grace", type=float, default=20, help="seconds to answer what was asked, when told to stop")
    options = parser.parse_args(words)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
    allow_many_files()
    try:
        site = listen(options.host, options.port)
        health_listener = listen(env.get("HEALTH_HOST"), options.health_port) if options.health_port else None
    except OSError as error:
        print(f"This port cannot be used ({error.strerror}): give another --port or --health-port.", file=sys.stderr)
        return 1
    return Supervisor(*processes(site, health_listener), grace=options.grace).run()


def processes(site: Any, health_listener: Any) -> tuple[list[Process], Pulse]:
    """Load the application, and return the processes that serve it with the pulse that they share."""
    # Here and not above: the ports are ours before the seconds that loading takes.
    from config.refusals import prepared
    from config.wsgi import application, take_back, warm

    warm()
    take_back()
    refusals = prepared()
    pulse = Pulse(max(1, env.get("WEB_PROCESSES")))
    behind_proxy = env.get("BEHIND_PROXY")

    def serve(index: int) -> WebServer:
        return WebServer(
            application,
            site,
            lanes={"ordinary": ordinary(), "costly": COSTLY},
            lane_of=lane_of,
            address_of=partial(address_of, behind_proxy=behind_proxy),
            inline=lambda path: health(pulse) if path == "/healthz" else None,
            refusals=refusals,
            kept=kept,
            beat=lambda: pulse.beat(index),
            proxied=behind_proxy,
        )

    made = [Process(f"web {index + 1}", partial(serve, index), index) for index in range(pulse.processes)]
    if health_listener is not None:
        from . import health_listener as listener

        made.append(Process("health", partial(listener.server, health_listener, pulse, refusals)))
    return made, pulse


def ordinary() -> Bounds:
    return Bounds(threads=max(1, env.get("WEB_THREADS")), waiting=400, waiting_each=120, seconds=30)


def kept(request: Any) -> Kept | None:
    """The copy of an answer that this request may be given again, whatever its lane."""
    from mapping.views.copies import head_of, look

    found = look(request.command, request.path, request.query, request.headers)
    if found is None:
        return None
    status, head, body = found
    return Kept(status, head_of(head, whole=status == 200), body)


def lane_of(request: Any) -> str:
    from config.limits import is_costly

    return "costly" if is_costly(request.command, request.path) else "ordinary"


def address_of(channel: Any, request: Any, *, behind_proxy: bool) -> str:
    from config.limits import client_address, household

    seen = {"REMOTE_ADDR": channel.addr[0], "HTTP_X_FORWARDED_FOR": request.headers.get("X_FORWARDED_FOR", "")}
    return household(client_address(seen, behind_proxy=behind_proxy))


def allow_many_files() -> None:
    """A connection takes up to three: as many as this user may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 16_384 if hard == resource.RLIM_INFINITY else min(hard, 16_384)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


if __name__ == "__main__":
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    sys.exit(main())
