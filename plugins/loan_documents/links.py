"""Links from a task in Airflow's UI to what it made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk import BaseOperator, BaseOperatorLink

if TYPE_CHECKING:
    from airflow.sdk.types import TaskInstanceKey

REPORTS_PREFIX = "/loan-reports"
"""Where the plugin serves the reports' folder, behind Airflow's login."""


class DataDocsLink(BaseOperatorLink):
    """The Data Docs that an ``ExpectationsOperator`` wrote in this run."""

    name = "Data Docs"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """The address of the site's front page, on Airflow's own server."""
        from include.stages.run_folder import folder_name

        return f"{REPORTS_PREFIX}/{folder_name(ti_key.run_id)}/expectations/{folder_name(ti_key.task_id)}/index.html"
