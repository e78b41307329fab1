"""What makes two addresses on the web the same document."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from config.errors import HereaboutsError

# Names of parameters that say where a reader came from, never what they read.
TRACKING = frozenset({"fbclid", "gclid", "dclid", "msclkid", "mc_cid", "mc_eid", "igshid"})
TRACKING_PREFIXES = ("utm_",)
PORTS = {"http": 80, "https": 443}
LONGEST_KEY = 500
# Escapes of what need not be escaped: letters, figures, - . _ ~ (RFC 3986, section 2.3).
ESCAPED = re.compile(r"%(2[DdEe]|3[0-9]|4[1-9A-Fa-f]|5[0-9AaFf]|6[1-9A-Fa-f]|7[0-9AaEe])")


class NotAnAddress(HereaboutsError, ValueError):
    """Not the address of something that can be read on the web; the text says why."""

    status = 422


def key_of(address: str) -> str:
    """Return what is the same for every way of writing the address of one document.

    Scheme and host in small letters, `http` taken as `https`, the scheme's own port, the fragment and a slash at the
    end left out, `utm_*` and the like taken away, the other parameters kept in their order (RFC 3986, section 6.2,
    and what editors paste). "www." is kept: the two are not always one site.

    Raises `NotAnAddress` unless it is http or https with a host.

    >>> key_of("HTTP://Example.org:80/a/?utm_source=x&b=1#top")
    'https://example.org/a?b=1'
    """
    text = address.strip()
    try:
        parts = urlsplit(text)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii") if parts.hostname else ""
    except (ValueError, UnicodeError):
        raise NotAnAddress(f"“{text[:100]}” is not the address of a page or file.") from None
    scheme = parts.scheme.lower()
    if scheme not in PORTS or not host or any(c.isspace() or ord(c) < 32 for c in text):
        raise NotAnAddress(
            f"“{text[:100]}” is not the address of a page or file: it must begin with https:// or http://."
        )
    if parts.username is not None:
        raise NotAnAddress("An address with a name or password in it cannot be kept as evidence.")
    netloc = f"[{host}]" if ":" in host else host.rstrip(".")
    if port is not None and port != PORTS[scheme]:
        netloc += f":{port}"
    query = urlencode([(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True)
                       if not _tracks(name)])  # fmt: skip
    # An escaped letter is that letter; an escaped slash or percent sign is not a plain one.
    path = ESCAPED.sub(lambda it: chr(int(it[1], 16)), parts.path).rstrip("/")
    key = urlunsplit(("https", netloc, path, query, ""))
    if len(key) > LONGEST_KEY:
        key = f"{key[: LONGEST_KEY - 65]}#{hashlib.sha256(key.encode()).hexdigest()}"[:LONGEST_KEY]
    return key


def _tracks(name: str) -> bool:
    return name.lower() in TRACKING or name.lower().startswith(TRACKING_PREFIXES)
