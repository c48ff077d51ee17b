"""Network addresses that a source may have: public ones, unless an administrator allows more for a host.

A name of a host says nothing about its address: names resolve to loopback, private networks and the metadata service of a
cloud, in any notation and at any time. The check is made on the address that is connected to.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from student_loans.errors import DocumentError, ErrorCode

Address = IPv4Address | IPv6Address
_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
_COMPATIBLE = IPv6Network("::/96")
"""IPv4 addresses written as IPv6 in the way of RFC 4291, section 2.5.5.1, which is deprecated and still parsed."""
_SHARED = ip_network("100.64.0.0/10")
_METADATA: tuple[IPv4Network | IPv6Network, ...] = tuple(
    ip_network(one)
    for one in (
        "169.254.0.0/16",  # link-local: metadata of AWS, Azure, Google, OpenStack
        "fe80::/10",
        "fd00:ec2::/32",  # metadata of AWS
        "fd20:ce::/32",  # metadata of Google
        "100.100.100.200/32",  # metadata of Alibaba
        "168.63.129.16/32",  # of Azure
        "192.0.0.192/32",  # metadata of Oracle
    )
)
_DEFAULT_PORTS = {"http": 80, "https": 443}


class AddressNotAllowedError(DocumentError):
    """A request would go to an address that the source may not have. Nothing was connected to."""


def embedded_ipv4(address: Address) -> Address:
    """The IPv4 address inside an IPv6 address (mapped, compatible, 6to4, Teredo, NAT64); others as they are."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour or address
    if address.teredo:
        return address.teredo[1]
    if any(address in network for network in _NAT64) or (address in _COMPATIBLE and int(address) > 1):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def is_forbidden(address: Address) -> bool:
    """Whether no source ever has this address: link-local, a cloud's metadata service, several hosts, none."""
    inner = embedded_ipv4(address)
    return any(
        one.is_multicast
        or one.is_unspecified
        or one.is_link_local
        or any(one in network for network in _METADATA if network.version == one.version)
        for one in (address, inner)
    )


def is_public(address: Address) -> bool:
    """Whether an address is on the public internet."""
    inner = embedded_ipv4(address)
    site_local = isinstance(inner, IPv6Address) and inner.is_site_local
    return inner.is_global and not inner.is_reserved and not site_local and not is_forbidden(address)


def split_url(url: str) -> SplitResult:
    """The parts of an address of an HTTP source.

    Raises:
        AddressNotAllowedError: It has another scheme, a login, no host, or a form that programs read in different ways.
    """
    from urllib3.exceptions import LocationParseError
    from urllib3.util import parse_url

    try:
        parts = urlsplit(url)
        port = parts.port
        read = parse_url(url)
    except (ValueError, LocationParseError):
        raise refused_address("its address cannot be parsed") from None
    host = (parts.hostname or "").strip("[]")
    if parts.scheme not in _DEFAULT_PORTS or not host or "@" in parts.netloc:
        raise refused_address("its address is not http(s)://host/… without a login")
    other_host = host.isascii() and (read.host or "").strip("[]").lower() != host
    if other_host or read.port != port or "\\" in url:
        raise refused_address("its address has two meanings")
    return parts


def endpoint(parts: SplitResult) -> tuple[str, int]:
    """Host in lower case, and port."""
    return (parts.hostname or "").rstrip("."), parts.port or _DEFAULT_PORTS[parts.scheme]


def names_host(entries: Iterable[str], parts: SplitResult) -> bool:
    """Whether a list of ``host`` and ``host:port`` names the host of an address; without a port it means 80 and 443.

    Example:
        >>> names_host(["Portal.example"], urlsplit("https://portal.example/documents"))
        True
        >>> names_host(["portal.example"], urlsplit("https://portal.example:8443/documents"))
        False
    """
    return names_endpoint(entries, *endpoint(parts))


def names_endpoint(entries: Iterable[str], host: str, port: int) -> bool:
    """Whether a list of ``host`` and ``host:port`` names a host and its port."""
    for entry in entries:
        try:
            named = urlsplit(f"//{entry}")
            ports = (named.port,) if named.port else tuple(_DEFAULT_PORTS.values())
        except ValueError:  # not a host: it names none
            continue
        if not named.path and (named.hostname or "").rstrip(".") == host.lower().rstrip(".") and port in ports:
            return True
    return False


def check_numeric_host(host: str, port: int, *, private: bool) -> None:
    """Refuse a host that is written as an address, in any notation, and may not have it; names are not resolved.

    A request through a proxy does not pass :func:`allowed_addresses`: the proxy resolves the name.

    Raises:
        AddressNotAllowedError: As of :func:`allowed_addresses`.
    """
    try:
        allowed_addresses(host, port, private=private, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):  # a name
        return


def allowed_addresses(host: str, port: int, *, private: bool, flags: int = 0) -> list[str]:
    """Resolve a host and give the addresses that may be connected to.

    Args:
        host: A name, or an address in any notation.
        port: For the resolver.
        private: Whether the administrator allows private and loopback addresses for this host. A host that is written as
            an address was allowed as that address.
        flags: Of the resolver.

    Raises:
        AddressNotAllowedError: It has no other addresses than forbidden ones.
        OSError: It cannot be resolved.
    """
    found = [ip_address(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)]
    private = private or host in {str(address) for address in found}
    allowed = [str(one) for one in found if not is_forbidden(one) and (private or is_public(one))]
    if not allowed:
        raise refused_address(
            "its host has a private, loopback or link-local address, which needs the setting sources.private_hosts or the "
            "connection's extra `private_addresses`"
        )
    return list(dict.fromkeys(allowed))


def refused_address(reason: str) -> AddressNotAllowedError:
    """The refusal of an address."""
    return AddressNotAllowedError(
        ErrorCode.UNREADABLE_SOURCE, f"The API does not give this document ({reason}): correct that and run again."
    )
