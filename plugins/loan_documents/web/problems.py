"""Errors in one shape, RFC 9457: what happened and what to do, no paths, no traces, no values."""

from __future__ import annotations

import logging
from html import escape
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from student_loans.error_advice import title_of
from student_loans.errors import ConfigurationError, DocumentError, ErrorCode, LoanDocumentError, ServiceError

_LOG = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
_STATUS = {
    ErrorCode.NOT_FOUND: 404,
    ErrorCode.CLAIMED_BY_ANOTHER: 409,
    ErrorCode.NOT_CLAIMED: 409,
    ErrorCode.STALE_RECORD: 409,
    ErrorCode.NOT_IN_REVIEW: 409,
    ErrorCode.OWN_DECISION: 403,
    ErrorCode.INVALID_VALUE: 422,
    ErrorCode.CHECKS_FAILED: 422,
    ErrorCode.FILE_TOO_LARGE: 413,
}


class Problem(BaseModel):
    """What went wrong."""

    type: str = Field(description="A URI that names the kind of problem; `about:blank` for plain HTTP statuses.")
    title: str = Field(description="A few words on the code, or the phrase of the HTTP status where there is none.")
    status: int
    detail: str = Field(description="What happened and what to do, for a person.")
    code: str | None = Field(None, description="A code of docs/errors.md, where there is one.")


def problem(status: int, detail: str, code: str | None = None, headers: dict[str, str] | None = None) -> JSONResponse:
    """A problem as a response."""
    body = Problem(
        type=f"urn:loan-documents:error:{code}" if code else "about:blank",
        title=title_of(code) if code else HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        code=code,
    )
    return JSONResponse(body.model_dump(exclude_none=True), status, headers, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Make an application answer every error as a problem."""
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(LoanDocumentError, _ours)
    app.add_exception_handler(Exception, _unexpected)


def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        return _unexpected(request, error)
    if error.status_code == 401 and "text/html" in request.headers.get("accept", ""):
        return _log_in_first(request)
    headers = dict(error.headers) if error.headers else None
    return problem(error.status_code, str(error.detail or HTTPStatus(error.status_code).phrase), headers=headers)


def _log_in_first(request: Request) -> HTMLResponse:
    """For a browser that opens a page: the same 401, with a link to Airflow's login."""
    root = request.scope.get("root_path", "").removesuffix("/loans")
    link = f"{root}/auth/login?{urlencode({'next': request.url.path})}"
    words = f'You are not logged in. <a href="{escape(link)}">Log in to Airflow</a>'
    body = f'<!doctype html><html lang="en"><title>Log in</title><p>{words}</p></html>'
    return HTMLResponse(body, 401)


def _invalid(_: Request, error: Exception) -> JSONResponse:
    """Where the request is wrong and why; the request's content is not repeated."""
    faults = error.errors() if isinstance(error, RequestValidationError) else []
    detail = "; ".join(f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in faults)
    return problem(422, detail[:2000] or "The request is not valid.")


def _ours(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, LoanDocumentError):
        return _unexpected(_, error)
    if isinstance(error, ServiceError):
        _LOG.warning("A service failed: %s", error)
        detail = "A service behind this page does not answer: try again in a minute."
        return problem(503, detail, error.code, {"Retry-After": "30"})
    if isinstance(error, ConfigurationError):
        # Its message is for the administrator: it may name folders.
        _LOG.error("The installation is wrong: %s", error)
        return problem(
            503,
            "The installation is not set up correctly: an administrator finds the reason in the server's log.",
            error.code,
        )
    status = _STATUS.get(error.code, 422 if isinstance(error, DocumentError) else 409)
    return problem(status, error.message, error.code)


def _unexpected(_: Request, error: Exception) -> JSONResponse:
    _LOG.error("A request failed: %s", type(error).__name__)
    return problem(500, "The server had an error: its log has the details.")


def describe_problems(document: dict[str, Any]) -> dict[str, Any]:
    """An OpenAPI document whose operations all answer errors as problems."""
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = schema
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    answers = {
        "401": "You are not logged in.",
        "403": "The user may not do this.",
        "4XX": "The request cannot be served as it is.",
        "503": "A service behind the API does not answer.",
    }
    for path in document["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
            operation["responses"] |= {
                status: {"description": words, "content": content} for status, words in answers.items()
            }
    return document
