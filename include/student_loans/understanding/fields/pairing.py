"""How well a label and a value fit by their places: beside, below, above, in the same sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from student_loans.understanding.fields.labels import LabelHit
from student_loans.understanding.fields.layout import DocumentLayout, Segment, Token
from student_loans.understanding.fields.ticks import is_tick

PROSE_WORDS = 6
"""A segment with more words than this may be prose."""
_DEEPEST, _HIGHEST = 5.5, 1.8
"""Farthest value under and over a label, in text heights: a box may explain its label before the value comes."""
_EXPLAINED = 2.0
_NEXT_LINE = 2.2
"""Farthest a value set to the right of its box stands under its label, in text heights."""
_WRONG_SIDE = 0.55
_ONE_OF_MANY = 0.3
_TABLE_COLUMNS = 3
_TOTALS = re.compile(r"\b(?:totals?|all loans)\b", re.IGNORECASE)
_OF_TOTAL = 0.93
"""Fit of a total with the head of its column: the account's value, where rows are its loans."""
_SHORT, _OFF_CENTRE = 4, 0.5
"""Most words of a centred text, and farthest distance of the centres in text heights."""
_DIGIT = re.compile(r"\d")
_CLOSE, _FARTHEST_SAID = 6, 16
"""Words between a label and its value in one text; as many as the second where the last of them says that it is one."""
_SAYS = re.compile(r"is|was|are|equals|totals|of:|is:", re.IGNORECASE)
_SAID = 0.75
_DIGITS = re.compile(r"\d[\d,.]*")
_TICKED = 0.92
"""Fit of a label and the ticked one of the choices behind it."""
_SPELLED_OUT = re.compile(
    r"(?:(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thir|fif|eigh)?(?:teen|ty)?|"
    r"twenty|thirty|forty|hundred|thousand|million|and|dollars?|no|\d\d/100|xx/100|[($])(?:-\w+)?[(),]*",
    re.IGNORECASE,
)
_FAR_BEHIND = 3
"""Farthest word behind a value that still says what it is."""
_QUOTED = re.compile(r"^[(\"'\u201c\u2018]")


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """A value on a page.

    Attributes:
        grammar: The grammar that read it.
        value: The normal form.
        raw: What was printed.
        tokens: Where it stands.
        strictness: See :class:`student_loans.understanding.fields.values.Reading`.
        penalty: Factor in (0, 1] for the value's surroundings: under a heading "examples" it is an example.
        doubt: Why it may not be the whole of what is printed; None where it is.
        in_sentence: Whether it stands in running text.
    """

    grammar: str
    value: str
    raw: str
    tokens: tuple[Token, ...]
    strictness: float
    penalty: float = 1.0
    doubt: str | None = None
    in_sentence: bool = False

    @property
    def first(self) -> Token:
        """The value's first token."""
        return self.tokens[0]

    @property
    def x0(self) -> float:
        """Left edge in points."""
        return self.tokens[0].x0

    @property
    def x1(self) -> float:
        """Right edge in points."""
        return self.tokens[-1].x1

    @property
    def y0(self) -> float:
        """Top in points."""
        return min(token.y0 for token in self.tokens)

    @property
    def y1(self) -> float:
        """Bottom in points."""
        return max(token.y1 for token in self.tokens)


def place_score(layout: DocumentLayout, label: LabelHit, value: Value) -> float:
    """Fit of a label and a value by their places, in [0, 1]; 0.0 when they cannot belong together."""
    if label.last.page != value.first.page:
        return 0.0
    label_segment, value_segment = layout.segment_of(label.last), layout.segment_of(value.first)
    if label.behind:
        return _behind(layout, label, value)
    if value_segment.line == label_segment.line:
        return _beside(layout, label, value, label_segment, value_segment)
    if label_segment.continuation == value_segment.index and len(label_segment.tokens) > PROSE_WORDS:
        wrapped = _wrapped(layout, label, value, label_segment)
        if wrapped:
            return wrapped
    label_below = layout.value_is_above(label.last)
    if value.y0 > label.last.middle:
        return _below(layout, label, value, label_segment) * (_WRONG_SIDE if label_below else 1.0)
    return _above(layout, label, value, label_segment) * (1.0 if label_below else _WRONG_SIDE)


def _beside(
    layout: DocumentLayout, label: LabelHit, value: Value, label_segment: Segment, value_segment: Segment
) -> float:
    """The value follows the label on its line; in prose it may also stand before a quoted label."""
    line = layout.lines[label_segment.line]
    same = label_segment is value_segment
    if value.x0 < label.last.x1 - 1:
        return _before(label, value, same)
    if label.leads and value.first.position and is_tick(value_segment.tokens[value.first.position - 1]):
        return _TICKED
    explained = explanation(label, label_segment)
    if not explained.isdisjoint(value.tokens):
        return 0.0
    between = [
        token
        for segment in line
        for token in segment.tokens
        if label.last.x1 - 1 <= token.x0
        and token.x1 <= value.x0 + 1
        and token not in explained
        and not _SPELLED_OUT.fullmatch(token.text)
    ]
    if same and len(between) > _CLOSE and _is_said_of(label_segment, label, value):
        return _SAID
    if len(between) > (_CLOSE if same else 2):
        return 0.0
    gap = (value.x0 - label.last.x1) / layout.sizes[label.last.page][0]
    score = 1.0 - 0.06 * len(between) - 0.12 * min(1.0, gap)
    starts = label.leads
    if not same and value_segment.index in layout.prose_ends:
        score -= 0.5
    if not same and not starts and len(label_segment.tokens) > 8:
        score -= 0.5
    if same and not starts:
        score -= 0.05
    return score


def _is_said_of(segment: Segment, label: LabelHit, value: Value) -> bool:
    """``The payoff amount of your loan that is held by Elm Bank is $7,418.06``: the sentence says what the label's value is."""
    words = segment.tokens[label.last.position + 1 : value.first.position]
    return (
        len(words) <= _FARTHEST_SAID
        and bool(_SAYS.fullmatch(words[-1].text))
        and not any(_DIGIT.search(word.text) or word.text.endswith((".", ";")) for word in words)
    )


def explanation(label: LabelHit, segment: Segment) -> frozenset[Token]:
    """Words in brackets right behind a label: ``Finance charge (with fee)``."""
    following = segment.tokens[label.last.position + 1 :]
    opened = any(token.text.startswith("(") for token in (*label.tokens[1:], *following[:1]))
    if not opened or label.last.text.rstrip(",.:").endswith(")"):
        return frozenset()
    for index, token in enumerate(following):
        if token.text.rstrip(",.:").endswith(")"):
            return frozenset(following[: index + 1])
    return frozenset()


def _before(label: LabelHit, value: Value, same: bool) -> float:
    """``10/05/2034 (the "Maturity Date")`` defines the value before it."""
    if not same or label.tokens[0].position == 0:
        return 0.0
    distance = label.tokens[0].position - value.tokens[-1].position
    quoted = bool(_QUOTED.match(label.tokens[0].text))
    if quoted and 1 <= distance <= 3:
        return 0.97
    return 0.0


def _behind(layout: DocumentLayout, label: LabelHit, value: Value) -> float:
    """``$3,015.17 of which is finance charge``: the words that say what a value is come after it, maybe on the next line."""
    first, last = label.tokens[0], value.tokens[-1]
    ends, begins = layout.segment_of(last), layout.segment_of(first)
    if label.last.text.endswith(":") or last.text.endswith((".", ";")):
        return 0.0
    if ends is begins:
        distance = first.position - last.position
    elif ends.continuation == begins.index and len(ends.tokens) > PROSE_WORDS:
        distance = len(ends.tokens) - last.position + first.position
    else:
        return 0.0
    return 1.0 - 0.04 * (distance - 1) if 1 <= distance <= _FAR_BEHIND else 0.0


def _wrapped(layout: DocumentLayout, label: LabelHit, value: Value, segment: Segment) -> float:
    """The label ends a line of prose and the value begins the next."""
    words_after_label = len(segment.tokens) - 1 - label.last.position
    following = layout.segment_of(value.first).tokens[: value.first.position]
    spelled_out = sum(
        bool(_SPELLED_OUT.fullmatch(t.text)) for t in (*segment.tokens[label.last.position + 1 :], *following)
    )
    distance = words_after_label + value.first.position - spelled_out
    return max(0.0, 0.9 - 0.06 * distance) if distance <= 5 else 0.0


def _below(layout: DocumentLayout, label: LabelHit, value: Value, segment: Segment) -> float:
    """The value stands under the label: in its cell, or in its column."""
    if len(segment.tokens) > 10:
        return 0.0
    if _is_total_of(layout, segment, value):
        return _OF_TOTAL
    height = max(label.last.height, 0.85 * layout.text_height)
    overlap = min(label.x1, value.x1) - max(label.x0, value.x0)
    aligned = (
        abs(label.x0 - value.x0) < 1.2 * height
        or abs(label.x1 - value.x1) < 1.2 * height
        or overlap > 0.3 * min(label.x1 - label.x0, value.x1 - value.x0)
        or _centred(segment, layout.segment_of(value.first), height)
        or _alone_in_column(layout, segment, value, height)
    )
    if not aligned:
        return 0.0
    drop = (value.y0 - label.y1) / height
    if drop >= _DEEPEST:
        drop = _EXPLAINED + (value.y0 - _end_of_explanation(layout, label, value, height)) / height / 2
    if not -0.6 < drop < _DEEPEST:
        return 0.0
    score = 0.92 - 0.08 * max(0.0, drop)
    value_line = layout.line_of(value.first)
    if _something_between(layout, label, value, layout.line_of(label.last) + 1, value_line):
        score -= 0.15
    if any(
        0 <= value.x0 - token.x1 < 1.2 * height
        for other in layout.lines[value_line]
        for token in other.tokens
        if token.x1 <= value.x0
    ):
        # Words right before the value claim it: it is not alone in the label's cell.
        score -= 0.25
    if _in_a_table(layout, value):
        score *= _ONE_OF_MANY
    return max(0.0, score)


def _centred(label: Segment, value: Segment, height: float) -> bool:
    """Whether two short texts stand centred over one another, as in the boxes of a form."""
    short = len(label.tokens) <= _SHORT and len(value.tokens) <= _SHORT
    return short and abs(label.x0 + label.x1 - value.x0 - value.x1) / 2 < _OFF_CENTRE * height


def _is_total_of(layout: DocumentLayout, label: Segment, value: Value) -> bool:
    """Whether a value stands in the row of totals, in the column that a label heads."""
    own = layout.segment_of(value.first)
    row, heads = layout.lines[own.line], layout.lines[label.line]
    if not _TOTALS.search(row[0].text) or own is row[0] or min(len(row), len(heads)) < _TABLE_COLUMNS:
        return False
    between = layout.lines[label.line + 1 : own.line]
    same = min(own.x1, label.x1) > max(own.x0, label.x0)
    return same and own.page == label.page and bool(between) and all(len(line) >= _TABLE_COLUMNS for line in between)


def _alone_in_column(layout: DocumentLayout, label: Segment, value: Value, height: float) -> bool:
    """Whether a value is all that stands right under a label's column, as where boxes set their values to the right."""
    right = layout.right_neighbour(label)
    end = right.x0 if right else layout.sizes[label.page][0]
    if value.x0 < label.x0 or value.x1 > end or value.y0 - label.y1 > _NEXT_LINE * max(height, value.first.height):
        return False
    own = layout.segment_of(value.first)
    if len(own.tokens) > len(value.tokens) + 1:
        return False
    before = [s for s in layout.lines[own.line] if label.x0 - height < s.x1 <= own.x0]
    return all(s.text == "$" for s in before)


def _in_a_table(layout: DocumentLayout, value: Value) -> bool:
    """Whether the row above or below has a value of the same look in the same column: one loan of several."""
    segment = layout.segment_of(value.first)
    row = layout.lines[segment.line]
    return any(
        _alike(row, layout.lines[line], segment)
        for line in (segment.line - 1, segment.line + 1)
        if 0 <= line < len(layout.lines)
    )


def _alike(row: Sequence[Segment], other: Sequence[Segment], segment: Segment) -> bool:
    """Whether two rows are rows of one table: three columns, and values of the same look in two of them and the own."""
    apart = abs((other[0].y0 + other[0].y1 - segment.y0 - segment.y1) / 2)
    if min(len(row), len(other)) < _TABLE_COLUMNS or other[0].page != segment.page or apart > 3 * segment.height:
        return False
    over = [(a, b) for a in row for b in other if min(a.x1, b.x1) > max(a.x0, b.x0)]
    same = [a for a, b in over if _look(a) == _look(b) and _DIGIT.search(a.text)]
    if any(a is segment and a.text == b.text for a, b in over):
        return False  # what all rows say is said of the account
    return segment in same and len(same) >= 2 and len(over) >= _TABLE_COLUMNS


def _look(segment: Segment) -> str:
    """A text with its numbers alike: ``$124.19`` and ``$22.94`` look the same."""
    return _DIGITS.sub("0", segment.text)


def _end_of_explanation(layout: DocumentLayout, label: LabelHit, value: Value, height: float) -> float:
    """Bottom of the label, or of the words right under it that explain it before the value comes."""
    bottom, line, reach = label.y1, layout.line_of(label.last), 4.0
    for row in layout.lines[line + 1 : line + 6]:
        for segment in row:
            overlap = min(segment.x1, label.x1) - max(segment.x0, label.x0)
            follows = segment.page == label.last.page and -0.6 < (segment.y0 - bottom) / height < reach
            sentence = len(segment.tokens) > 1 or reach < 2
            over = segment.y1 < value.y0 and overlap > 0
            if follows and over and sentence and not _DIGIT.search(segment.text):
                bottom, reach = segment.y1, 1.4
                break
    return bottom


def _something_between(layout: DocumentLayout, label: LabelHit, value: Value, start: int, end: int) -> bool:
    """Whether other words stand between a label and the value under it."""
    return any(
        min(segment.x1, value.x1) > max(segment.x0, value.x0)
        and label.y1 - 1 < (segment.y0 + segment.y1) / 2 < value.y0
        for line in layout.lines[start:end]
        for segment in line
        if segment.page == value.first.page
    )


def _above(layout: DocumentLayout, label: LabelHit, value: Value, segment: Segment) -> float:
    """The value stands on a line, and its label under it."""
    # Figures set large stand as far over their label as their own size asks for.
    height = max(label.last.height, 0.85 * layout.text_height, value.first.height)
    rise = (label.y0 - value.y1) / height
    overlap = min(label.x1, value.x1) - max(label.x0, value.x0)
    if len(segment.tokens) > 8 or not -0.6 < rise < _HIGHEST:
        return 0.0
    if overlap <= 0.3 * min(label.x1 - label.x0, value.x1 - value.x0):
        return 0.0
    return 0.92 - 0.15 * max(0.0, rise)
