"""The documents of a batch that wait for review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from student_loans.settings import ReviewSettings


@dataclass(frozen=True, slots=True)
class WaitingBatch:
    """A run with documents that wait for review.

    Attributes:
        money_at_risk: Dollars, summed over these documents.
    """

    run_id: str
    documents: int
    money_at_risk: Decimal


def waiting_batch(conninfo: str, review: ReviewSettings, run_ids: Sequence[str]) -> WaitingBatch | None:
    """The newest of some runs with documents that wait for review; None when no run has any.

    Args:
        conninfo: Connection string of the results database; its review queue is updated first.
        review: Shares of the samples.
        run_ids: Runs in the order in which they ended; none means the newest of all.
    """
    from student_loans.review.dashboard import DashboardStore
    from student_loans.review.facts import FactStore
    from student_loans.review.store import ReviewStore

    FactStore(conninfo, review).catch_up_wholly()
    reviews = ReviewStore(conninfo, review)
    for run_id in reversed(run_ids or [row["run_id"] for row in DashboardStore(conninfo).runs(limit=1)]):
        documents, money = reviews.waiting_of_run(run_id)
        if documents:
            return WaitingBatch(run_id, documents, money)
    return None
