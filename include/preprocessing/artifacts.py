"""Prepared pages in the object store: images as PNG, everything else in one JSON file that is written last."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from include.extraction.words import PageText
from include.preprocessing.metadata import DocumentMetadata
from include.preprocessing.pages import PreparedPage
from include.preprocessing.quality import PageQuality

if TYPE_CHECKING:
    from upath import UPath

_INDEX = "pages.json"
_METADATA = "metadata.json"


def is_prepared(folder: UPath) -> bool:
    """Whether every page of a document is in the folder."""
    return (folder / _INDEX).exists()


def save_pages(folder: UPath, pages: Iterable[PreparedPage]) -> int:
    """Write pages; returns how many. The index comes last: a crash leaves no folder that looks complete."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for page in pages:
        if page.image is not None:
            (folder / _image_name(page.number)).write_bytes(page.image)
        entries.append(
            {
                "number": page.number,
                "width_pt": page.width_pt,
                "height_pt": page.height_pt,
                "text": page.text.to_json() if page.text else None,
                "has_image": page.image is not None,
                "quality_score": page.quality_score,
                "quality": page.quality.to_json() if page.quality else None,
            }
        )
    (folder / _INDEX).write_text(json.dumps(entries))
    return len(entries)


def save_metadata(folder: UPath, metadata: DocumentMetadata) -> None:
    """Write what a file says of itself; before its pages, whose index marks the folder as complete."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _METADATA).write_text(json.dumps(metadata.to_json()))


def load_metadata(folder: UPath) -> DocumentMetadata:
    """Read what :func:`save_metadata` wrote; nothing where it was not written."""
    path = folder / _METADATA
    return DocumentMetadata.from_json(json.loads(path.read_text())) if path.exists() else DocumentMetadata()


def load_summaries(folder: UPath) -> list[dict[str, Any]]:
    """What is known of the pages without their images: one object a page, as it was written."""
    entries: list[dict[str, Any]] = json.loads((folder / _INDEX).read_text())
    return entries


def load_pages(folder: UPath) -> Iterator[PreparedPage]:
    """Read what :func:`save_pages` wrote, one page at a time."""
    for entry in json.loads((folder / _INDEX).read_text()):
        number = entry["number"]
        yield PreparedPage(
            number,
            entry["width_pt"],
            entry["height_pt"],
            PageText.from_json(entry["text"]) if entry["text"] else None,
            (folder / _image_name(number)).read_bytes() if entry["has_image"] else None,
            entry["quality_score"],
            PageQuality.from_json(entry["quality"]) if entry.get("quality") else None,
        )


def _image_name(number: int) -> str:
    return f"page-{number:04d}.png"
