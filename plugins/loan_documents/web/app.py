"""The application that Airflow's web server mounts under ``/loans``. Closed by default: every route needs a login."""

from __future__ import annotations

from typing import Any

from fastapi import Depends, FastAPI
from fastapi.responses import JSONResponse

from loan_documents.web import problems
from loan_documents.web.auth import Reader, can_edit, may_read, same_origin
from loan_documents.web.headers import SecurityHeaders
from loan_documents.web.models import Me
from loan_documents.web.routers import documents, findings, metrics, pages, review, runs, uploads

API = "/api/v1"


def create_app() -> FastAPI:
    """The API and the pages."""
    app = FastAPI(
        title="Student-loan documents",
        version="1.0.0",
        summary="Upload, find and review documents.",
        description="Log in with Airflow's token (`POST /auth/token`) or its cookie. Who may see the main DAG may read; "
        "who may edit it may upload and review. Errors are problem details (RFC 9457).",
        dependencies=[Depends(same_origin), Depends(may_read)],
        # FastAPI's own routes for these need no login; ours does.
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    problems.install(app)
    app.add_middleware(SecurityHeaders)
    # Uploads come first: POST /documents belongs to them.
    for router in (uploads.router, documents.router, runs.router, metrics.router, findings.router, review.router):
        app.include_router(router, prefix=API)

    @app.get(f"{API}/me", tags=["users"], summary="Who is logged in")
    def me(user: Reader) -> Me:
        """Name and rights of the user."""
        return Me(name=user.get_name(), can_edit=can_edit(user))

    @app.get(f"{API}/openapi.json", include_in_schema=False)
    def openapi() -> JSONResponse:
        return JSONResponse(openapi_document(app))

    app.include_router(pages.router)
    return app


def openapi_document(app: FastAPI) -> dict[str, Any]:
    """The API's description."""
    from fastapi.openapi.utils import get_openapi

    document = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
        servers=[{"url": "/loans"}],
    )
    return problems.describe_problems(document)


app = create_app()
