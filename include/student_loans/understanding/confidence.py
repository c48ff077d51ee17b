"""Confidence: the probability that a value is right, from the evidence for and against it.

A logistic model over a few simple features. Its weights, and the thresholds of the accept rule, are data in
``config/confidence.json``, fitted from labelled documents by :mod:`student_loans.understanding.calibration`.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

from student_loans.checks.document_checks import CHECK_STRENGTH, CheckResult
from student_loans.config_files import read_config
from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.records import FieldKind, field_catalog
from student_loans.understanding.fields.assignment import Candidate


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about one value; every number in [0, 1].

    Attributes:
        score: Probability that the fitted model of reading gives.
        surety: The same on the scale of its nines, see :func:`certainty`.
        others: Mean probability of the document's other values: a layout that is not understood is so as a whole.
        lowest: The lowest of them.
        unexplained: How much of the document is left unread: captions without a value and doubtful values, see
            :class:`DocumentEvidence`.
        labelled: 1.0 for a value at a label of the vocabulary or at a place that the rules know, 0.0 for another.
        margin: Lead over the next different value, capped at one half and doubled.
        legibility: The OCR engine's certainty about the least certain word of the value, see :func:`certainty`; 1.0
            for a text layer.
        printed: 1.0 for a text layer, 0.0 for OCR.
        page_quality: Quality of the page image.
        witness: Check strength: that of the strongest passed arithmetic check.
        contradiction: 1.0 when a failed check uses this value.
        agreed: 1.0 when the second reader read the same value.
        disagreed: 1.0 when the second reader read another value.
        name: 1.0 for a name, whose grammar proves little.
        type_confidence: Confidence of the document's type.
    """

    score: float
    surety: float
    others: float
    lowest: float
    unexplained: float
    labelled: float
    margin: float
    legibility: float
    printed: float
    page_quality: float
    witness: float
    contradiction: float
    agreed: float
    disagreed: float
    name: float
    type_confidence: float

    def as_mapping(self) -> dict[str, float]:
        """The evidence by name."""
        return {name: getattr(self, name) for name in EVIDENCE}


@dataclass(frozen=True, slots=True)
class DocumentEvidence:
    """How well the rest of a document is understood; every number in [0, 1].

    Attributes:
        others: Mean probability of the other values.
        lowest: The lowest of them.
        unexplained: Captions without a value and doubtful values, as a share of all fields that the document names.
    """

    others: float
    lowest: float
    unexplained: float

    @classmethod
    def of(cls, scores: Mapping[str, float], name: str, unexplained: int) -> Self:
        """The evidence beside one value.

        Args:
            scores: Probability of each value of the document.
            name: The field of the value; empty for one that is none of them.
            unexplained: Number of captions without a value and of doubtful values.
        """
        rest = [score for other, score in scores.items() if other != name] or [scores.get(name, 0.0)]
        return cls(sum(rest) / len(rest), min(rest), unexplained / max(1, unexplained + len(scores)))


EVIDENCE = tuple(name for name in Evidence.__dataclass_fields__ if name != "printed")
"""What is weighed; ``printed`` chooses the model."""
SOURCES = ("text_layer", "ocr")
_MOST_NINES = 4


@dataclass(frozen=True, slots=True)
class SourceModel:
    """Weights of the evidence for values of one source of text, and its threshold of the accept rule.

    Attributes:
        accept_above: A document is accepted when none of its values of this source has a confidence below it.
        fitted: How it was fitted: documents, values, seed, target and the bound that was reached.
    """

    intercept: float
    weights: Mapping[str, float]
    accept_above: float
    fitted: Mapping[str, Any]

    def confidence(self, evidence: Evidence) -> float:
        """Probability in (0, 1) that a value with this evidence is right."""
        total = self.intercept + sum(self.weights[name] * value for name, value in evidence.as_mapping().items())
        return 1 / (1 + math.exp(-total))


@dataclass(frozen=True, slots=True)
class ConfidenceModel:
    """One model for values from a text layer, and one for values read from an image.

    Their errors have different causes: the first are misunderstood only, the second may also be misread.
    """

    text_layer: SourceModel
    ocr: SourceModel

    @property
    def accept_above(self) -> float:
        """The stricter of the two thresholds, for rules that set one for all values of a document."""
        return max(self.text_layer.accept_above, self.ocr.accept_above)

    def of(self, evidence: Evidence) -> SourceModel:
        """The model for a value with this evidence."""
        return self.text_layer if evidence.printed else self.ocr

    def confidence(self, evidence: Evidence) -> float:
        """Probability in (0, 1) that a value with this evidence is right."""
        return self.of(evidence).confidence(evidence)


def load_model(path: Path | None = None) -> ConfidenceModel:
    """Read the model.

    Args:
        path: A JSON file; None means the one that ships with the product.

    Raises:
        ConfigurationError: ``invalid_settings``, such as evidence that is missing or unknown.
    """
    model = read_config("confidence.json", ConfidenceModel, path)
    if any(set(part.weights) != set(EVIDENCE) for part in (model.text_layer, model.ocr)):
        raise ConfigurationError(
            ErrorCode.INVALID_SETTINGS,
            "confidence.json does not fit the evidence: run student-loans calibrate.",
        )
    return model


@cache
def confidence_model() -> ConfidenceModel:
    """The model that ships with the product, read once."""
    return load_model()


def gather_evidence(
    candidate: Candidate,
    *,
    printed: bool,
    page_quality: float,
    type_confidence: float,
    checks: Sequence[CheckResult],
    whole: DocumentEvidence,
    agreed: bool | None = None,
) -> Evidence:
    """Collect the evidence for one candidate of a document."""
    own = [check for check in checks if candidate.field in check.fields]
    return Evidence(
        score=candidate.score,
        surety=certainty(candidate.score),
        others=whole.others,
        lowest=whole.lowest,
        unexplained=whole.unexplained,
        labelled=float(candidate.label is not None),
        margin=2 * max(0.0, min(0.5, candidate.margin)),
        legibility=1.0 if printed else certainty(min(token.word.confidence for token in candidate.tokens)),
        printed=float(printed),
        page_quality=page_quality,
        witness=max((CHECK_STRENGTH[check.name] for check in own if check.passed), default=0.0),
        contradiction=float(any(not check.passed for check in own)),
        agreed=float(agreed is True),
        disagreed=float(agreed is False),
        name=float(field_catalog().kinds.get(candidate.field) is FieldKind.NAME),
        type_confidence=type_confidence,
    )


def certainty(confidence: float) -> float:
    """An OCR confidence on the scale of its nines, in [0, 1]: wrong words often have 0.99, right words 0.9999.

    Example:
        >>> round(certainty(0.99), 3), round(certainty(0.999), 3)
        (0.5, 0.75)
    """
    return min(1.0, -math.log10(max(1 - confidence, 1e-9)) / _MOST_NINES)


def passed_checks(field: str, checks: Collection[CheckResult]) -> tuple[str, ...]:
    """Names of the checks that a field takes part in and passes."""
    return tuple(check.name for check in checks if check.passed and field in check.fields)
