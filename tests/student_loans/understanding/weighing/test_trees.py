"""LightGBM's library gives the probabilities that its Python package gives."""

from __future__ import annotations

import lightgbm
import numpy as np
import pytest

from student_loans.errors import ConfigurationError
from student_loans.understanding.weighing.trees import Trees


@pytest.fixture(scope="module")
def booster() -> lightgbm.Booster:
    rows = np.random.default_rng(0).random((500, 4))
    data = lightgbm.Dataset(rows, rows[:, 0] > rows[:, 1])
    return lightgbm.train({"objective": "binary", "verbose": -1, "num_threads": 1}, data, num_boost_round=20)


def test_the_probabilities_are_those_of_the_package(booster: lightgbm.Booster) -> None:
    rows = np.random.default_rng(1).random((50, 4))
    found = Trees(booster.model_to_string()).probabilities(rows)
    assert np.allclose(found, np.asarray(booster.predict(rows)))
    assert found.min() >= 0
    assert found.max() <= 1


def test_another_number_of_columns_is_refused(booster: lightgbm.Booster) -> None:
    with pytest.raises(ValueError, match="4 columns, not 3"):
        Trees(booster.model_to_string()).probabilities(np.zeros((2, 3)))


def test_a_text_that_is_no_model_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="fit the reading again"):
        Trees("no trees")
