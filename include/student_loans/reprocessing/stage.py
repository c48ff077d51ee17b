"""Reprocess: published documents made again beside their records, compared, then published or discarded.

Between selecting and comparing, the stages of the main job do the work, in the folder of the reprocessing run.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from student_loans.fingerprints import record_fingerprint
from student_loans.intake.acquire_stage import ACQUIRED
from student_loans.logs import log_event
from student_loans.reprocessing.plan import Plan, make_plan
from student_loans.reprocessing.versions import RecordVersions, Selection
from student_loans.results.store import ResultsDatabase
from student_loans.runs import RunState
from student_loans.settings import Settings
from student_loans.storage.run_folder import DocumentReference, RunFolder, folder_name
from student_loans.validation.stage import VALIDATED

DAG_ID = "reprocess_documents"
_PLAN = "plan"
log = logging.getLogger(__name__)


class Mode(StrEnum):
    """How far a reprocessing run goes."""

    PLAN = "plan"
    """Says how many documents and at what cost; does nothing."""
    COMPARE = "compare"
    """Makes the records beside the published ones and reports what would change."""
    PUBLISH = "publish"
    """The same, then publishes them. What ``compare`` has made is not made again."""
    DISCARD = "discard"
    """Deletes what ``compare`` has made of the selected documents."""

    @property
    def works(self) -> bool:
        """Whether it makes records."""
        return self in (Mode.COMPARE, Mode.PUBLISH)


@dataclass(frozen=True, slots=True)
class ReprocessingStart:
    """How a run started.

    Attributes:
        plan: How many documents, at what cost.
        goes_on: Whether there are records to make.
        discarded: Versions that were deleted.
    """

    plan: Plan
    goes_on: bool
    discarded: int


@dataclass(frozen=True, slots=True)
class CompareResult:
    """Counts for XCom; no values.

    Attributes:
        shadows: Versions added beside the published ones; fewer than documents when they had been made before.
        changes: As :meth:`student_loans.reprocessing.comparison.Comparison.to_json` gives them.
    """

    shadows: int
    changes: Mapping[str, Any]
    report_uri: str


def selection_of(params: Mapping[str, Any]) -> Selection:
    """The selection that a DAG's parameters mean; an empty text or list does not narrow."""
    ids = [str(one).strip().lower() for one in params.get("document_ids") or ()]
    return Selection(
        made_under=params.get("made_under") or None,
        outdated=bool(params.get("outdated")),
        document_type=params.get("document_type") or None,
        lender=params.get("lender") or None,
        document_ids=ids or None,
    )


def start_reprocessing(
    run: RunFolder,
    database: ResultsDatabase,
    versions: RecordVersions,
    settings: Settings,
    mode: Mode,
    selection: Selection,
) -> ReprocessingStart:
    """Start a run: select, say what it takes, and list the documents where the main job's stages look for acquired ones.

    A run that only plans or discards, or that selects nothing, is finished with it.

    Raises:
        ServiceError: The object store or the database does not answer.
    """
    from student_loans.reprocessing.changes_page import write_plan
    from student_loans.storage.files import open_root

    fingerprint = record_fingerprint(settings)
    database.migrate()
    database.start_run(run.run_id, dag_id=DAG_ID, source_uri="documents", settings_fingerprint=fingerprint)
    plan, possible = make_plan(versions.select(selection, fingerprint), run.store.has_raw)
    references = [DocumentReference(one.document_id, one.source_uri, one.name) for one in possible]
    run.write_references(ACQUIRED, references)
    run.write_json(_PLAN, asdict(plan))
    report = write_plan(open_root(settings.storage.reports_uri) / folder_name(run.run_id), plan)
    log_event(
        log,
        "documents_selected",
        documents=plan.documents,
        made_already=plan.made_already,
        core_seconds=plan.core_seconds,
        without_bytes=plan.missing,
    )
    discarded = 0
    if mode is Mode.DISCARD:
        discarded = versions.discard_shadows([reference.document_id for reference in references])
    goes_on = mode.works and bool(references)
    if not goes_on:
        database.finish_run(run.run_id, RunState.SUCCESS, report_uri=str(report))
    return ReprocessingStart(plan, goes_on, discarded)


def compare_batch(
    run: RunFolder, versions: RecordVersions, settings: Settings, *, publishes: bool = False
) -> CompareResult:
    """Keep the run's validated records beside the published ones, and report what would change.

    Args:
        run: A run whose selected documents have been made again.
        versions: Of all records.
        settings: Those that the new records were made under; they say where reports go.
        publishes: The report says that the run will publish them.

    Raises:
        ServiceError: The object store, the database or the place of the reports does not answer.
    """
    from student_loans.reprocessing.changes_page import ChangesReport, write_changes
    from student_loans.reprocessing.comparison import compare
    from student_loans.storage.files import open_root

    shadows = versions.add_shadows(run.run_id, run.read_records([VALIDATED]))
    comparison = compare(versions.pairs(run.read_records([VALIDATED])))
    about = ChangesReport(run.run_id, record_fingerprint(settings), publishes)
    folder = open_root(settings.storage.reports_uri) / folder_name(run.run_id)
    page = write_changes(folder, about, Plan(**run.read_json(_PLAN)), comparison)
    return CompareResult(shadows, comparison.to_json(), str(page))
