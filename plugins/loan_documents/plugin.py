"""Registration with Airflow. Imported in every process, every task among them: nothing heavy, nothing printed."""

from __future__ import annotations

from typing import Any

from airflow.plugins_manager import AirflowPlugin

from loan_documents import run_end
from loan_documents.links import REPORTS_PREFIX, DataDocsLink, DocumentsLink, ReportLink

URL_PREFIX = "/loans"


async def web_app(scope: Any, receive: Any, send: Any) -> None:
    """The API and the pages; imported on the first request, so that no task loads a web framework."""
    from loan_documents.web.app import app

    await app(scope, receive, send)


_VIEWS: list[Any] = [
    {
        "name": "Loan documents",
        "href": f"{URL_PREFIX}/",
        "destination": "nav",
        "category": "browse",
        "url_route": "loan-documents",
    },
    {
        "name": "Loan review queue",
        "href": f"{URL_PREFIX}/queue",
        "destination": "nav",
        "category": "browse",
        "url_route": "loan-review",
    },
    {
        "name": "Documents",
        "href": f"{URL_PREFIX}/runs/{{DAG_ID}}/{{RUN_ID}}",
        "destination": "dag_run",
        "url_route": "loan-run",
    },
    {
        "name": "Documents",
        "href": f"{URL_PREFIX}/runs/{{DAG_ID}}/{{RUN_ID}}?task_id={{TASK_ID}}&map_index={{MAP_INDEX}}",
        "destination": "task_instance",
        "url_route": "loan-task",
    },
]

_LINKS: list[Any] = [DataDocsLink(), DocumentsLink(), ReportLink()]


async def report_files(scope: Any, receive: Any, send: Any) -> None:
    """The pages of reports, loaded on the first request for one."""
    from loan_documents.report_files import app

    await app(scope, receive, send)


_APPS: list[Any] = [
    {"app": web_app, "url_prefix": URL_PREFIX, "name": "Student-loan documents"},
    {"app": report_files, "url_prefix": REPORTS_PREFIX, "name": "Loan reports"},
]


def login_limit(app: Any) -> Any:
    """Slow Airflow's login down after wrong passwords; built when the API server starts, and nowhere else."""
    from loan_documents.web.login import LoginLimit
    from loan_documents.web.login_attempts import LoginAttempts
    from student_loans.settings import settings

    web = settings().web
    return LoginLimit(app, LoginAttempts(web.login_attempts, web.login_longest_wait_s))


def airflow_headers(app: Any) -> Any:
    """Security headers on Airflow's own pages."""
    from loan_documents.web.headers import AirflowHeaders
    from student_loans.settings import settings

    return AirflowHeaders(app, settings().web.content_security_policy)


_MIDDLEWARES: list[Any] = [
    {"name": "Login limit", "middleware": login_limit},
    {"name": "Security headers", "middleware": airflow_headers},
]


_LISTENERS: list[Any] = [run_end]


class LoanDocumentsPlugin(AirflowPlugin):
    """Student-loan documents: operators and hooks of the package ``loan_documents``, its API and its pages."""

    name = "loan_documents"
    fastapi_apps = _APPS
    fastapi_root_middlewares = _MIDDLEWARES
    external_views = _VIEWS
    operator_extra_links = _LINKS
    listeners = _LISTENERS
