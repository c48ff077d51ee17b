"""Pictures of pages for people: rendered on demand, without social security numbers, cached beside the prepared pages.

Drawing runs in a sandbox (:mod:`student_loans.sandbox`): a hostile file cannot crash the web server or use up its memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from student_loans.errors import ErrorCode, ReviewError
from student_loans.fingerprints import page_fingerprint
from student_loans.records import BBox
from student_loans.review.render import draw_view
from student_loans.sandbox.process import IsolatedPool
from student_loans.settings import IsolationSettings, Settings
from student_loans.storage.files import store_errors, write_bytes
from student_loans.storage.object_store import ObjectStore

if TYPE_CHECKING:
    from upath import UPath

FORMAT = "2"
"""Changes when pictures are made otherwise, so that older ones are not shown any more."""
_INDEX = "pages.json"
_WAIT_S = 60.0
"""Longest time to wait for one of the processes that draw."""


def page_view(
    store: ObjectStore, document_id: str, number: int, settings: Settings, number_boxes: Iterable[BBox] = ()
) -> bytes:
    """The picture of one page as WebP.

    Args:
        store: The store of the document and its prepared pages.
        document_id: A document that a run has prepared.
        number: Page from 1.
        settings: The present settings of preparation; pages prepared under other settings are used as well.
        number_boxes: Boxes on this page of fields that hold a social security number.

    Raises:
        ReviewError: ``not_found``: no such page, or the document was never prepared.
        DocumentError: ``parser_crashed`` or ``timed_out``: the page cannot be drawn.
        ServiceError: The object store does not answer, or too many pages are being drawn.
    """
    with store_errors():
        folder = _prepared_folder(store, document_id, settings)
        if folder is None:
            raise _no_page()
        kept = folder / f"view-{number:04d}-{FORMAT}.webp"
        if kept.exists():
            return kept.read_bytes()
        entry = _entry(folder, number)
        picture = _page_image(folder, entry)
        if picture and not entry["text"]:
            entry["text"] = _words(store, entry, picture, settings)
    content = b"" if picture else store.get_raw(document_id)
    limits = settings.isolation
    view = _sandbox(limits).call(
        draw_view, entry, picture, content, list(number_boxes), settings, limit_s=limits.page_timeout_s, wait_s=_WAIT_S
    )
    with store_errors():
        write_bytes(kept, view)
    return view


def _prepared_folder(store: ObjectStore, document_id: str, settings: Settings) -> UPath | None:
    folder = store.processed_folder(document_id, page_fingerprint(settings))
    if (folder / _INDEX).exists():
        return folder
    if not folder.parent.exists():
        return None
    return next((other for other in sorted(folder.parent.iterdir()) if (other / _INDEX).exists()), None)


def _entry(folder: UPath, number: int) -> dict[str, Any]:
    for entry in json.loads((folder / _INDEX).read_text()):
        if entry["number"] == number:
            return dict(entry)
    raise _no_page()


def _page_image(folder: UPath, entry: dict[str, Any]) -> bytes | None:
    return (folder / f"page-{entry['number']:04d}.png").read_bytes() if entry["has_image"] else None


def _words(store: ObjectStore, entry: dict[str, Any], picture: bytes, settings: Settings) -> dict[str, Any] | None:
    """The words that the pipeline read on a scanned page. With None the renderer runs OCR again, which takes seconds."""
    from student_loans.pages.prepared import PreparedPage
    from student_loans.pages.word_cache import WordCache

    page = PreparedPage(entry["number"], entry["width_pt"], entry["height_pt"], None, picture, entry["quality_score"])
    known = WordCache(store.word_folder()).find(page, settings)
    return known.to_json() if known else None


@cache
def _sandbox(limits: IsolationSettings) -> IsolatedPool:
    """The sandbox workers that render for this server, started at the first use."""
    return IsolatedPool(limits, limits.page_views)


def _no_page() -> ReviewError:
    return ReviewError(ErrorCode.NOT_FOUND, "There is no picture of such a page.")
