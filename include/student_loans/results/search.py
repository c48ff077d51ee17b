"""Finding documents: filters and a text, newest first, page by page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from student_loans.storage.connection import Database
from student_loans.storage.named_sql import queries


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for; None means any.

    Attributes:
        error: A code of ``docs/errors.md``.
        since: First day of arrival, UTC.
        until: Last day of arrival, UTC, included.
        text: Start of a document's id or of its file's name, or the whole of a value.
    """

    status: str | None = None
    document_type: str | None = None
    lender: str | None = None
    run_id: str | None = None
    error: str | None = None
    since: date | None = None
    until: date | None = None
    text: str | None = None


class SearchStore(Database):
    """Reads documents for people."""

    def search(
        self, search: Search, *, before: tuple[datetime, str] | None = None, limit: int = 50
    ) -> list[dict[str, Any]]:
        """Documents, the newest first.

        Args:
            search: What to look for.
            before: Arrival and id of the last document of the page before.
            limit: Rows.
        """
        text = (search.text or "").strip().lower() or None
        at, last = before or (None, None)
        parameters = asdict(search) | {
            "text": text,
            "pattern": _starts_with(text) if text else None,
            "before_at": at,
            "before_id": last,
            "limit": limit,
        }
        with self.transaction() as connection:
            return connection.execute(_search_query(search, text), parameters).fetchall()

    def document(self, document_id: str) -> dict[str, Any] | None:
        """One document with its fields; None when there is no record."""
        with self.transaction() as connection:
            return connection.execute(queries("results/search")["document"], {"document_id": document_id}).fetchone()

    def sightings(self, document_id: str) -> list[dict[str, Any]]:
        """The runs that saw the document, newest first."""
        with self.transaction() as connection:
            return connection.execute(queries("results/search")["sightings"], {"document_id": document_id}).fetchall()

    def statuses(self, document_ids: Collection[str]) -> list[dict[str, Any]]:
        """``document_id`` and ``status`` of those of these documents that have a record."""
        with self.transaction() as connection:
            return connection.execute(
                queries("results/search")["statuses"], {"document_ids": list(document_ids)}
            ).fetchall()

    def run(self, run_id: str) -> dict[str, Any] | None:
        """One run, or None."""
        with self.transaction() as connection:
            return connection.execute(queries("results/search")["run"], {"run_id": run_id}).fetchone()


_BY_TEXT = ("search_matches", "search_select", "search_from_found", "search_where", "search_newest")
_BY_LENDER = ("search_select", "search_from_lender", "search_where", "search_newest_of_lender")
_NEWEST = ("search_select", "search_from_all", "search_where", "search_newest")


def _search_query(search: Search, text: str | None) -> bytes:
    """The parts of the query, by the way in that reads least."""
    parts = _BY_TEXT if text else _BY_LENDER if search.lender else _NEWEST
    return b"\n".join(queries("results/search")[part] for part in parts)


def _starts_with(text: str) -> str:
    """A LIKE pattern for what starts with a text."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"{escaped}%"
