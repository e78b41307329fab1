from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.load import Connection
from bench.servers import free_port

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 120  # seconds; so long that only what never comes fails


@dataclass
class Site:
    """A server that runs: its ports, and its supervisor."""

    port: int
    health_port: int
    supervisor: subprocess.Popen

    def get(self, path: str, headers: str = "", port: int = 0) -> tuple[int, bytes, bytes]:
        connection = Connection("127.0.0.1", port or self.port)
        connection.socket.settimeout(PATIENCE)
        try:
            return connection.get(path, headers)
        finally:
            connection.close()

    def children(self) -> set[int]:
        listed = Path(f"/proc/{self.supervisor.pid}/task/{self.supervisor.pid}/children").read_text()
        return {int(pid) for pid in listed.split()}


def run(command: list[str], port: int, health_port: int, **environment: str) -> Site:
    # Into a file: a pipe that nobody reads is full after 64 KB, and then whoever logs waits for ever.
    said = tempfile.TemporaryFile()
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, stderr=said)
    site = Site(port, health_port, process)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            if site.get("/healthz", port=health_port)[0] == 200:
                return site
        except OSError:
            pass
        if process.poll() is not None:
            break
        time.sleep(0.1)
    process.kill()
    said.seek(0)
    raise AssertionError(f"the server did not start: {said.read().decode()[-2000:]}")


def end(site: Site) -> int:
    site.supervisor.terminate()
    try:
        return site.supervisor.wait(PATIENCE)
    finally:
        site.supervisor.kill()


SMALL = [sys.executable, "-m", "tests.config.serving.application"]


@pytest.fixture
def small_site():
    """The small application of these tests in two processes, without a database."""
    port, health_port = free_port(), free_port()
    site = run([*SMALL, str(port), str(health_port)], port, health_port)
    yield site
    end(site)


@pytest.fixture
def hasty_site():
    """The same with a tenth of the patience, for tests that wait until something is ended."""
    port, health_port = free_port(), free_port()
    site = run([*SMALL, str(port), str(health_port)], port, health_port, HASTY="yes")
    yield site
    end(site)


def wait_until(true, what: str) -> None:
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until, f"waited in vain: {what}"
        time.sleep(0.05)
