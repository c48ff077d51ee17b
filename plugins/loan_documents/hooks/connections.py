"""Airflow connections that hooks need: one that is missing or has another type is named, with the task and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk import BaseHook, get_current_context
from airflow.sdk.exceptions import AirflowNotFoundException, AirflowRuntimeError, ErrorType

from student_loans.errors import ConfigurationError, ErrorCode

if TYPE_CHECKING:
    from airflow.sdk import Connection


def needed_connection(conn_id: str, *conn_types: str) -> Connection:
    """A connection that must exist.

    Args:
        conn_id: Airflow connection.
        conn_types: The types that it may have.

    Raises:
        ConfigurationError: ``missing_connection``: it does not exist, or has another type.
    """
    connection = find_connection(conn_id, *conn_types)
    if connection is None:
        raise _missing(
            f"The connection `{conn_id}` does not exist",
            f"Add it with the type {_listed(conn_types)} (Admin, Connections, or the variable AIRFLOW_CONN_{conn_id.upper()}), "
            "or name another one.",
        )
    return connection


def find_connection(conn_id: str, *conn_types: str) -> Connection | None:
    """A connection; None where it certainly does not exist.

    Args:
        conn_id: Airflow connection.
        conn_types: The types that it may have.

    Raises:
        ConfigurationError: ``missing_connection``: it has another type.
        AirflowNotFoundException: Airflow's API server failed, so that nobody knows whether it exists.
    """
    try:
        connection: Connection = BaseHook.get_connection(conn_id)
    except AirflowNotFoundException:
        if _may_exist(conn_id):
            raise
        return None
    if connection.conn_type not in conn_types:
        raise _missing(
            f"The connection `{conn_id}` has the type `{connection.conn_type}`",
            f"Give it the type {_listed(conn_types)}, or name another one.",
        )
    return connection


def _may_exist(conn_id: str) -> bool:
    """Whether the API server failed: Airflow reports that like a connection that does not exist."""
    from airflow.sdk.execution_time import task_runner
    from airflow.sdk.execution_time.comms import ErrorResponse, GetConnection

    comms = getattr(task_runner, "SUPERVISOR_COMMS", None)
    if comms is None:  # not in a task
        return False
    try:
        answer = comms.send(GetConnection(conn_id=conn_id))
    except AirflowRuntimeError as error:
        answer = error.error
    except Exception:  # noqa: BLE001 - whatever is wrong with the channel, it says nothing about the connection
        return True
    return not (isinstance(answer, ErrorResponse) and answer.error is ErrorType.CONNECTION_NOT_FOUND)


def _missing(fault: str, todo: str) -> ConfigurationError:
    return ConfigurationError(ErrorCode.MISSING_CONNECTION, f"{fault}.{_needed_by()} {todo}")


def _needed_by() -> str:
    """Who asked: the running task and its operator; empty outside of a task."""
    try:
        task = get_current_context()["task"]
    except (RuntimeError, KeyError):
        return ""
    return f" The task `{task.task_id}` ({type(task).__name__}) needs it."


def _listed(conn_types: tuple[str, ...]) -> str:
    return " or ".join(f"`{name}`" for name in conn_types)
