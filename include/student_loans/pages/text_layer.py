"""Read the words of a PDF page from its text layer, and decide whether the layer can be trusted.

A hidden text layer under a scan was written by unknown software and may say anything; a font without a character map
gives letters that nobody printed. Such pages are read by OCR instead. Other text layers are compared with the painted page, see
:mod:`student_loans.pages.painted_page`: invisible text is ignored, and print that is not text is left to OCR.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from student_loans.pages.characters import Character, characters_of, placed, places_of
from student_loans.pages.digit_shapes import misstated_fonts
from student_loans.pages.page_objects import PageObjects, survey
from student_loans.pages.painted_page import PaintedMark, PaintedPage, crossed, paint, within
from student_loans.pages.spaced_words import join_spaced_words
from student_loans.pages.text_words import WordOfCharacters, words_of_characters
from student_loans.pages.words import PageText, Word
from student_loans.records import BBox, TextSource

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pypdfium2 import PdfPage

    Boxes = NDArray[np.float64]

SCAN_COVERAGE = 0.5
"""A page whose images cover at least this share of it is a scan, whatever text lies over or under it."""
INVISIBLE_TEXT = 3  # ISO 32000-1, table 106: text rendering mode 3, neither fill nor stroke
_FEWEST_WORDS = 8
_MOST_STRANGE = 0.1
_FEWEST_PLAUSIBLE = 0.6
_NO_CHARACTERS = frozenset({"Co", "Cn", "Cc", "Cs"})
"""Categories of Unicode: private use, not assigned, controls, halves of surrogate pairs."""
_WORD_SHAPE = re.compile(r"[^\W\d_][^\W\d_A-Z'\u2019]*(?:['\u2019-][^\W\d_]+)*|[A-Z'\u2019-]{2,}|[A-Z]\.?|a|I")
_VOWEL = re.compile(r"[aeiouy]")
_TELLING = re.compile(r"\w")
_SHOWN, _HIDDEN = 0.8, 0.3
"""Share of the width of a word's letters and digits that the painted page shows: from the first on it is seen, up to the second
it is not."""
_TICKING = re.compile(r"[xX\u2713-\u2718\u2022\u25cf\u25a0*\ue000-\uf8ff]")
"""Characters that tick a box when they are typed into it; private-use codes are those of symbol fonts."""
_AT_ONCE = 256
"""Words that are compared with all others at once."""
_OVERPRINT = 0.3
"""Share of the smaller of two boxes that the other covers where words are printed over one another."""
_DOUBT_MARGIN = 0.004
"""Around a word that is left to OCR, in page fractions: its strokes may reach over its box."""
_FEWEST_ACROSS, _FEWEST_COVERED = 3, 6
"""Characters at a slant that make a word printed across the page, and words under print of another kind that make it a stamp."""
_MOST_UNREAD = 12
"""Places that are left to OCR one by one; a page with more of them is read as a whole."""


def read_text_layer(page: PdfPage, number: int, objects: PageObjects | None = None) -> PageText:
    """The visible words of a PDF page's text layer, with their boxes on the page as displayed.

    A page whose text lies on its side is turned first and remains so. Print that is not text is listed as
    :attr:`~student_loans.pages.words.PageText.unread`.

    Args:
        page: A page of a PDF.
        number: Its number from 1.
        objects: Its objects; None examines the page.
    """
    import numpy as np

    characters = characters_of(page)
    width, height = page.get_size()
    painted = paint(page)
    words = words_of_characters(characters.upright)
    letters = [character for word in words for character in word.characters]
    places = places_of(letters)
    starts = np.cumsum([0, *(len(word.characters) for word in words)])[:-1]
    boxes = _boxes(places, starts)
    scale = np.array([width, height, width, height])
    fractions = [(x0, y0, x1, y1) for x0, y0, x1, y1 in (boxes / scale).clip(0.0, 1.0).tolist()]
    objects = objects or survey(page)
    lines = placed(objects.lines, page.get_rotation(), page.get_cropbox())
    may_be_struck = not objects.only_rules or bool(crossed(boxes, lines).any())
    struck = painted.struck(boxes) if may_be_struck else np.zeros(len(words), bool)
    seen, doubted = _seen(words, starts, painted.shows(places), places, struck)
    if len(objects.restated):
        restated = _within_any(boxes, placed(objects.restated, page.get_rotation(), page.get_cropbox()))
        doubted += [index for index in seen if restated[index]]
        seen = [index for index in seen if not restated[index]]
    over, twice = (
        {seen[place] for place in places_in_seen}
        for places_in_seen in _overprinted([words[index].text for index in seen], boxes[seen])
    )
    seen = [index for index in seen if index not in over | twice]
    misstated = misstated_fonts(page, [c for index in seen for c in words[index].characters], painted)
    if misstated:
        doubted += [i for i in seen if any(c.font in misstated for c in words[i].characters)]
        seen = [i for i in seen if i not in set(doubted)]
    marks, unread = _other_print(painted, letters, boxes, places) if not objects.only_rules else ([], [])
    found = [Word(words[index].text, fractions[index]) for index in seen]
    found = [word for word in found if not any(within(word.bbox, mark.box) for mark in marks)]
    found += [Word(mark.text, mark.box) for mark in marks]
    unread += [_widened(fractions[index]) for index in (*doubted, *sorted(over))]
    slanted = painted.shows(places_of(characters.slanted)).sum() >= _FEWEST_ACROSS
    across = bool(slanted) or any(_covers_text(place, found) for place in unread)
    whole = join_spaced_words(tuple(found), width, height)
    return PageText(
        number, width, height, whole, TextSource.TEXT_LAYER, "pdfium", unread=_merged(unread), printed_across=across
    )


def _covers_text(place: BBox, words: Sequence[Word]) -> bool:
    """Whether a place with other print covers words, as a stamp does; a signature over the end of a line does not."""
    left, top, right, bottom = place
    covered = 0
    for word in words:
        x, y = (word.bbox[0] + word.bbox[2]) / 2, (word.bbox[1] + word.bbox[3]) / 2
        covered += left < x < right and top < y < bottom
    return covered >= _FEWEST_COVERED


def _other_print(
    painted: PaintedPage, letters: Sequence[Character], words: Boxes, places: Boxes
) -> tuple[list[PaintedMark], list[BBox]]:
    """Drawn tick boxes, and places with print that does not belong to a character."""
    import numpy as np

    ticks = {text for text in {character.text for character in letters} if _TICKING.fullmatch(text)}
    ticking = np.array([character.text in ticks for character in letters], bool)
    return painted.other_print(words, places, ticking)


def _boxes(letters: Boxes, starts: NDArray[np.int64]) -> Boxes:
    """The boxes of words, (words, 4): left, top, right, bottom in points, from those of their letters."""
    import numpy as np

    if len(starts) == 0:
        return np.zeros((0, 4))
    least, most = np.minimum.reduceat(letters[:, :2], starts), np.maximum.reduceat(letters[:, 2:], starts)
    return np.hstack([least, most])


def _within_any(boxes: Boxes, places: Boxes) -> NDArray[np.bool_]:
    """Whether the middle of each box is in one of some places."""
    import numpy as np

    x, y = ((boxes[:, first] + boxes[:, first + 2])[:, None] / 2 for first in (0, 1))
    inside = (places[:, 0] <= x) & (x <= places[:, 2]) & (places[:, 1] <= y) & (y <= places[:, 3])
    return np.asarray(inside.any(axis=1))


def is_trusted(page: PdfPage, text: PageText, objects: PageObjects | None = None) -> bool:
    """Whether a page's text layer matches the page; ``objects`` as for :func:`read_text_layer`."""
    if len(text.words) < _FEWEST_WORDS:
        return False
    objects = objects or survey(page)
    return objects.image_coverage < SCAN_COVERAGE and _is_language(text) and not _is_mostly_unread(text)


def _is_mostly_unread(text: PageText) -> bool:
    """Whether so much of a page is not text that OCR reads the whole page."""
    area = sum((right - left) * (bottom - top) for left, top, right, bottom in text.unread)
    return area > SCAN_COVERAGE or len(text.unread) > _MOST_UNREAD


def _seen(
    words: Sequence[WordOfCharacters],
    starts: NDArray[np.int64],
    shows: NDArray[np.bool_],
    letters: Boxes,
    struck: NDArray[np.bool_],
) -> tuple[list[int], list[int]]:
    """Indices of the words that the painted page shows, and of the words that it shows in part.

    Args:
        words: All words.
        starts: Index of the first letter of each word.
        shows: Whether each letter is visible.
        letters: Places of the letters.
        struck: Whether a line runs through each word.
    """
    import numpy as np

    if not words:
        return [], []
    telling = np.array([c.text[-1:].isalnum() for word in words for c in word.characters], bool)
    widths = np.where(telling, letters[:, 2] - letters[:, 0], 0.0)
    whole = np.add.reduceat(widths, starts)
    shown = np.add.reduceat(np.where(shows, widths, 0.0), starts)
    shares = np.where(whole > 0, shown / np.maximum(whole, 1e-9), 1.0)
    kept = ~(struck & (whole > 0))
    seen = np.flatnonzero((shares >= _SHOWN) & kept)
    doubted = np.flatnonzero((shares > _HIDDEN) & (shares < _SHOWN) & kept)
    return seen.tolist(), doubted.tolist()


def _overprinted(texts: Sequence[str], boxes: Boxes) -> tuple[set[int], set[int]]:
    """Places of words printed over one another, and of words that only repeat the word under them, as to make it bold.

    Of words printed over one another, one covers the other, and only OCR can show which.
    """
    import numpy as np

    telling = np.flatnonzero([bool(_TELLING.search(text)) for text in texts])
    order = telling[np.argsort(boxes[telling, 1], kind="stable")]
    left, top, right, bottom = boxes[order].astype(np.float32).T
    areas = (right - left) * (bottom - top)
    over: set[int] = set()
    twice: set[int] = set()
    for start in range(0, len(order), _AT_ONCE):
        rows = slice(start, start + _AT_ONCE)
        across = np.minimum(right[rows, None], right) - np.maximum(left[rows, None], left)
        down = np.minimum(bottom[rows, None], bottom) - np.maximum(top[rows, None], top)
        shared = np.maximum(across, 0) * np.maximum(down, 0)
        lies = np.argwhere(shared > _OVERPRINT * np.minimum(areas[rows, None], areas))
        for first, second in ((start + row, column) for row, column in lies.tolist() if start + row < column):
            one, other = int(order[first]), int(order[second])
            if texts[one] == texts[other]:
                twice.add(other)
            else:
                over |= {one, other}
    return over, twice - over


def _merged(places: Sequence[BBox]) -> tuple[BBox, ...]:
    """Merge overlapping places, so that no text is read twice or cut in two."""
    merged: list[BBox] = []
    for left, top, right, bottom in sorted(places, key=lambda place: place[1]):
        place = (left, top, right, bottom)
        for other in [m for m in merged if m[0] < right and left < m[2] and m[1] < bottom and top < m[3]]:
            merged.remove(other)
            place = (
                min(place[0], other[0]),
                min(place[1], other[1]),
                max(place[2], other[2]),
                max(place[3], other[3]),
            )
        merged.append(place)
    return tuple(merged)


def _widened(box: BBox) -> BBox:
    left, top, right, bottom = box
    return max(0.0, left - _DOUBT_MARGIN), max(0.0, top - _DOUBT_MARGIN), right + _DOUBT_MARGIN, bottom + _DOUBT_MARGIN


def _is_language(text: PageText) -> bool:
    """Whether the characters form words and numbers, unlike the text of a font without a character map."""
    characters = Counter("".join([word.text for word in text.words]))
    strange = sum(characters[c] for c in characters if unicodedata.category(c) in _NO_CHARACTERS or c == "\ufffd")
    if strange > _MOST_STRANGE * characters.total():
        return False
    tokens = [t for word in text.words for t in re.findall(r"[^\W\d_][^\s\d,;:.()/]*", word.text)]
    long = [token for token in tokens if len(token) >= 4]
    if len(long) < _FEWEST_WORDS:
        return True
    plausible = sum(bool(_WORD_SHAPE.fullmatch(token)) and _has_vowel(token) for token in long)
    return plausible >= _FEWEST_PLAUSIBLE * len(long)


def _has_vowel(token: str) -> bool:
    return _VOWEL.search(unicodedata.normalize("NFKD", token.lower())) is not None
