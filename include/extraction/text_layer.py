"""Words of a PDF page from its text layer, and whether that layer can be trusted.

A hidden text layer under a scan was written by unknown software and may say anything; a font without a character map
gives letters that nobody printed. Such pages are read by OCR instead. What stays is compared with the painted page, see
:mod:`include.extraction.painted_page`: text that nobody sees is no text, and print that is no text is left to OCR.
"""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from include.extraction.characters import places_of, upright_characters
from include.extraction.digit_shapes import misstated_fonts
from include.extraction.painted_page import PaintedPage, paint, within
from include.extraction.spaced_words import join_spaced_words
from include.extraction.text_words import WordOfCharacters, words_of_characters
from include.extraction.words import PageText, Word
from include.records import BBox, TextSource

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
_DEEPEST_FORM = 3
_WORD_SHAPE = re.compile(r"[^\W\d_][^\W\d_A-Z'\u2019]*(?:['\u2019-][^\W\d_]+)*|[A-Z'\u2019-]{2,}|[A-Z]\.?|a|I")
_VOWEL = re.compile(r"[aeiouy]")
_TELLING = re.compile(r"\w")
_SHOWN, _HIDDEN = 0.8, 0.3
"""Share of the width of a word's letters and digits that the painted page shows: from the first on it is seen, up to the second
it is not."""
_TICKING = re.compile(r"[xX\u2713-\u2718\u2022\u25cf\u25a0*\ue000-\uf8ff]")
"""Characters that tick a box when they are typed into it; private-use codes are those of symbol fonts."""
_OVERPRINT = 0.3
"""Share of the smaller of two boxes that the other covers where words are printed over one another."""
_DOUBT_MARGIN = 0.004
"""Around a word that is left to OCR, in page fractions: its strokes may reach over its box."""
_MOST_UNREAD = 12
"""Places that are left to OCR one by one; a page with more of them is read as a whole."""


def read_text_layer(page: PdfPage, number: int) -> PageText:
    """The words that a PDF page's text layer holds and a person sees, with their boxes on the page as displayed.

    A page whose text lies on its side is turned first and stays so. What is printed and is no text is listed as
    :attr:`~include.extraction.words.PageText.unread`.
    """
    import numpy as np

    characters = upright_characters(page)
    width, height = page.get_size()
    painted = paint(page)
    words = words_of_characters(characters)
    letters = [character for word in words for character in word.characters]
    boxes, places = _boxes(words), places_of(letters)
    scale = np.array([width, height, width, height])
    fractions = [(x0, y0, x1, y1) for x0, y0, x1, y1 in (boxes / scale).clip(0.0, 1.0).tolist()]
    seen, doubted = _seen(words, painted, boxes, places)
    misstated = misstated_fonts(page, [c for index in seen for c in words[index].characters], painted)
    if misstated:
        doubted += [i for i in seen if any(c.font in misstated for c in words[i].characters)]
        seen = [i for i in seen if i not in set(doubted)]
    over, twice = _overprinted([(index, words[index].text, boxes[index]) for index in seen])
    marks, unread = painted.other_print(
        boxes, places, np.array([bool(_TICKING.fullmatch(c.text)) for c in letters], bool)
    )
    found = [Word(words[index].text, fractions[index]) for index in seen if index not in over | twice]
    found = [word for word in found if not any(within(word.bbox, mark.box) for mark in marks)]
    found += [Word(mark.text, mark.box) for mark in marks]
    unread += [_widened(fractions[index]) for index in (*doubted, *sorted(over))]
    whole = join_spaced_words(tuple(found), width, height)
    return PageText(number, width, height, whole, TextSource.TEXT_LAYER, "pdfium", unread=_merged(unread))


def _boxes(words: Sequence[WordOfCharacters]) -> Boxes:
    """The boxes of words, (words, 4): left, top, right, bottom in points."""
    import numpy as np

    return np.array(
        [
            (
                min(c.left for c in word.characters),
                min(c.top for c in word.characters),
                max(c.right for c in word.characters),
                max(c.bottom for c in word.characters),
            )
            for word in words
        ],
        np.float64,
    ).reshape(-1, 4)


def is_trusted(page: PdfPage, text: PageText) -> bool:
    """Whether a page's text layer is what the page shows."""
    if len(text.words) < _FEWEST_WORDS:
        return False
    coverage, hidden = _images_and_hidden_text(page)
    return coverage < SCAN_COVERAGE and not hidden and _is_language(text) and not _is_mostly_unread(text)


def _is_mostly_unread(text: PageText) -> bool:
    """Whether so much of a page is no text that it is read by OCR as a whole."""
    area = sum((right - left) * (bottom - top) for left, top, right, bottom in text.unread)
    return area > SCAN_COVERAGE or len(text.unread) > _MOST_UNREAD


def _seen(
    words: Sequence[WordOfCharacters], painted: PaintedPage, boxes: Boxes, letters: Boxes
) -> tuple[list[int], list[int]]:
    """Indices of the words that the painted page shows, and of those of which it shows a part."""
    shown, struck = iter(painted.shows(letters).tolist()), painted.struck(boxes).tolist()
    seen: list[int] = []
    doubted: list[int] = []
    for index, word in enumerate(words):
        visible = [next(shown) for _ in word.characters]
        telling = [
            (see, c.right - c.left) for see, c in zip(visible, word.characters, strict=True) if c.text[-1:].isalnum()
        ]
        width = sum(wide for _, wide in telling)
        share = sum(wide for see, wide in telling if see) / width if width > 0 else 1.0
        if share <= _HIDDEN or (struck[index] and telling):
            continue
        (seen if share >= _SHOWN else doubted).append(index)
    return seen, doubted


def _overprinted(words: Sequence[tuple[int, str, Boxes]]) -> tuple[set[int], set[int]]:
    """Indices of words that lie on one another, and of those that only repeat the word under them, as to make it bold.

    Of the first, one covers the other, and only OCR can tell which.
    """
    order = sorted((box[1], index, text, box.tolist()) for index, text, box in words if _TELLING.search(text))
    over: set[int] = set()
    twice: set[int] = set()
    for place, (_, index, text, (left, top, right, bottom)) in enumerate(order):
        for _, other, words_other, (x0, y0, x1, y1) in order[place + 1 :]:
            if y0 >= bottom:
                break
            across = min(right, x1) - max(left, x0)
            smaller = min((right - left) * (bottom - top), (x1 - x0) * (y1 - y0))
            if across <= 0 or across * (min(bottom, y1) - y0) <= _OVERPRINT * smaller:
                continue
            if text == words_other:
                twice.add(other)
            else:
                over |= {index, other}
    return over, twice - over


def _merged(places: Sequence[BBox]) -> tuple[BBox, ...]:
    """Places that overlap as one, so that nothing is read twice or cut in two."""
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


def _images_and_hidden_text(page: PdfPage) -> tuple[float, bool]:
    """Share of the page that its largest image covers, and whether most text objects are invisible."""
    import pypdfium2.raw as pdfium

    width, height = page.get_size()
    coverage, texts, invisible = 0.0, 0, 0
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    edges = tuple(ctypes.byref(edge) for edge in (left, bottom, right, top))
    for item, kind in _objects(page):
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE and pdfium.FPDFPageObj_GetBounds(item, *edges):
            area = abs(right.value - left.value) * abs(top.value - bottom.value)
            coverage = max(coverage, area / (width * height))
        elif kind == pdfium.FPDF_PAGEOBJ_TEXT:
            texts += 1
            invisible += pdfium.FPDFTextObj_GetTextRenderMode(item) == INVISIBLE_TEXT
    return coverage, bool(texts) and invisible > 0.5 * texts


def _objects(page: PdfPage) -> Iterator[tuple[Any, int]]:
    """A page's objects and their types, forms opened down to some depth.

    By pdfium's own functions: a page has thousands of objects, and wrapping each takes longer than reading the page's text.
    """
    import pypdfium2.raw as pdfium

    counts = (pdfium.FPDFPage_CountObjects, pdfium.FPDFFormObj_CountObjects)
    getters = (pdfium.FPDFPage_GetObject, pdfium.FPDFFormObj_GetObject)
    waiting = [(page.raw, 0)]
    while waiting:
        holder, depth = waiting.pop()
        for index in range(counts[depth > 0](holder)):
            item = getters[depth > 0](holder, index)
            kind = pdfium.FPDFPageObj_GetType(item)
            if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST_FORM:
                waiting.append((item, depth + 1))
            yield item, kind


def _is_language(text: PageText) -> bool:
    """Whether the characters form words and numbers, not what a font without a character map leaves."""
    characters = "".join(word.text for word in text.words)
    strange = sum(unicodedata.category(c) in ("Co", "Cn", "Cc", "Cs") or c == "\ufffd" for c in characters)
    if strange > _MOST_STRANGE * len(characters):
        return False
    tokens = [t for word in text.words for t in re.findall(r"[^\W\d_][^\s\d,;:.()/]*", word.text)]
    long = [token for token in tokens if len(token) >= 4]
    if len(long) < _FEWEST_WORDS:
        return True
    plausible = sum(bool(_WORD_SHAPE.fullmatch(token)) and _has_vowel(token) for token in long)
    return plausible >= _FEWEST_PLAUSIBLE * len(long)


def _has_vowel(token: str) -> bool:
    return _VOWEL.search(unicodedata.normalize("NFKD", token.lower())) is not None
