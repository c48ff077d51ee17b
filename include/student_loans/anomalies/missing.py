"""Missing values against the history of the document type, and of the type at that lender."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from student_loans.anomalies.anomaly import Anomaly, AnomalyCode
from student_loans.anomalies.settings import MissingSettings
from student_loans.catalog import NUMBERS
from student_loans.records import DocumentType, FieldKind, field_catalog
from student_loans.severity import Severity

if TYPE_CHECKING:
    import pandas as pd

_FOLLOWED = NUMBERS | {FieldKind.CHOICE}


def find_missing_values(batch: pd.DataFrame, history: pd.DataFrame, settings: MissingSettings) -> Iterator[Anomaly]:
    """Fields that a type, or a lender's documents of a type, lost.

    The number of missing values in the group is binomial with the history's share, smoothed by half a document so that
    a field that was always there may be missing once. Told for the type first; for a lender only when the type as a
    whole does not say it already.

    Args:
        batch: Features of the batch (:mod:`student_loans.statistics.features`).
        history: Features of earlier documents.
        settings: Thresholds.
    """
    for document_type in sorted(batch["document_type"].unique()):
        names = _fields_of(document_type)
        now = _missing(batch[batch["document_type"] == document_type], names)
        past = _missing(history[history["document_type"] == document_type], names)
        for name in names:
            anomaly = _compare(now, past, None, name, settings)
            if anomaly is not None:
                yield replace(anomaly, document_type=document_type)
                continue
            for lender in now.keys() - {None}:
                anomaly = _compare(now, past, lender, name, settings)
                if anomaly is not None:
                    yield replace(anomaly, document_type=document_type, lender=lender)


def _missing(documents: pd.DataFrame, names: list[str]) -> dict[str | None, tuple[int, dict[str, int]]]:
    """Lender, and None for all of them, to the number of documents and the missing values by field."""
    absent = documents[names].isna()
    everywhere = {name: int(absent[name].sum()) for name in names}
    counted: dict[str | None, tuple[int, dict[str, int]]] = {None: (len(documents), everywhere)}
    lenders = documents["lender"]
    sums, sizes = absent.groupby(lenders).sum(), lenders.value_counts()
    for lender, row in zip(sums.index, sums.to_dict("records"), strict=True):
        counted[str(lender)] = (int(sizes[lender]), {name: int(row[name]) for name in names})
    return counted


def _fields_of(document_type: str) -> list[str]:
    """Fields that the feature frame shows: numbers and choices, and identifiers by their form."""
    catalog = field_catalog()
    names = []
    for name in catalog.usual(DocumentType(document_type)):
        if catalog.kinds[name] in _FOLLOWED:
            names.append(name)
        elif catalog.kinds[name] is FieldKind.IDENTIFIER:
            names.append(f"{name}_shape")
    return names


def _compare(
    now: Mapping[str | None, tuple[int, Mapping[str, int]]],
    past: Mapping[str | None, tuple[int, Mapping[str, int]]],
    lender: str | None,
    name: str,
    settings: MissingSettings,
) -> Anomaly | None:
    from scipy.stats import binom

    if lender not in past or min(now[lender][0], past[lender][0]) < settings.min_documents:
        return None
    documents, missing = now[lender][0], int(now[lender][1][name])
    usual = (int(past[lender][1][name]) + 0.5) / (past[lender][0] + 1)
    share = missing / documents
    if share - usual < settings.min_increase:
        return None
    probability = float(binom.sf(missing - 1, documents, usual))
    if probability >= settings.level:
        return None
    field = name.removesuffix("_shape")
    return Anomaly(
        AnomalyCode.MISSING_VALUES,
        Severity.CRITICAL if share > 0.5 else Severity.WARNING,
        f"{field} is missing in {missing} of {documents} documents, usually in {usual:.1%}",
        field=field,
        evidence={"missing": missing, "documents": documents, "usual_share": usual, "probability": probability},
    )
