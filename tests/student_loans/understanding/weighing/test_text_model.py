"""Texts as words and meaning."""

from __future__ import annotations

import numpy as np

from student_loans.understanding.weighing.text_model import MEANING, PLACES, TextModel, meanings, word_places


def test_words_and_pairs_of_words_have_places() -> None:
    places = word_places("Amount due")
    assert places == tuple(sorted(places))
    assert set(word_places("Amount")) & set(places)
    assert all(0 <= place < PLACES for place in places)
    assert word_places("***") == ()


def test_texts_of_one_meaning_are_near() -> None:
    found = meanings(["payment due date", "date the payment is due", "name of the school", ""])
    assert found.shape == (4, MEANING)
    assert found[0] @ found[1] > found[0] @ found[2]
    assert not found[3].any()


def test_a_text_without_words_says_nothing() -> None:
    weights = np.random.default_rng(0).random((PLACES + MEANING, 2)).astype(np.float32)
    model = TextModel(("a", "b"), weights[:PLACES], weights[PLACES:], np.array([1.0, 0.0], np.float32))
    found = model.log_probabilities(["amount", "", "amount"])
    assert np.allclose(np.exp(found).sum(axis=1), 1)
    assert np.allclose(found[1], np.log(0.5))
    assert np.array_equal(found[0], found[2])
