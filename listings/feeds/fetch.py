"""What is at the address of a feed: asked politely, within limits of size, time and redirects, never a private address.

fetch("https://example.org/calendar.ics", etag='"abc"')   # Fetched(unchanged=True) when it is the same
"""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import threading
import time
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.util.ssl_match_hostname import CertificateError

from config.errors import HereaboutsError

from .addresses import BadAddress, feed_address
from .public_hosts import public_addresses
from .readers.text import MAX_BYTES

MAX_REDIRECTS = 5
MAX_SECONDS = 30.0
CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
CHUNK = 1 << 16
MAX_RETRY_AFTER = 7 * 86400
ACCEPT = (
    "text/calendar, application/json, application/ld+json, application/rss+xml, application/atom+xml, text/csv, */*"
)


class FetchError(HereaboutsError):
    """Why nothing could be fetched. `retry_after`: so many seconds later it may be tried again, where the site said."""

    status = 502

    def __init__(self, message: str, remedy: str = "", *, retry_after: int | None = None) -> None:
        super().__init__(message, remedy)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came. `url` is where it came from in the end; `unchanged`: nothing, because it is what it was."""

    url: str
    data: bytes = b""
    etag: str = ""
    last_modified: str = ""
    unchanged: bool = False


def fetch(address: str, *, etag: str = "", last_modified: str = "") -> Fetched:
    """Fetch an address (http, https or webcal). Raises `FetchError`, `BadAddress`, `NotPublic`, `NoSuchHost`."""
    url = feed_address(address)
    until = time.monotonic() + MAX_SECONDS
    conditions = {}
    if etag:
        conditions["If-None-Match"] = etag
    if last_modified:
        conditions["If-Modified-Since"] = last_modified
    if url.startswith("webcal:"):
        # The scheme says nothing of encryption: with it first.
        rest = url.removeprefix("webcal:")
        try:
            return _follow(f"https:{rest}", conditions, until)
        except FetchError:
            url = f"http:{rest}"
    return _follow(url, conditions, until)


def _follow(url: str, conditions: dict[str, str], until: float) -> Fetched:
    for _hop in range(MAX_REDIRECTS + 1):
        with _answer(url, conditions, until) as answer:
            status, headers = answer.status, answer.headers
            if status == 304 and conditions:
                return Fetched(url, unchanged=True)
            if status == 200:
                data = _body(answer, headers.get("Content-Encoding", ""), headers.get("Content-Length", ""), until)
                return Fetched(url, data, _header(headers.get("ETag"), 300), _header(headers.get("Last-Modified"), 100))
            target = headers.get("Location", "")
            if status not in (301, 302, 303, 307, 308) or not target:
                raise _refused(status, headers.get("Retry-After", ""))
        try:
            leads_to = feed_address(urljoin(url, target))
        except (BadAddress, ValueError):
            raise FetchError("The address leads on to something that is no address.", _TELL) from None
        if url.startswith("https:") and not leads_to.startswith("https:"):
            raise FetchError("The address leads on to one that is not encrypted.", "Give that address itself.")
        url = leads_to
    raise FetchError(f"The address leads on more than {MAX_REDIRECTS} times.", "Give the address that it ends at.")


# A certificate of another name is a ValueError of urllib3's.
_FAILURES = (HTTPError, HTTPException, OSError, ssl.SSLError, ValueError)
_TELL = "Tell whoever runs that site, or use another address."


class _Watched:
    """A connection whose socket is known before its handshake, so that it can be ended from outside."""

    opened: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        self.opened = super()._new_conn()
        return self.opened

    def end(self) -> None:
        if self.opened is not None:
            with contextlib.suppress(OSError):
                self.opened.shutdown(socket.SHUT_RDWR)


class _Http(_Watched, HTTPConnection):
    pass


class _Https(_Watched, HTTPSConnection):
    pass


@contextlib.contextmanager
def _answer(url: str, conditions: dict[str, str], until: float):
    """The answer of one address, its body not read; nothing of it outlasts `until`."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    host = parts.hostname or ""
    port = parts.port or (443 if secure else 80)
    addresses = public_addresses(host, port)
    left = until - time.monotonic()
    if left <= 0:
        raise _too_slow()
    name = host if ":" in host else host.encode("idna").decode("ascii")
    connection, error = None, None
    for address in addresses[:4]:
        try:
            connection = _connect(address, name, port, secure, until)
            break
        except _FAILURES as failed:
            error = failed
    if connection is None:
        raise _unreachable(host, error, until) from error
    watch = threading.Timer(max(0.0, until - time.monotonic()), connection.end)
    watch.daemon = True
    watch.start()
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {
            "Host": parts.netloc,
            "User-Agent": f"Hereabouts (+{settings.SITE_URL})",
            "Accept": ACCEPT,
            "Accept-Encoding": "gzip",
            **conditions,
        }
        connection.request("GET", _escaped(path), headers=headers, preload_content=False, decode_content=False)
        answer = connection.getresponse()
        if time.monotonic() >= until:
            raise _too_slow()
        yield answer
    except _FAILURES as failed:
        raise _unreachable(host, failed, until) from failed
    finally:
        watch.cancel()
        connection.close()


def _connect(address: str, name: str, port: int, secure: bool, until: float) -> _Http | _Https:
    """A connection to this very address; the certificate has to be that of the name."""
    connection: _Http | _Https
    if secure:
        connection = _Https(address, port, timeout=CONNECT_SECONDS, server_hostname=name, assert_hostname=name)
    else:
        connection = _Http(address, port, timeout=CONNECT_SECONDS)
    watch = threading.Timer(max(0.0, until - time.monotonic()), connection.end)
    watch.daemon = True
    watch.start()
    try:
        connection.connect()
        connection.timeout = READ_SECONDS
    except BaseException:
        connection.close()
        raise
    finally:
        watch.cancel()
    return connection


def _body(answer, encoding: str, length: str, until: float) -> bytes:
    """The body, unpacked, never more than `MAX_BYTES` of either."""
    if length.isdigit() and int(length[:20]) > MAX_BYTES:
        raise _too_large()
    encoding = encoding.strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise FetchError(f"It came packed in a way that was not asked for ({encoding[:20]}).", _TELL)
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS) if encoding.endswith("gzip") else None
    parts: list[bytes] = []
    came = size = 0
    try:
        while chunk := answer.read(CHUNK, decode_content=False):
            came += len(chunk)
            if time.monotonic() > until:
                raise _too_slow()
            if unpacker is not None:
                chunk = unpacker.decompress(chunk, MAX_BYTES + 1 - size)
            size += len(chunk)
            parts.append(chunk)
            if came > MAX_BYTES or size > MAX_BYTES:
                raise _too_large()
    except zlib.error:
        raise FetchError("It came damaged (gzip).", "It is tried again.") from None
    if time.monotonic() >= until:
        # Ended from here, which looks like an end of its own.
        raise _too_slow()
    if unpacker is not None and not unpacker.eof:
        raise FetchError("It came damaged (gzip).", "It is tried again.")
    if length.isdigit() and came < int(length):
        raise FetchError("It broke off before its end.", "It is tried again.")
    return b"".join(parts)


def _refused(status: int, retry_after: str) -> FetchError:
    seconds = _seconds(retry_after)
    if status in (401, 403, 407):
        return FetchError(
            f"The site does not let everybody read it ({status}).",
            "Make the calendar public, or copy the address that it has for subscribing.",
            retry_after=seconds,
        )
    if status in (404, 410):
        return FetchError(f"There is nothing at this address ({status}).", "Check the address.", retry_after=seconds)
    if status == 429:
        return FetchError(
            "The site asks to be asked less often (429).", "It is tried again later.", retry_after=seconds
        )
    if status >= 500:
        return FetchError(f"The site has trouble of its own ({status}).", "It is tried again.", retry_after=seconds)
    return FetchError(f"The site answers with something else than a calendar ({status}).", _TELL, retry_after=seconds)


def _seconds(text: str) -> int | None:
    """Retry-After (RFC 9110, section 10.2.3): seconds, or a date."""
    text = text.strip()
    if text.isdigit():
        return min(int(text[:9]), MAX_RETRY_AFTER)
    with contextlib.suppress(ValueError, TypeError):
        at = parsedate_to_datetime(text)
        at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
        return max(0, min(int((at - datetime.now(UTC)).total_seconds()), MAX_RETRY_AFTER))
    return None


def _unreachable(host: str, error: BaseException | None, until: float) -> FetchError:
    if time.monotonic() >= until:
        return _too_slow()
    if isinstance(error, CertificateError) or "CERTIFICATE" in str(error).upper():
        return FetchError(f"The certificate of “{host}” does not fit.", "Tell whoever runs that site.")
    if "timed out" in str(error):
        return FetchError(f"“{host}” does not answer in time.", "It is tried again.")
    return FetchError(f"“{host}” cannot be reached.", "Check the address; it is tried again.")


def _too_slow() -> FetchError:
    return FetchError(f"It did not come within {MAX_SECONDS:.0f} seconds.", "It is tried again.")


def _too_large() -> FetchError:
    return FetchError(f"It is larger than {MAX_BYTES >> 20} MB.", "Take old events out, or use a shorter calendar.")


def _header(text: str | None, most: int) -> str:
    """A header to send back as it came; nothing where it is longer than it is kept."""
    text = (text or "").strip()
    return text if len(text) <= most and text.isprintable() and text.isascii() else ""


def _escaped(path: str) -> str:
    return re.sub(r"[^\x21-\x7e]", lambda it: "".join(f"%{byte:02X}" for byte in it[0].encode()), path)
