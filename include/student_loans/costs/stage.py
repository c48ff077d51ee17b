"""Estimate: log the expected cost of a batch before its pages are read."""

from __future__ import annotations

import logging
import os

from student_loans.costs.model import Estimate, estimate
from student_loans.costs.store import CostStore
from student_loans.intake.check_stage import CheckedBatch
from student_loans.logs import log_event
from student_loans.settings import Settings

log = logging.getLogger(__name__)


def estimate_batch(run_id: str, checked: CheckedBatch, costs: CostStore, settings: Settings) -> Estimate:
    """Estimate the cost of the checked documents, store it and log it.

    Args:
        run_id: The run.
        checked: The documents that the checks left to process.
        costs: The store of measured costs and of the estimate.
        settings: The settings with the price of a core.

    Raises:
        ServiceError: The database does not answer.
    """
    documents = sum(group.documents for group in checked.groups)
    expected = estimate(documents, checked.pages, costs.rates(), settings.cost)
    costs.note_estimate(run_id, expected)
    log_event(
        log,
        "batch_estimated",
        run_id=run_id,
        documents=documents,
        pages=expected.pages,
        core_seconds=round(expected.core_seconds, 1),
        minutes_on_this_machine=round(expected.core_seconds / (os.cpu_count() or 1) / 60, 1),
        money=f"{expected.money(settings.cost):.4f} {settings.cost.currency}",
        measured_pages=expected.measured_pages,
    )
    return expected
