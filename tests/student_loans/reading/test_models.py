"""Models that know what forms print, made once a process."""

from __future__ import annotations

import string

import numpy as np
import pytest

from student_loans.reading.models import Recognition, detection, direction, recognition


@pytest.fixture(scope="module", params=["small", "tiny"])
def model(request: pytest.FixtureRequest) -> Recognition:
    return recognition(request.param, 48, 320)


def test_it_knows_what_american_forms_print_and_nothing_foreign(model: Recognition) -> None:
    known = set(model.decoder.character)
    assert set(string.digits + string.ascii_letters + string.punctuation) <= known
    assert {"é", "ñ", "§", "☐", "☑"} <= known
    assert not any("\u4e00" <= character <= "\u9fff" for character in known)
    assert len(known) < 500


def test_its_answer_has_a_class_for_each_character_that_it_knows(model: Recognition) -> None:
    model.request.infer(inputs=[np.zeros((1, 3, 48, 320), np.float32)])
    answer = model.request.get_output_tensor().data
    assert answer.shape == (1, 320 // 8, len(model.decoder.character))
    assert answer.sum(axis=-1).max() <= 1 + 1e-3, "no class is more certain than certain"


def test_characters_are_found_by_their_number(model: Recognition) -> None:
    characters = model.decoder.character
    assert [model.decoder.dict[one] for one in characters] == list(range(len(characters)))
    assert characters[-1] == " "
    assert characters[0] == "blank"


def test_a_model_of_one_shape_is_made_once_and_another_shape_is_another() -> None:
    assert detection("tiny", 64, 64) is detection("tiny", 64, 64)
    assert detection("tiny", 64, 64) is not detection("tiny", 64, 96)
    assert direction(48, 192) is direction(48, 192)
    assert recognition("tiny", 48, 320).request is recognition("tiny", 48, 320).request
    assert recognition("tiny", 48, 320).decoder is recognition("tiny", 48, 640).decoder
