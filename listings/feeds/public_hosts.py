"""Which addresses of the net may be asked: public ones, never one of this machine or of a network around it.

A name is resolved once, every address that it has is looked at, and the connection is made to one that was: a name
that is resolved to something else a moment later leads nowhere else.
"""

from __future__ import annotations

import ipaddress
import socket

from django.conf import settings

from config.errors import HereaboutsError

PORTS = (80, 443, 8080, 8443)
# IPv4 addresses within those of IPv6 (RFC 6052): what they lead to counts.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotPublic(HereaboutsError):
    """An address that is not one of the public net."""

    status = 422


class NoSuchHost(HereaboutsError):
    """A name that nothing is known of, now or at all."""

    status = 422


def public_addresses(host: str, port: int) -> list[str]:
    """The addresses of a host, all of them public. Raises `NotPublic`, `NoSuchHost`."""
    try:
        name = host if ":" in host else host.encode("idna").decode("ascii")
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NoSuchHost(
            f"There is no “{host[:100]}” on the net, or it cannot be found now.", "Check the address."
        ) from None
    addresses = list(dict.fromkeys(str(it[4][0]).partition("%")[0] for it in found))
    parsed = [ipaddress.ip_address(it) for it in addresses]
    if not parsed:
        raise NoSuchHost(f"There is no “{host[:100]}” on the net.", "Check the address.")
    loopback = settings.FEEDS_MAY_ASK_THIS_MACHINE and all(it.is_loopback for it in parsed)
    if not loopback and not all(is_public(it) for it in parsed):
        raise NotPublic(
            f"“{host[:100]}” is an address of a private network, which is never asked from here.",
            "Give an address that everybody can open.",
        )
    if not loopback and port not in PORTS:
        raise NotPublic(f"Port {port} is not one that web servers have.", "Give an address without a port.")
    return addresses


def is_public(address: Address) -> bool:
    """Whether this is an address of the public net, and so are those within it (RFC 6890, 4291, 6052, 3056, 4380)."""
    if isinstance(address, ipaddress.IPv6Address):
        within: list[Address | None] = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if address in _NAT64:
            within.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if any(it is not None and not is_public(it) for it in within):
            return False
        if address.ipv4_mapped is not None or address in _NAT64:
            return True
        if address.is_site_local:
            return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_loopback or address.is_link_local
        or address.is_unspecified or address.is_private
    )  # fmt: skip
