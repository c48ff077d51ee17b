"""The texts around some words that may say what they are: in their cell, beside, above and below it, and the heading over it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from student_loans.understanding.fields.layout import DocumentLayout, Segment, Stretch, Token, overlap

SLOTS = ("cell", "left", "row", "above", "head", "below", "behind", "section")
"""The places of texts around a value: before it in its cell, in the cell to its left, in the first cell of its line, in the
nearest cell with words above it, at the top of its column, in the nearest cell with words below it, behind it, and the
heading of its part of the page."""
_MOST_WORDS = 9
_HIGHEST = 9.0
"""Farthest cell above whose words may be a value's label, in text heights."""
_LOWEST = 2.6
_PROSE = 7
"""A line of so many words is one of running text."""
_LINES_UP, _HEADING_LINES, _HEADING_WORDS = 10, 40, 8
_WORD = re.compile(r"[^\W\d_]{2}")
_DIGITS = re.compile(r"\d")
_SENTENCE_END = re.compile(r"[.;!?][\"'\u201d)]*$")
_ABBREVIATION = re.compile(r"^(?:no|nos|inc|st|mr|mrs|ms|dr|u\.s|[a-z])\.$", re.IGNORECASE)
_COLUMN = 40


@dataclass(frozen=True, slots=True)
class Context:
    """What stands around some words.

    Attributes:
        texts: One text for each of :data:`SLOTS`, empty where nothing stands there.
        left_gap, above_gap, below_gap: Distances to those cells in text heights; :data:`FAR` where there is none.
        prose: Whether the words stand in running text.
        column, column_place: How many values of the same look stand in the column, and the place among them, from 0.
        line_values: How many cells with digits the line has.
        total: Whether the first cell of the line names a total.
    """

    texts: tuple[str, ...]
    left_gap: float
    above_gap: float
    below_gap: float
    prose: bool
    column: int
    column_place: int
    line_values: int
    total: bool


FAR = 99.0
_TOTAL = re.compile(r"\btotals?\b|\ball loans\b", re.IGNORECASE)


class Surroundings:
    """The texts around the words of a document, each worked out once.

    Args:
        layout: The document's words.
    """

    def __init__(self, layout: DocumentLayout) -> None:
        self._layout = layout
        self._known: dict[tuple[int, int, int], Context] = {}
        self._before = {s.continuation: s.index for s in layout.segments if s.continuation is not None}
        self._worded = [bool(_WORD.search(s.text)) for s in layout.segments]
        self._looks = [_look(s.text) for s in layout.segments]
        self._headings = self._find_headings()

    def of(self, words: Stretch) -> Context:
        """The context of some words, which begin in one cell."""
        first, last = words.first, words.last
        key = (first.segment, first.position, last.position if last.segment == first.segment else -1)
        if key not in self._known:
            self._known[key] = self._context(words)
        return self._known[key]

    def _context(self, words: Stretch) -> Context:
        layout, first, last = self._layout, words.first, words.last
        segment, end = layout.segment_of(first), layout.segment_of(last)
        prose = self._is_prose(segment)
        height = max(4.0, min(segment.height, 2 * layout.text_height))
        before = self._sentence_before(segment, first) if prose else segment.tokens[: first.position]
        cell = _text(before[-_MOST_WORDS:])
        line = layout.lines[segment.line]
        place = line.index(segment)
        left = next((s for s in reversed(line[:place]) if self._worded[s.index]), None)
        row = line[0] if place and line[0] is not left and self._worded[line[0].index] else None
        above = head = below = None
        above_gap = below_gap = FAR
        column = under = 0
        if not (prose and before):  # else over and under it are other lines of the text, which speak of other things
            above, head, above_gap, column = self._over(words, segment, height)
            below, below_gap, under = self._under(words, segment, height)
        behind = self._behind(end, last, prose=prose)
        heading = self._headings[segment.index]
        texts = (
            cell,
            left.text if left else "",
            row.text if row else "",
            above.text if above else "",
            head.text if head is not None and head is not above else "",
            below.text if below else "",
            behind,
            heading.text if heading else "",
        )
        return Context(
            tuple(_short(text) for text in texts),
            (first.x0 - left.x1) / height if left else FAR,
            above_gap,
            below_gap,
            prose,
            column + under,
            column,
            sum(1 for s in line if _DIGITS.search(s.text)),
            bool(_TOTAL.search(line[0].text)) and place > 0,
        )

    def _is_prose(self, segment: Segment) -> bool:
        return len(segment.tokens) >= _PROSE or segment.index in self._layout.prose_ends

    def _sentence_before(self, segment: Segment, first: Token) -> Sequence[Token]:
        """The words of the sentence before a word, maybe from the lines before."""
        tokens = list(segment.tokens[: first.position])
        index = segment.index
        while len(tokens) < _MOST_WORDS and index in self._before:
            index = self._before[index]
            tokens = [*self._layout.segments[index].tokens, *tokens]
        for position in range(len(tokens) - 1, -1, -1):
            text = tokens[position].text
            if _SENTENCE_END.search(text) and not _ABBREVIATION.match(text):
                return tokens[position + 1 :]
        return tokens

    def _behind(self, segment: Segment, last: Token, *, prose: bool) -> str:
        tokens = list(segment.tokens[last.position + 1 :])
        if not tokens and not prose:
            right = self._layout.right_neighbour(segment)
            return right.text if right else ""
        if prose and len(tokens) < _MOST_WORDS and (following := self._layout.next_line(segment)):
            tokens += following.tokens
        found = []
        for token in tokens[:_MOST_WORDS]:
            found.append(token)
            if _SENTENCE_END.search(token.text) and not _ABBREVIATION.match(token.text):
                break
        return _text(found)

    def _over(
        self, words: Stretch, segment: Segment, height: float
    ) -> tuple[Segment | None, Segment | None, float, int]:
        """The nearest cell of words above, the head of the column, the distance, and the number of alike values between."""
        look, nearest, gap, alike, bottom = self._looks[segment.index], None, FAR, 0, words.y0
        for other in self._column_above(words, segment):
            if nearest is None and self._looks[other.index] == look:
                alike += 1
                bottom = other.y0
            elif not self._worded[other.index]:
                bottom = other.y0
                if nearest is not None:
                    break
            elif nearest is not None:
                return nearest, other, gap, alike
            elif (bottom - other.y1) / height > _HIGHEST:
                break
            elif alike:
                return other, other, (words.y0 - other.y1) / height, alike
            else:
                nearest, gap = other, (bottom - other.y1) / height
        return nearest, None, gap, alike

    def _column_above(self, words: Stretch, segment: Segment) -> Iterator[Segment]:
        """The cells over some words, the nearest first, one a line."""
        empty = 0
        x0, x1, y0 = words.x0, words.x1, words.y0
        for number in range(segment.line - 1, max(-1, segment.line - _COLUMN), -1):
            row = self._layout.lines[number]
            if row[0].page != segment.page or empty > _LINES_UP:
                break
            over = [s for s in row if s.x0 < x1 and x0 < s.x1 and s.y0 < y0]
            if over:
                empty = -_COLUMN
                yield max(over, key=lambda s: overlap(s, words))
            empty += 1

    def _under(self, words: Stretch, segment: Segment, height: float) -> tuple[Segment | None, float, int]:
        """The nearest cell of words below, its distance, and the number of alike values directly below."""
        layout, look = self._layout, self._looks[segment.index]
        alike, top, x0, x1 = 0, words.y1, words.x0, words.x1
        for row in layout.lines[segment.line + 1 : segment.line + _COLUMN]:
            if row[0].page != segment.page:
                break
            under = [s for s in row if s.x0 < x1 and x0 < s.x1 and s.y1 > top]
            if not under:
                if row[0].y0 - top > 3 * height:
                    break
                continue
            other = max(under, key=lambda s: overlap(s, words))
            gap = (other.y0 - words.y1) / height
            if self._looks[other.index] == look:
                alike += 1
                top = other.y1
                continue
            if alike == 0 and self._worded[other.index] and gap < _LOWEST:
                return other, gap, alike
            break
        return None, FAR, alike

    def _find_headings(self) -> list[Segment | None]:
        """For each cell the nearest short line of words alone over it."""
        layout = self._layout
        found: list[Segment | None] = [None] * len(layout.segments)
        heading: Segment | None = None
        page = -1
        for line in layout.lines:
            if line[0].page != page:
                page, heading = line[0].page, None
            for segment in line:
                found[segment.index] = heading
            alone = line[0]
            if len(line) == 1 and self._is_heading(alone):
                heading = alone
        return found

    def _is_heading(self, segment: Segment) -> bool:
        words = segment.tokens
        if len(words) > _HEADING_WORDS or not self._worded[segment.index] or _DIGITS.search(segment.text[3:]):
            return False
        if segment.text.endswith((",", ";")) or segment.index in self._layout.prose_ends:
            return False
        letters = [t.text for t in words if t.text[0].isalpha()]
        capital = sum(1 for text in letters if text[0].isupper())
        return bool(letters) and capital >= 0.5 * len(letters)


def _look(text: str) -> str:
    """A text with its numbers alike: ``$124.19`` and ``$22.94`` look the same, and so do two words."""
    return re.sub(r"[A-Za-z]+", "a", re.sub(r"\d[\d,.]*", "0", text))


def _text(tokens: Sequence[Token]) -> str:
    return " ".join(token.text for token in tokens)


def _short(text: str) -> str:
    """The last words of a text, without the dots of a leader."""
    return " ".join(re.sub(r"[._]{3,}", " ", text).split()[-_MOST_WORDS:])
