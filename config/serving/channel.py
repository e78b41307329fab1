"""One connection, with a limit of time on everything that it waits for."""

from __future__ import annotations

import socket
import struct
import time
from typing import Any

from waitress.channel import HTTPChannel
from waitress.task import ErrorTask, Task, WSGITask
from waitress.utilities import Error, build_http_date

from .answers import LOOKED, STATUS_LINES, Kept

HEAD_SECONDS = 10.0  # for the head of a request to come, and for the first one of a connection to begin
BODY_SECONDS = 10.0  # for its body, ...
BODY_RATE = 65_536  # ... and a second more for every so many bytes that have come: a long upload that flows may go on
IDLE_SECONDS = 65.0  # between two requests
STALLED_SECONDS = 30.0  # without a byte of the answer being taken
ANSWER_SECONDS = 60.0  # for an answer to be read, ...
ANSWER_RATE = 8_192  # ... and a second more for every so many bytes that have been taken
ONE_PIECE = 65_536  # bytes of a body that are copied to go out with its head; more goes by itself
ABORT = struct.pack("ii", 1, 0)  # SO_LINGER: throw away what has not been sent


class _StaysOpen(Task):
    """Leaves the connection open after an answer that has no body: waitress 3.0 ends it after each 204 and 304."""

    def set_close_on_finish(self) -> None:
        asked = "close" in self.request.headers.get("CONNECTION", "").lower()
        if asked or self.has_body or self.wrote_header or self.version != "1.1":
            super().set_close_on_finish()


class AnswerTask(_StaysOpen, ErrorTask):
    """Sends an answer that is there already (`answers.Answer`, or an error of waitress)."""

    def execute(self) -> None:
        error: Error = self.request.error
        if isinstance(error, Kept) and self._send_at_once(error):
            return
        status, headers, body = error.to_response("Hereabouts")
        self.status = status
        self.response_headers.extend(headers)
        if getattr(error, "close", True):
            self.set_close_on_finish()
        self.content_length = len(body)
        self.write(b"" if getattr(self.request, "command", "") == "HEAD" else body)

    def _send_at_once(self, kept: Kept) -> bool:
        """Send head and body in one piece, where there is nothing to be added; return whether it was."""
        stays = self.request.headers.get("CONNECTION", "keep-alive").lower() == "keep-alive"
        if self.version != "1.1" or not stays or not kept.is_complete:
            return False
        body = b"" if self.request.command == "HEAD" else kept.content
        self.status, self.wrote_header = STATUS_LINES[kept.code], True
        date = build_http_date(self.start_time).encode("ascii")
        self.channel.write_soon(b"".join((kept.lines(), b"Date: ", date, b"\r\n\r\n", body)))
        return True


class _Pieces(list[bytes]):
    """Takes what a task writes in place of its channel."""

    def __init__(self, channel: Channel) -> None:
        super().__init__()
        self.server = channel.server

    write_soon = list.append


class ApplicationTask(_StaysOpen, WSGITask):
    """Asks the application. An answer to HEAD has no body, whatever the application gives."""

    def write(self, data: bytes) -> None:
        """As waitress does, but head and (first) piece of the body are sent at once: a small answer is one packet."""
        if self.wrote_header or not 0 < len(data) <= ONE_PIECE:
            super().write(data)
            return
        channel = self.channel
        self.channel = pieces = _Pieces(channel)
        try:
            super().write(data)
        finally:
            self.channel = channel
        channel.write_soon(b"".join(pieces))

    def get_environment(self) -> dict[str, Any]:
        environ = super().get_environment()
        environ[LOOKED] = getattr(self.request, "looked_in_vain", False)
        return environ

    def finish(self) -> None:
        if self.request.command == "HEAD":
            self.chunked_response = False
        super().finish()


class Channel(HTTPChannel):
    """A connection that is ended, with a word where one can be said, when it keeps us waiting too long."""

    task_class = ApplicationTask
    error_task_class = AnswerTask

    def __init__(self, server: Any, sock: socket.socket, addr: Any, adj: Any, map: Any = None) -> None:
        now = time.monotonic()
        self.opened = self.heard = self.began = self.taken_at = self.answering_since = now
        self.taken = 0
        self.asked = 0  # requests so far
        self.head_came: float | None = None
        self.coming: Any = None  # the request whose parts are coming
        super().__init__(server, sock, addr, adj, map=map)

    def received(self, data: bytes) -> bool:
        now = self.heard = time.monotonic()
        came = super().received(data)
        if self.request is not self.coming:
            self.coming, self.began, self.head_came = self.request, now, None
        if self.request is not None and self.request.headers_finished and self.head_came is None:
            self.head_came = now
        return came

    def send(self, data: bytes, do_close: bool = True) -> int:
        sent = super().send(data, do_close)
        if sent:
            self.taken_at = time.monotonic()
            self.taken += sent
        return sent

    def service(self) -> None:
        if not self.server.is_ready(self):
            return
        self.answering_since = self.taken_at = time.monotonic()
        self.taken = 0
        super().service()
        self.heard = time.monotonic()

    def handle_accept(self) -> None:  # never: a connection accepts none
        raise NotImplementedError

    @property
    def idle(self) -> bool:
        """Nothing is asked and nothing is to be sent."""
        return not self.requests and not self.total_outbufs_len and self.request is None

    @property
    def bytes_held(self) -> int:
        """What of the request has come so far, in memory or on disk."""
        waiting = [self.request] if self.request is not None else []
        return sum(it.body_bytes_received for it in [*waiting, *self.requests])

    def check(self, now: float) -> None:
        """End the connection, or refuse its request, if it has kept us waiting too long. In the loop only."""
        if self.total_outbufs_len:
            slow = now - self.answering_since > ANSWER_SECONDS + self.taken / ANSWER_RATE
            if now - self.taken_at > STALLED_SECONDS or slow:
                self.abort()
        elif self.requests:
            self.began = now  # the clock of what comes next stands still as long as we are not reading it
            if self.head_came is not None:
                self.head_came = now
        elif self.request is None:
            if now - self.heard > (IDLE_SECONDS if self.asked else HEAD_SECONDS):
                self.abort()
        elif self.head_came is None:
            if now - self.began > HEAD_SECONDS:
                self.refuse("late")
        elif now - self.head_came > BODY_SECONDS + self.request.body_bytes_received / BODY_RATE:
            self.refuse("late")

    def refuse(self, why: str) -> None:
        """Answer the request that has come in part with the refusal `why`, and close. In the loop only."""
        request = self.request
        with self.requests_lock:
            self.request = self.coming = None
            if request is None or self.requests:
                return
            request.error = self.server.refusal(why, request)
            request.completed = True
            if not request.headers_finished:
                request.version = "1.1"
            self.requests.append(request)
        self.service()

    def abort(self) -> None:
        """Close at once and throw away what has not been taken."""
        try:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
        except OSError:
            pass
        self.handle_close()
