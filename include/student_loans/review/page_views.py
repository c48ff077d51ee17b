"""Pictures of pages for people: rendered on demand, social security numbers painted over, kept beside the prepared pages.

Rendering runs in a process of its own with a time limit: a file that crashes the PDF library must not take the web server
with it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

from student_loans.errors import DocumentError, ErrorCode, ReviewError, ServiceError
from student_loans.fingerprints import page_fingerprint
from student_loans.project import CODE_ROOT
from student_loans.records import BBox
from student_loans.settings import ENV_PREFIX, Settings
from student_loans.storage.files import store_errors, write_bytes
from student_loans.storage.object_store import ObjectStore

if TYPE_CHECKING:
    from upath import UPath

FORMAT = "2"
"""Changes when pictures are made otherwise, so that older ones are not shown any more."""
TIMEOUT_S = 90.0
_INDEX = "pages.json"
_RENDERERS = BoundedSemaphore(max(1, (os.cpu_count() or 1)))
_WAIT_S = 60.0


def page_view(
    store: ObjectStore, document_id: str, number: int, settings: Settings, number_boxes: Iterable[BBox] = ()
) -> bytes:
    """The picture of one page as WebP.

    Args:
        store: Holds the document and its prepared pages.
        document_id: A document that was prepared once.
        number: Page from 1.
        settings: Under which it is prepared now; pages prepared under others serve as well.
        number_boxes: Boxes on this page of fields that hold a social security number.

    Raises:
        ReviewError: ``not_found``: no such page, or the document was never prepared.
        DocumentError: ``parser_crashed``: the page cannot be rendered.
        ServiceError: The object store does not answer, or the machine is too busy to render now.
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
    view = _render({"entry": entry, "number_boxes": [list(box) for box in number_boxes]}, picture, content)
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
    """The words that the pipeline read on a scanned page; None has the renderer read it once more, which takes seconds."""
    from student_loans.pages.prepared import PreparedPage
    from student_loans.pages.word_cache import WordCache

    page = PreparedPage(entry["number"], entry["width_pt"], entry["height_pt"], None, picture, entry["quality_score"])
    known = WordCache(store.word_folder()).find(page, settings)
    return known.to_json() if known else None


def _render(request: dict[str, Any], picture: bytes | None, content: bytes) -> bytes:
    """Have another process render; see :mod:`student_loans.review.render`."""
    if not _RENDERERS.acquire(timeout=_WAIT_S):
        raise ServiceError(ErrorCode.STORE_UNAVAILABLE, "Too many pages are being rendered: try again in a minute.")
    try:
        with tempfile.TemporaryDirectory(prefix="page-view-") as name:
            folder = Path(name)
            (folder / "request.json").write_text(json.dumps(request))
            (folder / ("page.png" if picture else "document")).write_bytes(picture or content)
            subprocess.run(  # noqa: S603 - our own module, no shell, nothing that a user typed
                [sys.executable, "-m", "student_loans.review.render", name],
                cwd=CODE_ROOT,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=TIMEOUT_S,
                check=True,
            )
            return (folder / "view.webp").read_bytes()
    except (subprocess.SubprocessError, OSError) as error:
        # What the process printed may quote the page: it is not passed on.
        raise DocumentError(
            ErrorCode.PARSER_CRASHED, "This page cannot be rendered: look at the original file."
        ) from error
    finally:
        _RENDERERS.release()


def _environment() -> dict[str, str]:
    """What the renderer needs to know: the settings, and none of the secrets that are in a web server's environment."""
    needed = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "TMPDIR", "OMP_THREAD_LIMIT")
    kept = {name: value for name, value in os.environ.items() if name in needed or name.startswith(ENV_PREFIX)}
    return kept | {"PYTHONPATH": str(CODE_ROOT)}


def _no_page() -> ReviewError:
    return ReviewError(ErrorCode.NOT_FOUND, "There is no picture of such a page.")
