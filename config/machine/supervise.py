"""Programs that are to run as long as `make demo` does: one that ends by itself is started again."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence

from config.machine.say import line

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0
"""Who has run for so long is well again: the next pause is the first one, and it is said again."""

Start = Callable[[], "subprocess.Popen[bytes]"]


class Kept:
    """One program: its name for the person at the terminal, and how it is started."""

    def __init__(
        self, name: str, start: Start, child: subprocess.Popen[bytes] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self.name = name
        self._start = start
        self._clock = clock
        self._pause = FIRST_PAUSE
        self._told = False
        self._began = clock()
        self._again_at: float | None = None
        self.child = child if child is not None else start()

    def look(self) -> None:
        """Start it again if it has ended and its pause is over. Says so once, not at every try."""
        now = self._clock()
        if self._again_at is not None:
            if now >= self._again_at:
                self._again_at = None
                self._began = now
                self.child = self._start()
            return
        status = self.child.poll()
        if status is None:
            if now - self._began > STEADY_SECONDS:
                self._pause, self._told = FIRST_PAUSE, False
            return
        end_group(self.child)
        if not self._told:
            line(f"The {self.name} has ended by itself ({how(status)}); it is started again.")
            self._told = True
        self._again_at = now + self._pause
        self._pause = min(2 * self._pause, LONGEST_PAUSE)


def how(status: int) -> str:
    """Say how a program ended, from its exit status as subprocess has it."""
    if status >= 0:
        return f"status {status}"
    try:
        return f"killed: {signal.Signals(-status).name}"
    except ValueError:
        return f"signal {-status}"


def end_group(child: subprocess.Popen[bytes]) -> None:
    """End what a program has left behind; it was started in a session of its own."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)


def stop(children: Sequence[subprocess.Popen[bytes]], seconds: float) -> None:
    """Ask all to stop; who has not after `seconds` is ended."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + seconds
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        # A worker that was told to stop while it was starting may not have heard.
        end_group(child)
