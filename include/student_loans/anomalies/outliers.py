"""Numbers of single documents far from their group: one at a time by robust statistics, and several together.

Amounts are compared as logarithms: they are spread over orders of magnitude, and a lost decimal point is a constant there.
Medians and median absolute deviations do not move when the history itself holds outliers. For several numbers together
the minimum covariance determinant of scikit-learn gives robust distances: unlike an isolation forest, which
scores how rare each number is, it knows that amounts move
together. PyOD would bring the same estimator and a compiler (numba) of 150 MB.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from student_loans.anomalies.anomaly import Anomaly, AnomalyCode
from student_loans.anomalies.settings import CombinationSettings, OutlierSettings
from student_loans.records import DocumentType, FieldKind, field_catalog
from student_loans.severity import Severity

if TYPE_CHECKING:
    import pandas as pd

_NORMAL_MAD = 1.4826
"""Median absolute deviations in one standard deviation of a normal distribution."""
_SEED = 20260101
_MANY, _MANY_SHARE = 5, 0.3
_MOST_DOCUMENTS = 1000
"""Documents of a type that the estimate is fitted on: more change nothing but the time."""


def find_outliers(batch: pd.DataFrame, history: pd.DataFrame, settings: OutlierSettings) -> Iterator[Anomaly]:
    """Documents with one number far from what its lender and type, or its type, usually print.

    Args:
        batch: Features of the batch.
        history: Features of earlier documents.
        settings: Thresholds.
    """
    for document_type, documents in batch.groupby("document_type"):
        names = _amounts(str(document_type))
        past = history.loc[history["document_type"] == document_type, ["lender", *names]]
        for lender, group in documents.groupby("lender", dropna=False):
            of_lender = past[past["lender"] == lender]
            for name in names:
                asked, usual, whose = group[["document_id", name]].dropna(), of_lender[name].dropna(), str(lender)
                if asked.empty:
                    continue
                if len(usual) < settings.min_group:
                    usual, whose = past[name].dropna(), ""
                if len(usual) >= settings.min_group:
                    yield from _far_from(asked, usual, name, str(document_type), whose or None, settings)


def _far_from(
    group: pd.DataFrame, usual: pd.Series, name: str, document_type: str, lender: str | None, settings: OutlierSettings
) -> Iterator[Anomaly]:
    import numpy as np

    past = _scaled(usual.to_numpy(), name)
    centre = float(np.median(past))
    spread = max(_NORMAL_MAD * float(np.median(np.abs(past - centre))), 0.02)
    # The farthest of the history, its own few outliers set aside.
    farthest = float(np.quantile(np.abs(past - centre) / spread, 0.995))
    limit = max(settings.distance, settings.margin * farthest)
    distances = np.abs(_scaled(group[name].to_numpy(), name) - centre) / spread
    for document_id, distance in zip(group["document_id"], distances, strict=True):
        if distance > limit:
            yield Anomaly(
                AnomalyCode.OUTLIER,
                Severity.WARNING,
                f"{name} is {distance:.1f} robust standard deviations from the median of its group",
                document_id=str(document_id),
                document_type=document_type,
                lender=lender,
                field=name,
                evidence={"distance": float(distance), "limit": limit, "group": len(past)},
            )


@dataclass(frozen=True, slots=True)
class Together:
    """How the required numbers of a type go together.

    Attributes:
        names: The numbers, in the order of the estimate.
        estimate: A fitted ``sklearn.covariance.MinCovDet``.
        limit: The largest robust distance that is usual.
        documents: How many it was fitted on.
    """

    names: tuple[str, ...]
    estimate: Any
    limit: float
    documents: int


def fit_combinations(history: pd.DataFrame, settings: CombinationSettings) -> dict[str, Together]:
    """Learn from earlier documents how the numbers of each type go together.

    Args:
        history: Features of earlier documents.
        settings: Thresholds.

    Returns:
        By document type; a type with fewer than two numbers or too few documents is absent.
    """
    fitted = {}
    for document_type, documents in history.groupby("document_type"):
        usual = field_catalog().usual(DocumentType(str(document_type)))
        names = tuple(name for name in _amounts(str(document_type)) if name in usual)
        complete = documents[list(names)].dropna().head(_MOST_DOCUMENTS)
        if len(names) >= 2 and len(complete) >= settings.min_group:
            fitted[str(document_type)] = _fit(complete, names, settings)
    return fitted


def find_unusual_combinations(batch: pd.DataFrame, usual: Mapping[str, Together]) -> Iterator[Anomaly]:
    """Documents whose required numbers, each of them possible, do not go together as they usually do.

    Args:
        batch: Features of the batch.
        usual: As :func:`fit_combinations` learned it.
    """
    import numpy as np

    for document_type, documents in batch.groupby("document_type"):
        together = usual.get(str(document_type))
        complete = documents if together is None else documents.dropna(subset=list(together.names))
        if together is None or complete.empty:
            continue
        distances = np.sqrt(together.estimate.mahalanobis(_matrix(complete, together.names)))
        far = distances > together.limit
        evidence = {"distance": float(distances.max()), "limit": together.limit, "group": together.documents}
        finding = f"do not go together as in other documents of the type ({', '.join(together.names)})"
        if far.sum() >= _MANY and far.mean() >= _MANY_SHARE:
            # Something happened to the type, not to documents: one anomaly, not one a document.
            yield Anomaly(
                AnomalyCode.UNUSUAL_COMBINATION,
                Severity.WARNING,
                f"the numbers of {int(far.sum())} of {len(complete)} documents {finding}",
                document_type=str(document_type),
                evidence=evidence | {"documents": int(far.sum()), "of": len(complete)},
            )
            continue
        for document_id, distance in zip(complete["document_id"][far], distances[far], strict=True):
            yield Anomaly(
                AnomalyCode.UNUSUAL_COMBINATION,
                Severity.WARNING,
                f"its numbers {finding}",
                document_id=str(document_id),
                document_type=str(document_type),
                evidence=evidence | {"distance": float(distance)},
            )


def _fit(complete: pd.DataFrame, names: tuple[str, ...], settings: CombinationSettings) -> Together:
    """The minimum covariance determinant, and the largest distance that is usual by theory and by experience."""
    import numpy as np
    from scipy.stats import chi2
    from sklearn.covariance import MinCovDet

    numbers = _matrix(complete, names)
    # Amounts that follow from each other exactly (a total and its parts) leave directions without any spread: a little
    # noise of one part in a thousand stands for rounding.
    noise = np.random.default_rng(_SEED).normal(0.0, 1e-3, numbers.shape)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the determinant of a subset may rise by rounding
        estimate = MinCovDet(random_state=_SEED, support_fraction=0.9).fit(numbers + noise)
    known = np.sqrt(estimate.mahalanobis(numbers))
    by_theory = float(np.sqrt(chi2.isf(settings.level, len(names))))
    # The farthest of the history, its own few faulty documents set aside.
    limit = max(settings.margin * float(np.quantile(known, 0.998)), by_theory)
    return Together(names, estimate, limit, len(complete))


def _matrix(documents: pd.DataFrame, names: tuple[str, ...]) -> Any:
    import numpy as np

    return np.column_stack([_scaled(documents[name].to_numpy(), name) for name in names])


def _amounts(document_type: str) -> list[str]:
    """Money, rates and terms that the type may print."""
    catalog = field_catalog()
    followed = (FieldKind.MONEY, FieldKind.RATE)
    return [
        name
        for name in catalog.fields_of(DocumentType(document_type))
        if (catalog.kinds[name] in followed or catalog.fields[name].grammar == "term")
        and not catalog.fields[name].often_zero
    ]


def _scaled(values: Any, name: str) -> Any:
    """Rates as they are, everything else as a logarithm; a cent stands for zero."""
    import numpy as np

    numbers = np.asarray(values, dtype="float64")
    if field_catalog().kinds[name] is FieldKind.RATE:
        return numbers
    return np.log(np.maximum(numbers, 0.01))
