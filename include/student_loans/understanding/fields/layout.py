"""Arrange the words of a page into tokens, segments and lines.

Coordinates are points (1/72 inch), so that "near" means the same on both axes. A *segment* is a run of words on one
line without a column gap. A segment's *continuation* is the segment that a reader's eye goes to when the line ends:
the next line of the same paragraph or of the same cell.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Protocol

from student_loans.pages.words import PageText, Word
from student_loans.records import BBox
from student_loans.understanding.fields.dates import DateOrder, find_order
from student_loans.understanding.fields.marks import is_glyph

COLUMN_GAP = 1.15
"""A gap wider than this many text heights separates columns (word spaces are 0.3 to 0.6 text heights)."""
STRETCH_GAP = 0.7
"""The same between stretches of text that a reader found apart."""
_PROSE_WORDS = 9
_LONGEST_CELL = 12
_AMOUNT_START = re.compile(r"[$\d*]")
_COVER_WORDS = 80
_COVER = re.compile(r"\b(?:fax|facsimile)\s(?:cover|transmi)|\bcover\s(?:sheet|page)\b", re.IGNORECASE)
_AMOUNT = re.compile(r"\d[.,]\d{2}\b|\d\s?%")
_PART_OF_DATE = re.compile(r"\d{1,4} [-/\u2010-\u2015\u2212] \d{1,4}")
_WITH_NEIGHBOURS = 3
_SIGN_OF_AMOUNT = re.compile(
    r"\S+ [-/\u2010-\u2014\u2212] [$(]?\d\S*|\S*\d [-/\u2010-\u2014\u2212] \$ ?\d?\S*|\S+ [-\u2212] \$"
)
"""A dash or stroke before an amount, or between two."""
_PRINTED = re.compile(r"\w|[$&§%☐☒☑✓✔■□✗✘()\[\]]")


@dataclass(slots=True, eq=False)
class Token:
    """A word in points, with its place in the reading order.

    Attributes:
        position: Index within its segment.
        text: The word as read.
        height: Height of the box in points.
        middle: Vertical middle in points.
    """

    word: Word
    page: int
    x0: float
    y0: float
    x1: float
    y1: float
    segment: int = -1
    position: int = -1
    text: str = field(init=False)
    height: float = field(init=False)
    middle: float = field(init=False)

    def __post_init__(self) -> None:
        # Stored, because each word's values are used about a hundred times.
        self.text = self.word.text
        self.height = self.y1 - self.y0
        self.middle = (self.y0 + self.y1) / 2


class Stretch:
    """Words that stand together, with the box around them; a subclass has the words as ``tokens``."""

    __slots__ = ()
    tokens: tuple[Token, ...]

    @property
    def first(self) -> Token:
        """The first word."""
        return self.tokens[0]

    @property
    def last(self) -> Token:
        """The last word."""
        return self.tokens[-1]

    @property
    def text(self) -> str:
        """The words joined by single spaces."""
        return " ".join(token.text for token in self.tokens)

    @property
    def x0(self) -> float:
        """Left edge in points."""
        return min(token.x0 for token in self.tokens)

    @property
    def x1(self) -> float:
        """Right edge in points."""
        return max(token.x1 for token in self.tokens)

    @property
    def y0(self) -> float:
        """Top in points."""
        return min(token.y0 for token in self.tokens)

    @property
    def y1(self) -> float:
        """Bottom in points."""
        return max(token.y1 for token in self.tokens)


@dataclass(slots=True, eq=False)
class Segment:
    """A run of words on one line without a column gap.

    Attributes:
        line: Index of its line in the document; the segments of a line share it.
        text: The words joined by single spaces.
        height: Median text height in points, at least 4.
        continuation: Index of the segment where the text continues, or None.
    """

    index: int
    line: int
    page: int
    tokens: list[Token]
    text: str = ""
    x0: float = 0.0
    y0: float = 0.0
    x1: float = 0.0
    y1: float = 0.0
    continuation: int | None = None
    starts: list[int] = field(default_factory=list)
    height: float = 4.0

    def close(self) -> None:
        """Derive text and box from the tokens."""
        offset = 0
        for position, token in enumerate(self.tokens):
            token.segment, token.position = self.index, position
            self.starts.append(offset)
            offset += len(token.text) + 1
        self.text = " ".join(token.text for token in self.tokens)
        self.x0, self.x1 = self.tokens[0].x0, max(token.x1 for token in self.tokens)
        height = median(token.height for token in self.tokens)
        middle = median(token.middle for token in self.tokens)
        self.y0, self.y1 = middle - height / 2, middle + height / 2
        self.height = max(4.0, height)

    def tokens_between(self, start: int, end: int) -> list[Token]:
        """Tokens that the characters ``start:end`` of :attr:`text` touch."""
        return [
            token
            for token, begin in zip(self.tokens, self.starts, strict=True)
            if begin < end and start < begin + len(token.text)
        ]


@dataclass(frozen=True, slots=True)
class LabelsBelow:
    """The places where forms print labels under their values.

    Attributes:
        pages: Pages that mostly do so.
        lines: Lines whose labels have a clear direction: True if the values are above.
    """

    pages: frozenset[int] = frozenset()
    lines: Mapping[int, bool] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class DocumentLayout:
    """All pages of a document, arranged.

    Attributes:
        lines: Each line's segments from left to right; pages follow one another.
        sizes: Width and height of each page in points, by page number.
        text_height: Median text height of the document in points.
        labels_below: The places where forms print labels under their values.
        prose_ends: Indices of the segments in which a line of a paragraph continues.
    """

    segments: list[Segment]
    lines: list[list[Segment]]
    sizes: dict[int, tuple[float, float]]
    text_height: float
    labels_below: LabelsBelow = LabelsBelow()
    prose_ends: frozenset[int] = frozenset()
    _first_page: int | None = None
    _date_order: DateOrder | None = None
    _lower_case: frozenset[str] | None = None

    def value_is_above(self, label: Token) -> bool:
        """Whether the value of a label that begins with this token is expected over it."""
        return self.labels_below.lines.get(self.line_of(label), label.page in self.labels_below.pages)

    def segment_of(self, token: Token) -> Segment:
        """The segment of a token."""
        return self.segments[token.segment]

    def line_of(self, token: Token) -> int:
        """Index of the line of a token."""
        return self.segments[token.segment].line

    def first_page(self) -> int:
        """Number of the first page that is not a cover sheet: a cover sheet has few words and no amounts."""
        if self._first_page is None:
            covers = self.cover_like_pages()
            self._first_page = min([page for page in self.sizes if page not in covers] or self.sizes)
        return self._first_page

    def date_order(self) -> DateOrder:
        """The order of day and month in the document's dates."""
        if self._date_order is None:
            self._date_order = find_order(segment.text for segment in self.segments)
        return self._date_order

    def lower_case_words(self) -> frozenset[str]:
        """Words that the document writes in lower case."""
        if self._lower_case is None:
            written = (token.text.strip(".,;:()") for segment in self.segments for token in segment.tokens)
            self._lower_case = frozenset(word for word in written if word.islower())
        return self._lower_case

    def cover_like_pages(self) -> frozenset[int]:
        """Pages without amounts that have few words, or a heading that says cover sheet."""
        words = Counter(segment.page for segment in self.segments for _ in segment.tokens)
        amounts = {segment.page for segment in self.segments if _AMOUNT.search(segment.text)}
        named = {s.page for s in self.segments if len(s.tokens) <= _LONGEST_CELL and _COVER.search(s.text)}
        few = {page for page in self.sizes if words[page] < _COVER_WORDS}
        return frozenset((few | named) - amounts)

    def next_line(self, segment: Segment) -> Segment | None:
        """The segment in which the text of another one goes on."""
        return self.segments[segment.continuation] if segment.continuation is not None else None

    def right_neighbour(self, segment: Segment) -> Segment | None:
        """The next segment on the same line."""
        line = self.lines[segment.line]
        place = line.index(segment)
        return line[place + 1] if place + 1 < len(line) else None


class _Wide(Protocol):
    @property
    def x0(self) -> float: ...

    @property
    def x1(self) -> float: ...


def overlap(one: _Wide, other: _Wide) -> float:
    """Width in points that two things have in common; negative where they stand side by side."""
    return min(one.x1, other.x1) - max(one.x0, other.x0)


def _tokens(page: PageText) -> list[Token]:
    width, height = page.width_pt, page.height_pt
    words = page.words
    tokens = [
        Token(w, page.number, w.bbox[0] * width, w.bbox[1] * height, w.bbox[2] * width, w.bbox[3] * height)
        for index, w in enumerate(words)
        if _PRINTED.search(w.text) or is_glyph(w.text) or _belongs_to_a_value(words[max(0, index - 1) : index + 2])
    ]
    return [token for token in tokens if token.height > 1 and token.x1 > token.x0]


def _belongs_to_a_value(words: Sequence[Word]) -> bool:
    """Whether the second last of some words is a sign within a value: in a date, ``06 / 09``, or before or between amounts."""
    text = " ".join(word.text for word in words)
    return len(words) == _WITH_NEIGHBOURS and bool(_PART_OF_DATE.fullmatch(text) or _SIGN_OF_AMOUNT.fullmatch(text))


def _group_lines(tokens: list[Token]) -> list[list[Token]]:
    """Group tokens into lines: each joins the line whose last token is at its height, which also works for skewed lines."""
    lines: list[list[Token]] = []
    middles: list[tuple[float, int]] = []  # of each line's last token, in order, with the line's index
    tallest = max((token.height for token in tokens), default=0.0)
    for token in sorted(tokens, key=lambda t: t.x0):
        middle, height = token.middle, token.height
        best, best_distance = None, float("inf")
        for last_middle, index in middles[bisect_left(middles, (middle - height - tallest, -1)) :]:
            rise = abs(middle - last_middle)
            if last_middle > middle + height + tallest:
                break
            last = lines[index][-1]
            if rise * 4 < best_distance and rise <= height + last.height and _continues(token, last, rise):
                distance = rise * 4 + max(0.0, token.x0 - last.x1) * 0.02
                if distance < best_distance:
                    best, best_distance = index, distance
        if best is None:
            best = len(lines)
            lines.append([])
        else:
            middles.remove((lines[best][-1].middle, best))
        lines[best].append(token)
        insort(middles, (middle, best))
    return sorted(lines, key=lambda line: sum(t.middle for t in line[:4]) / len(line[:4]))


def _continues(token: Token, last: Token, rise: float) -> bool:
    """Whether a token can follow the last one of a line, whose middle is ``rise`` points away."""
    if token.x0 < last.x1 - 0.5 * token.height and token.x0 < last.x0 + 2:
        return False
    overlap = min(token.y1, last.y1) - max(token.y0, last.y0)
    return overlap >= 0.5 * min(token.height, last.height) or rise <= 0.35 * max(token.height, last.height)


def _split_line(line: list[Token], *, stretches: bool) -> list[list[Token]]:
    """Split the tokens of a line at column gaps; justified prose widens all spaces of a line equally.

    With ``stretches`` the OCR engine detects stretches of text, whose words share top and bottom: then a gap between
    two stretches is more likely a column gap.
    """
    gaps = [right.x0 - left.x1 for left, right in itertools.pairwise(line)]
    usual = sorted(gaps)[len(gaps) // 2] if len(gaps) >= 6 else 0.0
    # Boxes of words without tall letters are low, so the line's usual height gives the width of spaces.
    least = 0.85 * median(token.height for token in line)
    parts = [[line[0]]]
    for gap, left, token in zip(gaps, line, line[1:], strict=False):
        height = max(4.0, least, min(token.height, left.height))
        apart = stretches and (left.y0, left.y1) != (token.y0, token.y1)
        column = STRETCH_GAP if apart else COLUMN_GAP
        if gap > max(column * height, min(2.2 * usual, 2.0 * height)):
            parts.append([token])
        else:
            parts[-1].append(token)
    return parts


def _split_at_columns(rows: list[list[list[Token]]]) -> list[list[list[Token]]]:
    """Split adjacent cells if the row above or below has two columns: ``Elm College $47,000.00`` under two labels."""
    found = []
    for index, row in enumerate(rows):
        neighbours = [rows[n] for n in (index - 1, index + 1) if 0 <= n < len(rows)]
        found.append([piece for part in row for piece in _split_under(part, neighbours)])
    return found


def _split_under(part: list[Token], neighbours: Sequence[list[list[Token]]]) -> list[list[Token]]:
    if not 1 < len(part) <= _LONGEST_CELL:
        return [part]
    first, height = part[0], median(token.height for token in part)
    starts = [
        right[0].x0
        for row in neighbours
        for left, right in itertools.pairwise(row)
        if abs(left[0].x0 - first.x0) < 0.4 * height and abs(left[0].middle - first.middle) < 2.2 * height
    ]
    for position, (before, token) in enumerate(itertools.pairwise(part), start=1):
        amount = bool(_AMOUNT_START.match(token.text))
        apart = amount or (before.y0, before.y1) != (token.y0, token.y1)
        # The places of words within one stretch are estimated.
        near = 1.2 if amount else 0.4
        if apart and any(abs(token.x0 - start) < near * height for start in starts):
            return [part[:position], part[position:]]
    return [part]


def _find_continuation(segment: Segment, lines: list[list[Segment]]) -> int | None:
    """The segment right below with the same left edge, or centred under this one."""
    height = segment.height
    for below in lines[segment.line + 1 : segment.line + 4]:
        for other in below:
            common = overlap(segment, other)
            if common <= 0 or other.page != segment.page:
                continue
            smaller, larger = sorted((height, other.height))
            if not -0.5 * height < other.y0 - segment.y1 < 1.25 * larger or larger > 1.5 * smaller:
                continue
            prose = len(segment.tokens) >= 5
            centred = abs(other.x0 + other.x1 - segment.x0 - segment.x1) < 3 * height
            if prose and not centred and abs(other.x0 - segment.x0) > 4 * height:
                continue
            if common > 0.4 * min(segment.x1 - segment.x0, other.x1 - other.x0):
                return other.index
    return None


def arrange(pages: Sequence[PageText]) -> DocumentLayout:
    """Arrange the words of a document's pages into lines and segments."""
    segments: list[Segment] = []
    lines: list[list[Segment]] = []
    heights: list[float] = []
    for page in pages:
        tokens = _tokens(page)
        heights.extend(token.height for token in tokens)
        rows = [_split_line(line, stretches=page.reader == "rapidocr") for line in _group_lines(tokens)]
        for parts in _split_at_columns(rows):
            row = []
            for part in parts:
                segment = Segment(len(segments), len(lines), page.number, part)
                segment.close()
                segments.append(segment)
                row.append(segment)
            lines.append(row)
    for segment in segments:
        segment.continuation = _find_continuation(segment, lines)
    sizes = {page.number: (page.width_pt, page.height_pt) for page in pages}
    ends = frozenset(s.continuation for s in segments if s.continuation is not None and len(s.tokens) >= _PROSE_WORDS)
    return DocumentLayout(segments, lines, sizes, median(heights) if heights else 10.0, prose_ends=ends)


def union_box(tokens: Sequence[Token]) -> BBox:
    """The smallest box around some tokens, as page fractions clamped to [0, 1]."""
    boxes = [token.word.bbox for token in tokens]
    edges = (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
    left, top, right, bottom = (min(1.0, max(0.0, edge)) for edge in edges)
    return left, top, right, bottom
