"""Report pages on Airflow's own server, behind its login: Data Docs, quality and bias, which hold no value."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated

from airflow.api_fastapi.core_api.security import get_user
from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import HTMLResponse

SERVED = ("expectations", "data_quality", "bias")
"""Folders of a run's reports whose pages are shown; records and run reports are served elsewhere."""

_HEADERS = {
    # The pages run no script and load nothing.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}

# Closed by default: the login is a dependency of the whole application.
app = FastAPI(dependencies=[Depends(get_user)], docs_url=None, redoc_url=None, openapi_url=None)


@app.get("/{run}/bias.html", response_class=HTMLResponse)
def bias_page(run: str) -> HTMLResponse:
    """The bias report of a run."""
    return _page(run, "bias.html")


@app.get("/{run}/{folder}/{page:path}", response_class=HTMLResponse)
def report_page(run: str, folder: str, page: Annotated[str, "relative to the folder"]) -> HTMLResponse:
    """One page of a run's reports; 404 for anything else."""
    if folder not in SERVED or page.startswith("/") or not page.endswith(".html"):
        raise HTTPException(404)
    return _page(run, folder, *PurePosixPath(page).parts)


def _page(*parts: str) -> HTMLResponse:
    from student_loans.errors import LoanDocumentError
    from student_loans.settings import settings
    from student_loans.storage.files import open_path, store_errors

    if any(part in ("..", ".", "") or "\\" in part for part in parts):
        raise HTTPException(404)
    path = open_path(settings().storage.reports_uri).joinpath(*parts)
    try:
        with store_errors():
            if not path.is_file():
                raise HTTPException(404)
            return HTMLResponse(path.read_bytes(), headers=_HEADERS)
    except LoanDocumentError as error:
        raise HTTPException(503) from error
