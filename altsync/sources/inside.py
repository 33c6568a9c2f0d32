"""Which hosts a request may reach: the site and what the owner named always, the open
internet, and nothing inside the owner's own networks unless the site is there itself.

A site decides where its redirects and the addresses of its files lead. Were they
followed anywhere, a site could have this computer ask its own services, its router or
the metadata address of a cloud, and look at what comes back as a picture.
"""

from __future__ import annotations

import contextlib
import functools
import ipaddress
import socket
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from altsync.errors import BadAnswer
from altsync.sources.answers import place

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[..., list[Any]]
"""`socket.getaddrinfo`, or what a test puts in its place."""

MOST = 8
"""So many addresses of one name are tried: a name may have any number that never answer."""

_METADATA = frozenset(
    map(
        ipaddress.ip_address,
        (
            "169.254.169.254",
            "fd00:ec2::254",
            "fd20:ce::254",
            "100.100.100.200",
            "168.63.129.16",
            "192.0.0.192",
        ),
    )
)
"""Where clouds hand out keys. Some lie in ranges that are private or public otherwise."""
_NETS = {
    "private": ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"),
    "shared": ("100.64.0.0/10",),
    "testing": ("198.18.0.0/15",),
}
"""RFC 1918 and 4193; between a provider and its customers, RFC 6598; RFC 2544, which some
tunnels give to every name that they carry."""
_INNER = [
    (kind, ipaddress.ip_network(net)) for kind, nets in _NETS.items() for net in nets
]
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_COMPATIBLE = ipaddress.ip_network("::/96")
_NEAR = frozenset({"loopback", *_NETS})
"""The nets that a site may be in, and then lead to others there."""


def kind_of(text: str) -> str:
    """'' for an address of the open internet, else what it is instead, in a word.

    IPv6 addresses that stand for an IPv4 address are what that one is.
    """
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return "unknown"
    address = _embedded(address)
    if address in _METADATA:
        return "metadata"
    if address.is_loopback:
        return "loopback"
    for kind, net in _INNER:
        if address in net:
            return kind
    if address.is_link_local:
        return "link-local"
    if not address.is_global or address.is_multicast:
        return "reserved"
    return ""


def _embedded(address: Address) -> Address:
    """The IPv4 address that an IPv6 address carries, else itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and address.teredo is not None:
        inner = address.teredo[1]
    if inner is None and address in _NAT64:
        inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if inner is None and address in _COMPATIBLE and int(address) > 1:
        inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return inner or address


def literal(host: str) -> str | None:
    """The address that a host is written as, also in the short and the octal forms that
    resolvers take (`127.1`, `0x7f000001`). None for a name."""
    bare = host.strip("[]").partition("%")[0]
    with contextlib.suppress(ValueError):
        return str(ipaddress.ip_address(bare))
    with contextlib.suppress(OSError, ValueError):
        return socket.inet_ntoa(socket.inet_aton(bare))
    return None


class Reach:
    """What one session may connect to. `home` and `named` are addresses that the owner
    wrote: their hosts may be anywhere."""

    def __init__(
        self, home: str, named: Iterable[str] = (), resolve: Resolve | None = None
    ) -> None:
        self._home = _host(home)
        self._own = {self._home, *map(_host, named)} - {""}
        self._resolve = resolve

    def targets(self, host: str, port: int) -> list[str]:
        """The addresses of `host` that a connection may use, looked up once: connect to
        these, and look nothing up again.

        Raises BadAnswer where none is left, and what the resolver raises.
        """
        resolve = self._resolve or socket.getaddrinfo
        found = resolve(host, port, 0, socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if host.lower().strip("[]").rstrip(".") in self._own:
            return addresses[:MOST]
        good = [address for address in addresses if self._may(kind_of(address))]
        if not good:
            raise _refused(host, kind_of(addresses[0]) if addresses else "unknown")
        return good[:MOST]

    def check_proxied(self, url: str) -> None:
        """Raise BadAnswer for an address that is inside as it is written. A proxy looks
        names up itself, and its own rules hold for them."""
        host = _host(url)
        if host in self._own:
            return
        kind = ""
        if host == "localhost" or host.endswith(".localhost"):
            kind = "loopback"
        elif address := literal(host):
            kind = kind_of(address)
        if kind:
            raise _refused(host, kind)

    def _may(self, kind: str) -> bool:
        return not kind or kind in self._nearby

    @functools.cached_property
    def _nearby(self) -> frozenset[str]:
        """The nets inside that the site itself is in."""
        resolve = self._resolve or socket.getaddrinfo
        try:
            found = resolve(self._home, None, 0, socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return frozenset()
        return _NEAR & {kind_of(str(entry[4][0])) for entry in found}


def _host(url: str) -> str:
    """The host of an address, lower case; '' where it has none that stays the same."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    if "{" in host:
        return ""
    return host.rstrip(".")


def _refused(host: str, kind: str) -> BadAnswer:
    what = _WORDS.get(kind, "an address that is not on the internet")
    shown = place("//" + host).lstrip(":/")
    return BadAnswer(
        f"The site leads to {shown}, which is {what}: altsync does not ask"
        " there for a site that is somewhere else. Have the site offer the picture"
        " under an address of its own."
    )


_WORDS = {
    "loopback": "this computer",
    "private": "in a private network",
    "shared": "in a provider's inner network",
    "testing": "in a network for tests",
    "link-local": "in the local network",
    "metadata": "where a cloud keeps its keys",
    "unknown": "no address",
}
