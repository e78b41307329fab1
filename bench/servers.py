"""Programs that are measured: ours as the demo runs it, a bare view, and tipg. Each is stopped at the end."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from .database import ROOT, Server, environ, manage
from .load import Connection


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(
    command: list[str], port: int, environment: dict[str, str], ready: str, patience: float = 60
) -> Iterator[int]:
    """Run a server until the block ends; enter it once `ready` answers. Raises RuntimeError when it never does."""
    # Into a file: a pipe that nobody reads is full after 64 KB, and then whoever logs waits for ever.
    said = tempfile.TemporaryFile()
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=said)
    try:
        until = time.monotonic() + patience
        while True:
            try:
                connection = Connection("127.0.0.1", port)
                status, _, _ = connection.get(ready)
                connection.close()
                if status < 500:
                    break
            except OSError:
                pass
            if process.poll() is not None or time.monotonic() > until:
                process.kill()
                said.seek(0)
                last = said.read().decode("utf-8", "replace").strip().splitlines()[-1:]
                raise RuntimeError(f"{Path(command[0]).name} did not start: {''.join(last) or 'it said nothing'}")
            time.sleep(0.2)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        said.close()


def _beside(program: str) -> str:
    return str(Path(sys.executable).parent / program)


@cache
def _styles(url: str) -> None:
    """Gather styles, scripts and icons once a run: a fresh clone has none, and an older gathering is of older files."""
    manage(url, "collectstatic", "--noinput", "-v", "0")


def ours(url: str, **environment: str):
    """Our site, as `make demo` serves it, without limits on how often one address may ask."""
    _styles(url)
    port = free_port()
    command = [sys.executable, "-m", "config.serving", "--port", str(port)]
    unlimited = {"HEALTH_PORT": "0", "LIMIT_COSTLY_PER_MINUTE": "0", "LIMIT_SENDING_PER_MINUTE": "0"}
    return running(command, port, environ(url, **{**unlimited, **environment}), "/accent/0b6e5b.css")


def hello():
    """A Django site of one view, without any middleware, on the same server with the same processes and threads."""
    port = free_port()
    command = [sys.executable, "-m", "bench.hello", str(port)]
    return running(command, port, {**os.environ, "PYTHONPATH": str(ROOT)}, "/")


def tipg(server: Server, database: str):
    """tipg on uvicorn with two workers, as its documentation runs it."""
    port = free_port()
    command = [_beside("uvicorn"), "tipg.main:app", "--host", "127.0.0.1", "--port", str(port), "--workers", "2"]
    command += ["--log-level", "error", "--no-access-log"]
    environment = {
        **os.environ,
        "DATABASE_URL": server.url_with_host(database),
        "TIPG_DB_TABLES": '["public.mapping_node"]',
        "TIPG_DB_SPATIAL_EXTENT": "false",
        "TIPG_DB_DATETIME_EXTENT": "false",
    }
    return running(command, port, environment, "/healthz")
