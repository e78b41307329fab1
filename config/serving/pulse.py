"""What the processes of the site know of each other: a heartbeat for each, in memory that they share."""

from __future__ import annotations

import mmap
import struct
import time

BEAT = struct.Struct("d")
SECONDS_WITHOUT = 30.0  # a process that has not been heard of for so long is not counted as one that answers


class Pulse:
    """One heartbeat (seconds of the monotonic clock, 0 for a process that is not there) for each of `processes`.

    Made before the processes are, which inherit it. Each writes its own; a double is written in one piece.
    """

    def __init__(self, processes: int) -> None:
        self.processes = processes
        self.memory = mmap.mmap(-1, BEAT.size * processes)

    def beat(self, index: int) -> None:
        BEAT.pack_into(self.memory, index * BEAT.size, time.monotonic())

    def stopped(self, index: int) -> None:
        BEAT.pack_into(self.memory, index * BEAT.size, 0.0)

    def last(self, index: int) -> float:
        return BEAT.unpack_from(self.memory, index * BEAT.size)[0]

    def answering(self) -> int:
        """How many processes are there and have been heard of lately."""
        since = time.monotonic() - SECONDS_WITHOUT
        return sum(self.last(index) > since for index in range(self.processes))
