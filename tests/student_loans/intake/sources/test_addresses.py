"""Addresses: loopback, private networks and metadata services are refused in every notation; public ones pass."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from student_loans.errors import DocumentError
from student_loans.intake.sources.addresses import (
    AddressNotAllowedError,
    allowed_addresses,
    check_numeric_host,
    is_forbidden,
    is_public,
    names_host,
    split_url,
)

PRIVATE = [
    IPv4Network(one)
    for one in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "0.0.0.0/8",
                "169.254.0.0/16", "192.0.0.0/29", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4")
]  # fmt: skip
METADATA = [
    "169.254.169.254",
    "169.254.170.2",
    "fd00:ec2::254",
    "100.100.100.200",
    "168.63.129.16",
    "fe80::1",
    "192.0.0.192",
]


def addresses_of(network: IPv4Network) -> st.SearchStrategy[IPv4Address]:
    return st.integers(int(network[0]), int(network[-1])).map(IPv4Address)


private_addresses = st.sampled_from(PRIVATE).flatmap(addresses_of)


@st.composite
def notations(draw: st.DrawFn, addresses: st.SearchStrategy[IPv4Address]) -> str:
    """An IPv4 address as programs of the last forty years write it: parts in three bases, fewer of them, zeros in front."""
    address = draw(addresses)
    octets = list(address.packed)
    count = draw(st.integers(1, 4))
    last = int.from_bytes(bytes(octets[count - 1 :]), "big")
    forms = (lambda n: str(n), lambda n: f"0{n:o}", lambda n: f"0x{n:x}", lambda n: f"0X{n:08X}", lambda n: f"0{n:08o}")
    return ".".join(draw(st.sampled_from(forms))(number) for number in (*octets[: count - 1], last))


@st.composite
def embeddings(draw: st.DrawFn, addresses: st.SearchStrategy[IPv4Address]) -> str:
    """An IPv4 address inside an IPv6 address, written in one of several ways."""
    number = int(draw(addresses))
    prefixes = [0xFFFF << 32, 0x0064FF9B << 96, 0x0064FF9B0001 << 80]
    inside = [IPv6Address(prefix | number) for prefix in prefixes]
    inside.append(IPv6Address(0x2002 << 112 | number << 80))  # 6to4
    inside.append(IPv6Address(0x20010000 << 96 | (number ^ 0xFFFFFFFF)))  # Teredo
    chosen = draw(st.sampled_from(inside))
    return draw(st.sampled_from([chosen.compressed, chosen.exploded, chosen.exploded.upper()]))


@given(st.one_of(notations(private_addresses), embeddings(private_addresses)))
def test_no_notation_of_an_address_that_is_not_public_passes(host: str) -> None:
    """The host of a source that is allowed by name never becomes a connection into the deployment's own network."""
    if host == str(_only_address(host)):  # the administrator wrote this very address
        assert not is_public(ip_address(host))
        return
    with pytest.raises(AddressNotAllowedError):
        check_numeric_host(host, 80, private=False)
    with pytest.raises(AddressNotAllowedError):
        allowed_addresses(host, 80, private=False)


@given(
    st.one_of(
        notations(addresses_of(IPv4Network("169.254.0.0/16"))), embeddings(addresses_of(IPv4Network("169.254.0.0/16")))
    )
)
def test_link_local_addresses_pass_for_nobody(host: str) -> None:
    with pytest.raises(AddressNotAllowedError):
        allowed_addresses(host, 80, private=True)


@pytest.mark.parametrize("address", [*METADATA, "0.0.0.0", "::", "224.0.0.1", "ff02::1", "::ffff:169.254.169.254"])
def test_metadata_services_are_forbidden_even_where_private_addresses_are_allowed(address: str) -> None:
    assert is_forbidden(ip_address(address))
    with pytest.raises(AddressNotAllowedError):
        allowed_addresses(address, 80, private=True)


@given(notations(st.sampled_from([IPv4Address("8.8.8.8"), IPv4Address("93.184.216.34"), IPv4Address("1.1.1.1")])))
def test_public_addresses_pass(host: str) -> None:
    assert allowed_addresses(host, 443, private=False) == [str(_only_address(host))]


@pytest.mark.parametrize("address", ["2606:4700:4700::1111", "::ffff:8.8.8.8", "2002:808:808::1"])
def test_public_ipv6_addresses_pass(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", ["::1", "fc00::1", "fd12:3456::1", "fec0::1", "2001:db8::1", "::7f00:1"])
def test_ipv6_addresses_that_are_not_public_do_not_pass(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("host", ["10.1.2.3", "127.0.0.1", "::1", "fd12:3456::1"])
def test_a_host_that_an_administrator_wrote_as_an_address_may_have_it(host: str) -> None:
    assert allowed_addresses(host, 80, private=False) == [host]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://portal.example/", "file:///etc/passwd", "//portal.example/", "http://", "http:///documents", "http://user@h.example/",
        "http://portal.example\\@127.0.0.1/", "http://portal.example\t.evil.example/", "http://portal.example:port/",
        "http://portal.example:99999/", "http://[::1", "http://portal.example#@127.0.0.1:80@x/\\",
    ],
)  # fmt: skip
def test_an_address_that_programs_read_in_different_ways_is_refused(url: str) -> None:
    with pytest.raises(AddressNotAllowedError):
        split_url(url)


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    for url in (text, f"http://{text}", f"http://portal.example{text}"):
        try:
            parts = split_url(url)
        except DocumentError:
            continue
        if names_host(["portal.example"], parts):
            assert parts.hostname is not None
            assert parts.hostname.rstrip(".") == "portal.example"


def test_an_entry_with_a_path_or_a_wrong_port_names_nothing() -> None:
    parts = urlsplit("http://portal.example/")
    assert not names_host(["portal.example/documents", "portal.example:99999", "", "[::1"], parts)


def _only_address(host: str) -> IPv4Address | IPv6Address:
    import socket

    return ip_address(socket.getaddrinfo(host, 80, type=socket.SOCK_STREAM)[0][4][0])
