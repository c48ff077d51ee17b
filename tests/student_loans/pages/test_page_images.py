"""Images of pages wait on disk for a second look."""

from __future__ import annotations

from student_loans.pages.page_images import PageImages
from student_loans.pages.prepared import PreparedPage


def page(number: int, image: bytes | None) -> PreparedPage:
    return PreparedPage(number, 612, 792, None, image, 0.9)


def test_pages_come_back_by_number_and_whole() -> None:
    pages = [page(1, b"one"), page(2, None), page(3, b"three")]
    with PageImages() as images:
        assert list(images.keep(pages)) == pages
        assert list(images.pages([3, 1, 1])) == [pages[0], pages[2]]
        assert list(images.pages([2, 9])) == []


def test_many_images_go_to_disk() -> None:
    megabyte = bytes(2**20)
    with PageImages() as images:
        for _ in images.keep(page(number, megabyte) for number in range(1, 21)):
            pass
        assert images._file._rolled  # type: ignore[attr-defined]
        assert next(images.pages([20])).image == megabyte
