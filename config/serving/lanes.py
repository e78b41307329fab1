"""Threads that work answers out, in lanes: what is costly has its own few, so that it never takes all of them.

In each lane the addresses that ask are taken in turn, so that one which asks a hundred things at once keeps nobody
else waiting longer than one of them.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

logger = logging.getLogger(__name__)


class Task(Protocol):
    """Something to do in a thread: for waitress, a connection whose next request has come."""

    def service(self) -> None: ...


class FairQueue:
    """Waiting tasks by whom they are for. Not safe by itself: `Lane` has the lock."""

    def __init__(self) -> None:
        self.by_address: OrderedDict[str, deque[tuple[float, Any]]] = OrderedDict()
        self.size = 0

    def waiting(self, address: str) -> int:
        return len(self.by_address.get(address, ()))

    def put(self, address: str, task: Any) -> None:
        self.by_address.setdefault(address, deque()).append((time.monotonic(), task))
        self.size += 1

    def get(self) -> tuple[float, Any]:
        """Return since when the next task waits, and the task: the oldest of whoever's turn it is."""
        address, tasks = next(iter(self.by_address.items()))
        taken = tasks.popleft()
        if tasks:
            self.by_address.move_to_end(address)
        else:
            del self.by_address[address]
        self.size -= 1
        return taken


@dataclass(frozen=True)
class Bounds:
    """How many threads a lane has, and how much may wait in it: in all, for one address, and for how long."""

    threads: int
    waiting: int
    waiting_each: int
    seconds: float


class Lane:
    """A few threads and what waits for them."""

    def __init__(self, name: str, bounds: Bounds, too_late: Callable[[Any], None]) -> None:
        self.name, self.bounds, self.too_late = name, bounds, too_late
        self.queue = FairQueue()
        self.lock = threading.Condition()
        self.stopping = False
        self.threads = [
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True)
            for number in range(bounds.threads)
        ]
        for thread in self.threads:
            thread.start()

    def put(self, address: str, task: Task) -> str | None:
        """Let `task` wait for a thread. Returns None, or why it may not: "crowded" or "too many" (of this address)."""
        with self.lock:
            if self.queue.size >= self.bounds.waiting:
                return "crowded"
            if self.queue.waiting(address) >= self.bounds.waiting_each:
                return "too many"
            self.queue.put(address, task)
            self.lock.notify()
            return None

    def stop(self) -> None:
        with self.lock:
            self.stopping = True
            self.lock.notify_all()

    def _work(self) -> None:
        while True:
            with self.lock:
                while not self.queue.size:
                    if self.stopping:
                        return
                    self.lock.wait()
                since, task = self.queue.get()
            try:
                if time.monotonic() - since > self.bounds.seconds:
                    self.too_late(task)
                else:
                    task.service()
            except Exception:
                logger.exception("A thread of the lane %s failed.", self.name)
