"""The OCR cache: words by the page's image and text layer, and by the OCR engine, its code and settings."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from student_loans.fingerprints import reader_version
from student_loans.pages.words import PageText
from student_loans.settings import Settings
from student_loans.storage.content_cache import ContentCache

if TYPE_CHECKING:
    from upath import UPath

    from student_loans.pages.prepared import PreparedPage


class WordCache:
    """A folder of words; social security numbers are redacted before words are stored.

    Every method raises:
        ServiceError: ``store_unavailable``.

    Args:
        folder: In the object store or on disk.
    """

    def __init__(self, folder: UPath | Path) -> None:
        self._entries = ContentCache(folder)

    def find(self, page: PreparedPage, settings: Settings) -> PageText | None:
        """The cached words of a page; None if there are none, or if the entry is damaged."""
        known = self._entries.find(_name(page, settings), lambda content: PageText.from_json(json.loads(content)))
        if known is None:
            return None
        # The same image may be a page of another document with another number.
        return replace(known, number=page.number, width_pt=page.width_pt, height_pt=page.height_pt)

    def keep(self, page: PreparedPage, settings: Settings, text: PageText) -> None:
        """Store the words of a page."""
        self._entries.keep(_name(page, settings), json.dumps(text.to_json()).encode())


def _name(page: PreparedPage, settings: Settings) -> str:
    options = settings.extraction
    key = hashlib.sha256(page.image or b"")
    key.update(f"|{reader_version()}|{options.reader}|{options.ocr_language}|{page.quality_score}".encode())
    if page.text is not None:  # pages with the same image may have different text layers
        key.update(json.dumps(page.text.to_json() | {"number": 0}).encode())
    name = key.hexdigest()
    return f"{name[:2]}/{name}.json"
