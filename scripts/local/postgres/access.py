"""How the local Airflow, the local commands and a person connect to the embedded PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

SUPERUSER = "postgres"


@dataclass(frozen=True, slots=True)
class DatabaseAccess:
    """Where a running server listens, and the passwords of its roles.

    A database has the name of the role that owns it. Roles without a database of their name are for all others.

    Attributes:
        host: Folder of the Unix socket.
        password_file: The passwords in libpq's format (``PGPASSFILE``).
        passwords: By role.
    """

    host: str
    password_file: Path
    passwords: Mapping[str, str] = field(repr=False)

    def role_of(self, database: str) -> str:
        """The role that owns a database; the superuser for one that has no role of its own."""
        return database if database in self.passwords else SUPERUSER

    def conninfo(self, database: str, *, role: str | None = None) -> str:
        """A libpq connection string with the password; by default as the database's owner."""
        role = role or self.role_of(database)
        return f"host={self.host} user={role} password={self.passwords[role]} dbname={database}"

    def uri(self, database: str, *, role: str | None = None, scheme: str = "postgresql") -> str:
        """A connection URI with the password; by default as the database's owner."""
        role = role or self.role_of(database)
        return f"{scheme}://{role}:{quote(self.passwords[role])}@/{database}?host={quote(self.host)}"

    def connection(self, database: str) -> dict[str, str]:
        """An Airflow connection of the type ``postgres`` as the database's owner."""
        role = self.role_of(database)
        login = {"login": role, "password": self.passwords[role]}
        return {"conn_type": "postgres", "host": self.host, **login, "schema": database}

    def variables(self, database: str) -> dict[str, str]:
        """Environment variables for ``psql`` and other programs of PostgreSQL: they find the password in a file."""
        where = {"PGHOST": self.host, "PGUSER": self.role_of(database), "PGDATABASE": database}
        return {**where, "PGPASSFILE": str(self.password_file)}
