"""The application that Airflow's web server mounts under ``/loans``. Closed by default: every route needs a login."""

from __future__ import annotations

from typing import Any

from fastapi import Depends, FastAPI
from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from loan_documents.web import problems
from loan_documents.web.auth import Reader, can_edit, may_read, same_origin
from loan_documents.web.models import Me
from loan_documents.web.routers import documents, findings, metrics, pages, review, runs, uploads

API = "/api/v1"
_HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"content-security-policy": b"default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
    b"object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'",
}


class SecurityHeaders:
    """Pages load nothing from other hosts, and only Airflow may frame them.

    Inline styles are allowed for the charts; inline scripts are not.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers to every response that does not set them."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *((name, value) for name, value in _HEADERS.items() if name not in present),
                ]
                if not any(name == b"cache-control" for name in present):
                    message["headers"].append((b"cache-control", b"no-store"))
            await send(message)

        await self._app(scope, receive, with_headers)


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
