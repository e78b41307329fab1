"""How often one address may ask for what is costly, and send something: counted in memory that processes share.

Which address it was is not kept: a number stands for it, made with a key that exists in memory only and changes every
day (docs/privacy.md). The memory is made before the processes fork (config/serving), so they count together; another
server that starts its processes differently counts in each.
"""

from __future__ import annotations

import fcntl
import hashlib
import ipaddress
import mmap
import os
import re
import struct
import tempfile
import threading
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

# What takes long to work out. The same have a lane of their own (config/serving/lanes.py).
COSTLY = re.compile(
    r"/network/[^/]+/"  # paths, removals and the packed network of one revision
    r"|/[^/]+/network/(?:export|words|paths|without|gaps|compare|area)\b"
    r"|/[^/]+/network/$"
    r"|/maps/[^/]+/(?:lines\.json|[^/]+\.html)$"
    r"|/api/v1/(?:nodes|connections)$",  # up to a thousand records each
    re.ASCII,
)
SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")

SLOT = struct.Struct("Qd")  # a number for an address and a limit; until when what it has asked is paid for
SLOTS = 16_384
TRIES = 8  # slots that one number may stand in
HEAD = struct.Struct("q32s")  # the day, and its key
DAY = 86_400


def is_costly(method: str, path: str) -> bool:
    """Whether an answer may take long to work out."""
    return method in ("GET", "HEAD") and COSTLY.match(path) is not None


def is_sending(method: str) -> bool:
    """Whether something is sent that may be kept."""
    return method not in SAFE


def client_address(environ: Mapping[str, Any], *, behind_proxy: bool) -> str:
    """The address that asks, in WSGI's `environ`.

    X-Forwarded-For counts only where one proxy stands in front that replaces it; the last of its addresses is the one
    that the proxy saw. Anybody else could write anything there.
    """
    address = environ.get("REMOTE_ADDR", "")
    if behind_proxy:
        address = environ.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() or address
    return address


def reader_of(request: Any) -> str:
    """The address that a request of Django's comes from: what axes counts failed sign-ins by."""
    from django.conf import settings

    return client_address(request.META, behind_proxy=settings.BEHIND_PROXY)


@lru_cache(maxsize=4096)
def household(address: str) -> str:
    """What counts as one: an address of IPv4; of IPv6 the network of 64 bits that a line is given."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "?"
    if parsed.version == 6 and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return str(parsed)


class SharedCounts:
    """A leaky bucket for each address and limit (the generic cell rate algorithm of ITU-T I.371).

    `take` costs a few microseconds. When all the slots of a number are taken, the one that is paid for soonest is
    given away, so a flood of addresses can only make the limits softer.
    """

    def __init__(self, slots: int = SLOTS) -> None:
        self.slots = slots
        self.memory = mmap.mmap(-1, HEAD.size + SLOT.size * slots)
        # An empty file without a name, to lock: the kernel lets go of a lock when its process ends, however it ends.
        self.file = tempfile.TemporaryFile()
        self.lock = threading.Lock()

    def take(self, limit: str, address: str, *, per_minute: int, burst: int, now: float | None = None) -> float:
        """Count one for `address`. Returns 0.0 when it may go on, or for how many seconds it has to wait.

        On the average `per_minute` are allowed, and `burst` at once after a rest. What is refused does not count.
        """
        now = time.time() if now is None else now
        every = 60.0 / per_minute
        with self.lock:
            fcntl.lockf(self.file, fcntl.LOCK_EX)
            try:
                number = self._number(limit, address, int(now // DAY))
                at, until = self._slot(number)
                until = max(until, now)
                wait = until - now - every * (burst - 1)
                if wait > 1e-6:
                    return wait
                SLOT.pack_into(self.memory, at, number, until + every)
                return 0.0
            finally:
                fcntl.lockf(self.file, fcntl.LOCK_UN)

    def forget(self) -> None:
        """Forget everything, the key too."""
        with self.lock:
            self.memory[:] = bytes(len(self.memory))

    def _number(self, limit: str, address: str, day: int) -> int:
        of_day, key = HEAD.unpack_from(self.memory, 0)
        if of_day != day:
            self.memory[:] = bytes(len(self.memory))
            key = os.urandom(32)
            HEAD.pack_into(self.memory, 0, day, key)
        digest = hashlib.blake2b(f"{limit} {address}".encode(), key=key, digest_size=8).digest()
        return int.from_bytes(digest, "little") or 1

    def _slot(self, number: int) -> tuple[int, float]:
        """Where `number` stands, or may, and until when what it asked is paid for."""
        free, soonest = -1, float("inf")
        for step in range(TRIES):
            at = HEAD.size + SLOT.size * ((number + step) % self.slots)
            stands, until = SLOT.unpack_from(self.memory, at)
            if stands == number:
                return at, until
            if until < soonest:
                free, soonest = at, until
        return free, 0.0
