"""Services that can be stopped and started again while something uses them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg import sql

from scripts.local.postgres.access import DatabaseAccess
from scripts.local.postgres.place import server_in


class Service(Protocol):
    """What can go away for a while."""

    def stop(self) -> None:
        """Let it go away: connections break, new ones are refused."""
        ...

    def start(self) -> None:
        """Let it come back, with what it held."""
        ...


class Postgres:
    """A PostgreSQL of its own, reached through a Unix socket.

    Args:
        folder: Of this server alone.
    """

    def __init__(self, folder: Path) -> None:
        self._server = server_in(folder)
        self._access: DatabaseAccess | None = None

    @property
    def access(self) -> DatabaseAccess:
        assert self._access is not None
        return self._access

    def start(self) -> None:
        self._access = self._server.start()

    def stop(self) -> None:
        self._server.stop()

    def remove(self) -> None:
        self._server.remove()

    def conninfo(self, database: str) -> str:
        return self.access.conninfo(database)

    def create_database(self, name: str) -> str:
        with psycopg.connect(self.conninfo("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.conninfo(name)


class S3:
    """A server that speaks S3 and keeps its objects while it is stopped."""

    def __init__(self) -> None:
        self._server: Any = None
        self._port = 0

    def start(self) -> None:
        from moto.server import ThreadedMotoServer

        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=self._port, verbose=False)
        self._server.start()
        self._port = self._server.get_host_and_port()[1]

    def stop(self) -> None:
        self._server.stop()

    @property
    def options(self) -> dict[str, str]:
        return {"key": "test", "secret": "test", "endpoint_url": f"http://127.0.0.1:{self._port}"}

    def create_bucket(self, name: str) -> None:
        import boto3

        client = boto3.client(
            "s3",
            region_name="us-east-1",
            endpoint_url=self.options["endpoint_url"],
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        client.create_bucket(Bucket=name)
