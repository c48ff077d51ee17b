"""Pictures of pages are drawn in the sandbox: a hostile page is a typed error, and the server's own memory stays as it is."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from student_loans.errors import DocumentError, ErrorCode, ServiceError
from student_loans.fingerprints import page_fingerprint
from student_loans.pages.prepared import PreparedPage
from student_loans.pages.words import PageText
from student_loans.preparation.artifacts import save_pages
from student_loans.records import TextSource
from student_loans.review import page_views
from student_loans.review.page_views import page_view
from student_loans.settings import Settings, settings
from student_loans.storage.object_store import ObjectStore, open_store
from tests.document_factory import make_pdf
from tests.hostile_files import flate_bomb, forms_that_double, tiles_without_end

MEGABYTE = 1024**2


@pytest.fixture
def strict() -> Iterator[Settings]:
    limits = settings().isolation.model_copy(
        update={"memory_bytes": 512 * MEGABYTE, "page_cpu_s": 3.0, "page_views": 1}
    )
    yield settings().model_copy(update={"isolation": limits})
    page_views._sandbox(limits).__exit__(None, None, None)


def prepared(folder: Path, content: bytes, options: Settings) -> tuple[ObjectStore, str]:
    """A store with a document whose only page is prepared already, and the document's id."""
    store = open_store(str(folder))
    document_id = store.put_raw(content)
    text = PageText(1, 612.0, 792.0, (), TextSource.TEXT_LAYER, "pdfium")
    page = PreparedPage(1, 612.0, 792.0, text, None, 1.0)
    save_pages(store.processed_folder(document_id, page_fingerprint(options)), [page])
    return store, document_id


def resident_bytes() -> int:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) * 1024


def test_a_page_is_drawn_once_and_kept(tmp_path: Path, strict: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    store, document_id = prepared(tmp_path, make_pdf(), strict)
    view = page_view(store, document_id, 1, strict)
    assert Image.open(io.BytesIO(view)).format == "WEBP"
    monkeypatch.setattr(page_views, "_sandbox", None)
    assert page_view(store, document_id, 1, strict) == view


@pytest.mark.parametrize("make", [forms_that_double, flate_bomb, tiles_without_end])
def test_a_hostile_page_is_a_typed_error_and_costs_the_server_no_memory(
    tmp_path: Path, strict: Settings, make: Callable[[], bytes]
) -> None:
    store, document_id = prepared(tmp_path, make(), strict)
    before = resident_bytes()
    with pytest.raises(DocumentError) as caught:
        page_view(store, document_id, 1, strict)
    assert caught.value.code in {ErrorCode.PARSER_CRASHED, ErrorCode.TIMED_OUT}
    assert resident_bytes() - before < 64 * MEGABYTE


def test_no_more_pages_are_drawn_at_once_than_the_settings_allow(
    tmp_path: Path, strict: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    monkeypatch.setattr(page_views, "_WAIT_S", 0.2)
    store, slow = prepared(tmp_path, tiles_without_end(), strict)
    _, other = prepared(tmp_path, make_pdf(), strict)
    with ThreadPoolExecutor(1) as threads:
        drawing = threads.submit(page_view, store, slow, 1, strict)
        time.sleep(0.3)
        with pytest.raises(ServiceError) as caught:
            page_view(store, other, 1, strict)
        assert caught.value.code is ErrorCode.PARSER_UNAVAILABLE
        assert isinstance(drawing.exception(), DocumentError)
