"""Terms beside boxes: only the one that is ticked may be the loan's."""

from __future__ import annotations

import pytest

from student_loans.understanding.fields.layout import arrange
from student_loans.understanding.fields.ticks import unticked_terms
from tests.page_factory import make_page


def left(text: str) -> list[str]:
    """The terms of a row that were not found to be unticked."""
    row = arrange([make_page([text])]).lines[0]
    out = unticked_terms(row)
    words = [(s, start, t.text) for s in row for t, start in zip(s.tokens, s.starts, strict=True) if t.text.isdigit()]
    return [text for segment, start, text in words if (segment.index, start) not in out]


@pytest.mark.parametrize(
    "text",
    [
        "5 years [X] 10 years [ ] 15 years", "[ ] 5 years [X] 10 years [ ] 15 years", "5 years [ ] 10 years [X] 15 years [ ]",
        "\u2610 5 years \u2612 10 years", "\u25cb 5 years \u25cf 10 years", "\uf0a8 5 years \uf0fe 10 years", "10 years",
    ],
)  # fmt: skip
def test_the_ticked_term_is_left(text: str) -> None:
    assert left(text) == ["10"]


@pytest.mark.parametrize(
    "text", ["\u2610 5 years \u2610 10 years", "[X] 5 years [X] 10 years", "[ ] 5 years [ ] 10 years"]
)
def test_none_is_left_where_no_box_or_more_than_one_is_ticked(text: str) -> None:
    assert left(text) == []


def test_lines_to_write_on_and_letters_are_no_boxes() -> None:
    assert left("8 4 m o n t h s") == ["8", "4"]
    assert left("Term 10 years ____ Other 5 years ____") == ["10", "5"]
