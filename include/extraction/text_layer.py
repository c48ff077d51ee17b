"""Words of a PDF page from its text layer, and whether that layer can be trusted.

A hidden text layer under a scan was written by unknown software and may say anything; a font without a character map
gives letters that nobody printed. Such pages are read by OCR instead.
"""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from include.extraction.words import PageText, Word
from include.records import TextSource

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

SCAN_COVERAGE = 0.5
"""A page whose images cover at least this share of it is a scan, whatever text lies over or under it."""
INVISIBLE_TEXT = 3  # ISO 32000-1, table 106: text rendering mode 3, neither fill nor stroke
_FEWEST_WORDS = 8
_MOST_STRANGE = 0.1
_FEWEST_PLAUSIBLE = 0.6
_SPACES = {9, 10, 13, 32, 0xA0, 0x0002, 0xFFFE, 0x00AD}
"""White space, and the marks that pdfium leaves for a hyphen at the end of a line."""
_UNICODE_END = 0x110000
_DEEPEST_FORM = 3
_WORD_SHAPE = re.compile(r"[A-Za-z][a-z'\u2019-]+|[A-Z'\u2019-]{2,}|[A-Z]\.?|a|I")


Box = tuple[float, float, float, float]


def read_text_layer(page: PdfPage, number: int) -> PageText:
    """The words that a PDF page's text layer holds, with their boxes on the page as displayed."""
    width, height = page.get_size()
    display = _display(page)
    words = tuple(Word(text, display(box)) for text, box in _words(_characters(page)) if text)
    return PageText(number, width, height, words, TextSource.TEXT_LAYER, "pdfium")


def is_trusted(page: PdfPage, text: PageText) -> bool:
    """Whether a page's text layer is what the page shows."""
    if len(text.words) < _FEWEST_WORDS:
        return False
    coverage, hidden = _images_and_hidden_text(page)
    return coverage < SCAN_COVERAGE and not hidden and _is_language(text)


class _Character(NamedTuple):
    """A character (box: left, bottom, right, top in points).

    Attributes:
        box: Its strokes from bottom to top, over the width that its font advances: a fixed-width font leaves wide gaps
            beside a comma, which are no spaces.
        floor: Bottom of its font's line.
        ceiling: Top of its font's line.
    """

    code: int
    box: Box
    floor: float
    ceiling: float


_END = _Character(32, (0.0, 0.0, 0.0, 0.0), 0.0, 0.0)


def _characters(page: PdfPage) -> list[_Character]:
    """Each character, in reading order."""
    import pypdfium2.raw as pdfium

    textpage = page.get_textpage()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    edges = tuple(ctypes.byref(edge) for edge in (left, right, bottom, top))
    loose = pdfium.FS_RECTF()
    found = []
    for index in range(pdfium.FPDFText_CountChars(textpage)):
        code = pdfium.FPDFText_GetUnicode(textpage, index)
        pdfium.FPDFText_GetCharBox(textpage, index, *edges)
        pdfium.FPDFText_GetLooseCharBox(textpage, index, loose)
        box = (min(loose.left, left.value), bottom.value, max(loose.right, right.value), top.value)
        found.append(_Character(code, box, min(loose.bottom, bottom.value), max(loose.top, top.value)))
    textpage.close()
    return found


def _words(characters: list[_Character]) -> list[tuple[str, Box]]:
    """Characters into words: split at spaces, line changes and gaps."""
    words: list[tuple[str, Box]] = []
    letters: list[_Character] = []
    for character in [*characters, _END]:
        space = character.code in _SPACES
        if letters and (space or _breaks(letters[-1], character)):
            text = "".join(chr(c.code) if c.code < _UNICODE_END else "\ufffd" for c in letters)
            words.append((unicodedata.normalize("NFKC", text).strip(), _union(letters)))
            letters = []
        if not space:
            letters.append(character)
    return words


def _union(letters: list[_Character]) -> Box:
    lefts, bottoms, rights, tops = zip(*(letter.box for letter in letters), strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def _breaks(last: _Character, character: _Character) -> bool:
    """Whether a character does not continue the word whose last one is given."""
    size = max(last.ceiling - last.floor, 1.0)
    if character.floor > last.ceiling or character.ceiling < last.floor:
        return True
    return character.box[0] - last.box[2] > 0.2 * size or character.box[2] < last.box[0]


def _display(page: PdfPage) -> Callable[[Box], Box]:
    """What turns a box in PDF space into fractions of the page as displayed: cropped, rotated, origin top left."""
    width, height = page.get_size()
    crop_left, crop_bottom, crop_right, crop_top = page.get_cropbox()
    plain_width, plain_height = crop_right - crop_left, crop_top - crop_bottom
    rotation = page.get_rotation()

    def displayed(box: Box) -> Box:
        left, bottom, right, top = box[0] - crop_left, box[1] - crop_bottom, box[2] - crop_left, box[3] - crop_bottom
        if rotation == 90:
            left, bottom, right, top = bottom, plain_width - right, top, plain_width - left
        elif rotation == 180:
            left, bottom, right, top = (
                plain_width - right,
                plain_height - top,
                plain_width - left,
                plain_height - bottom,
            )
        elif rotation == 270:
            left, bottom, right, top = plain_height - top, left, plain_height - bottom, right
        edges = (left / width, 1 - top / height, right / width, 1 - bottom / height)
        x0, y0, x1, y1 = (min(1.0, max(0.0, edge)) for edge in edges)
        return x0, y0, x1, y1

    return displayed


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
    plausible = sum(bool(_WORD_SHAPE.fullmatch(token)) and bool(re.search(r"[aeiouyAEIOUY]", token)) for token in long)
    return plausible >= _FEWEST_PLAUSIBLE * len(long)
