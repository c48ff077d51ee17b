"""Where the value of a label stands: on its line, in the next line of its sentence, under it, over it, before it.

One geometry answers two questions for all kinds of values. :func:`fit` says how well some words fit a label by their
place: for values whose grammar says what they are. :func:`places` lists the words that a label may point to, each with
its fit: for names and choices, which are cut out of a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile

from student_loans.understanding.fields.labels import LabelHit, is_label, label_vocabulary
from student_loans.understanding.fields.layout import DocumentLayout, Segment, Stretch, Token, overlap
from student_loans.understanding.fields.phrases import words_of
from student_loans.understanding.fields.ticks import is_tick

PROSE_WORDS = 6
"""A segment with more words than this may be prose: a sentence that goes on in the next line."""
_LONGEST_CELL = 8
"""Most words of a label's cell: in a longer one only the beginning of what follows the label may be its value."""
_LONGEST_HEAD = 10
"""Most words of a cell that is a label of what stands under it."""
NEXT_LINE = 2.2
"""Farthest line that follows a label within its box, in text heights."""
CLOSE_CELL = 3.0
"""Farthest cell that shows on which side of its labels a page has the values, in text heights."""
_DEEPEST, _HIGHEST = 5.5, 1.8
"""Farthest value under and over a label, in text heights: a box may explain its label before the value comes."""
TOUCHING = -0.6
"""Lines of large type touch: so far, in text heights, the box of one reaches into that of the next."""
_LINES_BELOW, _LINES_ABOVE = 6, 3
"""Lines under and over a label in which its cell is looked for; between them are those of other columns."""
_COMMON = 0.3
"""Share of the narrower of two things that stands over or under the other where they are one column."""
_ALIGNED = 1.2
"""Farthest that edges of a column stand apart, in text heights."""
_EXPLAINED = 2.0
"""Text heights that a value under a label's explanation counts as under the label itself."""
_WRONG_SIDE = 0.55
"""Fit of a value under its label where the page's values stand over theirs, or the other way round, as a factor."""
_CELL, _DEEPER, _HIGHER = 0.92, 0.08, 0.15
"""Fit of the cell right under or over a label, and what each text height more takes from it under and over the label."""
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
_SAID, _DEFINED, _WRAPPED = 0.75, 0.97, 0.9
"""Fit of a value that a sentence says, of one before the quoted label that it defines, and of one in the sentence's next line."""
_WORD, _WORD_BEHIND, _GAP = 0.06, 0.04, 0.12
"""Taken from the fit by each word between, each between a value and the label behind it, and a gap as wide as the page."""
_WITHIN, _OF_SENTENCE = 0.05, 0.5
"""Taken where words before a label stand in its cell, and where the label or the cell beside it is of a sentence."""
_HIDDEN, _CLAIMED = 0.15, 0.25
"""Taken where words stand between a label and the value under it, and where words stand right before that value."""
_DIGITS = re.compile(r"\d[\d,.]*")
_TICKED = 0.92
"""Fit of a label and the ticked one of the choices behind it."""
_SPELLED_OUT = re.compile(
    r"(?:(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thir|fif|eigh)?(?:teen|ty)?|"
    r"twenty|thirty|forty|hundred|thousand|million|and|dollars?|no|\d\d/100|xx/100|[($])(?:-\w+)?[(),]*",
    re.IGNORECASE,
)
_FAR_BEHIND, _MOST_WRAPPED = 3, 5
"""Farthest word behind a value that still says what it is, and most words between a label and a value in the next line."""
_QUOTED = re.compile(r"^[(\"'\u201c\u2018]")
_ASKS_MORE = frozenset({"address", "telephone", "phone", "number", "city", "state", "zip"})
"""Words for what forms ask for together with a name."""
_JOINED = ("of", "for")
_SMALL = frozenset({"the", "this", "your", "my", "our"})
_PRINTED = re.compile(r"[\w\u2610-\u2612\u2713\u2717]")


@dataclass(frozen=True, slots=True, eq=False)
class LabelPlace(Stretch):
    """Words that a label may point to.

    Attributes:
        fit: How well they fit the label by their place, in [0, 1].
        prose: Whether they are part of a sentence, so that only its beginning may be the value.
        expected: Whether they stand on the side of the label on which the page has its values.
    """

    tokens: tuple[Token, ...]
    fit: float = 1.0
    prose: bool = False
    expected: bool = True


def fit(layout: DocumentLayout, label: LabelHit, words: Stretch, *, nearest: bool = False) -> float:
    """How well some words fit a label by their place, in [0, 1]; 0.0 when they cannot belong together.

    Args:
        layout: The words of the document.
        label: The label.
        words: A value, or a cell.
        nearest: Whether no other words stand nearer over or under the label, so that their distance speaks for no others.
    """
    if label.last.page != words.first.page:
        return 0.0
    if label.behind:
        return _behind(layout, label, words)
    cell, other = layout.segment_of(label.last), layout.segment_of(words.first)
    if other.line == cell.line:
        return _beside(layout, label, words)
    if next_line_of_sentence(layout, cell) is other and (wrapped := _wrapped(label, words, cell, other)):
        return wrapped
    by_place = (_below if _is_under(words, label) else _above)(layout, label, words, nearest=nearest)
    return by_place * (1.0 if _is_expected(layout, label, words) else _WRONG_SIDE)


def places(layout: DocumentLayout, label: LabelHit, labelled: frozenset[Token]) -> Iterator[LabelPlace]:
    """The words that a label may point to, the likeliest place first: what holds labels only is none."""
    cell = layout.segment_of(label.last)
    rest = _written(cell.tokens[label.last.position + 1 + len(_of_label(label, cell)) :])
    if rest:
        prose = len(cell.tokens) > _LONGEST_CELL or not label.leads
        following = layout.next_line(cell) if prose and len(rest) < _LONGEST_CELL else None
        place = _place(layout, label, rest, prose=prose)
        yield replace(place, tokens=(*rest, *following.tokens)) if following else place
        return
    beside, sentence = layout.right_neighbour(cell), next_line_of_sentence(layout, cell)
    below = layout.lines[cell.line + 1 : cell.line + 1 + _LINES_BELOW]
    above = layout.lines[max(0, cell.line - _LINES_ABOVE) : cell.line]
    found = (
        _place(layout, label, beside.tokens) if beside else None,
        _place(layout, label, sentence.tokens, prose=True) if sentence else _nearest(layout, label, below),
        _nearest(layout, label, above[::-1]) if label.leads else None,
    )
    for each in found:
        if each and each.fit and not is_label(layout.segment_of(each.first), labelled):
            yield each


def _place(layout: DocumentLayout, label: LabelHit, tokens: Sequence[Token], *, prose: bool = False) -> LabelPlace:
    place = LabelPlace(_written(tokens) or tuple(tokens), prose=prose)
    return replace(place, fit=fit(layout, label, place, nearest=True), expected=_is_expected(layout, label, place))


def _nearest(layout: DocumentLayout, label: LabelHit, rows: Sequence[Sequence[Segment]]) -> LabelPlace | None:
    """The cell that fits a label best in the first line that has one."""
    for row in rows:
        cells = [_place(layout, label, segment.tokens) for segment in row]
        # A number alone right of a label's column is its value; words have to stand in it, as they may be anything.
        if fitting := [cell for cell in cells if cell.fit and _is_aligned(layout, label, cell)]:
            return max(fitting, key=lambda cell: cell.fit)
    return None


def next_line_of_sentence(layout: DocumentLayout, segment: Segment) -> Segment | None:
    """The line in which a segment goes on that is long enough to be one of a sentence."""
    return layout.next_line(segment) if len(segment.tokens) > PROSE_WORDS else None


def _is_under(words: Stretch, label: LabelHit) -> bool:
    return words.y0 > label.last.middle


def _is_expected(layout: DocumentLayout, label: LabelHit, words: Stretch) -> bool:
    """Whether words stand beside a label, or over or under it as the values of its line or page do."""
    beside = layout.line_of(words.first) == layout.line_of(label.last)
    return beside or layout.value_is_above(label.last) != _is_under(words, label)


def label_height(layout: DocumentLayout, label: LabelHit) -> float:
    """The height in points that distances from a label are measured with: small labels stand as far from their values."""
    return max(label.last.height, 0.85 * layout.text_height)


def _in_column(label: LabelHit, words: Stretch) -> bool:
    """Whether words stand over or under a label."""
    return overlap(label, words) > _COMMON * min(label.x1 - label.x0, words.x1 - words.x0)


def _written(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Tokens from the first one that holds a letter, digit or check box on."""
    return tuple(dropwhile(lambda token: not _PRINTED.search(token.text), tokens))


def _of_label(label: LabelHit, cell: Segment) -> Sequence[Token]:
    """Words behind a label that belong to it: in brackets, or what completes it or else it asks for."""
    following = cell.tokens[label.last.position + 1 :]
    bracketed = _in_brackets(label, following)
    return following if label.leads and _completes_label(_written(following[len(bracketed) :])) else bracketed


def _in_brackets(label: LabelHit, following: Sequence[Token]) -> Sequence[Token]:
    """Words in brackets right behind a label: ``Finance charge (with fee)``."""
    opened = any(token.text.startswith("(") for token in (*label.tokens[1:], *following[:1]))
    if not opened or label.last.text.rstrip(",.:").endswith(")"):
        return ()
    ends = (index for index, token in enumerate(following, start=1) if token.text.rstrip(",.:").endswith(")"))
    return following[: next(ends, 0)]


def _completes_label(tokens: Sequence[Token]) -> bool:
    """Whether words belong to the label before them: ``Holder of Loan``, ``Lender's name, address and telephone number``."""
    joined = len(tokens) > 1 and tokens[0].text in _JOINED
    words = [word for token in tokens[joined:] for word in words_of(token.text)]
    known, more = label_vocabulary().words, _SMALL if joined else _ASKS_MORE
    return (joined or not more.isdisjoint(words)) and all(word in known or word in more for word in words)


def _beside(layout: DocumentLayout, label: LabelHit, value: Stretch) -> float:
    """The value follows the label on its line; in prose it may also stand before a quoted label."""
    cell, other = layout.segment_of(label.last), layout.segment_of(value.first)
    same, start = cell is other, value.first.x0
    if start < label.last.x1 - 1:
        return _before(label, value, same)
    if label.leads and value.first.position and is_tick(other.tokens[value.first.position - 1]):
        return _TICKED
    own = _of_label(label, cell)
    if any(token in own for token in value.tokens):
        return 0.0
    between = [
        token
        for segment in layout.lines[cell.line]
        for token in segment.tokens
        if label.last.x1 - 1 <= token.x0
        and token.x1 <= start + 1
        and token not in own
        and not _SPELLED_OUT.fullmatch(token.text)
    ]
    if same and len(between) > _CLOSE and _is_said_of(cell, label, value):
        return _SAID
    if len(between) > (_CLOSE if same else 2):
        return 0.0
    gap = (start - label.last.x1) / layout.sizes[label.last.page][0]
    score = 1.0 - _WORD * len(between) - _GAP * min(1.0, gap)
    if same:
        return score if label.leads else score - _WITHIN
    sentences = (other.index in layout.prose_ends) + (not label.leads and len(cell.tokens) > _LONGEST_CELL)
    return score - _OF_SENTENCE * sentences


def _is_said_of(segment: Segment, label: LabelHit, value: Stretch) -> bool:
    """``The payoff amount of your loan that is held by Elm Bank is $7,418.06``: the sentence says what the label's value is."""
    words = segment.tokens[label.last.position + 1 : value.first.position]
    return (
        len(words) <= _FARTHEST_SAID
        and bool(_SAYS.fullmatch(words[-1].text))
        and not any(_DIGIT.search(word.text) or word.text.endswith((".", ";")) for word in words)
    )


def _before(label: LabelHit, value: Stretch, same: bool) -> float:
    """``10/05/2034 (the "Maturity Date")`` defines the value before it."""
    if not same or label.first.position == 0:
        return 0.0
    distance = label.first.position - value.last.position
    quoted = bool(_QUOTED.match(label.first.text))
    return _DEFINED if quoted and 1 <= distance <= _FAR_BEHIND else 0.0


def _behind(layout: DocumentLayout, label: LabelHit, value: Stretch) -> float:
    """``$3,015.17 of which is finance charge``: the words that say what a value is come after it, maybe on the next line."""
    first, last = label.first, value.last
    ends, begins = layout.segment_of(last), layout.segment_of(first)
    if label.last.text.endswith(":") or last.text.endswith((".", ";")):
        return 0.0
    if ends is begins:
        distance = first.position - last.position
    elif next_line_of_sentence(layout, ends) is begins:
        distance = len(ends.tokens) - last.position + first.position
    else:
        return 0.0
    return 1.0 - _WORD_BEHIND * (distance - 1) if 1 <= distance <= _FAR_BEHIND else 0.0


def _wrapped(label: LabelHit, value: Stretch, cell: Segment, following: Segment) -> float:
    """The label ends a line of prose and the value begins the next."""
    between = [*cell.tokens[label.last.position + 1 :], *following.tokens[: value.first.position]]
    distance = sum(not _SPELLED_OUT.fullmatch(token.text) for token in between)
    return _WRAPPED - _WORD * distance if distance <= _MOST_WRAPPED else 0.0


def _below(layout: DocumentLayout, label: LabelHit, value: Stretch, *, nearest: bool) -> float:
    """The value stands under the label: in its cell, or in its column."""
    cell, own = layout.segment_of(label.last), layout.segment_of(value.first)
    if len(cell.tokens) > _LONGEST_HEAD:
        return 0.0
    if _is_total_of(layout, cell, value):
        return _OF_TOTAL
    height = label_height(layout, label)
    if not _is_aligned(layout, label, value) and not _alone_in_column(layout, cell, value, height):
        return 0.0
    drop = (value.y0 - label.y1) / height
    if drop >= _DEEPEST:
        drop = _EXPLAINED + (value.y0 - _end_of_explanation(layout, label, value, height)) / height / 2
    if not TOUCHING < drop < _DEEPEST:
        return 0.0
    score = _CELL if nearest else _CELL - _DEEPER * max(0.0, drop)
    if _something_between(layout, label, value, cell.line + 1, own.line):
        score -= _HIDDEN
    before = [token for other in layout.lines[own.line] for token in other.tokens if token.x1 <= value.x0]
    if any(0 <= value.x0 - token.x1 < _ALIGNED * height for token in before):
        # Words right before the value claim it: it is not alone in the label's cell.
        score -= _CLAIMED
    if _in_a_table(layout, value):
        score *= _ONE_OF_MANY
    return max(0.0, score)


def _is_aligned(layout: DocumentLayout, label: LabelHit, value: Stretch) -> bool:
    """Whether words share an edge with a label, or stand under it for the most part, or centred."""
    height = label_height(layout, label)
    cell = layout.segment_of(label.last)
    edges = min(abs(label.x0 - value.x0), abs(label.x1 - value.x1), abs(cell.x0 - value.x0)) < _ALIGNED * height
    centred = _centred(cell, layout.segment_of(value.first), height)
    return edges or centred or _in_column(label, value)


def _centred(label: Segment, value: Segment, height: float) -> bool:
    """Whether two short texts stand centred over one another, as in the boxes of a form."""
    short = len(label.tokens) <= _SHORT and len(value.tokens) <= _SHORT
    return short and abs(label.x0 + label.x1 - value.x0 - value.x1) / 2 < _OFF_CENTRE * height


def _is_total_of(layout: DocumentLayout, label: Segment, value: Stretch) -> bool:
    """Whether a value stands in the row of totals, in the column that a label heads."""
    own = layout.segment_of(value.first)
    row, heads = layout.lines[own.line], layout.lines[label.line]
    if not _TOTALS.search(row[0].text) or own is row[0] or min(len(row), len(heads)) < _TABLE_COLUMNS:
        return False
    between = layout.lines[label.line + 1 : own.line]
    same = overlap(own, label) > 0 and own.page == label.page
    return same and bool(between) and all(len(line) >= _TABLE_COLUMNS for line in between)


def _alone_in_column(layout: DocumentLayout, label: Segment, value: Stretch, height: float) -> bool:
    """Whether a value is all that stands right under a label's column, as where boxes set their values to the right."""
    right = layout.right_neighbour(label)
    end = right.x0 if right else layout.sizes[label.page][0]
    if value.x0 < label.x0 or value.x1 > end or value.y0 - label.y1 > NEXT_LINE * max(height, value.first.height):
        return False
    own = layout.segment_of(value.first)
    if len(own.tokens) > len(value.tokens) + 1:
        return False
    before = [s for s in layout.lines[own.line] if label.x0 - height < s.x1 <= own.x0]
    return all(s.text == "$" for s in before)


def _in_a_table(layout: DocumentLayout, value: Stretch) -> bool:
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
    over = [(a, b) for a in row for b in other if overlap(a, b) > 0]
    same = [a for a, b in over if _look(a) == _look(b) and _DIGIT.search(a.text)]
    if any(a is segment and a.text == b.text for a, b in over):
        return False  # what all rows say is said of the account
    return segment in same and len(same) >= 2 and len(over) >= _TABLE_COLUMNS


def _look(segment: Segment) -> str:
    """A text with its numbers alike: ``$124.19`` and ``$22.94`` look the same."""
    return _DIGITS.sub("0", segment.text)


def _end_of_explanation(layout: DocumentLayout, label: LabelHit, value: Stretch, height: float) -> float:
    """Bottom of the label, or of the words right under it that explain it before the value comes."""
    bottom, line, reach = label.y1, layout.line_of(label.last), 4.0
    for row in layout.lines[line + 1 : line + 6]:
        for segment in row:
            follows = segment.page == label.last.page and TOUCHING < (segment.y0 - bottom) / height < reach
            sentence = len(segment.tokens) > 1 or reach < 2
            over = segment.y1 < value.y0 and overlap(segment, label) > 0
            if follows and over and sentence and not _DIGIT.search(segment.text):
                bottom, reach = segment.y1, 1.4
                break
    return bottom


def _something_between(layout: DocumentLayout, label: LabelHit, value: Stretch, start: int, end: int) -> bool:
    """Whether other words stand between a label and the value under it."""
    return any(
        overlap(segment, value) > 0 and label.y1 - 1 < (segment.y0 + segment.y1) / 2 < value.y0
        for line in layout.lines[start:end]
        for segment in line
        if segment.page == value.first.page
    )


def _above(layout: DocumentLayout, label: LabelHit, value: Stretch, *, nearest: bool) -> float:
    """The value stands on a line, and its label under it."""
    # Figures set large stand as far over their label as their own size asks for.
    rise = (label.y0 - value.y1) / max(label_height(layout, label), value.first.height)
    short = len(layout.segment_of(label.last).tokens) <= _LONGEST_CELL
    near = short and TOUCHING < rise < _HIGHEST and _in_column(label, value)
    if not near:
        return 0.0
    return _CELL if nearest else _CELL - _HIGHER * max(0.0, rise)
