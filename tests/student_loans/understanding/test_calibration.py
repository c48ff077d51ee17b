"""Confidence is fitted so that it ranks and so that what is accepted keeps the target."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest

from student_loans.cli import main
from student_loans.errors import ConfigurationError
from student_loans.understanding.calibration import (
    FittedField,
    choose_threshold,
    expected_calibration_error,
    fit,
    held_out_confidences,
    highest_error,
)
from student_loans.understanding.confidence import EVIDENCE, Evidence, certainty, confidence_model, load_model

PROJECT_ROOT = Path(__file__).resolve().parents[3]


def evidence(score: float, *, printed: float = 1.0) -> Evidence:
    return Evidence(
        score, certainty(score), score, score, unexplained=0.0, labelled=1.0, margin=1.0, legibility=1.0, printed=printed,
        page_quality=1.0, witness=0.0, contradiction=0.0, agreed=0.0, disagreed=0.0, name=0.0, type_confidence=1.0,
    )  # fmt: skip


def observations(count: int = 1200) -> list[FittedField]:
    """Values that are right as often as their score says; a second reader agrees with what is right."""
    rng = Random(3)
    made = []
    for number in range(count):
        score = rng.random() ** 0.3
        right = rng.random() < score
        before = evidence(score, printed=0.0)
        asked = replace(before, agreed=float(right), disagreed=float(not right))
        made.append(FittedField(number // 6, f"lender {number % 40}", before, asked, right, acceptable=True))
    return made


def test_the_bound_is_clopper_and_pearsons() -> None:
    assert highest_error(0, 598) == pytest.approx(1 - 0.05 ** (1 / 598))  # the rule of three
    assert highest_error(3, 100) == pytest.approx(0.0757, abs=0.0005)
    assert highest_error(0, 0) == 1.0
    assert highest_error(0, 598, level=0.995) > highest_error(0, 598)


def test_confidence_is_calibrated_for_lenders_that_were_not_seen() -> None:
    model = fit(observations(), target=0.2, seed=7)
    fitted = model["fitted"]
    assert isinstance(fitted, dict)
    assert fitted["expected_calibration_error"] < 0.08
    assert fitted["auroc"] > 0.6


def test_what_is_accepted_keeps_the_target() -> None:
    made = observations()
    unasked, asked = held_out_confidences(made, seed=7)
    threshold, reached = choose_threshold(made, unasked, asked, target=0.2)
    assert 0 < threshold < 1
    assert 0 < reached["documents"] <= reached["acceptable"]
    assert reached["wrong"] / reached["values"] < reached["highest_error"] <= 0.2


def test_a_second_reader_tells_right_from_wrong() -> None:
    made = observations()
    unasked, asked = held_out_confidences(made, seed=7)
    right = np.array([o.right for o in made])
    assert asked[right].mean() - asked[~right].mean() > unasked[right].mean() - unasked[~right].mean()


def test_an_unacceptable_document_does_not_count() -> None:
    made = [replace(o, acceptable=False) for o in observations(60)]
    threshold, reached = choose_threshold(made, np.ones(60), np.ones(60), target=0.2)
    assert (threshold, reached["documents"]) == (1.0, 0)


def test_a_perfectly_calibrated_set_has_no_error() -> None:
    confidences = np.repeat([0.0, 1.0], 50)
    assert expected_calibration_error(confidences, confidences.astype(bool)) == 0.0


def test_the_model_that_ships_fits_the_evidence() -> None:
    model = confidence_model()
    for part in (model.text_layer, model.ocr):
        assert set(part.weights) == set(EVIDENCE)
        assert 0.5 <= part.accept_above < 1
    assert model.confidence(evidence(1.0)) > model.confidence(evidence(0.3))
    assert model.of(evidence(1.0, printed=0.0)) is model.ocr


def test_a_model_of_other_evidence_is_refused(tmp_path: Path) -> None:
    part = {"intercept": 0.0, "weights": {"luck": 1.0}, "accept_above": 0.9, "fitted": {}}
    path = tmp_path / "confidence.json"
    path.write_text(json.dumps({"text_layer": part, "ocr": part}))
    with pytest.raises(ConfigurationError, match="does not fit the evidence"):
        load_model(path)


def test_a_readers_confidence_counts_by_its_nines() -> None:
    assert [certainty(c) for c in (0.9, 0.99, 0.999)] == pytest.approx([0.25, 0.5, 0.75])
    assert certainty(1.0) == 1.0


def test_the_command_fits_from_labelled_documents(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    samples = PROJECT_ROOT / "samples"
    born_digital = [json.loads(line) for line in (samples / "truth.jsonl").read_text().splitlines()]
    born_digital = [line for line in born_digital if line.get("rendering") == "born_digital"]
    # A wrong label, so that there is something to tell apart.
    born_digital[0]["fields"] = dict.fromkeys(born_digital[0]["fields"], "wrong")
    truth = tmp_path / "truth.jsonl"
    truth.write_text("\n".join(json.dumps(line) for line in born_digital))
    output, words = tmp_path / "confidence.json", tmp_path / "words"
    for _ in range(2):  # the second time from the words that the first one kept
        arguments = [
            "calibrate",
            str(samples / "documents"),
            str(truth),
            "--output",
            str(output),
            "--words",
            str(words),
        ]
        assert main(arguments) == 0
    assert not words.exists()  # text layers are not worth keeping
    assert load_model(output).text_layer.fitted["documents"] == len(born_digital)
    assert "auroc" in capsys.readouterr().out
