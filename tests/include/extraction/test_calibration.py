"""Confidence is fitted so that it ranks and so that what is accepted keeps the target."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import numpy as np
import pytest

from include.errors import ConfigurationError
from include.extraction.calibration import (
    Observation,
    choose_threshold,
    expected_calibration_error,
    fit,
    highest_error,
    main,
)
from include.extraction.confidence import EVIDENCE, Evidence, confidence_model, load_model

PROJECT_ROOT = Path(__file__).resolve().parents[3]


def evidence(score: float) -> Evidence:
    return Evidence(score, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.5, 0.0, 1.0)


def observations(count: int = 1200) -> list[Observation]:
    """Values that are right as often as their score says."""
    rng = Random(3)
    made = []
    for number in range(count):
        score = rng.random() ** 0.3
        made.append(Observation(number // 6, f"lender {number % 40}", evidence(score), rng.random() < score, True))
    return made


def test_the_bound_is_clopper_and_pearsons() -> None:
    assert highest_error(0, 598) == pytest.approx(1 - 0.05 ** (1 / 598))  # the rule of three
    assert highest_error(3, 100) == pytest.approx(0.0757, abs=0.0005)
    assert highest_error(0, 0) == 1.0


def test_confidence_is_calibrated_for_lenders_that_were_not_seen() -> None:
    model = fit(observations(), target=0.2, seed=7)
    fitted = model["fitted"]
    assert isinstance(fitted, dict)
    assert fitted["expected_calibration_error"] < 0.08
    assert fitted["auroc"] > 0.6


def test_what_is_accepted_keeps_the_target() -> None:
    made = observations()
    confidences = np.array([o.evidence.score for o in made])
    threshold, reached = choose_threshold(made, confidences, target=0.2)
    assert 0.5 <= threshold < 1
    assert reached["highest_error"] <= 0.2
    assert reached["wrong"] / reached["values"] < 0.2


def test_an_unacceptable_document_does_not_count() -> None:
    made = [Observation(o.document, o.lender, o.evidence, o.right, acceptable=False) for o in observations(60)]
    _, reached = choose_threshold(made, np.ones(60), target=0.2)
    assert reached["documents"] == 0


def test_a_perfectly_calibrated_set_has_no_error() -> None:
    confidences = np.repeat([0.0, 1.0], 50)
    assert expected_calibration_error(confidences, confidences.astype(bool)) == 0.0


def test_the_model_that_ships_fits_the_evidence() -> None:
    model = confidence_model()
    assert set(model.weights) == set(EVIDENCE)
    assert 0.5 <= model.accept_above < 1
    assert model.confidence(evidence(1.0)) > model.confidence(evidence(0.3))


def test_a_model_of_other_evidence_is_refused() -> None:
    with pytest.raises(ConfigurationError):
        load_model({"intercept": 0.0, "weights": {"luck": 1.0}, "accept_above": 0.9, "fitted": {}})


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
        arguments = [str(samples / "documents"), str(truth), "--output", str(output), "--words", str(words)]
        assert main(arguments) == 0
    assert len(list(words.iterdir())) == len(born_digital)
    assert load_model(json.loads(output.read_text())).fitted["documents"] == len(born_digital)
    assert "auroc" in capsys.readouterr().out
