"""Join words that a form prints one character in each box, or letter-spaced: OCR takes each character for a word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from student_loans.pages.words import Word
from student_loans.records import BBox

_FEWEST_LETTERS = 4
"""Fewer that stand as far apart as words do are words: ``1 of 3``."""
_PART = re.compile(r"\S{1,2}")
_TELLING = re.compile(r"[^\W_]")
_FEWEST = 3
"""Fewer characters beside one another may be words of their own."""
_SINGLE = 0.8
"""Share of the parts of a word that are one character: a wide letter may touch its neighbour."""
_WIDEST_PITCH = 2.6
"""Widest boxes, from middle to middle, in heights of the line."""
_EVEN = 1.3
"""Boxes are even: the widest step is at most so many times the narrowest, where none is left empty."""
_EMPTY_BOX = 1.5
"""A step so many times the usual one passes an empty box, which ends a word."""
_BELOW = 0.25
_WIDEST_SPACE = 0.9
"""Widest space between letters, in heights of the line."""
_WORD_SPACE, _LEAST_WORD_SPACE = 2.0, 0.15
"""A space between words is so many times as wide as one between letters, and so many heights wider."""


class _Placed(NamedTuple):
    """A word with its edges in points."""

    place: int
    word: Word
    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        return self.bottom - self.top


def join_spaced_words(words: tuple[Word, ...], width: float, height: float) -> tuple[Word, ...]:
    """The words of a page, with words joined that are printed one character at a time.

    Args:
        words: In the reader's order.
        width: The page's width in points.
        height: The page's height in points.
    """
    if sum(len(word.text) == 1 for word in words) < _FEWEST:
        return words
    placed = [
        _Placed(index, word, word.bbox[0] * width, word.bbox[1] * height, word.bbox[2] * width, word.bbox[3] * height)
        for index, word in enumerate(words)
    ]
    joined: dict[int, Word | None] = {}
    for line in _lines(placed):
        if sum(len(part.word.text) == 1 for part in line) < _FEWEST:
            continue
        for run in _runs(sorted(line, key=lambda w: w.left)):
            for part in run:
                joined[part.place] = None
            for group in _groups(run):
                joined[group[0].place] = _joined([part.word for part in group])
    return tuple(word for index, each in enumerate(words) if (word := joined.get(index, each)) is not None)


def _lines(words: Sequence[_Placed]) -> list[list[_Placed]]:
    """Words at one height; points and dashes are low and join the letters around them."""
    lines: list[list[_Placed]] = []
    for word in sorted((w for w in words if _TELLING.search(w.word.text)), key=lambda w: w.top + w.bottom):
        last = lines[-1][-1] if lines else None
        if last and abs(word.top + word.bottom - last.top - last.bottom) < word.height:
            lines[-1].append(word)
        else:
            lines.append([word])
    for mark in (w for w in words if len(w.word.text) == 1 and not _TELLING.search(w.word.text)):
        middle = (mark.top + mark.bottom) / 2
        for line in lines:
            top, bottom = line[0].top, line[0].bottom
            if top < middle < bottom + _BELOW * (bottom - top):
                line.append(mark)
                break
    return lines


def _runs(line: Sequence[_Placed]) -> Iterator[list[_Placed]]:
    """Stretches of a line whose words are single characters, except a few of two touching ones."""
    run: list[_Placed] = []
    for word in line:
        tallest = max((part.height for part in run), default=word.height)
        far = run and (word.left + word.right - run[-1].left - run[-1].right) / 2 > 2 * _WIDEST_PITCH * tallest
        if run and (far or not _PART.fullmatch(word.word.text)):
            if _is_spaced(run):
                yield run
            run = []
        if _PART.fullmatch(word.word.text):
            run.append(word)
    if _is_spaced(run):
        yield run


def _is_spaced(run: Sequence[_Placed]) -> bool:
    return len(run) >= _FEWEST and sum(len(part.word.text) == 1 for part in run) >= _SINGLE * len(run)


def _groups(run: Sequence[_Placed]) -> list[list[_Placed]]:
    """The joined words of a run if its characters are evenly spaced; otherwise each character alone."""
    height = max(part.height for part in run)
    breaks = _breaks_between_boxes(run, height) or _breaks_between_letters(run, height)
    if breaks is None:
        return [[part] for part in run]
    groups = [[run[0]]]
    for part, new in zip(run[1:], breaks, strict=True):
        if new:
            groups.append([])
        groups[-1].append(part)
    return groups


def _breaks_between_boxes(run: Sequence[_Placed], height: float) -> list[bool] | None:
    """The characters before an empty box; None if the characters are not in boxes, in the middle or at the left of each."""
    for places in ([(part.left + part.right) / 2 for part in run], [part.left for part in run]):
        steps = [b - a for a, b in pairwise(places)]
        usual = median(steps)
        near = [step for step in steps if step < _EMPTY_BOX * usual]
        if len(near) >= _FEWEST - 1 and max(near) <= _EVEN * min(near) and usual <= _WIDEST_PITCH * height:
            return [step >= _EMPTY_BOX * usual for step in steps]
    return None


def _breaks_between_letters(run: Sequence[_Placed], height: float) -> list[bool] | None:
    """The characters that end a word of letter-spaced print; None if the letters are too far apart."""
    gaps = [b.left - a.right for a, b in pairwise(run)]
    usual = median(gaps)
    if len(run) < _FEWEST_LETTERS:
        return None
    if not 0 < usual <= _WIDEST_SPACE * height:
        return None
    return [gap > _WORD_SPACE * usual + _LEAST_WORD_SPACE * height for gap in gaps]


def _joined(parts: Sequence[Word]) -> Word:
    text = "".join(part.text for part in parts)
    if len(parts) == 1 or not _TELLING.search(text):
        return parts[0]
    box: BBox = (
        min(part.bbox[0] for part in parts),
        min(part.bbox[1] for part in parts),
        max(part.bbox[2] for part in parts),
        max(part.bbox[3] for part in parts),
    )
    return replace(parts[0], text=text, bbox=box, confidence=min(part.confidence for part in parts))
