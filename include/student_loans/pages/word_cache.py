"""Words that OCR has read, kept by what they depend on: the page's image and text layer, the reader, its code and settings."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from student_loans.fingerprints import reader_version
from student_loans.pages.words import PageText
from student_loans.settings import Settings

if TYPE_CHECKING:
    from upath import UPath

    from student_loans.pages.prepared import PreparedPage


class WordCache:
    """A folder of words; social security numbers are redacted before words are kept.

    Args:
        folder: In the object store or on disk; made when the first page is kept.
    """

    def __init__(self, folder: UPath | Path) -> None:
        self._folder = folder

    def find(self, page: PreparedPage, settings: Settings) -> PageText | None:
        """The words of a page that was read before; None when it was not, or when what was kept is damaged."""
        try:
            kept = PageText.from_json(json.loads(self._path(page, settings).read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, KeyError):
            return None
        # The same image may be another page of another document.
        return replace(kept, number=page.number, width_pt=page.width_pt, height_pt=page.height_pt)

    def keep(self, page: PreparedPage, settings: Settings, text: PageText) -> None:
        """Keep the words of a page."""
        path = self._path(page, settings)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(text.to_json()), encoding="utf-8")

    def _path(self, page: PreparedPage, settings: Settings) -> UPath | Path:
        options = settings.extraction
        key = hashlib.sha256(page.image or b"")
        key.update(f"|{reader_version()}|{options.reader}|{options.ocr_language}|{page.quality_score}".encode())
        if page.text is not None:  # pages that look alike may state other words
            key.update(json.dumps(page.text.to_json() | {"number": 0}).encode())
        name = key.hexdigest()
        return self._folder / name[:2] / f"{name}.json"
