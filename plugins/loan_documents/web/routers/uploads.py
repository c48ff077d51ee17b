"""Uploads: files are stored by content, and a run processes them through the same stages as any other source."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, HTTPException, Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive

from loan_documents.web import runs, services
from loan_documents.web.auth import Editor
from loan_documents.web.models import Uploaded, UploadedFile
from student_loans.intake.upload_store import Upload
from student_loans.privacy import redact_name
from student_loans.settings import ReviewSettings, settings

router = APIRouter(prefix="/documents", tags=["documents"])
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {
                        "files": {
                            "type": "array",
                            "minItems": 1,
                            "items": {"type": "string", "format": "binary"},
                            "description": "PDF, PNG, JPEG, TIFF or HEIC; the content counts, not the name.",
                        }
                    },
                }
            }
        },
    }
}


# The form is read here and not by a parameter: FastAPI would read the whole body before it checks the login.
@router.post("", status_code=202, summary="Upload documents", openapi_extra=_BODY)
async def upload_documents(request: Request, user: Editor) -> Uploaded:
    """One or many files as `files`. The same content is one document, however often it is sent."""
    from starlette.concurrency import run_in_threadpool

    limits = settings().review
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise HTTPException(415, "Send the files as multipart/form-data, each as a part with the name files.")
    limited = Request(request.scope, _limited(request.receive, limits.max_upload_bytes))
    try:
        async with limited.form(max_files=limits.max_upload_files, max_fields=10) as form:
            files = _files(form)
            return await run_in_threadpool(_keep, files, user.get_name(), limits)
    except ClientDisconnect as error:
        raise HTTPException(400, "The upload was cut off: send it again.") from error
    except StarletteHTTPException as error:
        # The parser answers 400 for a broken form; its message may quote the form and is not repeated.
        if error.status_code == 400:
            raise HTTPException(
                400, f"The form is broken, or has more than {limits.max_upload_files} files."
            ) from error
        raise


def _limited(receive: Receive, most: int) -> Receive:
    """The body; refused once it exceeds the limit, before it fills the disk."""
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            raise HTTPException(413, f"The upload has more than {most:,} bytes: send fewer files at once.")
        return message

    return counted


def _files(form: FormData) -> list[UploadFile]:
    files = [value for name, value in form.multi_items() if name == "files" and isinstance(value, UploadFile)]
    if not files:
        raise HTTPException(422, "files: at least one file is needed.")
    most = settings().intake.max_bytes
    for file in files:
        if (file.size or 0) > most:
            raise HTTPException(413, f"A file has more than the {most:,} bytes allowed: send a smaller scan.")
    return files


def _keep(files: Sequence[UploadFile], user: str, limits: ReviewSettings) -> Uploaded:
    """Store the bytes, then the rows, then start a run: a crash in between loses no confirmed upload."""
    from student_loans.intake.uploads import keep_upload

    store, uploads = services.object_store(), services.uploads()
    kept: dict[str, Upload] = {}
    for file in files:
        document_id, size = keep_upload(store, file.file)
        kept.setdefault(document_id, Upload(document_id, _name(file.filename), size))
    records = {row["document_id"] for row in services.search().statuses(list(kept))}
    new = uploads.add([upload for upload in kept.values() if upload.document_id not in records], user)
    statuses = uploads.statuses(list(kept))
    waiting = [one for one in kept if one not in records and not (statuses[one]["status"])]
    run_id = uploads.assign_run(waiting, lambda: runs.ask_for_run(user)) if waiting else None
    by_id = {row["document_id"]: row["status"] for row in services.search().statuses(list(kept))}
    return Uploaded(
        documents=[
            UploadedFile(
                document_id=upload.document_id,
                name=upload.name,
                bytes=upload.size,
                known=upload.document_id not in new,
                status=by_id.get(upload.document_id, "received"),
            )
            for upload in kept.values()
        ],
        run_id=run_id,
    )


def _name(filename: str | None) -> str:
    """Display name of the file: the last part of the path that the browser sends, without social security numbers."""
    name = (filename or "").replace("\\", "/").rpartition("/")[2].strip()
    return redact_name(name)[:255] or "unnamed"
