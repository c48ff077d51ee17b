"""Whether a page's forms print labels under their values, as writing lines do, instead of over them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence

from student_loans.understanding.fields.labels import LabelHit
from student_loans.understanding.fields.layout import DocumentLayout, LabelsBelow, overlap
from student_loans.understanding.fields.placing import CLOSE_CELL, label_height
from student_loans.understanding.fields.values import Value

_CLEAR = 0.5
_MAJORITY = 2


def find_labels_below(
    layout: DocumentLayout, labels: Sequence[LabelHit], values: Sequence[Value], table: Collection[int]
) -> LabelsBelow:
    """Where labels have their nearest fitting value above more often than below.

    Lines of ``table`` are ignored: the head of a schedule is over columns whose values are not among ``values``.
    """
    pages: Counter[int] = Counter()
    lines: Counter[int] = Counter()
    asked: dict[tuple[str, int], list[Value]] = defaultdict(list)
    for value in values:
        asked[value.grammar, value.first.page].append(value)
    for label in labels:
        segment = layout.segment_of(label.last)
        if not {segment.line, segment.line + 1}.isdisjoint(table):
            continue
        if not label.leads or len(segment.tokens) > len(label.tokens) + 1:
            continue
        height = label_height(layout, label)
        fitting = asked[label.grammar, segment.page]
        if any(layout.line_of(value.first) == segment.line and value.first.x0 > label.x1 for value in fitting):
            continue
        column = [v for v in fitting if overlap(v, label) > 0]
        above = min((label.y0 - v.y1 for v in column if v.y1 <= label.y0 + 2), default=CLOSE_CELL * height)
        below = min((v.y0 - label.y1 for v in column if v.y0 >= label.y1 - 2), default=CLOSE_CELL * height)
        if above != below and min(above, below) < CLOSE_CELL * height:
            vote = 1 if above < below else -1
            pages[segment.page] += vote
            if abs(above - below) > _CLEAR * height:
                lines[segment.line] += vote
    below_on = {page for page, vote in pages.items() if vote >= _MAJORITY}
    return LabelsBelow(frozenset(below_on), {line: vote > 0 for line, vote in lines.items() if vote})
