"""One process of the site: waitress with limits on connections, on time, and on what is kept for them."""

from __future__ import annotations

import logging
import resource
import socket
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer
from waitress.utilities import RequestEntityTooLarge

from .answers import Answer, Kept, Refusal, wants_page
from .channel import Channel
from .lanes import Bounds, Lane

logger = logging.getLogger(__name__)

CONNECTIONS = 1000  # at once, in one process
CONNECTIONS_EACH = 250  # ... of one address; behind a proxy they are all the proxy's
HELD_BYTES = 256 * 1024 * 1024  # of requests that have come in part, in one process; on disk above 64 KB each
BODY_BYTES = 20 * 1024 * 1024  # of one request; nginx.conf says the same
IN_MEMORY = 65_536  # bytes of one request or answer; what is above it goes to a temporary file
UNREAD_BYTES = 64 * 1024 * 1024  # of one answer, before the thread that makes it has to wait
TICK = 0.5  # seconds between two looks at who is late


class WebServer(TcpWSGIServer):
    """Reads requests and sends answers in one loop; lets the threads of `lanes` work the answers out.

    `lane_of(request)` names the lane of a request; `inline(path)` gives an answer that needs no thread, or None;
    `address_of(channel, request)` says whose turn a request takes; `refusals` are by what happened: "late",
    "crowded", "too large", "too many". `kept(request)` gives an answer that was given before, or None: it is asked in
    the first lane, whichever lane the request is for.
    """

    channel_class = Channel

    def __init__(
        self,
        application: Any,
        listening: socket.socket,
        *,
        lanes: Mapping[str, Bounds],
        lane_of: Callable[[Any], str],
        address_of: Callable[[Any, Any], str],
        inline: Callable[[str], Answer | None],
        refusals: Mapping[str, Refusal],
        kept: Callable[[Any], Answer | Kept | None] | None = None,
        beat: Callable[[], None] = lambda: None,
        proxied: bool = False,
    ) -> None:
        adjustments = Adjustments(
            sockets=[listening],
            ident="",
            backlog=1024,
            # Django decides which proxy to believe (BEHIND_PROXY), so what it said is passed on.
            clear_untrusted_proxy_headers=False,
            max_request_body_size=BODY_BYTES + 1,
            max_request_header_size=32_768,
            inbuf_overflow=IN_MEMORY,
            outbuf_overflow=4 * IN_MEMORY,
            outbuf_high_watermark=UNREAD_BYTES,
            log_socket_errors=False,
            asyncore_use_poll=True,
            server_name="localhost",
        )
        info = (listening.family, listening.type, listening.proto, listening.getsockname())
        self.lane_of, self.address_of, self.inline_answer, self.refusals = lane_of, address_of, inline, refusals
        self.beat, self.proxied, self.kept = beat, proxied, kept
        self.lanes = {name: Lane(name, bounds, self._too_late) for name, bounds in lanes.items()}
        self.first = next(iter(self.lanes))
        self.at_once: deque[Any] = deque()
        self.stopping_until: float | None = None
        self.next_tick = 0.0
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.most = max(16, min(CONNECTIONS, files // 4))
        super().__init__(
            without_body_for_head(application), {}, True, listening, dispatcher=object(), adj=adjustments,
            sockinfo=info, bind_socket=False,
        )  # fmt: skip

    # In the loop.

    def run(self) -> None:
        """Serve until `stop` was called and what had been asked before is answered, or its time is over."""
        while not self._finished():
            wasyncore.loop(timeout=TICK, use_poll=True, map=self._map, count=1)
            while self.at_once:
                self.at_once.popleft().service()
            now = time.monotonic()
            self.beat()
            if now >= self.next_tick:
                self.next_tick = now + TICK
                self._tick(now)

    def stop(self, seconds: float) -> None:
        """Take no more connections, and give what has been asked `seconds` to be answered. Safe in a signal."""
        self.stopping_until = time.monotonic() + seconds

    def _finished(self) -> bool:
        if self.stopping_until is None:
            return False
        if self.accepting:
            self.accepting = False
            self.del_channel()
            self.socket.close()
        for channel in list(self.active_channels.values()):
            if channel.idle:
                channel.handle_close()
        return not self.active_channels or time.monotonic() > self.stopping_until

    def _tick(self, now: float) -> None:
        held = 0
        for channel in list(self.active_channels.values()):
            channel.check(now)
            held += channel.bytes_held
        if held > HELD_BYTES:
            coming = [it for it in self.active_channels.values() if it.request is not None]
            for channel in sorted(coming, key=lambda it: it.bytes_held, reverse=True):
                held -= channel.bytes_held
                channel.refuse("crowded")
                if held <= HELD_BYTES:
                    break

    def readable(self) -> bool:
        return self.accepting

    def maintenance(self, now: float) -> None:
        """Nothing: `_tick` looks after connections, oftener and more closely."""

    def handle_accept(self) -> None:
        for _ in range(32):
            try:
                connection, address = self.socket.accept()
            except OSError:  # nobody is waiting any more, or they have gone, or there are too many open files
                return
            if not self._room_for(address[0]):
                connection.close()
                continue
            try:
                self.set_socket_options(connection)
                self.channel_class(self, connection, address, self.adj, map=self._map)
            except OSError:
                connection.close()

    def _room_for(self, address: str) -> bool:
        """Whether one more connection of `address` may stay. When all are taken, one that is idle makes room."""
        channels = self.active_channels.values()
        if len(channels) < min(self.most, CONNECTIONS_EACH):
            return True
        each = Counter(channel.addr[0] for channel in channels)
        if not self.proxied and each[address] >= CONNECTIONS_EACH:
            return False
        if len(channels) < self.most:
            return True
        idle = [channel for channel in channels if channel.idle]
        if not idle:
            return False
        max(idle, key=lambda it: (each[it.addr[0]], -it.heard)).handle_close()
        return True

    # In the loop, or in a thread that has just answered and goes on to the next request of the same connection.

    def add_task(self, task: Channel) -> None:
        request = task.requests[0]
        task.asked += 1
        if isinstance(request.error, RequestEntityTooLarge):
            request.error = self.refusal("too large", request)
        if request.error is None:
            request.error = self.inline_answer(request.path) if request.command in ("GET", "HEAD") else None
        if request.error is None:
            request.looked = self.kept is None or request.command not in ("GET", "HEAD")
            if self._put(task, request, self.lane_of(request) if request.looked else self.first):
                return
        # Not here: a lock of the connection is held. The loop answers as soon as it is back.
        self.at_once.append(task)
        self.pull_trigger()

    def is_ready(self, task: Channel) -> bool:
        """Whether the next request of `task` can be answered in this thread; if not, it waits in another lane now."""
        request = task.requests[0]
        if request.error is not None or request.looked:
            return True
        request.looked = True
        request.error = self._kept(request)
        lane = self.lane_of(request)
        # In another lane it waits, and there may be an answer when it has done.
        request.looked_in_vain = request.error is None and lane == self.first
        return request.error is not None or lane == self.first or not self._put(task, request, lane)

    def _kept(self, request: Any) -> Answer | Kept | None:
        try:
            return self.kept(request) if self.kept is not None else None
        except Exception:
            logger.exception("No kept answer was looked for.")
            return None

    def _put(self, task: Channel, request: Any, lane: str) -> bool:
        """Let the request wait in `lane`; False where it may not, and is to be refused."""
        why = self.lanes[lane].put(self.address_of(task, request), task)
        if why is not None:
            request.error = self.refusal(why, request)
        return why is None

    def refusal(self, why: str, request: Any) -> Answer:
        return self.refusals[why].answer(
            as_page=wants_page(getattr(request, "path", "/"), request.headers.get("ACCEPT", ""))
        )

    def _too_late(self, task: Channel) -> None:
        request = task.requests[0]
        request.error = self.refusal("crowded", request)
        task.service()


def without_body_for_head(application: Any) -> Any:
    """Wrap a WSGI application: its answer to HEAD keeps its head and loses its body, which waitress would send."""

    def wrapped(environ: dict[str, Any], start_response: Any) -> Any:
        answer = application(environ, start_response)
        if environ["REQUEST_METHOD"] != "HEAD":
            return answer
        if hasattr(answer, "close"):
            answer.close()
        return []

    return wrapped
