"""Registration with Airflow. Imported in every process, every task among them: nothing heavy, nothing printed."""

from __future__ import annotations

from typing import Any

from airflow.plugins_manager import AirflowPlugin


async def report_files(scope: Any, receive: Any, send: Any) -> None:
    """The pages of reports, loaded when somebody first asks for one."""
    from loan_documents.report_files import app

    await app(scope, receive, send)


_APPS: list[Any] = [{"app": report_files, "url_prefix": "/loan-reports", "name": "Loan reports"}]


class LoanDocumentsPlugin(AirflowPlugin):
    """Student-loan documents: operators and hooks of the package ``loan_documents``."""

    name = "loan_documents"
    fastapi_apps = _APPS
