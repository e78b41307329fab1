"""Starts the processes of the site, starts again what ends or hangs, and stops them all when it is told to."""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from .pulse import Pulse
from .web_server import WebServer

logger = logging.getLogger(__name__)

SIGNALS = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD}
TICK = 1.0  # seconds
HANGS_AFTER = 60  # ticks without a heartbeat; then nothing in that process gets a turn, and it is ended
QUICK = 5.0  # seconds: a process that ends sooner has not really started
QUICK_ENDS = 5  # in a row, then we give up: something is wrong that starting again does not mend
PR_SET_PDEATHSIG = 1


@dataclass
class Process:
    """One process: what it serves, and how it has been doing."""

    name: str
    make: Callable[[], WebServer]
    index: int | None = None  # its heartbeat
    pid: int = 0
    started: float = 0.0
    again_at: float = 0.0
    quick_ends: int = 0
    last_beat: float = 0.0
    ticks_without: int = field(default=0)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on `host` and `port`. Raises OSError when it cannot."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    listening.listen(1024)
    listening.setblocking(False)
    return listening


class Supervisor:
    """Keeps `processes` going. `grace`: seconds that they get, when told to stop, to answer what was asked."""

    def __init__(self, processes: list[Process], pulse: Pulse, *, grace: float) -> None:
        self.processes, self.pulse, self.grace = processes, pulse, grace
        self.stopping = False

    def run(self) -> int:
        """Serve until told to stop. Returns the exit status: 1 when the processes cannot be kept going."""
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        if threading.active_count() > 1:
            logger.warning("Threads were started before the processes were: %s.", threading.enumerate())
        gc.collect()
        gc.freeze()  # what is loaded stays in memory that the processes share
        try:
            while True:
                self._start_those_due()
                told = signal.sigtimedwait(SIGNALS, TICK)
                if told is not None and told.si_signo != signal.SIGCHLD:
                    return 0
                if not self._reap():
                    return 1
                if told is None:
                    self._end_those_that_hang()
        finally:
            self._stop()

    def _start_those_due(self) -> None:
        now = time.monotonic()
        for process in self.processes:
            if not process.pid and now >= process.again_at:
                self._start(process)

    def _start(self, process: Process) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        supervisor = os.getpid()
        if process.index is not None:
            self.pulse.beat(process.index)
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                status = self._serve(process, supervisor)
            except BaseException:
                logger.exception("The process %s ends with an error.", process.name)
            finally:
                # Without what our parent has put aside for its own end.
                logging.shutdown()
                os._exit(status)
        process.pid, process.started, process.ticks_without = pid, time.monotonic(), 0

    def _serve(self, process: Process, supervisor: int) -> int:
        """In the new process: serve until told to stop, or until the supervisor is gone."""
        die_with_parent()
        if os.getppid() != supervisor:
            return 1
        server = process.make()
        beat = server.beat

        def beat_while_supervised() -> None:
            beat()
            if os.getppid() != supervisor and server.stopping_until is None:
                server.stop(self.grace)

        server.beat = beat_while_supervised
        signal.signal(signal.SIGTERM, lambda number, frame: server.stop(self.grace))
        for number in (signal.SIGINT, signal.SIGHUP):  # of the terminal, to everybody: the supervisor says what to do
            signal.signal(number, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        server.run()
        return 0

    def _reap(self) -> bool:
        """Notice who has ended, and when each is to be started again. False when that would be of no use."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return True
            if pid == 0:
                return True
            process = next((it for it in self.processes if it.pid == pid), None)
            if process is None:
                continue
            now = time.monotonic()
            process.pid = 0
            if process.index is not None:
                self.pulse.stopped(process.index)
            process.quick_ends = process.quick_ends + 1 if now - process.started < QUICK else 0
            process.again_at = now + (2 ** (process.quick_ends - 1) if process.quick_ends else 0)
            logger.error("The process %s has ended (%s) and is started again.", process.name, ended(status))
            if process.quick_ends >= QUICK_ENDS:
                logger.error("It has ended %d times as it started; the site stops.", process.quick_ends)
                return False

    def _end_those_that_hang(self) -> None:
        for process in self.processes:
            if process.index is None or not process.pid:
                continue
            beat = self.pulse.last(process.index)
            process.ticks_without = 0 if beat != process.last_beat else process.ticks_without + 1
            process.last_beat = beat
            if process.ticks_without >= HANGS_AFTER:
                logger.error("The process %s has not moved for %d s and is ended.", process.name, HANGS_AFTER)
                os.kill(process.pid, signal.SIGKILL)
                process.ticks_without = 0

    def _stop(self) -> None:
        pids = [process.pid for process in self.processes if process.pid]
        for pid in pids:
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + self.grace + 1
        while pids and time.monotonic() < deadline:
            pids = [pid for pid in pids if os.waitpid(pid, os.WNOHANG)[0] == 0]
            time.sleep(0.02)
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def die_with_parent() -> None:
    """Ask the kernel, where it can, to tell this process to stop when the supervisor is killed outright."""
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    except (AttributeError, OSError):
        pass  # elsewhere the heartbeat notices


def ended(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"status {code}" if code >= 0 else f"signal {-code}"
