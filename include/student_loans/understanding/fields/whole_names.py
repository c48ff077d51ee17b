"""Check that a name is whole: examine the text after it, beside it and under it in its cell."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from student_loans.understanding.fields.labels import is_label
from student_loans.understanding.fields.layout import DocumentLayout, Segment, Token, overlap
from student_loans.understanding.fields.letters import (
    GOES_ON,
    HYPHENS,
    OTHER_SCRIPT,
    bare,
    in_other_script,
    is_capitalised,
    is_name_part,
    is_particle,
)
from student_loans.understanding.fields.person_names import JOINS, SUFFIX, Person, parse_person, parts_of_name

ANOTHER_NAME = "another name is printed with it"
SINGLE = "a single word, which may be a part of the name"
_TIGHT, _NEAR = 1.0, 1.6
"""Largest distance to the next line of a cell, and to a possible next line, in text heights."""
_ALIGNED = 0.8
_ALIKE = 1.5
_BESIDE = 3.0
"""Largest distance to a possible next word of a name, in text heights: across a stretched line or an empty box."""
_MOST_WORDS = 4
_LABEL_WORDS = 3
"""Among so many words behind a name a colon ends the next label."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The cell of a name.

    Attributes:
        label: Tokens of the label that asks for it; empty for a name in an address.
        labelled: All labels' tokens.
        common: Words that are not names in this document, in lower case.
    """

    label: Sequence[Token]
    labelled: frozenset[Token]
    common: Collection[str]


def doubt_behind(name: Person, text: Sequence[Token], cell: Cell, *, prose: bool) -> str | None:
    """Why the text after a name may belong to it."""
    following = text[len(name[1]) + text.index(name[1][0]) :]
    if not following:
        return None
    first = following[0]
    if JOINS.fullmatch(first.text.rstrip(",")):
        return ANOTHER_NAME if not prose or _is_joint(following[1:]) else None
    if prose:
        return None
    if in_other_script(first.text):
        return OTHER_SCRIPT
    closed = name[1][-1].text.endswith((",", ";", ":", ")"))
    if closed and parse_person(following):
        return ANOTHER_NAME
    next_label = first in cell.labelled or any(token.text.endswith(":") for token in following[:_LABEL_WORDS])
    if next_label or not (is_capitalised(first.text) or _may_be_capitalised(first)):
        return None
    word = bare(first.text)
    if closed:  # an address follows, or the suffix of a name: ``MD``
        return GOES_ON if len(following) == 1 and is_name_part(word) else None
    if first.text[0] in "([":
        return GOES_ON if is_name_part(word) and word.lower() not in cell.common else None
    return GOES_ON


def _may_be_capitalised(token: Token) -> bool:
    """Whether a word that was read from a picture may begin with an I, which looks like an l."""
    return token.word.confidence < 1.0 and token.text[0] == "l" and token.text[1:].isalpha()


def _is_joint(following: Sequence[Token]) -> bool:
    """Whether a sentence continues with another person who has no different role: ``and Juan Lopez as co-maker``."""
    person = parse_person(following)
    return person is not None and [token.text for token in following[len(person[1]) :][:1]] != ["as"]


def with_next_line(layout: DocumentLayout, name: Person, cell: Cell) -> tuple[Person, str | None]:
    """A name with the next line of its cell if that line belongs to it, or with the doubt whether it does."""
    printed, tokens = name
    segment = layout.segment_of(tokens[-1])
    if tokens[-1] is not segment.tokens[-1]:
        return name, None
    if _goes_on_beside(layout, segment, cell):
        return name, GOES_ON
    below = _line_below(layout, segment, tokens[0], cell)
    if below is None:
        return name, None
    if in_other_script(below.text):
        return name, OTHER_SCRIPT
    if JOINS.fullmatch(below.tokens[0].text) and parse_person(below.tokens[1:]):
        return name, ANOTHER_NAME
    parts = parts_of_name(below.tokens)
    in_cell = _gap(segment, below) < _TIGHT and _beside_blank(layout, below, cell)
    if parts is None or len(parts) > _MOST_WORDS or _is_heading(parts, cell.common, whole=in_cell):
        return name, None
    joined = (_joined(printed, parts), (*tokens, *below.tokens))
    if _must_go_on(printed) or all(SUFFIX.fullmatch(part.strip(",")) for part in parts):
        return joined, None
    if parse_person(below.tokens) and len(_long(parts)) > 1 and len(_long(printed.split())) > 1:
        return name, ANOTHER_NAME
    if in_cell or SUFFIX.fullmatch(parts[-1]):
        return joined, None
    return name, GOES_ON


def _joined(printed: str, parts: Sequence[str]) -> str:
    """A name over two lines as one: a hyphen at the end of the first is the name's own."""
    following = " ".join(parts)
    return f"{printed}{following}" if printed[-1] in HYPHENS else f"{printed} {following}"


def _must_go_on(printed: str) -> bool:
    return printed[-1] in HYPHENS or is_particle(printed.split()[-1])


def _long(parts: Sequence[str]) -> list[str]:
    """The words of a name that are neither initials nor suffixes."""
    return [part for part in parts if sum(c.isalpha() for c in part) > 1 and not SUFFIX.fullmatch(part.strip(".,"))]


def _goes_on_beside(layout: DocumentLayout, segment: Segment, cell: Cell) -> bool:
    """Whether words of a name are close beside a cell, without a label of their own."""
    beside = layout.right_neighbour(segment)
    if beside is None or not cell.label or beside.x0 - segment.x1 > _BESIDE * segment.height:
        return False
    parts = parts_of_name(beside.tokens)
    if parts is None or len(parts) > _MOST_WORDS or is_label(beside, cell.labelled):
        return False
    if _is_heading(parts, cell.common):
        return False
    above = layout.lines[segment.line - 1] if segment.line else []
    headed = any(overlap(s, beside) > 0 and s.x0 > segment.x1 for s in above)
    return not headed


def _line_below(layout: DocumentLayout, segment: Segment, first: Token, cell: Cell) -> Segment | None:
    """The possible next line of a cell whose line ends with a name."""
    for line in layout.lines[segment.line + 1 : segment.line + 3]:
        if cell.label and any(_under(other, cell.label[0]) and other.x1 < first.x0 for other in line):
            return None  # the label column continues: the next row
        for other in line:
            if other.page != segment.page or abs(other.x0 - first.x0) > _ALIGNED * segment.height:
                continue
            alike = max(other.height, segment.height) < _ALIKE * min(other.height, segment.height)
            near = -0.5 < _gap(segment, other) < (_NEAR if _beside_blank(layout, other, cell) else _TIGHT)
            return other if alike and near and not is_label(other, cell.labelled) else None
    return None


def _under(segment: Segment, token: Token) -> bool:
    return segment.page == token.page and abs(segment.x0 - token.x0) < segment.height


def _gap(above: Segment, below: Segment) -> float:
    """Distance of two lines in text heights; boxes of lines in small letters are low."""
    return (below.y0 - above.y1) / max(above.height, below.height)


def _beside_blank(layout: DocumentLayout, segment: Segment, cell: Cell) -> bool:
    """Whether the label of a cell is left of it, and nothing is left of it on this line."""
    if not cell.label:
        return False
    left = cell.label[0].x0 < segment.x0 - segment.height and cell.label[-1].x1 <= segment.x0
    beside = [other for other in layout.lines[segment.line] if other.x0 < segment.x0]
    return left and not beside


def _is_heading(parts: Sequence[str], common: Collection[str], *, whole: bool = False) -> bool:
    """Whether some words, or with ``whole`` all of them, are not names: ``Payoff Calculator Results``."""
    known = [part.strip(".,").lower() in common for part in _long(parts)]
    return bool(known) and (all(known) if whole else any(known))
