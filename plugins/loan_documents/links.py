"""Addresses of the plugin's pages, for links from Airflow's pages, tasks and messages."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from airflow.sdk import BaseOperatorLink, conf

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator
    from airflow.sdk.types import TaskInstanceKey

REPORTS_PREFIX = "/loan-reports"
"""Where the plugin serves the reports' folder, behind Airflow's login."""


def web_url(path: str) -> str:
    """The address of a page of the plugin, such as ``/loans/queue``.

    With ``[api] base_url`` set it is absolute, so that it works in an e-mail; otherwise it starts at the server's root.
    """
    return f"{conf.get('api', 'base_url', fallback='').rstrip('/')}/loans{path}"


def queue_url(run_id: str) -> str:
    """The review queue, of one run of the results database."""
    return web_url(f"/queue?{urlencode({'run_id': run_id})}")


def run_url(dag_id: str, run_id: str) -> str:
    """The documents of one run, by Airflow's id of it."""
    return web_url(f"/runs/{quote(dag_id, safe='')}/{quote(run_id, safe='')}")


class DocumentsLink(BaseOperatorLink):
    """From a task to the documents of its run."""

    name = "Documents"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """The page of the run."""
        return run_url(ti_key.dag_id, ti_key.run_id)


class ReportLink(BaseOperatorLink):
    """From a task to the report of its run."""

    name = "Report"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """The report, as the run wrote it."""
        from student_loans.runs import run_name

        return web_url(f"/api/v1/runs/{quote(run_name(ti_key.dag_id, ti_key.run_id), safe='')}/report")


class DataDocsLink(BaseOperatorLink):
    """The Data Docs that an ``ExpectationsOperator`` wrote in this run."""

    name = "Data Docs"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """The address of the site's front page, on Airflow's own server."""
        from student_loans.runs import run_name
        from student_loans.storage.run_folder import folder_name, writer_name

        run = folder_name(run_name(ti_key.dag_id, ti_key.run_id))
        return f"{REPORTS_PREFIX}/{run}/expectations/{writer_name(ti_key.task_id, ti_key.map_index)}/index.html"
