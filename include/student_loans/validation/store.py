"""Outcomes of expectations in PostgreSQL, run by run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from student_loans.storage.connection import Database
from student_loans.storage.named_sql import queries
from student_loans.validation.outcomes import BatchValidation


class ExpectationStore(Database):
    """Outcomes: counts by expectation, never a value."""

    def store(self, run_id: str, source: str, validation: BatchValidation, *, task: str = "") -> None:
        """Store the outcomes of a suite; a task that validates the same source again in the same run replaces them.

        Args:
            run_id: The run that validated, of any DAG.
            source: ``batch``, the name of a file, or of a table.
            validation: The outcomes.
            task: The task that validated; outcomes of other tasks stay.
        """
        from psycopg.types.json import Jsonb

        sql = queries("validation/expectation_results")
        rows = [
            {
                "run_id": run_id,
                "task": task,
                "source": source,
                "suite": validation.suite,
                "expectation": outcome.name,
                "kind": outcome.kind,
                "severity": outcome.severity.value,
                "success": outcome.success,
                "evaluated": outcome.evaluated,
                "failed": outcome.failed,
                "expected": Jsonb(dict(outcome.expected)),
            }
            for outcome in validation.outcomes
        ]
        with self.transaction() as connection, connection.cursor() as cursor:
            cursor.execute(sql["forget_source"], {"run_id": run_id, "task": task, "source": source})
            cursor.executemany(sql["store_outcome"], rows)

    def outcomes_of_run(self, run_id: str) -> list[Mapping[str, Any]]:
        """Every outcome of a run, by source."""
        with self.transaction() as connection:
            return list(
                connection.execute(queries("validation/expectation_results")["outcomes_of_run"], {"run_id": run_id})
            )

    def history(self, expectation: str, limit: int = 100) -> list[Mapping[str, Any]]:
        """The newest outcomes of one expectation, newest first."""
        parameters = {"expectation": expectation, "limit": limit}
        with self.transaction() as connection:
            return list(connection.execute(queries("validation/expectation_results")["history"], parameters))

    def hold_back(self, failures: Mapping[str, tuple[str, ...]]) -> int:
        """Send stored documents to review.

        Args:
            failures: Document id to the names of the expectations it fails.

        Returns:
            How many documents changed.
        """
        by_name: dict[str, list[str]] = {}
        for document_id, names in sorted(failures.items()):
            for name in names:
                by_name.setdefault(name, []).append(document_id)
        changed = 0
        with self.transaction() as connection:
            for name, document_ids in by_name.items():
                parameters = {"document_ids": document_ids, "reason": f"expectation {name} failed"}
                changed += connection.execute(
                    queries("validation/expectation_results")["hold_back"], parameters
                ).rowcount
        return changed
