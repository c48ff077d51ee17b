"""HTTP connections that are made only to addresses that a source may have.

The name is resolved once, the result is checked, and the connection goes to the checked address: a name that resolves to
another address a moment later (DNS rebinding) gains nothing. Certificates are checked against the name.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from requests import Session
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, LocationParseError, NameResolutionError, NewConnectionError

from student_loans.intake.sources.addresses import allowed_addresses

MayBePrivate = Callable[[str, int], bool]
"""Whether a host, by name and port, may have a private or loopback address."""


def guarded_session(may_be_private: MayBePrivate) -> Session:
    """A session whose direct connections are checked; a proxy of the environment (``HTTPS_PROXY``) resolves names itself."""

    class GuardedHttp(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(self, super()._new_conn, may_be_private)

    class GuardedHttps(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(self, super()._new_conn, may_be_private)

    class GuardedHttpPool(HTTPConnectionPool):
        ConnectionCls = GuardedHttp

    class GuardedHttpsPool(HTTPSConnectionPool):
        ConnectionCls = GuardedHttps

    class GuardedAdapter(HTTPAdapter):
        def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
            super().init_poolmanager(*arguments, **options)
            self.poolmanager.pool_classes_by_scheme = {"http": GuardedHttpPool, "https": GuardedHttpsPool}

    session = Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, GuardedAdapter())
    return session


def _connect(
    connection: HTTPConnection, connect: Callable[[], socket.socket], may_be_private: MayBePrivate
) -> socket.socket:
    """Connect to one of the addresses that the host may have, in the order of the resolver."""
    name, host, port = connection._dns_host, connection.host, connection.port or 0
    try:
        addresses = allowed_addresses(name.strip("[]"), port, private=may_be_private(host.strip("[]"), port))
    except UnicodeError:
        raise LocationParseError(host) from None
    except socket.gaierror as error:
        raise NameResolutionError(host, connection, error) from error
    try:
        for address in addresses[:-1]:
            connection._dns_host = address
            try:
                return connect()
            except (NewConnectionError, ConnectTimeoutError):
                continue
        connection._dns_host = addresses[-1]
        return connect()
    finally:
        connection._dns_host = name
