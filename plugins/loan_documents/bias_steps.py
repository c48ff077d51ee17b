"""What the tasks of ``bias_detection_pipeline`` open: the run's folder, the database and the settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loan_documents.hooks.object_store import ObjectStoreHook
from loan_documents.hooks.results_database import ResultsDatabaseHook

if TYPE_CHECKING:
    from include.fairness.mitigation.simulation import Rereading
    from include.fairness.settings import FairnessSettings
    from include.labels.label import DocumentLabel
    from include.records import DocumentRecord
    from include.stages.run_folder import RunFolder
    from include.storage.fairness import FairnessStore


@dataclass(frozen=True, slots=True)
class Step:
    """What a task works with."""

    run: RunFolder
    store: FairnessStore
    options: FairnessSettings


def open_step(run_id: str) -> Step:
    """Open what a task of this run works with."""
    from include.fairness.settings import fairness_settings
    from include.stages.run_folder import RunFolder
    from include.storage.fairness import FairnessStore

    run = RunFolder(ObjectStoreHook().get_conn(), run_id)
    return Step(run, FairnessStore(ResultsDatabaseHook().conninfo()), fairness_settings())


def rereading(step: Step) -> Rereading:
    """Labelled records, and their documents read again from the object store."""
    from include.fairness.mitigation.simulation import Rereading
    from include.settings import settings
    from include.stages.mitigate import read_with
    from include.storage.labels import LabelStore

    def read_again(first: DocumentRecord, changes: Mapping[str, Any]) -> DocumentRecord:
        return read_with(step.run.store.get_raw(first.document_id), first, changes, settings())

    def pairs() -> Iterator[tuple[DocumentRecord, DocumentLabel]]:
        labelled = LabelStore(ResultsDatabaseHook().conninfo()).labelled_records()
        # Labels may come from elsewhere, for documents whose bytes are not here.
        return (pair for pair in labelled if step.run.store.has_raw(pair[0].document_id))

    return Rereading(pairs, read_again)
