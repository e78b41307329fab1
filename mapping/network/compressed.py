"""Bodies of answers that are sent often: plain, and compressed once somebody asks for that."""

from __future__ import annotations

import gzip

import brotli

WORTH_GZIP = 500  # bytes; below it the answer fits one packet either way


class Gzipped:
    """The body of an answer, plain, and gzipped once somebody asks for that."""

    __slots__ = ("_gzipped", "plain")

    def __init__(self, plain: bytes) -> None:
        self.plain = plain
        self._gzipped: bytes | None = None

    @property
    def has_gzip(self) -> bool:
        return len(self.plain) >= WORTH_GZIP

    @property
    def gzipped(self) -> bytes:
        if self._gzipped is None:
            self._gzipped = gzip.compress(self.plain, 4, mtime=0)
        return self._gzipped

    @property
    def size(self) -> int:
        # With what Python itself needs for an entry, or many empty tiles would cost more than the limit says.
        return 2 * len(self.plain) + 500


class Compressed(Gzipped):
    """The body of an answer: plain, gzipped, or by brotli, each made when it is first asked for."""

    __slots__ = ("_brotli",)

    def __init__(self, plain: bytes) -> None:
        super().__init__(plain)
        self._brotli: bytes | None = None

    @property
    def brotli(self) -> bytes:
        if self._brotli is None:
            # It is sent many times: worth some effort, less where it is very large.
            self._brotli = brotli.compress(self.plain, quality=9 if len(self.plain) < 2_000_000 else 5)
        return self._brotli
