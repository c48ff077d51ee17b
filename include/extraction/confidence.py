"""Confidence: what speaks for and against a value, weighed into the probability that it is right.

A logistic model over few, plain pieces of evidence. Its weights, and the threshold of the accept rule, are data in
``include/config/confidence.json``, fitted from labelled documents by :mod:`include.extraction.calibration`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from include.checks.document_checks import WITNESS, CheckResult
from include.errors import ConfigurationError, ErrorCode
from include.extraction.fields.assignment import Candidate
from include.records import FieldKind, field_catalog


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about one value; every number in [0, 1].

    Attributes:
        score: Fit of label, place and grammar.
        margin: Lead over the next different value, capped at one half and doubled.
        legibility: Lowest confidence of the reader in a word of the value; 1.0 for a text layer.
        printed: 1.0 for a text layer, 0.0 for OCR.
        page_quality: Quality of the page image.
        witness: What the strongest passed arithmetic check proves.
        contradiction: 1.0 when a failed check takes this value as input.
        agreement: 1.0 when a second reader read the same, 0.0 when it read otherwise, 0.5 when it was not asked.
        name: 1.0 for a name, whose grammar proves little.
        type_confidence: Confidence of the document's type.
    """

    score: float
    margin: float
    legibility: float
    printed: float
    page_quality: float
    witness: float
    contradiction: float
    agreement: float
    name: float
    type_confidence: float

    def as_mapping(self) -> dict[str, float]:
        """The evidence by name."""
        return {name: getattr(self, name) for name in EVIDENCE}


EVIDENCE = tuple(Evidence.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class ConfidenceModel:
    """Weights of the evidence and the threshold of the accept rule.

    Attributes:
        accept_above: A document is accepted when no field's confidence is below it.
        fitted: How the model was fitted: documents, values, seed, target and the bound that was reached.
    """

    intercept: float
    weights: Mapping[str, float]
    accept_above: float
    fitted: Mapping[str, Any]

    def confidence(self, evidence: Evidence) -> float:
        """Probability in (0, 1) that a value with this evidence is right."""
        total = self.intercept + sum(self.weights[name] * value for name, value in evidence.as_mapping().items())
        return 1 / (1 + math.exp(-total))


def load_model(data: Mapping[str, Any]) -> ConfidenceModel:
    """Build the model from the content of ``confidence.json``.

    Raises:
        ConfigurationError: ``invalid_settings``: evidence is missing or unknown.
    """
    if set(data["weights"]) != set(EVIDENCE):
        raise ConfigurationError(
            ErrorCode.INVALID_SETTINGS,
            "confidence.json does not fit the evidence: run python -m include.extraction.calibration.",
        )
    return ConfidenceModel(data["intercept"], data["weights"], data["accept_above"], data["fitted"])


@cache
def confidence_model() -> ConfidenceModel:
    """The model that ships with the product, read once."""
    text = resources.files("include.config").joinpath("confidence.json").read_text(encoding="utf-8")
    return load_model(json.loads(text))


def gather_evidence(
    candidate: Candidate,
    *,
    printed: bool,
    page_quality: float,
    type_confidence: float,
    checks: Sequence[CheckResult],
    agreed: bool | None = None,
) -> Evidence:
    """Collect the evidence for one candidate."""
    own = [check for check in checks if candidate.field in check.fields]
    return Evidence(
        score=candidate.score,
        margin=2 * max(0.0, min(0.5, candidate.margin)),
        legibility=1.0 if printed else min(token.word.confidence for token in candidate.tokens),
        printed=float(printed),
        page_quality=page_quality,
        witness=max((WITNESS[check.name] for check in own if check.passed), default=0.0),
        contradiction=float(any(not check.passed for check in own)),
        agreement=0.5 if agreed is None else float(agreed),
        name=float(field_catalog().kinds[candidate.field] is FieldKind.NAME),
        type_confidence=type_confidence,
    )


def passed_checks(field: str, checks: Collection[CheckResult]) -> tuple[str, ...]:
    """Names of the checks that a field takes part in and passes."""
    return tuple(check.name for check in checks if check.passed and field in check.fields)
