"""Prepared pages in the object store: images as PNG, everything else in one JSON file that is written last."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from include.extraction.words import PageText
from include.preprocessing.pages import PreparedPage
from include.storage.files import store_errors, write_bytes

if TYPE_CHECKING:
    from upath import UPath

_INDEX = "pages.json"


def is_prepared(folder: UPath) -> bool:
    """Whether every page of a document is in the folder."""
    with store_errors():
        return (folder / _INDEX).exists()


def save_pages(folder: UPath, pages: Iterable[PreparedPage]) -> int:
    """Write pages; returns how many. The index comes last: a crash leaves no folder that looks complete."""
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
            }
        )
    _write(folder / _INDEX, json.dumps(entries).encode())
    return len(entries)


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
        )


def _write(path: UPath, content: bytes) -> None:
    """Whole or not at all: a process that is killed leaves no half page that looks prepared."""
    with store_errors():
        write_bytes(path, content)


def _read(path: UPath) -> bytes:
    with store_errors():
        return path.read_bytes()


def _image_name(number: int) -> str:
    return f"page-{number:04d}.png"
