"""Open a text file that somebody made, whatever its encoding, without trusting its size."""

from __future__ import annotations

import codecs
import gzip
import io
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from charset_normalizer import from_bytes

from .errors import ReadError

CHUNK = 1 << 20
MAX_LINE = 1 << 20
SAMPLE = 1 << 16

_BOMS = (  # longest first: the UTF-32 mark begins with the UTF-16 one
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_TEXT = (
    (b"PK\x03\x04", "a spreadsheet or zip file", "Save it as CSV, or unpack it first."),
    (b"\xd0\xcf\x11\xe0", "an old Excel file", "Save it as CSV."),
    (b"%PDF", "a PDF", "Ask the publisher for a table (CSV) instead."),
    (b"SQLite format 3", "a database (GeoPackage or SQLite)", "Save it as GeoJSON or CSV."),
    (b"\x89PNG", "a picture", "Name a CSV or GeoJSON file."),
    (b"\xff\xd8\xff", "a picture", "Name a CSV or GeoJSON file."),
)
# Encodings that western files without a mark turn out to be in. Any other guess is a poor one.
_LEGACY = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "mac_roman")


def check_file(path: str | Path) -> Path:
    """The path of a readable, non-empty, ordinary file. Raises ReadError."""
    path = Path(path)
    try:
        status = path.stat()
    except FileNotFoundError:
        raise ReadError("there is no such file", path, "Check the path.") from None
    except (OSError, ValueError) as error:
        raise ReadError(f"the file cannot be read ({error})", path, "Check the path.") from None
    if stat.S_ISDIR(status.st_mode):
        raise ReadError("this is a folder, not a file", path, "Name a file in it.")
    if not stat.S_ISREG(status.st_mode):
        raise ReadError("this is not an ordinary file", path, "Copy it into a file first.")
    if status.st_size == 0:
        raise ReadError("the file is empty", path, "Fetch it again.")
    return path


@contextmanager
def open_bytes(path: str | Path) -> Iterator[IO[bytes]]:
    """The bytes of a file, unpacked when it is gzipped. Read errors become ReadError."""
    path = check_file(path)
    try:
        with path.open("rb") as raw:
            zipped = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            if zipped:
                with gzip.GzipFile(fileobj=raw) as unpacked:
                    yield unpacked
            else:
                yield raw
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        remedy = "It was cut short or damaged: fetch it again."
        raise ReadError(f"the gzip file cannot be unpacked ({error})", path, remedy) from None
    except PermissionError:
        raise ReadError("the file may not be read", path, "Ask for permission to read.") from None
    except OSError as error:
        raise ReadError(f"the file cannot be read ({error})", path) from None


@dataclass(frozen=True, slots=True)
class Inspection:
    """What one pass over a file found out: its encoding, and its first characters."""

    encoding: str
    sample: str


def inspect(path: str | Path, encoding: str | None = None, lines: bool = True) -> Inspection:
    """Pass over the whole file once, 1 MB at a time, and say how to read it as text.

    With `lines`, a line longer than `MAX_LINE` bytes is refused. Raises ReadError for anything
    that is not text, is in a mixture of encodings, or is not in the `encoding` that was said.
    """
    said = _known_encoding(encoding, path) if encoding else None
    with open_bytes(path) as handle:
        head = handle.read(SAMPLE)
    if not head.strip():
        raise ReadError("the file is empty", path, "Fetch it again.")
    for magic, what, remedy in _NOT_TEXT:
        if head.startswith(magic):
            raise ReadError(f"this is {what}, not text", path, remedy)
    found = said or _marked(head)
    wide = (found or "").replace("-", "_").startswith(("utf_16", "utf_32"))
    scan = _Scan(path, lines, wide)
    with open_bytes(path) as handle:
        for chunk in iter(lambda: handle.read(CHUNK), b""):
            scan.feed(chunk)
    if not found:
        found = "utf-8" if scan.first_bad is None else _legacy(path, scan)
    sample = _check_decodes(path, found)
    return Inspection(found, sample)


@contextmanager
def open_text(path: str | Path, encoding: str) -> Iterator[io.TextIOBase]:
    """The file as text, with line ends as they are (for `csv`)."""
    with open_bytes(path) as handle:
        yield io.TextIOWrapper(handle, encoding=encoding, newline="")


@contextmanager
def open_utf8(path: str | Path, encoding: str) -> Iterator[IO[bytes]]:
    """The file as UTF-8 bytes without a mark (for JSON)."""
    with open_bytes(path) as handle:
        if encoding == "utf-8-sig":
            handle.read(len(codecs.BOM_UTF8))
        yield handle if encoding in ("utf-8", "utf-8-sig") else _Utf8(handle, encoding)


class _Utf8(io.RawIOBase):
    """Bytes of another encoding as UTF-8, a chunk at a time."""

    def __init__(self, handle: IO[bytes], encoding: str) -> None:
        self._handle = handle
        self._decode = codecs.getincrementaldecoder(encoding)().decode
        self._left = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while not self._left:
            chunk = self._handle.read(SAMPLE)
            self._left = self._decode(chunk, final=not chunk).encode("utf-8", "replace")
            if not chunk:
                break
        cut = len(self._left) if size < 0 else size
        out, self._left = self._left[:cut], self._left[cut:]
        return out


class _Scan:
    """Where the first byte is that is not UTF-8, whether any other was, and how long lines are."""

    def __init__(self, path: str | Path, lines: bool, wide: bool) -> None:
        self.path = path
        self.first_bad: int | None = None
        self.multibyte = False
        self._lines = lines
        self._wide = wide
        self._done = 0
        self._line = 0
        self._tail = b""

    def feed(self, chunk: bytes) -> None:
        if self._lines:
            self._measure(chunk)
        if not self._wide:
            at = chunk.find(b"\0")
            if at >= 0:
                remedy = "It is not a text file, or is damaged. Save it as UTF-8."
                where = self._done + at
                raise ReadError(f"there is a NUL byte at byte {where}", self.path, remedy)
            self._check_utf8(chunk)
        self._done += len(chunk)

    def _measure(self, chunk: bytes) -> None:
        ends = [e for e in (chunk.find(b"\n"), chunk.find(b"\r")) if e >= 0]
        longest = self._line + (min(ends) if ends else len(chunk))
        if longest > MAX_LINE * (4 if self._wide else 1):
            raise ReadError(
                f"a line is longer than {MAX_LINE:,} bytes",
                self.path,
                "A table needs one line a row: check that this is one.",
            )
        last = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        self._line = longest if not ends else len(chunk) - last - 1

    def _check_utf8(self, chunk: bytes) -> None:
        if chunk.isascii() and not self._tail:
            return
        data = self._tail + chunk
        base = self._done - len(self._tail)
        self._tail = b""
        while data:
            try:
                data.decode("utf-8")
                self.multibyte = self.multibyte or not data.isascii()
                return
            except UnicodeDecodeError as error:
                self.multibyte = self.multibyte or not data[: error.start].isascii()
                if error.end == len(data) and error.reason == "unexpected end of data":
                    self._tail = data[error.start :]  # a character cut by the end of the chunk
                    return
                if self.first_bad is None:
                    self.first_bad = base + error.start
                base += error.end
                data = data[error.end :]
                if self.multibyte:
                    return


def _marked(head: bytes) -> str | None:
    """The encoding that a mark, or a pattern of NULs, gives away."""
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    even, odd = head[:1000:2].count(0), head[1:1000:2].count(0)
    if odd > 3 * even + 3:
        return "utf-16-le"
    if even > 3 * odd + 3:
        return "utf-16-be"
    return None


def _legacy(path: str | Path, scan: _Scan) -> str:
    """The one-byte encoding of a file that is not UTF-8."""
    if scan.multibyte:
        raise ReadError(
            f"byte {scan.first_bad} is not UTF-8, though other parts of the file are",
            path,
            "Save it as UTF-8, or say its encoding (such as cp1252).",
        )
    with open_bytes(path) as handle:
        _skip(handle, max(0, (scan.first_bad or 0) - SAMPLE // 2))
        window = handle.read(SAMPLE)
    if not any(byte in window for byte in b"\x81\x8d\x8f\x90\x9d"):
        best = from_bytes(window, cp_isolation=list(_LEGACY)).best()
        # Short western texts fit several code pages: only believe a clear other alphabet.
        return best.encoding if best and best.encoding in ("cp1251", "cp1253") else "cp1252"
    best = from_bytes(window, cp_isolation=list(_LEGACY)).best()
    if best is None:
        remedy = "Save it as UTF-8, or say its encoding (such as cp1252)."
        raise ReadError("the encoding of the file cannot be found out", path, remedy)
    return best.encoding


def _skip(handle: IO[bytes], count: int) -> None:
    while count > 0:
        chunk = handle.read(min(count, CHUNK))
        if not chunk:
            return
        count -= len(chunk)


def _known_encoding(name: str, path: str | Path) -> str:
    try:
        info = codecs.lookup(name)
        if not info._is_text_encoding:
            raise LookupError
        return info.name
    except (LookupError, ValueError):
        remedy = "Say utf-8, utf-16 or cp1252, for instance."
        raise ReadError(f"there is no encoding called '{name}'", path, remedy) from None


def _check_decodes(path: str | Path, encoding: str) -> str:
    """The first characters of the file; ReadError when any part of it is not in `encoding`."""
    decoder = codecs.getincrementaldecoder(encoding)()
    sample, done = "", 0
    with open_bytes(path) as handle:
        try:
            for chunk in iter(lambda: handle.read(CHUNK), b""):
                text = decoder.decode(chunk)
                sample = sample or text[:SAMPLE]
                if encoding != "utf-8" and "\0" in text:
                    raise ReadError("there is a NUL character", path, "Save it as UTF-8 text.")
                done += len(chunk)
            decoder.decode(b"", final=True)
        except UnicodeError as error:
            at = done + getattr(error, "start", 0)
            remedy = "Save it as UTF-8, or say its right encoding."
            raise ReadError(f"byte {at} is not {encoding} text", path, remedy) from None
    return sample
