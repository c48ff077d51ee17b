"""One name for a stage: what the ledger of an older version calls otherwise is renamed."""

from __future__ import annotations

import psycopg
import pytest

from student_loans.ledger.store import Ledger
from student_loans.stages import DVC_STAGES, Stage
from student_loans.storage.named_sql import migrations
from tests.record_factory import document_id

OLD_NAMES = ("acquire", "check", "prepare", "extract", "store")


def test_dvc_runs_every_stage_once_but_storing() -> None:
    assert [stage for stages in DVC_STAGES.values() for stage in stages] == list(Stage)[:-1]


@pytest.mark.integration
def test_entries_of_an_older_version_keep_their_stage_under_its_new_name(empty_database: str) -> None:
    with psycopg.connect(empty_database) as connection:
        connection.execute("CREATE SCHEMA loan_documents")
        for step in migrations():
            if step.version == 82:
                for name in OLD_NAMES:
                    connection.execute(
                        "INSERT INTO loan_documents.ledger (document_id, stage, fingerprint, state, attempts, run_id)"
                        " VALUES (%s, %s, 'f1', 'done', 1, 'run-1')",
                        (document_id(1), name),
                    )
            connection.execute(step.sql)
    entries = Ledger(empty_database).entries([document_id(1)])
    assert {entry.stage for entry in entries} == set(Stage) - {Stage.VALIDATE}
