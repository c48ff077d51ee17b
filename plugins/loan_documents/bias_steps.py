"""What the tasks of ``bias_detection_pipeline`` open: the run's folder, the database and the settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loan_documents.run_context import current_run

if TYPE_CHECKING:
    from student_loans.fairness.mitigation.simulation import Rereading
    from student_loans.fairness.settings import FairnessSettings
    from student_loans.fairness.store import FairnessStore
    from student_loans.labels.label import DocumentLabel
    from student_loans.records import DocumentRecord
    from student_loans.storage.run_folder import RunFolder


@dataclass(frozen=True, slots=True)
class Step:
    """What a task works with."""

    run: RunFolder
    store: FairnessStore
    options: FairnessSettings


def open_step() -> Step:
    """Open what the running task works with."""
    from student_loans.fairness.settings import fairness_settings
    from student_loans.fairness.store import FairnessStore

    run = current_run()
    return Step(run.folder, run.open(FairnessStore), fairness_settings())


def rereading(step: Step) -> Rereading:
    """Labelled records, and their documents read again from the object store."""
    from student_loans.fairness.mitigation.active import read_with
    from student_loans.fairness.mitigation.simulation import Rereading
    from student_loans.labels.store import LabelStore
    from student_loans.sandbox.process import IsolatedProcess
    from student_loans.settings import settings

    sandbox = IsolatedProcess(settings().isolation)

    def read_again(first: DocumentRecord, changes: Mapping[str, Any]) -> DocumentRecord:
        return read_with(step.run.store.get_raw(first.document_id), first, changes, settings(), sandbox)

    def pairs() -> Iterator[tuple[DocumentRecord, DocumentLabel]]:
        labelled = current_run().open(LabelStore).labelled_records()
        # Labels may come from elsewhere, for documents whose bytes are not here.
        return (pair for pair in labelled if step.run.store.has_raw(pair[0].document_id))

    return Rereading(pairs, read_again)
