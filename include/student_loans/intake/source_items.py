"""What is known of sources: the version of each file that was taken, and the watermark of each source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from student_loans.runs import address_key
from student_loans.storage.clean_text import storable, storable_address, storable_name
from student_loans.storage.connection import Database
from student_loans.storage.named_sql import queries


@dataclass(frozen=True, slots=True)
class SourceItem:
    """One file of a source as it was taken.

    Attributes:
        uri: Its address; once it was noted, without a social security number.
        name: File name for people; once it was noted, without a social security number.
        version: The version whose bytes were taken; empty where the source gives none.
        document_id: SHA-256 of the bytes; None while they could not be read.
        noted_key: The key under which it was noted; empty for a file that has its own address still.
    """

    uri: str
    name: str
    version: str
    document_id: str | None
    noted_key: str = ""

    @property
    def key(self) -> str:
        """What the file is found by: the address as the source gives it, of which only this hash is kept whole."""
        return self.noted_key or address_key(self.uri)


@dataclass(frozen=True, slots=True)
class Watermark:
    """How far a source has been listed.

    Attributes:
        changed: Latest time of change among the files listed; None where the source states none.
        listed_whole: When it was last listed from its beginning; None for never.
    """

    changed: datetime | None = None
    listed_whole: datetime | None = None


class SourceItems(Database):
    """Versions of files and watermarks, by source."""

    def items(self, source_uri: str) -> dict[str, SourceItem]:
        """Every file taken from a source, by :attr:`SourceItem.key`."""
        with self.transaction() as connection:
            rows = connection.execute(queries("intake/source_items")["items"], {"source_key": address_key(source_uri)})
            return {row["item_key"]: _item(row) for row in rows}

    def note_items(self, source_uri: str, items: Iterable[SourceItem], run_id: str) -> None:
        """Note files that have been taken; noting one again changes nothing."""
        rows = [
            {
                "source_key": address_key(source_uri),
                "item_key": item.key,
                "item_uri": storable_address(item.uri),
                "name": storable_name(item.name),
                "version": storable(item.version),
                "document_id": item.document_id,
                "run_id": run_id,
            }
            for item in items
        ]
        with self.transaction() as connection, connection.cursor() as cursor:
            cursor.executemany(queries("intake/source_items")["note_item"], rows)

    def pending(self, source_uri: str, run_id: str) -> list[SourceItem]:
        """Files that were noted without a record coming of them by any run other than this."""
        parameters = {"source_key": address_key(source_uri), "run_id": run_id}
        with self.transaction() as connection:
            return [
                _item(row) for row in connection.execute(queries("intake/source_items")["pending_items"], parameters)
            ]

    def forget(self, source_uri: str, items: Iterable[SourceItem]) -> None:
        """Forget files that were never read and are not in the source any more."""
        source_key = address_key(source_uri)
        with self.transaction() as connection, connection.cursor() as cursor:
            cursor.executemany(
                queries("intake/source_items")["forget_item"],
                [{"source_key": source_key, "item_key": item.key} for item in items],
            )

    def watermark(self, source_uri: str) -> Watermark:
        """How far a source has been listed; of one never listed, nothing."""
        with self.transaction() as connection:
            parameters = {"source_key": address_key(source_uri)}
            row = connection.execute(queries("intake/source_items")["watermark"], parameters).fetchone()
        return Watermark(row["watermark"], row["listed_whole_at"]) if row else Watermark()

    def advance(self, source_uri: str, watermark: Watermark, run_id: str) -> None:
        """Note how far a source has been listed, once everything listed has been noted; it never goes back."""
        parameters = {
            "source_key": address_key(source_uri),
            "source_uri": storable_address(source_uri),
            "watermark": watermark.changed,
            "listed_whole_at": watermark.listed_whole,
            "run_id": run_id,
        }
        with self.transaction() as connection:
            connection.execute(queries("intake/source_items")["advance"], parameters)


def _item(row: Mapping[str, Any]) -> SourceItem:
    return SourceItem(row["item_uri"], row["name"], row["version"], row["document_id"], row["item_key"])
