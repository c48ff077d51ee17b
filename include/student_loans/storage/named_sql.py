"""Read SQL from ``.sql`` files: named queries, and migrations in order."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

_NAME = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)
_MIGRATION = re.compile(r"(\d{4})_(\w+)\.sql")


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema; once released it is never edited, a new one follows it.

    Attributes:
        version: Order of the steps; each subject has its own range of ten numbers, so there are gaps.
        checksum: SHA-256 of the SQL, hex.
    """

    version: int
    name: str
    sql: bytes
    checksum: str


def parse_queries(text: str) -> dict[str, bytes]:
    """Split a file of queries, each under its line ``-- name: x``.

    Returns:
        Name to SQL, as bytes: psycopg's types accept bytes as constant queries.

    Raises:
        ValueError: Two queries have one name, or one is empty.
    """
    _, *parts = _NAME.split(text)
    queries: dict[str, bytes] = {}
    for name, sql in zip(parts[::2], parts[1::2], strict=True):
        if name in queries or not sql.strip():
            raise ValueError(f"Query {name!r} is empty or stands twice in its file.")
        queries[name] = sql.strip().encode()
    return queries


@cache
def queries(place: str) -> Mapping[str, bytes]:
    """The named queries of a subject, read once.

    Args:
        place: Room and file without its ending: ``review/facts`` is ``include/student_loans/review/facts.sql``.
    """
    file = resources.files("student_loans").joinpath(f"{place}.sql")
    return parse_queries(file.read_text(encoding="utf-8"))


@cache
def migrations() -> tuple[Migration, ...]:
    """The migrations of ``include/student_loans/storage/migrations/``, in order.

    Raises:
        ValueError: Two have one number or a name is not ``0001_what_it_does.sql``.
    """
    found = []
    for file in resources.files("student_loans.storage").joinpath("migrations").iterdir():
        match = _MIGRATION.fullmatch(file.name)
        if match is None:
            raise ValueError(f"{file.name} is not the name of a migration: 0001_what_it_does.sql.")
        sql = file.read_bytes()
        found.append(Migration(int(match[1]), match[2], sql, hashlib.sha256(sql).hexdigest()))
    found.sort(key=lambda migration: migration.version)
    if len({migration.version for migration in found}) != len(found):
        raise ValueError("Two migrations have the same number.")
    return tuple(found)
