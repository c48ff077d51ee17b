"""The prepared pages that are kept between stages and runs: by content and settings, and made again where they are damaged."""

from __future__ import annotations

import logging

from student_loans.errors import ServiceError
from student_loans.fingerprints import page_fingerprint
from student_loans.sandbox.process import IsolatedProcess
from student_loans.settings import Settings
from student_loans.storage.run_folder import DocumentReference, RunFolder

log = logging.getLogger(__name__)


def are_kept(run: RunFolder, reference: DocumentReference, settings: Settings) -> bool:
    """Whether every page is kept, and whole: what is kept to save work may be damaged, and is then made again."""
    from student_loans.preparation.artifacts import is_prepared, load_metadata, load_pages

    folder = run.store.processed_folder(reference.document_id, page_fingerprint(settings))
    if not is_prepared(folder):
        return False
    try:
        load_metadata(folder)
        whole = all(page.image is None or _is_whole(page.image) for page in load_pages(folder))
    except (ValueError, KeyError, TypeError, ServiceError):
        whole = False
    if not whole:
        log.warning("The pages kept of document %s are damaged: they are made again.", reference.document_id[:12])
    return whole


def _is_whole(image: bytes) -> bool:
    """Whether a PNG has all its chunks, each with the checksum that it names."""
    import io

    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(image)) as opened:
            opened.verify()
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError):
        return False
    return image.endswith(b"IEND\xaeB`\x82")


def make_pages(run: RunFolder, reference: DocumentReference, settings: Settings, process: IsolatedProcess) -> None:
    """Prepare a document's pages and keep them.

    Raises:
        DocumentError: A page cannot be opened, or takes too long.
        ServiceError: The object store does not answer.
    """
    from student_loans.preparation.artifacts import save_metadata, save_pages
    from student_loans.preparation.metadata import read_metadata
    from student_loans.preparation.pages import prepare_pages

    folder = run.store.processed_folder(reference.document_id, page_fingerprint(settings))
    if reference.file_format is None:
        return
    content = run.store.get_raw(reference.document_id)
    limit_s = settings.isolation.page_timeout_s
    save_metadata(folder, process.call(read_metadata, content, reference.file_format, limit_s=limit_s))
    save_pages(folder, process.stream(prepare_pages, content, reference.file_format, settings, limit_s=limit_s))
