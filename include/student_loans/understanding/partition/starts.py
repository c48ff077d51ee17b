"""How likely a page opens another document: fitted trees weigh whose page it is, what opens it and how it is set.

Rules see signs of a first page, and a letter in front of a form or an enclosure behind it has the same signs. What two pages
share, and how alike they are set, was learned from papers of many pages, and from pairs of papers put together.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from student_loans.records import UNKNOWN_TYPE, DocumentType
from student_loans.understanding.fields.document_type import foreign_weight, speaks_of_lending
from student_loans.understanding.fields.layout import DocumentLayout
from student_loans.understanding.fields.phrases import words_of
from student_loans.understanding.partition.identities import (
    DECISIVE_KINDS,
    PageIdentity,
    differing_dates,
    differing_number,
    is_other_person,
    share_number_or_person,
    share_person,
)
from student_loans.understanding.partition.openings import Opening

if TYPE_CHECKING:
    from student_loans.understanding.weighing.trees import Trees

ANY_NUMBER = (*DECISIVE_KINDS, "loan", "reference", "ssn")
_EDGE_LINES = 4
"""So many cells at the head and foot of a page may be running ones."""
_MOST_AMOUNTS, _MOST_WORDS = 5, 800
_ANOTHER_SHAPE = 0.02
_SHORTEST_CAPITALISED = 3


@dataclass(slots=True)
class PageLook:
    """How a page is set, and which words it uses.

    Attributes:
        height: Median height of its cells in points.
        margin: Its left margin, as a fraction of the page's width.
        shape: Width by height.
        words: Its words.
        names: Its capitalised words.
        heads, feet: Words of its first and last cells, without numbers.
        count: Number of its words.
    """

    height: float = 0.0
    margin: float = 0.0
    shape: float = 1.0
    words: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    heads: set[str] = field(default_factory=set)
    feet: set[str] = field(default_factory=set)
    count: int = 0

    def follow(self, other: PageLook) -> None:
        """Add the words of a page that follows; the shape and the size are those of the last page."""
        self.height, self.margin, self.shape = other.height, other.margin, other.shape
        self.words |= other.words
        self.names |= other.names
        self.heads |= other.heads
        self.feet |= other.feet


def look_of_pages(layout: DocumentLayout) -> dict[int, PageLook]:
    """The look of each page."""
    found = {}
    for page, (width, height) in layout.sizes.items():
        cells = [segment for segment in layout.segments if segment.page == page]
        texts = [cell.text for cell in cells]
        words = words_of(" ".join(texts))
        found[page] = PageLook(
            statistics.median(cell.height for cell in cells) if cells else 0.0,
            min((cell.x0 for cell in cells), default=0.0) / width,
            width / height,
            set(words),
            _names(texts),
            _edge(texts[:_EDGE_LINES]),
            _edge(texts[-_EDGE_LINES:]),
            len(words),
        )
    return found


def _names(texts: Iterable[str]) -> set[str]:
    words = (word for text in texts for word in text.split())
    return {w.strip(".,:;()").lower() for w in words if w[0].isupper() and len(w) >= _SHORTEST_CAPITALISED}


def _edge(texts: Iterable[str]) -> set[str]:
    return {line for text in texts if (line := " ".join(word for word in words_of(text) if not word.isdigit()))}


@dataclass(frozen=True, slots=True)
class Before:
    """The pages of a document before a page.

    Attributes:
        types: Types of the titles of its first page.
        salutes: Whether it addresses a reader.
        pages: Number of its pages with content.
    """

    identity: PageIdentity
    types: frozenset[DocumentType]
    salutes: bool
    pages: int
    look: PageLook


def start_numbers(before: Before, page: PageIdentity, opening: Opening, known: int, look: PageLook) -> list[float]:
    """The features of a page that may open another document.

    Args:
        before: The pages before it.
        page: Whose page it is.
        opening: The signs of a first page.
        known: Number of its senders that the pages before name.
        look: How it is set.
    """
    own = before.identity
    return [
        differing_number(own, page, DECISIVE_KINDS) is not None,
        differing_number(own, page, ANY_NUMBER) is not None,
        is_other_person(own, page, same_wording=True),
        is_other_person(own, page, same_wording=False),
        share_number_or_person(own, page),
        share_person(own, page),
        min(_MOST_AMOUNTS, len(own.amounts & page.amounts)),
        differing_dates(own, page),
        page.is_known,
        page.is_known_well,
        own.is_known,
        own.is_known_well,
        foreign_weight(page.text),
        speaks_of_lending(page.text),
        *_of_opening(before, opening, known),
        *_of_look(before.look, look),
        before.pages,
    ]


def _of_opening(before: Before, opening: Opening, known: int) -> list[float]:
    return [
        opening.continued,
        len(opening.types),
        bool(opening.types) and opening.types.isdisjoint(before.types),
        UNKNOWN_TYPE in opening.types,
        opening.large,
        opening.salutes,
        opening.salutes and before.salutes,
        len(opening.fields),
        opening.asks_whose,
        known,
        len(opening.senders) - known,
        len(before.types),
    ]


def _of_look(before: PageLook, look: PageLook) -> list[float]:
    return [
        len(look.words & before.words) / max(1, len(look.words)),
        len(look.names - before.names) / max(1, len(look.names)),
        abs(look.height / max(1.0, before.height) - 1),
        abs(look.margin - before.margin),
        abs(look.shape - before.shape) > _ANOTHER_SHAPE,
        min(look.count, _MOST_WORDS),
        len(look.heads & before.heads),
        len(look.feet & before.feet),
    ]


def probability_of_start(trees: Trees, numbers: list[float]) -> float:
    """The probability that a page opens another document."""
    import numpy as np

    return float(trees.probabilities(np.array([numbers], np.float64))[0])
