"""Every run of words that may be a name: of a person, a lender, a servicer or a school. What it names is weighed later."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from student_loans.understanding.fields.labels import label_vocabulary
from student_loans.understanding.fields.layout import DocumentLayout, Segment, Stretch, Token
from student_loans.understanding.fields.letters import bare, is_capitalised
from student_loans.understanding.fields.organisations import ORGANISATION_WORD, SCHOOL_WORD
from student_loans.understanding.fields.person_names import NOT_A_NAME, PARTICLES, SUFFIX
from student_loans.understanding.fields.phrases import words_of

_INNER = frozenset(
    {"of", "the", "and", "for", "at", "in", "on", "to", "de", "&", "+", "-", "\u2013", "/", "d/b/a", "c/o"}
)
_LEGAL = re.compile(
    r"^(?:inc|llc|l\.l\.c|corp|co|ltd|n\.?\s?a|lp|llp|fsb|f\.s\.b|p\.?c|pllc|plc|s\.?a|usa)[.,;)]*$", re.IGNORECASE
)
_ABBREVIATED = re.compile(
    r"^(?:[a-z]|[a-z]\.[a-z]|inc|corp|co|ltd|jr|sr|st|mt|ft|dr|mr|mrs|ms|fr|rev|hon|prof|dept|univ|coll|inst|assn|assoc|natl|fed|"
    r"intl|mgmt|svcs?|fin|ed|educ|wm|chas|geo|jas|jos|thos)\.$",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"[$%@*#=<>_\[\]{}|\u2610-\u2612]|\d{4,}|^\d{1,3}(?:[.,)]|st|nd|rd|th)?$|www\.|\.(?:com|org|edu|gov|net)\b|"
    r"^[\u2022\u00b7\u25cf]$"
)
_SERIES = re.compile(r"^\d{4}-[A-Z0-9]{1,3}\b")
_QUOTED = re.compile(r"[(\"\u201c].+[)\"\u201d]")
_OPENS = ("(", '"', "\u201c", "\u2018")
_MOST_WORDS, _FEWEST_LETTERS = 10, 4
_PROSE = 7
_TIGHT = 1.3
"""Farthest second line of a name, in heights of the first."""
_INITIAL = 2
"""Words of no more characters are capitals in any casing."""
_MONTH = re.compile(r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?$", re.IGNORECASE)
_COURTESY = frozenset({"mr", "mrs", "ms", "mx", "miss", "dr", "prof"})
_MOST_DROPPED = 3
_SHORTEST_BRAND = 3
"""Most words of a cell without capitals that may be a brand."""
_MOST_CELLS, _CELL_WORDS = 5, 2
"""Most cells side by side that a name may fill, as in boxes and in lines set wide, and the most words of each."""
_CAPTION_WORDS = 4
"""Most words of a label behind a name in one cell: ``Lender: Tamarack Bank Repayment plan:``."""


@dataclass(frozen=True, slots=True, eq=False)
class NameSpan(Stretch):
    """Words that may be a name.

    Attributes:
        value: The name as it would be given: single spaces, without the marks around it.
        whole_cell: Whether they fill their cell.
        crosses_comma: Whether a comma stands within them.
        lines: The number of lines that they stand on.
    """

    tokens: tuple[Token, ...]
    value: str
    whole_cell: bool
    crosses_comma: bool
    lines: int


def find_name_spans(layout: DocumentLayout) -> list[NameSpan]:
    """The spans of a document, each once, in the order of the page."""
    found: dict[tuple[Token, ...], NameSpan] = {}
    continued: set[int] = set()
    for segment in layout.segments:
        for tokens in (*_texts(layout, segment, continued), *_over_cells(layout, segment)):
            for run in _runs(tokens):
                for span in _pieces(run):
                    if span not in found and (made := _span(layout, span)):
                        found[span] = made
    return list(found.values())


def _texts(layout: DocumentLayout, segment: Segment, continued: set[int]) -> Iterator[Sequence[Token]]:
    """The words of a cell, and those of a cell with the line under it."""
    following = layout.next_line(segment)
    prose = len(segment.tokens) >= _PROSE or segment.index in layout.prose_ends
    yield segment.tokens
    if following is None:
        return
    if prose or (
        len(segment.tokens) <= _PROSE
        and len(following.tokens) <= _PROSE
        and following.y0 - segment.y1 < _TIGHT * segment.height
    ):
        tail = _tail(segment.tokens)
        if tail:
            yield [*tail, *_first_run(following.tokens)]


def _over_cells(layout: DocumentLayout, segment: Segment) -> Iterator[Sequence[Token]]:
    """The words of cells side by side, of one or two words each: ``CAPROCK | STATE | UNIVERSITY``.

    Only names of organisations: the boxes of people's names have a caption each (see :mod:`~..fields.name_boxes`).
    """
    tokens, cell = list(segment.tokens), segment
    for _ in range(1, _MOST_CELLS):
        behind = layout.right_neighbour(cell)
        if len(cell.tokens) > _CELL_WORDS or not _is_word(cell.tokens[0]) or _ends(cell.tokens[-1]) or behind is None:
            return
        if not (_is_word(behind.tokens[0]) or _is_inner(behind.tokens[0])):
            return
        cell = behind
        tokens += cell.tokens
        if any(ORGANISATION_WORD.search(token.text) or SCHOOL_WORD.search(token.text) for token in tokens):
            yield tuple(tokens)


def _tail(tokens: Sequence[Token]) -> Sequence[Token]:
    """The last words of a line that a name on the next line may begin with."""
    start = len(tokens)
    while start and not _ends(tokens[start - 1]) and (_is_word(tokens[start - 1]) or _is_inner(tokens[start - 1])):
        start -= 1
    tail = list(tokens[start:])
    while tail and not _is_word(tail[0]):
        tail.pop(0)
    return tail


def _first_run(tokens: Sequence[Token]) -> Sequence[Token]:
    return next(_runs(tokens), ()) if tokens and (_is_word(tokens[0]) or _is_inner(tokens[0])) else ()


def _is_word(token: Token) -> bool:
    text = token.text
    if _SERIES.match(text):
        return True
    return not _STOP.search(text) and (
        is_capitalised(bare(text)) or text[0].isupper() or _LEGAL.match(text) is not None
    )


def _is_inner(token: Token) -> bool:
    word = token.text.lower().strip(",.")
    return word in _INNER or word in PARTICLES


def _ends(token: Token) -> bool:
    """Whether a name ends with a word for sure."""
    text = token.text
    if text.endswith((":", ";", "?", "!", ")", "\u201d")):
        return True
    return (
        text.endswith(".")
        and not _ABBREVIATED.match(text.lstrip("(\"'\u201c"))
        and not _LEGAL.match(text)
        and len(text) > 3
    )


def _runs(tokens: Sequence[Token]) -> Iterator[tuple[Token, ...]]:
    """Maximal runs of words that may stand in a name."""
    run: list[Token] = []
    cell = len(tokens) < _PROSE
    for token in tokens:
        fits = _is_word(token) or (bool(run) and _is_inner(token))
        if run and (not fits or (token.text.startswith(_OPENS) and not _QUOTED.fullmatch(token.text))):
            yield from _closed(run)
            run = []
        if fits:
            run.append(token)
            if _ends(token) and not (_QUOTED.fullmatch(token.text) or (cell and token.text.endswith("."))):
                yield from _closed(run)
                run = []
    yield from _closed(run)
    if 0 < len(tokens) <= _SHORTEST_BRAND and not any(_is_word(token) or _STOP.search(token.text) for token in tokens):
        yield tuple(tokens)  # a name without capitals, as brands are set


def _closed(run: list[Token]) -> Iterator[tuple[Token, ...]]:
    kept = list(run)
    while kept and not _is_word(kept[-1]):
        kept.pop()
    if kept:
        yield tuple(kept)


def _pieces(run: tuple[Token, ...]) -> Iterator[tuple[Token, ...]]:
    """A run, its parts between commas, and those without words of labels in front."""
    cuts = [
        index
        for index, token in enumerate(run[:-1], start=1)
        if (token.text.endswith(",") or _LEGAL.match(token.text) or _ends(token))
        and not _LEGAL.match(run[index].text)
        and not SUFFIX.fullmatch(run[index].text.strip(".,"))
    ]
    cuts = sorted({*cuts, *_ends_of_names(run)})
    edges = [0, *cuts, len(run)]
    spans = {(0, end) for end in edges[1:]} | {(a, b) for a, b in itertools.pairwise(edges)}
    inner = [
        index
        for index, token in enumerate(run)
        if token.text.lower() in ("for", "by", "to", "of", "c/o", "and") and index
    ]
    for index in inner:
        spans |= {(0, index), (index + 1, len(run))}
    common = label_vocabulary().words | NOT_A_NAME
    after_label = [i for i in range(1, len(run)) if _is_common(run[i - 1], common) and not _is_common(run[i], common)]
    spans |= {(first, end) for first in after_label for end in edges[1:] if first < end}
    for start, end in sorted(spans):
        for first in range(start, min(start + _MOST_DROPPED, end - 1) + 1):
            yield tuple(run[first:end])
            word = run[first].text.lower().strip(".,:'")
            if first > start and word not in common and word not in _COURTESY:
                break


def _is_common(token: Token, common: Collection[str]) -> bool:
    """Whether every word of a token is one of labels, as printed or abbreviated."""
    words = words_of(token.text)
    return bool(words) and all(word in common for word in words)


def _ends_of_names(run: Sequence[Token]) -> Iterator[int]:
    """Where a name may end in a run: before a label, month, bracket or other casing, behind a word of organisations."""
    common = label_vocabulary().words | NOT_A_NAME
    for index in range(1, len(run)):
        before, token = run[index - 1], run[index]
        label = _is_common(token, common) and not _is_common(before, common)
        capitals = before.text.isupper() != token.text.isupper() and min(len(before.text), len(token.text)) > _INITIAL
        organisation = ORGANISATION_WORD.fullmatch(before.text) or SCHOOL_WORD.fullmatch(before.text)
        if label or capitals or organisation or token.text.startswith(_OPENS) or _MONTH.match(token.text):
            yield index
    if run[-1].text.endswith(":"):
        yield from range(max(1, len(run) - _CAPTION_WORDS), len(run))


def _span(layout: DocumentLayout, tokens: tuple[Token, ...]) -> NameSpan | None:
    kept = list(tokens)
    while kept and _is_inner(kept[0]) and kept[0].text.islower():
        kept.pop(0)
    while kept and _is_inner(kept[-1]):
        kept.pop()
    if not kept or len(kept) > _MOST_WORDS:
        return None
    value = tidy(" ".join(token.text for token in kept))
    if sum(character.isalpha() for character in value) < _FEWEST_LETTERS:
        return None
    segment = layout.segment_of(kept[0])
    cells = len({token.segment for token in kept})
    lines = len({layout.line_of(token) for token in kept})
    return NameSpan(
        tuple(kept),
        value,
        cells == 1 and len(kept) == len(segment.tokens),
        any(token.text.endswith(",") for token in kept[:-1]),
        lines,
    )


def tidy(name: str) -> str:
    """A name without the sentence's marks around it; the point of an abbreviation stays."""
    name = (
        re.sub(r"[,;:*\u2020\u2021\u00b9\u00b2\u00b3]+$", "", name)
        .strip()
        .lstrip("(\"\u201c'\u2018")
        .rstrip("\"\u201d')")
    )
    last = name.split()[-1] if name.split() else ""
    if name.endswith(".") and not _ABBREVIATED.match(last) and not _LEGAL.match(last):
        name = name[:-1]
    return name.rstrip(",;:")
