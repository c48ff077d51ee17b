"""Context of the tasks of ``bias_detection_pipeline``: the run's folder, the database and the settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loan_documents.run_context import current_run

if TYPE_CHECKING:
    from student_loans.fairness.settings import FairnessSettings
    from student_loans.fairness.store import FairnessStore
    from student_loans.storage.run_folder import RunFolder


@dataclass(frozen=True, slots=True)
class Step:
    """Run, database and settings of a task."""

    run: RunFolder
    store: FairnessStore
    options: FairnessSettings


def open_step() -> Step:
    """The context of the running task."""
    from student_loans.fairness.settings import fairness_settings
    from student_loans.fairness.store import FairnessStore

    run = current_run()
    # Each step reads what the one before it wrote.
    return Step(run.shared_folder, run.open(FairnessStore), fairness_settings())
