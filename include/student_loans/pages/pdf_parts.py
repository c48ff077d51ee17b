"""Find where a PDF ends: split joined files, and recognise a file that is cut off within a later change.

Every change of a PDF may be appended to it: new objects, a table of where all objects lie, its place (``startxref``) and the
mark of the end (ISO 32000-1, 7.5.6). Libraries repair a missing end silently, and show the state before the change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

END = b"%%EOF"
_HEADER = re.compile(rb"%PDF-\d\.\d")
_IN_STREAM = re.compile(rb"stream[ \t]*\r?\n?\Z")
_STREAM_WINDOW = 16
"""Bytes before a header in which the word stands that starts a stream: a header right behind it is an attachment's."""
_OBJECTS = re.compile(rb"\b\d+\s+\d+\s+obj\b|\bendobj\b|\bendstream\b|\bxref\b|\btrailer\b|\bstartxref\b")
_FIRST_OBJECT = re.compile(rb"[\s\0]*([1-9]\d*([\s\0]+\d+([\s\0]+ob?)?)?|xr?e?)[\s\0]*(%%EOF\s*)?")
"""What is left of a change that is cut off before its first word is whole."""
_MOST_HEADERS = 500
"""Headers looked at: a file of nothing else would take long."""
_PLACE = re.compile(rb"\bstartxref\s+\d{1,12}\s*\Z")
_PLACE_WINDOW = 64
_ENDS = re.compile(rb"startxref(?<!\wstartxref)\s+(\d{1,12})\s+%%EOF")
"""It begins with a word that can be searched for, as ``\\b`` cannot: a file is long."""
_LINEARIZED_WINDOW = 1024  # ISO 32000-1, annex F: the first object, within the first 1,024 bytes
_LENGTH = re.compile(rb"/L\s+(\d{1,12})\b")


def pdf_parts(content: bytes) -> list[bytes]:
    """The PDFs in a file, in order: one, unless whole files were concatenated."""
    starts = [0]
    for header in islice(_further_headers(content), _MOST_HEADERS):
        if not _is_cut_off(content, starts[-1], header):
            starts.append(header)
    return [content[start:end] for start, end in zip(starts, [*starts[1:], len(content)], strict=True)]


def _further_headers(content: bytes) -> Iterator[int]:
    """Where further files may start: after an end, and not at the start of a stream, where an attachment starts."""
    first_end = content.find(END)
    if first_end < 0:
        return
    for header in _HEADER.finditer(content, first_end):
        if not _IN_STREAM.search(content[max(0, header.start() - _STREAM_WINDOW) : header.start()]):
            yield header.start()


def ends_early(content: bytes) -> bool:
    """Whether the end of a PDF is missing.

    It is missing if the file has no end mark, if the file is shorter than it states, or if objects of an incomplete change
    follow the last end. Blanks and additions of mail programs and web servers after the end do not count.
    """
    return _is_cut_off(content, 0, len(content))


def _is_cut_off(content: bytes, start: int, end: int) -> bool:
    last = _last_end(content, start, end)
    if last < 0 or end - start < _stated_length(content, start):
        return True
    tail = last + len(END), end
    return _FIRST_OBJECT.fullmatch(content, *tail) is not None or _OBJECTS.search(content, *tail) is not None


def _last_end(content: bytes, start: int, end: int) -> int:
    """The place of the last end mark that closes a whole change: a gateway may have added a mark after a cut."""
    found = last = content.rfind(END, start, end)
    while found >= 0 and not _PLACE.search(content[max(start, found - _PLACE_WINDOW) : found]):
        found = content.rfind(END, start, found)
    return found if found >= 0 else last


def _stated_length(content: bytes, start: int = 0) -> int:
    """The length that a linearized file states; zero for every other."""
    head = content[start : start + _LINEARIZED_WINDOW]
    stated = _LENGTH.search(head) if b"/Linearized" in head else None
    return int(stated[1]) if stated else 0


def shows_an_older_state(content: bytes) -> bool:
    """Whether the end of a PDF skips its last change, or is followed by anything but blanks and a web server's additions."""
    if content[content.rfind(END) + len(END) :].lstrip(b"\0\t\n\f\r ").startswith(b"%"):
        return True
    ends = list(_ENDS.finditer(content))
    if not ends or ends[-1].start() < _stated_length(content):
        return False  # the end of a linearized file refers to its first table, before its first end mark
    before = content.rfind(END, 0, ends[-1].start())
    return before >= 0 and all(offset <= before for offset in _offsets(content, int(ends[-1][1])))


def _offsets(content: bytes, stated: int) -> tuple[int, int]:
    """The possible offsets of a stated place: from the start of the file, or from its header."""
    header = _HEADER.search(content)
    return stated, stated + (header.start() if header else 0)
