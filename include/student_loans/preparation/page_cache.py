"""Cache of prepared pages, by content and settings: shared by stages and runs; damaged pages are prepared again."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from student_loans.errors import ServiceError
from student_loans.fingerprints import page_fingerprint
from student_loans.sandbox.process import IsolatedProcess
from student_loans.settings import Settings
from student_loans.storage.content_cache import DAMAGED
from student_loans.storage.object_store import ObjectStore
from student_loans.storage.run_folder import DocumentReference

if TYPE_CHECKING:
    from upath import UPath

    from student_loans.pages.prepared import PreparedPage
    from student_loans.preparation.metadata import DocumentMetadata

log = logging.getLogger(__name__)


class PageCache:
    """The prepared pages of an object store under some settings; :mod:`student_loans.preparation.artifacts` has the files.

    Every method raises:
        ServiceError: ``store_unavailable``.

    Args:
        store: Where they are.
        settings: The settings of preparation.
    """

    def __init__(self, store: ObjectStore, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    def has(self, document_id: str) -> bool:
        """Whether the cache holds every page of a document undamaged."""
        from student_loans.preparation.artifacts import is_prepared, load_metadata, load_pages

        folder = self._folder(document_id)
        if not is_prepared(folder):
            return False
        try:
            load_metadata(folder)
            whole = all(page.image is None or _is_whole(page.image) for page in load_pages(folder))
        except (*DAMAGED, ServiceError):
            whole = False
        if not whole:
            log.warning("The prepared pages of document %s are damaged: they are made again.", document_id[:12])
        return whole

    def pages(self, document_id: str) -> Iterator[PreparedPage]:
        """Read the pages of a document, one at a time."""
        from student_loans.preparation.artifacts import load_pages

        return load_pages(self._folder(document_id))

    def about(self, document_id: str) -> tuple[list[dict[str, Any]], DocumentMetadata]:
        """Read the pages without their images, and the metadata of the file."""
        from student_loans.preparation.artifacts import load_metadata, load_summaries

        folder = self._folder(document_id)
        return load_summaries(folder), load_metadata(folder)

    def make(self, reference: DocumentReference, process: IsolatedProcess) -> None:
        """Prepare a document's pages and store them.

        Raises:
            DocumentError: A page cannot be opened, or takes too long.
        """
        from student_loans.preparation.artifacts import save_metadata, save_pages
        from student_loans.preparation.metadata import read_metadata
        from student_loans.preparation.pages import prepare_pages

        if reference.file_format is None:
            return
        folder = self._folder(reference.document_id)
        content = self._store.get_raw(reference.document_id)
        limit_s = self._settings.isolation.page_timeout_s
        save_metadata(folder, process.call(read_metadata, content, reference.file_format, limit_s=limit_s))
        pages = process.stream(prepare_pages, content, reference.file_format, self._settings, limit_s=limit_s)
        save_pages(folder, pages)

    def _folder(self, document_id: str) -> UPath:
        return self._store.processed_folder(document_id, page_fingerprint(self._settings))


def _is_whole(image: bytes) -> bool:
    """Whether a PNG has all its chunks, each with the right checksum."""
    import io

    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(image)) as opened:
            opened.verify()
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError):
        return False
    return image.endswith(b"IEND\xaeB`\x82")
