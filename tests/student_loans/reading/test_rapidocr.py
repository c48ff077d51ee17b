"""RapidOCR's words: in their places, split where no word goes on, and upright lines distinguished from turned ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from student_loans.reading.rapidocr import RapidOcrReader, reads_better_turned, split_line, standing_share
from tests.line_factory import ACCENTED, drawn_line, drawn_page

LINES = ["Total payoff amount $1,284.56", "Harbor Lane Credit Union", "Interest rate 7.25% fixed"]
BOX = (0.1, 0.2, 0.9, 0.25)


class TestSplitLine:
    @given(st.text("abcXYZ 0123456789$.,:%()#é☐"), st.floats(0, 1))
    def test_nothing_that_was_read_is_lost_and_words_follow_each_other(self, text: str, confidence: float) -> None:
        words = split_line(text, BOX, confidence)
        assert "".join(word.text for word in words) == "".join(text.split())
        edges = [edge for word in words for edge in (word.bbox[0], word.bbox[2])]
        assert edges == sorted(edges)
        assert all(BOX[0] - 1e-9 <= edge <= BOX[2] + 1e-9 for edge in edges)
        assert {(word.bbox[1], word.bbox[3], word.confidence) for word in words} <= {(0.2, 0.25, confidence)}

    def test_a_word_takes_its_share_of_the_line(self) -> None:
        short, long = split_line("aa aaaaaa", BOX, 1.0)
        assert (long.bbox[2] - long.bbox[0]) / (short.bbox[2] - short.bbox[0]) == pytest.approx(3)

    def test_a_lost_space_takes_no_room(self) -> None:
        joined, apart = split_line("LoanAmount", BOX, 1.0), split_line("Loan", BOX, 1.0)
        assert joined[0].bbox[2] == joined[1].bbox[0]
        assert apart[0].bbox == BOX

    def test_a_box_that_leaves_the_page_is_cut(self) -> None:
        (word,) = split_line("word", (-0.1, -0.2, 1.3, 1.1), 1.0)
        assert word.bbox == (0.0, 0.0, 1.0, 1.0)

    @pytest.mark.parametrize("text", ["", "   "])
    def test_a_line_without_print_has_no_words(self, text: str) -> None:
        assert split_line(text, BOX, 1.0) == []

    @pytest.mark.parametrize(
        "word",
        ["McLeod", "MacLane", "DeWitt", "VanDyke", "LaSalle", "1098-E", "$1,284.56", "12/31/2026", "HL2041188", "N.A."],
    )
    def test_one_word_stays_one(self, word: str) -> None:
        assert [one.text for one in split_line(word, BOX, 1.0)] == [word]


class TestReader:
    def test_words_lie_on_their_print(self) -> None:
        page = drawn_page(LINES)
        words = RapidOcrReader().read(page, 1.0)
        assert [word.text for word in words] == " ".join(LINES).split()
        height, width = page.shape
        for word in words:
            left, top, right, bottom = word.bbox
            place = page[int(top * height) : int(bottom * height), int(left * width) : int(right * width)]
            assert place.min() < 60, word.text
            assert 0.3 <= word.confidence <= 1

    @pytest.mark.parametrize("quality", [0.0, 0.77, 0.78, 1.0])
    def test_the_same_figures_are_read_on_clear_and_on_other_pages(self, quality: float) -> None:
        words = [word.text for word in RapidOcrReader().read(drawn_page(LINES), quality)]
        assert {"$1,284.56", "7.25%"} <= set(words)

    def test_specks_over_letters_are_accents_only_on_a_clear_page(self) -> None:
        page = drawn_page(["Résumé for José Peña"], size=40, face=ACCENTED)
        clear, other = (" ".join(word.text for word in RapidOcrReader().read(page, q)) for q in (1.0, 0.5))
        assert (clear, other) == ("Résumé for José Peña", "Resume for Jose Pena")

    def test_blank_paper_has_no_words(self) -> None:
        assert RapidOcrReader().read(np.full((400, 300), 255, np.uint8), 1.0) == ()


class TestDirection:
    def test_lines_that_run_across_do_not_stand(self) -> None:
        assert standing_share(drawn_page(LINES)) == 0.0

    @pytest.mark.parametrize("turns", [1, 3])
    def test_lines_that_run_down_or_up_stand(self, turns: int) -> None:
        assert standing_share(np.ascontiguousarray(np.rot90(drawn_page(LINES), turns))) == 1.0

    def test_no_lines_do_not_stand(self) -> None:
        assert standing_share(np.full((400, 300), 255, np.uint8)) == 0.0

    @pytest.mark.parametrize("turned", [False, True])
    def test_lines_on_their_heads_are_read_better_turned(self, turned: bool) -> None:
        lines = [drawn_line(text) for text in LINES]
        assert reads_better_turned([np.rot90(line, 2) if turned else line for line in lines]) is turned

    def test_nothing_is_not_read_better_turned(self) -> None:
        assert not reads_better_turned([])
