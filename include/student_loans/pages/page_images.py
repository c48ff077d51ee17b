"""Images of a document's pages for a second look, on disk, so that memory use does not grow with the pages."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from types import TracebackType
from typing import Self

from student_loans.pages.prepared import PreparedPage

_IN_MEMORY = 16 * 2**20
"""Bytes of images that stay in memory: a dozen scanned pages."""


class PageImages:
    """Stores the images of pages while they are read."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  closed by __exit__
        self._places: dict[int, tuple[int, int]] = {}
        self._pages: dict[int, PreparedPage] = {}

    def __enter__(self) -> Self:
        """The images, which exist until the block ends."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Delete them."""
        self._file.close()

    def keep(self, pages: Iterable[PreparedPage]) -> Iterator[PreparedPage]:
        """Yield the pages, one at a time, and store their images."""
        for page in pages:
            if page.image is not None:
                self._places[page.number] = (self._file.seek(0, 2), len(page.image))
                self._file.write(page.image)
                self._pages[page.number] = replace(page, image=None)
            yield page

    def pages(self, numbers: Iterable[int]) -> Iterator[PreparedPage]:
        """Pages by their numbers, with their images; pages without an image are left out."""
        for number in sorted(set(numbers) & self._places.keys()):
            place, size = self._places[number]
            self._file.seek(place)
            yield replace(self._pages[number], image=self._file.read(size))
