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

from include.extraction.characters import as_fractions, upright_characters
from include.extraction.painted_page import Mark, PaintedPage, paint
from include.extraction.text_words import WordOfCharacters, words_of_characters
from include.extraction.words import PageText, Word
from include.records import BBox, TextSource

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

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
"""Share of a word's letters and digits that the painted page shows: from the first on it is seen, up to the second it is not."""
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
    characters = upright_characters(page)
    size = page.get_size()
    painted = paint(page)
    words, doubted = _seen_words(words_of_characters(characters), painted, size)
    boxes = [as_fractions(character, *size) for character in characters if character.text]
    marks, unread = _other_print(
        painted, [as_fractions(character, *size) for character in characters if character.text]
    )
    words = [word for word in words if not any(_within(word.bbox, mark.box) for mark in marks)]
    words += [Word(mark.text, mark.box) for mark in marks]
    unread += tuple(_widened(box) for box in doubted)
    return PageText(number, *size, tuple(words), TextSource.TEXT_LAYER, "pdfium", unread=unread)


def _other_print(painted: PaintedPage, characters: Sequence[BBox]) -> tuple[list[Mark], tuple[BBox, ...]]:
    """Drawn boxes to be ticked, and places with print that no character accounts for."""
    marks = painted.marks(characters)
    unread = painted.unread([*characters, *(mark.box for mark in marks)])
    boxes = [mark for mark in marks if not any(_within(mark.box, place) for place in unread)]
    if len(boxes) < len(marks):
        # Round letters of a picture look like circles to be ticked: what stands among other letters is one of them.
        unread = painted.unread([*characters, *(mark.box for mark in boxes)])
    return boxes, unread


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


def _seen_words(
    words: Sequence[WordOfCharacters], painted: PaintedPage, size: tuple[float, float]
) -> tuple[list[Word], list[BBox]]:
    """The words that the painted page shows, and the places where it is not clear which words it shows."""
    boxes = [[as_fractions(character, *size) for character in word.characters] for word in words]
    shown = iter(painted.shows([box for of_word in boxes for box in of_word]).tolist())
    seen: list[Word] = []
    doubted: list[BBox] = []
    for word, of_word in zip(words, boxes, strict=True):
        visible = [next(shown) for _ in of_word]
        telling = [see for see, c in zip(visible, word.characters, strict=True) if c.text[-1:].isalnum()]
        share = sum(telling) / len(telling) if telling else 1.0
        box = _union(of_word)
        if share <= _HIDDEN or painted.struck(box, len(telling)):
            continue
        if share < _SHOWN:
            doubted.append(box)
        else:
            seen.append(Word(word.text, box))
    over = _overprinted(seen)
    clear = [word for index, word in enumerate(seen) if index not in over]
    return clear, [*doubted, *(seen[index].bbox for index in sorted(over))]


def _overprinted(words: Sequence[Word]) -> set[int]:
    """Words that lie on one another: one covers the other, and only OCR can tell which. Bold by printing twice is no such case."""
    order = [index for index, word in enumerate(words) if _TELLING.search(word.text)]
    order.sort(key=lambda index: words[index].bbox[0])
    over: set[int] = set()
    for place, index in enumerate(order):
        left, top, right, bottom = words[index].bbox
        for other in order[place + 1 :]:
            x0, y0, x1, y1 = words[other].bbox
            if x0 >= right:
                break
            shared = (min(right, x1) - x0) * max(0.0, min(bottom, y1) - max(top, y0))
            smaller = min((right - left) * (bottom - top), (x1 - x0) * (y1 - y0))
            if shared > _OVERPRINT * smaller and words[other].text != words[index].text:
                over |= {index, other}
    return over


def _union(boxes: Sequence[BBox]) -> BBox:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _widened(box: BBox) -> BBox:
    left, top, right, bottom = box
    return max(0.0, left - _DOUBT_MARGIN), max(0.0, top - _DOUBT_MARGIN), right + _DOUBT_MARGIN, bottom + _DOUBT_MARGIN


def _within(box: BBox, outer: BBox) -> bool:
    """Whether the middle of a box lies in another."""
    across, down = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return outer[0] < across < outer[2] and outer[1] < down < outer[3]


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
