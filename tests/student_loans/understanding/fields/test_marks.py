"""Marks: glyphs, codes of symbol fonts and typed ones."""

from __future__ import annotations

import pytest

from student_loans.understanding.fields.marks import ChoiceMark, is_glyph, read_mark, split_marks


@pytest.mark.parametrize(
    "text",
    [
        "\u2612",
        "\u2611",
        "\u2713",
        "\u2717",
        "\uf0fe",
        "\uf0fd",
        "\uf052",
        "[x]",
        "(X)",
        "X",
        "_X_",
        "[\u2713]",
        "(\u2022)",
    ],
)
def test_ticks(text: str) -> None:
    assert read_mark(text, printed=True) is ChoiceMark.TICKED


@pytest.mark.parametrize("text", ["\u2610", "\u25a1", "\u25cb", "\u274d", "\uf0a8", "\uf06f", "[]", "()", "____"])
def test_empty_marks(text: str) -> None:
    assert read_mark(text, printed=True) is ChoiceMark.EMPTY


@pytest.mark.parametrize("text", ["\u25a0", "\u25cf", "\u25c9", "\uf06e"])
def test_filled_shapes_may_be_the_points_of_a_list(text: str) -> None:
    assert read_mark(text, printed=True) is ChoiceMark.FILLED


@pytest.mark.parametrize("text", ["(a)", "[1]", "\u2022", "Fixed", "a", "$", "\ue123", ""])
def test_other_words_are_no_marks(text: str) -> None:
    assert read_mark(text, printed=True) is None


def test_letters_are_empty_boxes_on_scans_and_codes_of_symbol_fonts_in_text_layers() -> None:
    assert read_mark("LJ", printed=False) is ChoiceMark.EMPTY
    assert read_mark("LJ", printed=True) is None
    assert read_mark("\u00fe", printed=True) is ChoiceMark.TICKED
    assert read_mark("\u00fe", printed=False) is None


def test_glyphs_that_mark_choices_are_kept_and_points_of_lists_are_not() -> None:
    assert is_glyph("\uf0fe")
    assert not is_glyph("\u2022")
    assert not is_glyph("")


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("[x]Fixed", ("[x]", "Fixed")), ("\u2610Fixed", ("\u2610", "Fixed")), ("Fixed[x]", ("Fixed", "[x]")),
        ("_X_Fixed", ("_X_", "Fixed")), ("Fixed", ("Fixed",)), ("[x]", ("[x]",)),
    ],
)  # fmt: skip
def test_marks_that_touch_a_word_are_taken_off(text: str, pieces: tuple[str, ...]) -> None:
    assert split_marks(text) == pieces
