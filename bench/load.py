"""A small HTTP client for load: keep-alive connections, one thread each, answers read to their end.

Raw sockets, since on two cores a comfortable client would take most of the time that the server is measured by.
"""

from __future__ import annotations

import itertools
import multiprocessing
import socket
import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    """What came of a run. Times in seconds, one an answer, sorted."""

    seconds: float
    times: list[float]
    failures: int
    bytes_read: int

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.times) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """The time within which `share` (0 to 1) of the answers came, in seconds."""
        return self.times[min(len(self.times) - 1, int(share * len(self.times)))] if self.times else float("nan")

    @property
    def median(self) -> float:
        return statistics.median(self.times) if self.times else float("nan")


class Connection:
    """One keep-alive connection of HTTP/1.1."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.socket = socket.create_connection((host, port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, path: str, headers: str = "") -> tuple[int, bytes, bytes]:
        """Return status, head and body of `path`. Raises OSError when the connection fails."""
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: {self.host}\r\n{headers}\r\n".encode())
        data = b""
        while (end := data.find(b"\r\n\r\n")) < 0:
            more = self.socket.recv(65536)
            if not more:
                raise ConnectionError("the server closed the connection")
            data += more
        head, body = data[:end].lower(), data[end + 4 :]
        status = int(head[9:12])
        if status in (204, 304):
            return status, head, b""
        if b"transfer-encoding: chunked" in head:
            while not body.endswith(b"0\r\n\r\n"):
                body += self.socket.recv(65536)
            return status, head, body
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        parts, got = [body], len(body)
        while got < length:
            more = self.socket.recv(65536)
            if not more:
                raise ConnectionError("the server closed the connection")
            parts.append(more)
            got += len(more)
        return status, head, b"".join(parts)

    def close(self) -> None:
        self.socket.close()


def _worker(port: int, paths: Sequence[str], headers: str, clients: int, seconds: float, pipe) -> None:
    times: list[float] = []
    failures = read = 0
    turn = itertools.cycle(paths)
    lock = threading.Lock()
    stop = time.perf_counter() + seconds

    def client() -> None:
        nonlocal failures, read
        connection = Connection("127.0.0.1", port)
        mine, bad, got = [], 0, 0
        while (start := time.perf_counter()) < stop:
            with lock:
                path = next(turn)
            status, _, body = connection.get(path, headers)
            mine.append(time.perf_counter() - start)
            got += len(body)
            bad += status not in (200, 204, 304)
        connection.close()
        with lock:
            times.extend(mine)
            failures += bad
            read += got

    start = time.perf_counter()
    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pipe.send((time.perf_counter() - start, times, failures, read))
    pipe.close()


def load(port: int, paths: Sequence[str], *, clients: int = 8, seconds: float = 5.0, headers: str = "") -> Load:
    """Ask 127.0.0.1:`port` for `paths`, in turn, from `clients` connections at once, for `seconds`.

    The client runs in a process of its own. `headers` is text of whole lines, each ended by CR LF.
    """
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_worker, args=(port, paths, headers, clients, seconds, theirs))
    process.start()
    theirs.close()
    try:
        took, times, failures, read = ours.recv()
    except EOFError:
        raise ConnectionError("the server did not answer the load") from None
    finally:
        process.join()
    return Load(took, sorted(times), failures, read)
