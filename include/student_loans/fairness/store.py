"""Measured slices, findings and mitigations in the results database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.storage.clean_text import storable_data
from student_loans.storage.connection import Database
from student_loans.storage.named_sql import queries

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import DictRow

Publish = Callable[[Mapping[str, Any] | None], None]
"""Tells the pipeline which policy is active; None: none is. Called before the change is committed."""

_METRIC_COLUMNS = (
    "dimension", "slice", "metric", "labelled", "documents", "evidence", "value", "low", "high", "interval_method",
    "overall", "best", "difference_to_overall", "difference_to_best", "ratio_to_overall", "ratio_to_best", "p_adjusted",
)  # fmt: skip


class FairnessStore(Database):
    """The tables of bias metrics, findings and mitigations."""

    def store_metrics(
        self, run_id: str, metrics: Iterable[Mapping[str, Any]], *, labelled: bool, task: str = ""
    ) -> None:
        """Store the measured slices of a run, in place of those of an earlier attempt.

        Args:
            run_id: The run.
            metrics: As :meth:`student_loans.fairness.analysis.SliceMetric.to_json` gives them.
            labelled: Whether they were measured against labels.
            task: The task that measured; those of others stay.
        """
        sql = queries("fairness/fairness")
        with self.transaction() as connection, connection.cursor() as cursor:
            cursor.execute(sql["delete_slice_metrics"], {"run_id": run_id, "task": task})
            with cursor.copy(sql["copy_slice_metrics"]) as copy:
                for one in metrics:
                    row = {**storable_data(dict(one)), "labelled": labelled}
                    copy.write_row([run_id, task, *(row[name] for name in _METRIC_COLUMNS)])

    def store_findings(self, run_id: str, findings: Iterable[Mapping[str, Any]], *, task: str = "") -> None:
        """Store the findings of a run, in place of those of an earlier attempt.

        Args:
            run_id: The run.
            findings: As :meth:`student_loans.fairness.findings.Finding.to_json` gives them.
            task: The task that found; those of others stay.
        """
        sql = queries("fairness/fairness")
        with self.transaction() as connection, connection.cursor() as cursor:
            cursor.execute(sql["delete_findings"], {"run_id": run_id, "task": task})
            cursor.executemany(
                sql["insert_finding"],
                [{**storable_data(dict(one)), "run_id": run_id, "task": task} for one in findings],
            )

    def sums_of_run(self, run_id: str, *, labelled: bool) -> tuple[int, int]:
        """Findings of a run, and the comparisons behind them, of all its tasks."""
        parameters = {"run_id": run_id, "labelled": labelled}
        with self.transaction() as connection:
            row = connection.execute(queries("fairness/fairness")["sums_of_run"], parameters).fetchone() or {}
        return int(row["findings"]), int(row["comparisons"])

    def add_mitigation(self, run_id: str, policy: Mapping[str, Any], evaluation: Mapping[str, Any]) -> int:
        """Store a simulated mitigation.

        Returns:
            Its version.
        """
        from psycopg.types.json import Jsonb

        parameters = {
            "run_id": run_id,
            "kind": policy["kind"],
            "policy": Jsonb(storable_data(dict(policy))),
            "evaluation": Jsonb(storable_data(dict(evaluation))),
        }
        with self.transaction() as connection:
            row = connection.execute(queries("fairness/fairness")["add_mitigation"], parameters).fetchone()
        return int(row["version"]) if row else 0

    def version_of(self, run_id: str, kind: str) -> int:
        """The version of a mitigation that a run simulated.

        Raises:
            ConfigurationError: ``unknown_mitigation``.
        """
        with self.transaction() as connection:
            row = connection.execute(
                queries("fairness/fairness")["version_of_run"], {"run_id": run_id, "kind": kind}
            ).fetchone()
        if row is None:
            raise ConfigurationError(
                ErrorCode.UNKNOWN_MITIGATION,
                f"This run has simulated no {kind} that would change anything: read its report.",
            )
        return int(row["version"])

    def active(self) -> int | None:
        """Version of the active mitigation; None when none is."""
        with self.transaction() as connection:
            row = connection.execute(queries("fairness/fairness")["active_mitigation"]).fetchone()
        return None if row is None else int(row["version"])

    def activate(self, version: int, publish: Publish) -> None:
        """Activate a mitigation and retire the previous one.

        Args:
            version: Version of the mitigation; activating the active one publishes it again.
            publish: Called with the policy; if it fails, nothing changes.

        Raises:
            ConfigurationError: ``unknown_mitigation``.
        """
        sql = queries("fairness/fairness")
        with self.transaction() as connection:
            connection.execute(sql["lock_mitigations"])
            row = connection.execute(sql["mitigation"], {"version": version}).fetchone()
            if row is None:
                raise ConfigurationError(ErrorCode.UNKNOWN_MITIGATION, f"There is no mitigation {version}.")
            if row["state"] != "active":
                connection.execute(sql["end_active"], {"state": "retired", "by": None})
                connection.execute(sql["make_active"], {"version": version})
            publish(_published(row))

    def roll_back(self, publish: Publish, by: str) -> int | None:
        """Retire the active mitigation and activate the previous one.

        Args:
            publish: Called with the policy that becomes active; if it fails, nothing changes.
            by: The run that asks; a repeated request of one run rolls back once.

        Returns:
            The version that is active now; None when none is.

        Raises:
            ConfigurationError: ``unknown_mitigation``: none is active.
        """
        sql = queries("fairness/fairness")
        with self.transaction() as connection:
            connection.execute(sql["lock_mitigations"])
            active = connection.execute(sql["active_mitigation"]).fetchone()
            if connection.execute(sql["rolled_back_by"], {"by": by}).fetchone():
                return None if active is None else int(active["version"])
            if active is None:
                raise ConfigurationError(ErrorCode.UNKNOWN_MITIGATION, "No mitigation is active: nothing to roll back.")
            connection.execute(sql["end_active"], {"state": "rolled_back", "by": by})
            return _activate_latest_retired(connection, publish)


def _activate_latest_retired(connection: Connection[DictRow], publish: Publish) -> int | None:
    sql = queries("fairness/fairness")
    row = connection.execute(sql["latest_retired"]).fetchone()
    if row is None:
        publish(None)
        return None
    connection.execute(sql["make_active"], {"version": row["version"]})
    publish(_published(row))
    return int(row["version"])


def _published(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row["policy"], "version": row["version"]}
