"""Words of a PDF page from its text layer, and whether that layer can be trusted.

A hidden text layer under a scan was written by unknown software and may say anything; a font without a character map
gives letters that nobody printed. Such pages are read by OCR instead.
"""

from __future__ import annotations

import ctypes
import re
import unicodedata
from typing import TYPE_CHECKING

from include.extraction.words import PageText, Word
from include.records import TextSource

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

SCAN_COVERAGE = 0.5
"""A page whose images cover at least this share of it is a scan, whatever text lies over or under it."""
_INVISIBLE = 3  # ISO 32000-1, table 106: text rendering mode 3, neither fill nor stroke
_FEWEST_WORDS = 8
_MOST_STRANGE = 0.1
_FEWEST_PLAUSIBLE = 0.6
_SOFT_BREAKS = {0x0002, 0xFFFE, 0x00AD}
_WORD_SHAPE = re.compile(r"[A-Za-z][a-z'\u2019-]+|[A-Z'\u2019-]{2,}|[A-Z]\.?|a|I")


def read_text_layer(page: PdfPage, number: int) -> PageText:
    """The words that a PDF page's text layer holds, with their boxes on the page as displayed."""
    width, height = page.get_size()
    words = tuple(Word(text, _displayed(box, page, width, height)) for text, box in _words(_characters(page)) if text)
    return PageText(number, width, height, words, TextSource.TEXT_LAYER, "pdfium")


def is_trusted(page: PdfPage, text: PageText) -> bool:
    """Whether a page's text layer is what the page shows."""
    if len(text.words) < _FEWEST_WORDS:
        return False
    coverage, hidden = _images_and_hidden_text(page)
    return coverage < SCAN_COVERAGE and not hidden and _is_language(text)


Box = tuple[float, float, float, float]


def _characters(page: PdfPage) -> list[tuple[int, Box]]:
    """Code point and box (left, bottom, right, top in points) of each character, in reading order."""
    import pypdfium2.raw as pdfium

    textpage = page.get_textpage()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    edges = tuple(ctypes.byref(edge) for edge in (left, right, bottom, top))
    found = []
    for index in range(pdfium.FPDFText_CountChars(textpage)):
        code = pdfium.FPDFText_GetUnicode(textpage, index)
        pdfium.FPDFText_GetCharBox(textpage, index, *edges)
        found.append((code, (left.value, bottom.value, right.value, top.value)))
    textpage.close()
    return found


def _words(characters: list[tuple[int, Box]]) -> list[tuple[str, Box]]:
    """Characters into words: split at spaces, line changes and gaps."""
    words: list[tuple[str, Box]] = []
    letters: list[str] = []
    box: list[float] = []
    for code, (left, bottom, right, top) in [*characters, (32, (0.0, 0.0, 0.0, 0.0))]:
        space = code in (9, 10, 13, 32, 0xA0) or code in _SOFT_BREAKS
        if letters and (space or _breaks(box, left, bottom, right, top)):
            words.append((unicodedata.normalize("NFKC", "".join(letters)).strip(), (box[0], box[1], box[2], box[3])))
            letters, box = [], []
        if space:
            continue
        letters.append(chr(code) if code < 0x110000 else "\ufffd")
        if box:
            box = [min(box[0], left), min(box[1], bottom), max(box[2], right), max(box[3], top)]
        else:
            box = [left, bottom, right, top]
    return words


def _breaks(box: list[float], left: float, bottom: float, right: float, top: float) -> bool:
    """Whether a character does not continue the word before it."""
    height = max(box[3] - box[1], top - bottom, 1.0)
    other_line = bottom > box[3] or top < box[1]
    return other_line or left - box[2] > 0.35 * height or right < box[0] - height


def _displayed(box: Box, page: PdfPage, width: float, height: float) -> Box:
    """A box in PDF space as fractions of the page as displayed: cropped, rotated, origin top left."""
    crop_left, crop_bottom, crop_right, crop_top = page.get_cropbox()
    left, bottom, right, top = box[0] - crop_left, box[1] - crop_bottom, box[2] - crop_left, box[3] - crop_bottom
    plain_width, plain_height = crop_right - crop_left, crop_top - crop_bottom
    rotation = page.get_rotation()
    if rotation == 90:
        left, bottom, right, top = bottom, plain_width - right, top, plain_width - left
    elif rotation == 180:
        left, bottom, right, top = plain_width - right, plain_height - top, plain_width - left, plain_height - bottom
    elif rotation == 270:
        left, bottom, right, top = plain_height - top, left, plain_height - bottom, right
    edges = (left / width, 1 - top / height, right / width, 1 - bottom / height)
    x0, y0, x1, y1 = (min(1.0, max(0.0, edge)) for edge in edges)
    return x0, y0, x1, y1


def _images_and_hidden_text(page: PdfPage) -> tuple[float, bool]:
    """Share of the page that its largest image covers, and whether most text objects are invisible."""
    import pypdfium2.raw as pdfium

    width, height = page.get_size()
    coverage, texts, invisible = 0.0, 0, 0
    for item in page.get_objects(max_depth=4):
        if item.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = item.get_bounds()
            coverage = max(coverage, abs(right - left) * abs(top - bottom) / (width * height))
        elif item.type == pdfium.FPDF_PAGEOBJ_TEXT:
            texts += 1
            invisible += pdfium.FPDFTextObj_GetTextRenderMode(item) == _INVISIBLE
    return coverage, bool(texts) and invisible > 0.5 * texts


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
