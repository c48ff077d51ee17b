"""Airflow connections of tests."""

from __future__ import annotations

import json
from typing import Any

from psycopg.conninfo import conninfo_to_dict


def postgres_connection(conninfo: str, **extra: Any) -> str:
    """The value of ``AIRFLOW_CONN_…`` for a PostgreSQL database.

    Args:
        conninfo: URI or connection string, over a Unix socket.
        extra: Fields of the connection's ``extra``.
    """
    parts = conninfo_to_dict(conninfo)
    login = {"login": parts["user"], "password": parts["password"]}
    fields = {"conn_type": "postgres", "host": parts["host"], **login, "schema": parts["dbname"], "extra": extra}
    return json.dumps(fields)
