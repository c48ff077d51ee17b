"""The documents of a batch that wait for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from student_loans.settings import ReviewSettings


@dataclass(frozen=True, slots=True)
class WaitingBatch:
    """A run with documents in doubt.

    Attributes:
        money_at_risk: Dollars, over all of them.
    """

    run_id: str
    documents: int
    money_at_risk: Decimal


def waiting_batch(conninfo: str, review: ReviewSettings, run_ids: Sequence[str]) -> WaitingBatch | None:
    """The newest of some runs that has documents in doubt; None when none has.

    Args:
        conninfo: Of the results database, whose review queue is brought up to date.
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
