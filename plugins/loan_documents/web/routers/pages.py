"""The pages and the files that they load, all from this package."""

from __future__ import annotations

import hashlib
import mimetypes
from functools import cache
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from loan_documents.web.auth import Reader, can_edit

router = APIRouter(include_in_schema=False)
_WEB = Path(__file__).resolve().parents[1]
_STATIC = _WEB / "static"
_TITLES = {
    "dashboard": "Dashboard",
    "queue": "Review queue",
    "review": "Review",
    "documents": "Documents",
    "document": "Document",
    "runs": "Runs",
    "run": "Run",
    "upload": "Upload",
}
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".txt": "text/plain"}


@router.get("/")
def dashboard(request: Request, user: Reader) -> HTMLResponse:
    """The dashboard."""
    return _page(request, user, "dashboard")


@router.get("/queue")
def queue(request: Request, user: Reader) -> HTMLResponse:
    """The review queue."""
    return _page(request, user, "queue")


@router.get("/review/{document_id}")
def review(request: Request, user: Reader, document_id: str) -> HTMLResponse:
    """One document for a decision."""
    return _page(request, user, "review")


@router.get("/documents")
def documents(request: Request, user: Reader) -> HTMLResponse:
    """Find documents."""
    return _page(request, user, "documents")


@router.get("/documents/{document_id}")
def document(request: Request, user: Reader, document_id: str) -> HTMLResponse:
    """One document."""
    return _page(request, user, "document")


@router.get("/runs")
def runs(request: Request, user: Reader) -> HTMLResponse:
    """Runs of the pipeline."""
    return _page(request, user, "runs")


@router.get("/runs/{dag_id}/{run_id}")
def run(request: Request, user: Reader, dag_id: str, run_id: str) -> HTMLResponse:
    """One run; Airflow's pages link to it."""
    return _page(request, user, "run")


@router.get("/upload")
def upload(request: Request, user: Reader) -> HTMLResponse:
    """Send documents."""
    return _page(request, user, "upload")


@router.get("/static/{path:path}")
def static(request: Request, path: str) -> Response:
    """A file of the pages."""
    found = _files().get(path)
    if found is None:
        raise HTTPException(404, "There is no such file.")
    content, tag, media_type = found
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)


@cache
def _files() -> dict[str, tuple[bytes, str, str]]:
    """All static files by path; any other path is not served."""
    found = {}
    for path in sorted(_STATIC.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            media_type = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            tag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
            found[path.relative_to(_STATIC).as_posix()] = (content, tag, media_type)
    return found


def _page(request: Request, user: Reader, name: str) -> HTMLResponse:
    template = _templates().get_template("page.html.j2")
    base = request.scope.get("root_path", "").rstrip("/")
    return HTMLResponse(
        template.render(
            base=base,
            page=name,
            title=_TITLES[name],
            user=user.get_name(),
            can_edit=can_edit(user),
        )
    )


@cache
def _templates():  # type: ignore[no-untyped-def]
    from jinja2 import Environment, FileSystemLoader

    return Environment(loader=FileSystemLoader(_WEB / "templates"), autoescape=True)
