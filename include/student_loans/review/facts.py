"""The projection that the dashboard and the review queue read: one narrow row for each document, and sums by day.

It is updated after a run, after a decision, and before a dashboard is shown. It is derived from other tables only, so it
can be deleted and built again.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from student_loans.records import field_catalog
from student_loans.settings import ReviewSettings
from student_loans.storage.connection import Database
from student_loans.storage.named_sql import queries

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import DictRow

CONFIDENCE_EDGES = (0.5, 0.7, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995)
"""Where one bar of the histogram of confidences ends and the next begins: finest where decisions are made.

Changing them needs :meth:`FactStore.rebuild`.
"""
BATCH = 20_000
"""Documents in one transaction of :meth:`FactStore.catch_up`."""


class FactStore(Database):
    """Keeps ``document_facts``, ``daily_counts`` and ``daily_confidences`` consistent.

    Args:
        conninfo: Connection string, as for every store.
        review: Shares of the samples, and the amount that is assumed where none was read.
    """

    def __init__(self, conninfo: str, review: ReviewSettings) -> None:
        super().__init__(conninfo)
        self._parameters = fact_parameters(review)

    def catch_up(self, *, most: int = BATCH, wait: bool = True) -> int:
        """Update the facts of documents whose record has changed.

        Args:
            most: Documents in this transaction.
            wait: Whether to wait for another refresh that runs; if not, nothing is done in that case.

        Returns:
            The number of documents updated; fewer than ``most`` means that all are up to date.
        """
        sql = queries("review/facts")
        with self.transaction() as connection:
            if wait:
                connection.execute(sql["lock"])
            elif not (row := connection.execute(sql["try_lock"]).fetchone()) or not row["locked"]:
                return 0
            connection.execute(sql["stage_changed"], {"most": most})
            taken = _apply(connection, self._parameters)
            if taken < most:
                connection.execute(sql["caught_up"])
            return taken

    def catch_up_wholly(self) -> int:
        """Update every document that has changed, in batches; return their number."""
        total = 0
        while taken := self.catch_up():
            total += taken
            if taken < BATCH:
                break
        return total

    def rebuild(self) -> int:
        """Delete the projection and build it again; return the number of documents."""
        with self.transaction() as connection:
            connection.execute(queries("review/facts")["lock"])
            connection.execute(queries("review/facts")["truncate"])
            connection.execute(queries("review/facts")["start_anew"])
        return self.catch_up_wholly()


def refresh_documents(connection: Connection[DictRow], document_ids: Collection[str], review: ReviewSettings) -> int:
    """Update the facts of some documents within the caller's transaction."""
    connection.execute(queries("review/facts")["lock"])
    connection.execute(queries("review/facts")["stage_documents"], {"document_ids": list(document_ids)})
    return _apply(connection, fact_parameters(review))


def fact_parameters(review: ReviewSettings) -> dict[str, Any]:
    """The parameters of the query ``stage_facts``, from the settings."""
    return {
        "assumed_amount": review.assumed_amount,
        "audit_share": review.audit_share,
        "second_review_share": review.second_review_share,
        "key": review.sampling_key.get_secret_value(),
        "confidence_edges": list(CONFIDENCE_EDGES),
        "amounts_at_risk": list(field_catalog().fields_that("at_risk")),
    }


def _apply(connection: Connection[DictRow], parameters: dict[str, Any]) -> int:
    sql = queries("review/facts")
    connection.execute(sql["stage_facts"], parameters)
    connection.execute(sql["apply_counts"])
    connection.execute(sql["apply_confidences"])
    return connection.execute(sql["apply_facts"]).rowcount
