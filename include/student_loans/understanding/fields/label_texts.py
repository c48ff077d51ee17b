"""The texts that a label may point to: the rest of its line, its neighbour, the cell below, the next line of prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from student_loans.understanding.fields.labels import LabelHit, is_label, label_vocabulary
from student_loans.understanding.fields.layout import DocumentLayout, Segment, Token
from student_loans.understanding.fields.pairing import PROSE_WORDS, explanation
from student_loans.understanding.fields.phrases import words_of

_ASKS_MORE = frozenset({"address", "telephone", "phone", "number", "city", "state", "zip"})
"""Words for what forms ask for together with a name."""
_SMALL = frozenset({"the", "this", "your", "my", "our"})
_WORD = re.compile(r"[\w\u2610-\u2612\u2713\u2717]")


@dataclass(frozen=True, slots=True)
class LabelText:
    """A stretch of words near a label.

    Attributes:
        place: How well it fits by its place, in [0, 1].
        prose: Whether it is part of a sentence, so that only its beginning may be the value.
    """

    tokens: tuple[Token, ...]
    place: float
    prose: bool

    @property
    def text(self) -> str:
        """The words joined by single spaces."""
        return " ".join(token.text for token in self.tokens)


def _printed(tokens: list[Token]) -> tuple[Token, ...]:
    """Tokens from the first one that holds a letter, digit or check box on."""
    for index, token in enumerate(tokens):
        if _WORD.search(token.text):
            return tuple(tokens[index:])
    return ()


def _is_caption(tokens: tuple[Token, ...]) -> bool:
    """Whether words behind a label ask for more than it does: ``Lender's name, address and telephone number``."""
    words = [word for token in tokens for word in words_of(token.text)]
    known = label_vocabulary().words
    return not _ASKS_MORE.isdisjoint(words) and all(word in known or word in _ASKS_MORE for word in words)


def _completes_label(tokens: tuple[Token, ...]) -> bool:
    """Whether words behind a label belong to it: ``Holder`` goes on with ``of Loan``, ``Servicer`` with ``for the Lender``."""
    first, *rest = tokens
    words = [word for token in rest for word in words_of(token.text)]
    known = label_vocabulary().words
    return first.text in ("of", "for") and bool(words) and all(word in known or word in _SMALL for word in words)


def texts_near(layout: DocumentLayout, label: LabelHit, labelled: frozenset[Token]) -> Iterator[LabelText]:
    """The texts that a label may point to, the likeliest place first."""
    segment = layout.segment_of(label.last)
    leads = label.leads
    explained = explanation(label, segment)
    rest = _printed([token for token in segment.tokens[label.last.position + 1 :] if token not in explained])
    prose = len(segment.tokens) > PROSE_WORDS + 2 or not leads
    continuation = layout.segments[segment.continuation] if segment.continuation is not None else None
    if rest and not (leads and (_is_caption(rest) or _completes_label(rest))):
        following = list(rest) + (continuation.tokens if continuation and prose and len(rest) < 8 else [])
        yield LabelText(tuple(following) if prose else rest, 1.0 if leads else 0.9, prose)
        return
    neighbour = layout.right_neighbour(segment)
    width = layout.sizes[segment.page][0]
    if neighbour and not label.stacked and not is_label(neighbour, labelled):
        far = max(0.0, (neighbour.x0 - segment.x1) / width - 0.4)
        yield LabelText(_printed(neighbour.tokens) or tuple(neighbour.tokens), 0.97 - 0.3 * far, prose=False)
    label_below = layout.value_is_above(label.last)
    if continuation and len(segment.tokens) > PROSE_WORDS and not is_label(continuation, labelled):
        yield LabelText(tuple(continuation.tokens), 0.85, prose=True)
    elif (below := segment_below(layout, label)) and not is_label(below, labelled):
        yield LabelText(_printed(below.tokens) or tuple(below.tokens), 0.5 if label_below else 0.9, prose=False)
    if leads and (above := _segment_above(layout, segment)) and not is_label(above, labelled):
        yield LabelText(_printed(above.tokens) or tuple(above.tokens), 0.9 if label_below else 0.5, prose=False)


def segment_below(layout: DocumentLayout, label: LabelHit, reach: float = 3.0) -> Segment | None:
    """The nearest segment under a label, at most ``reach`` text heights away."""
    height = max(4.0, label.last.height)
    line = layout.line_of(label.last)
    for candidates in layout.lines[line + 1 : line + 7]:
        fitting = [s for s in candidates if _stands_under(s, label, height, reach)]
        if fitting:
            return min(fitting, key=lambda s: s.y0)
    return None


def _stands_under(segment: Segment, label: LabelHit, height: float, reach: float) -> bool:
    if segment.page != label.last.page or not -0.5 < (segment.y0 - label.y1) / height < reach:
        return False
    overlap = min(segment.x1, label.x1) - max(segment.x0, label.x0)
    return abs(segment.x0 - label.x0) < 1.5 * height or overlap > 0.3 * min(
        segment.x1 - segment.x0, label.x1 - label.x0
    )


def _segment_above(layout: DocumentLayout, segment: Segment) -> Segment | None:
    for line in reversed(layout.lines[max(0, segment.line - 3) : segment.line]):
        for other in line:
            overlap = min(segment.x1, other.x1) - max(segment.x0, other.x0)
            height = max(segment.height, 0.85 * layout.text_height)
            close = other.page == segment.page and -0.5 < (segment.y0 - other.y1) / height < 1.8
            if close and overlap > 0.3 * min(segment.x1 - segment.x0, other.x1 - other.x0):
                return other
    return None
