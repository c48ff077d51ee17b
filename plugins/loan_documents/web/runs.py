"""Runs of the main DAG for uploads: a queued run is used, otherwise a new one is started."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from starlette.exceptions import HTTPException

from loan_documents.web.auth import MAIN_DAG
from student_loans.intake.uploads import LOCATION
from student_loans.runs import run_name

_PREFIX = "upload-"


def ask_for_run(user: str) -> str:
    """The run that will process pending uploads, as the results database names it.

    A queued run has not looked for uploads yet, so it will find all uploads stored by now.

    Args:
        user: User who uploaded.
    """
    return run_name(MAIN_DAG, _queued_run() or _start_run(user))


def _queued_run() -> str | None:
    from airflow.models import DagRun
    from airflow.utils.session import create_session
    from airflow.utils.state import DagRunState
    from sqlalchemy import select

    with create_session() as session:
        found = session.scalars(
            select(DagRun.run_id)
            .where(
                DagRun.dag_id == MAIN_DAG,
                DagRun.state == DagRunState.QUEUED,
                DagRun.run_id.startswith(_PREFIX, autoescape=True),
            )
            .limit(1)
        ).first()
    return str(found) if found else None


def _start_run(user: str) -> str:
    from airflow.api.common.trigger_dag import trigger_dag
    from airflow.exceptions import DagNotFound
    from airflow.utils.types import DagRunTriggeredByType

    run_id = f"{_PREFIX}{datetime.now(UTC):%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}"
    try:
        trigger_dag(
            MAIN_DAG,
            triggered_by=DagRunTriggeredByType.REST_API,
            triggering_user_name=user,
            run_id=run_id,
            conf={"source": LOCATION},
        )
    except DagNotFound as error:
        words = "Airflow has not parsed the main DAG yet: try again in a minute."
        raise HTTPException(503, words, {"Retry-After": "30"}) from error
    return run_id
