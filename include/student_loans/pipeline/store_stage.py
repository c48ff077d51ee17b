"""Store: the run's validated records into the results database, all of them or none."""

from __future__ import annotations

import logging

from student_loans.alerts.stage import alert_with_results
from student_loans.intake.acquire_stage import ACQUIRED, REFUSED
from student_loans.intake.check_stage import QUARANTINED_AT_INTAKE
from student_loans.logs import log_event
from student_loans.results.store import ResultsDatabase
from student_loans.storage.run_folder import RunFolder
from student_loans.storage.task_folder import references_of_run
from student_loans.validation.stage import VALIDATED

log = logging.getLogger(__name__)
EARLY_PARTS = (REFUSED, QUARANTINED_AT_INTAKE)
"""Parts with records that never reached a mapped task."""


def store_batch(run: RunFolder, database: ResultsDatabase, *, dag_id: str = "", url: str = "") -> int:
    """Store the run's records and the alerts about them in one transaction.

    Args:
        run: The run.
        database: The results database.
        dag_id: The DAG that alerts are about.
        url: Where a person looks at the run.

    Returns:
        How many documents were stored.

    Raises:
        ServiceError: The object store or the database does not answer.
    """
    names = {reference.document_id: reference.name for reference in references_of_run(run, ACQUIRED)}
    alerts = alert_with_results(run.run_id, dag_id, url)
    stored = database.store_records(run.run_id, run.read_records([VALIDATED]), names, within=alerts)
    log_event(log, "documents_stored", run_id=run.run_id, documents=stored)
    return stored
