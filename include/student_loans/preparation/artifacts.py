"""Prepared pages in the object store: images as PNG, everything else in one JSON file that is written last."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from student_loans.pages.prepared import PageQuality, PreparedPage
from student_loans.pages.words import PageText
from student_loans.plain_data import from_plain, to_plain
from student_loans.preparation.metadata import DocumentMetadata
from student_loans.storage.files import store_errors, write_bytes

if TYPE_CHECKING:
    from upath import UPath

_INDEX = "pages.json"
_METADATA = "metadata.json"


def is_prepared(folder: UPath) -> bool:
    """Whether the folder holds every page of a document."""
    with store_errors():
        return (folder / _INDEX).exists()


def save_pages(folder: UPath, pages: Iterable[PreparedPage]) -> int:
    """Write pages; returns how many. The index is written last, so a folder never looks complete after a crash."""
    entries = []
    for page in pages:
        if page.image is not None:
            _write(folder / _image_name(page.number), page.image)
        entries.append(
            {
                "number": page.number,
                "width_pt": page.width_pt,
                "height_pt": page.height_pt,
                "text": page.text.to_json() if page.text else None,
                "has_image": page.image is not None,
                "quality_score": page.quality_score,
                "quality": to_plain(page.quality),
                "notices": page.notices,
                "sheet": page.sheet,
            }
        )
    _write(folder / _INDEX, json.dumps(entries).encode())
    return len(entries)


def save_metadata(folder: UPath, metadata: DocumentMetadata) -> None:
    """Write the metadata of a file. This comes before its pages, whose index marks the folder as complete."""
    _write(folder / _METADATA, json.dumps(to_plain(metadata)).encode())


def load_metadata(folder: UPath) -> DocumentMetadata:
    """Read what :func:`save_metadata` wrote; empty metadata if it was not written."""
    path = folder / _METADATA
    with store_errors():
        written = path.exists()
    return from_plain(DocumentMetadata, json.loads(_read(path))) if written else DocumentMetadata()


def load_summaries(folder: UPath) -> list[dict[str, Any]]:
    """Read the pages without their images: one object for each page, as it was written."""
    entries: list[dict[str, Any]] = json.loads(_read(folder / _INDEX))
    return entries


def load_pages(folder: UPath) -> Iterator[PreparedPage]:
    """Read what :func:`save_pages` wrote, one page at a time."""
    for entry in json.loads(_read(folder / _INDEX)):
        number = entry["number"]
        yield PreparedPage(
            number,
            entry["width_pt"],
            entry["height_pt"],
            PageText.from_json(entry["text"]) if entry["text"] else None,
            _read(folder / _image_name(number)) if entry["has_image"] else None,
            entry["quality_score"],
            from_plain(PageQuality, entry["quality"]) if entry.get("quality") else None,
            tuple(entry.get("notices", ())),
            entry.get("sheet", 0),
        )


def _write(path: UPath, content: bytes) -> None:
    """Write a whole file or none: a killed process must not leave half a page that looks prepared."""
    with store_errors():
        write_bytes(path, content)


def _read(path: UPath) -> bytes:
    with store_errors():
        return path.read_bytes()


def _image_name(number: int) -> str:
    return f"page-{number:04d}.png"
