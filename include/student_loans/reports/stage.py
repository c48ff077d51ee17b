"""Report: write the results of a run, also of a failed run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from student_loans.costs.store import CostStore
from student_loans.fingerprints import record_fingerprint
from student_loans.intake.listing import Listing
from student_loans.ledger.store import Ledger
from student_loans.results.store import ResultsDatabase
from student_loans.runs import Run, RunState
from student_loans.settings import Settings
from student_loans.storage.run_folder import folder_name


@dataclass(frozen=True, slots=True)
class ReportResult:
    """The place of the report, with its state and counts.

    Attributes:
        state: ``success``, or ``failed`` when a stage failed or a file has no record.
        counts: Files by outcome, as :meth:`student_loans.runs.RunCounts.to_json` gives them.
    """

    state: str
    counts: Mapping[str, int]
    report_uri: str


def report_run(
    run_id: str,
    database: ResultsDatabase,
    settings: Settings,
    *,
    stage_seconds: Mapping[str, float],
    failed_stages: Sequence[str],
    listing: Listing | None = None,
) -> ReportResult:
    """Write ``records.jsonl``, ``summary.json`` and ``report.html``, and close the run.

    Args:
        run_id: A run; one that failed before it was started in the database is reported as well.
        database: Where the run's records are.
        settings: Say where reports go.
        stage_seconds: Seconds that the tasks of each stage ran, in order.
        failed_stages: Stages that did not succeed.
        listing: What the listing of the source had besides documents.

    Raises:
        ServiceError: The database or the place of the reports does not answer.
    """
    from student_loans.reports.run_report import write_run_report
    from student_loans.reports.summarize import summarize
    from student_loans.storage.files import open_root

    database.migrate()
    run = database.run(run_id) or _never_started(run_id, settings)
    counts = database.run_counts(run_id)
    state = RunState.SUCCESS if counts.add_up and not failed_stages else RunState.FAILED
    finished_at = datetime.now(UTC)
    costs = CostStore(database.conninfo)
    cost = costs.of_run(run_id, settings.cost)
    costs.note_cost(run_id, cost)
    summary = summarize(
        run_id=run_id,
        state=state,
        source_uri=run.source_uri,
        started_at=run.started_at,
        finished_at=finished_at,
        settings_fingerprint=run.settings_fingerprint,
        records=database.records_of_run(run_id),
        sightings=database.seen_files_of_run(run_id),
        stage_seconds=stage_seconds,
        failed_stages=failed_stages,
        data_version=run.data_version,
        work=Ledger(database.conninfo).stage_summaries(run_id),
        cost=cost,
        listing=listing,
    )
    folder = open_root(settings.storage.reports_uri) / folder_name(run_id)
    report = write_run_report(folder, summary, database.records_of_run(run_id))
    report_uri = str(report.page)
    if run.dag_id:
        database.finish_run(run_id, state, seconds=stage_seconds, report_uri=report_uri, finished_at=finished_at)
    return ReportResult(state.value, counts.to_json(), report_uri)


def _never_started(run_id: str, settings: Settings) -> Run:
    """A substitute for a run whose first stage failed before it recorded the start."""
    return Run(
        run_id=run_id,
        dag_id="",
        state=RunState.FAILED,
        started_at=datetime.now(UTC),
        finished_at=None,
        source_uri="",
        settings_fingerprint=record_fingerprint(settings),
    )
