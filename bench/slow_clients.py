"""Clients that keep a server waiting: bodies that never end, answers that nobody reads, costly questions."""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from .load import Connection

HALF = b"a" * 50
COOKIE = f"csrftoken={'a' * 32}"  # with it, the body is looked at before anything is refused


def unfinished_post(port: int, path: str = "/post/new/", *, promised: int = 100, sent: bytes = HALF) -> socket.socket:
    """Send the head of a POST and less of its body than it promises. Returns the socket."""
    client = socket.create_connection(("127.0.0.1", port), timeout=60)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {promised}\r\nCookie: {COOKIE}\r\n\r\n"
    )
    client.sendall(head.encode() + sent)
    return client


def unread_download(port: int, path: str) -> socket.socket:
    """Ask for `path` and read nothing of it; the window for what comes is as small as it may be."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(60)
    client.connect(("127.0.0.1", port))
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    return client


def slow_head(port: int) -> socket.socket:
    """Begin a request and do not end its head."""
    client = socket.create_connection(("127.0.0.1", port), timeout=60)
    client.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow:")
    return client


@dataclass
class Readers:
    """How readers who ask again and again have been answered so far."""

    statuses: Counter = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)


@contextlib.contextmanager
def reading(port: int, paths: Sequence[str], clients: int) -> Iterator[Readers]:
    """Ask for `paths` in turn from `clients` connections until the block ends. Failures count as status 0."""
    found, stop, lock = Readers(), threading.Event(), threading.Lock()
    turn = itertools.cycle(paths)

    def read() -> None:
        connection = None
        while not stop.is_set():
            with lock:
                path = next(turn)
            start = time.perf_counter()
            try:
                connection = connection or Connection("127.0.0.1", port)
                status, head, _ = connection.get(path)
                if b"connection: close" in head:
                    connection.close()
                    connection = None
            except OSError:
                status, connection = 0, None
                stop.wait(0.05)
            with lock:
                found.statuses[status] += 1
                found.times.append(time.perf_counter() - start)
            if status in (429, 503):
                stop.wait(0.2)

    threads = [threading.Thread(target=read, daemon=True) for _ in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield found
    finally:
        stop.set()
        for thread in threads:
            thread.join(5)


def timed(port: int, path: str, *, seconds: float, every: float = 0.02, patience: float = 5.0) -> Readers:
    """Ask for `path` every so often, each time on a connection of its own, for `seconds`."""
    found = Readers()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        start = time.perf_counter()
        status = 0
        with contextlib.suppress(OSError, ValueError):
            connection = Connection("127.0.0.1", port)
            connection.socket.settimeout(patience)
            status = connection.get(path)[0]
            connection.close()
        found.times.append(time.perf_counter() - start)
        found.statuses[status] += 1
        time.sleep(every)
    return found


def percentile(times: Sequence[float], share: float) -> float:
    """The time within which `share` (0 to 1) of the answers came."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")
