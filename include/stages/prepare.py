"""Prepare: pages rendered, cleaned and scored, kept in the object store by content and settings: never done twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from include.errors import DocumentError
from include.isolation.process import IsolatedProcess
from include.records import DocumentRecord
from include.settings import Settings
from include.stages.check import DocumentGroup, quarantine
from include.stages.features import FEATURES_PART_ENDING
from include.stages.run_folder import DocumentReference, RunFolder


@dataclass(frozen=True, slots=True)
class PreparedGroup:
    """A group whose pages are ready to be read.

    Attributes:
        part: Name of the group's list in the run's folder.
        documents: How many documents are ready.
        quarantined: How many could not be prepared.
        label: What the Airflow UI shows instead of a map index.
    """

    part: str
    documents: int
    quarantined: int
    label: str

    @property
    def quarantined_part(self) -> str:
        """Part with the records of the documents that could not be prepared."""
        return f"{self.part}-quarantined"

    @property
    def prepared_part(self) -> str:
        """Part that lists the documents that are ready."""
        return f"{self.part}-prepared"


def prepare_group(run: RunFolder, group: DocumentGroup, settings: Settings) -> PreparedGroup:
    """Prepare the pages of every document of a group.

    A document whose pages are kept already, from the same bytes under the same settings, costs nothing.

    Raises:
        ServiceError: The object store does not answer, or no process can be started.
    """
    ready: list[DocumentReference] = []
    quarantined: list[DocumentRecord] = []
    with IsolatedProcess(settings.isolation) as process:
        for reference in run.read_references(group.part):
            try:
                _prepare_document(run, reference, settings, process)
            except DocumentError as error:
                quarantined.append(quarantine(run, reference, error))
            else:
                ready.append(reference)
    prepared = PreparedGroup(group.part, len(ready), len(quarantined), group.label)
    run.write_rows(f"{group.part}{FEATURES_PART_ENDING}", (_features(run, reference, settings) for reference in ready))
    run.write_references(prepared.prepared_part, ready)
    run.write_records(prepared.quarantined_part, quarantined)
    return prepared


def _prepare_document(
    run: RunFolder, reference: DocumentReference, settings: Settings, process: IsolatedProcess
) -> None:
    from include.preprocessing.artifacts import is_prepared, save_metadata, save_pages
    from include.preprocessing.metadata import read_metadata
    from include.preprocessing.pages import prepare_pages

    folder = run.store.processed_folder(reference.document_id, settings.fingerprint())
    if is_prepared(folder) or reference.file_format is None:
        return
    content = run.store.get_raw(reference.document_id)
    limit_s = settings.isolation.page_timeout_s
    save_metadata(folder, process.call(read_metadata, content, reference.file_format, limit_s=limit_s))
    save_pages(folder, process.stream(prepare_pages, content, reference.file_format, settings, limit_s=limit_s))


def _features(run: RunFolder, reference: DocumentReference, settings: Settings) -> dict[str, Any]:
    from include.preprocessing.artifacts import load_metadata, load_summaries
    from include.preprocessing.features import page_features

    folder = run.store.processed_folder(reference.document_id, settings.fingerprint())
    size = run.store.raw_size(reference.document_id)
    return page_features(reference.document_id, size, load_summaries(folder), load_metadata(folder))
