"""Find which of several terms is ticked on a form: ``5 years [X] 10 years [ ] 15 years``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from student_loans.understanding.fields.layout import Segment, Token
from student_loans.understanding.fields.marks import ChoiceMark, read_mark, split_marks
from student_loans.understanding.fields.options import close_brackets
from student_loans.understanding.fields.values import find_values

_FEWEST_BOXES = 2
_POSITIVE = (ChoiceMark.TICKED, ChoiceMark.FILLED)


@dataclass(frozen=True, slots=True)
class _Part:
    """A mark or a term of a row, with the place of the term: index of its segment, and where it starts there."""

    mark: ChoiceMark | None = None
    term: tuple[int, int] | None = None


def is_tick(token: Token) -> bool:
    """Whether a word is the mark of a ticked choice."""
    return _mark_of(token.text, token) in _POSITIVE


def _mark_of(text: str, token: Token) -> ChoiceMark | None:
    """The mark in a part of a word beside a term; single letters except a cross, and blank lines, are not marks."""
    if text.strip("_") == "" or (text.isalpha() and text.lower() != "x"):
        return None
    return read_mark(text, printed=token.word.confidence == 1.0)


def unticked_terms(row: Sequence[Segment]) -> frozenset[tuple[int, int]]:
    """Terms of a row of choices that are not ticked: the index of the segment, and the start in it.

    If no box is ticked, or several are, all terms beside boxes count as not ticked. A row without marks is ignored.
    """
    if not any(mark for segment in row for _, mark in _marks(segment)):
        return frozenset()
    parts = [part for segment in row for part in _parts(segment)]
    marked = _marked(parts)
    ticked = [term for term, mark in marked.items() if mark in _POSITIVE]
    terms = [part.term for part in parts if part.term is not None]
    if len(ticked) == 1:
        return frozenset(term for term in terms if term != ticked[0])
    return frozenset(marked) if len(marked) >= _FEWEST_BOXES else frozenset()


def _parts(segment: Segment) -> list[_Part]:
    """Marks and terms of a segment in their order."""
    terms = [reading.start for reading in find_values(segment.text) if reading.grammar == "term"]
    places = [(start, _Part(term=(segment.index, start))) for start in terms]
    places += [(start, _Part(mark=mark)) for start, mark in _marks(segment)]
    return [part for _, part in sorted(places, key=lambda place: place[0])]


def _marks(segment: Segment) -> list[tuple[int, ChoiceMark]]:
    """The marks of a segment with their places."""
    found = []
    for token in close_brackets(segment.tokens):
        pieces = split_marks(token.text)
        start = segment.starts[token.position]
        if mark := _mark_of(pieces[0], token):
            found.append((start - 1, mark))
        elif len(pieces) > 1 and (mark := _mark_of(pieces[-1], token)):
            found.append((start + 1, mark))
    return found


def _marked(parts: Sequence[_Part]) -> dict[tuple[int, int], ChoiceMark]:
    """The mark of each term: the one before it, or the one after it where a row begins with a term and ends with a mark."""
    kinds = [part for part in parts if part.mark or part.term]
    after = bool(kinds) and kinds[0].term is not None and kinds[-1].mark is not None
    step = 1 if after else -1
    marked = {}
    for index, part in enumerate(kinds):
        beside = kinds[index + step] if 0 <= index + step < len(kinds) else None
        if part.term is not None and beside is not None and beside.mark is not None:
            marked[part.term] = beside.mark
    return marked
