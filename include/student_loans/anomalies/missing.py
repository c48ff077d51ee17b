"""Missing values against the history: of a field in a type, at a lender, and in a type at a lender."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from student_loans.anomalies.anomaly import Anomaly, AnomalyCode
from student_loans.anomalies.levels import CellGroup, Cells, Judgement, cells_of, explain, limit_of
from student_loans.anomalies.settings import MissingSettings
from student_loans.anomalies.shares import Shares, chance_of_more, pooled_shares
from student_loans.anomalies.usual import lenders_of
from student_loans.catalog import NUMBERS
from student_loans.records import DocumentType, FieldKind, field_catalog
from student_loans.severity import Severity

if TYPE_CHECKING:
    import pandas as pd

_FOLLOWED = NUMBERS | {FieldKind.CHOICE}


def find_missing_values(
    batch: pd.DataFrame, history: pd.DataFrame, settings: MissingSettings, level: float
) -> Iterator[Anomaly]:
    """Find fields that are missing more often than usual, in the fewest groups of documents that explain it.

    The number of missing values in a group is beta-binomial: binomial with a share that is known as well as the history
    of the type at the lender knows it (:mod:`student_loans.anomalies.shares`).

    Args:
        batch: Features of the batch (:mod:`student_loans.statistics.features`).
        history: Features of earlier documents.
        settings: Smallest change that matters.
        level: Chance of a false alarm in a batch without faults.
    """
    cells = cells_of(batch["document_type"].to_numpy(dtype=str), lenders_of(batch))
    fields = _fields(batch, history, cells)
    tested = [[one for group in cells.groups if (one := field.judge(group.cells)) is not None] for field in fields]
    limit = limit_of([one.probability for some in tested for one in some], level)
    for field, some in zip(fields, tested, strict=True):
        if any(one.probability <= limit for one in some):
            for group, judged in explain(cells.groups, field.judge, limit, settings.min_increase):
                yield _anomaly(field, group, judged)


@dataclass(frozen=True, slots=True)
class _Field:
    """A field in the batch.

    Attributes:
        asked: Documents of each cell, none where its type does not print the field or has no history.
        absent: How many of them lack it.
        usual: Usual shares of the cells.
    """

    name: str
    asked: Any
    absent: Any
    usual: Shares

    def judge(self, cells: Any) -> Judgement | None:
        """Test whether it is missing too often in some cells."""
        asked = self.asked * cells
        documents, missing = int(asked.sum()), int((self.absent * cells).sum())
        if not documents:
            return None
        usual, known = self.usual.of(asked)
        probability = chance_of_more(missing, documents, usual, known)
        evidence = {"missing": missing, "documents": documents, "usual_share": usual, "probability": probability}
        return Judgement(probability, missing / documents - usual, evidence)


def _fields(batch: pd.DataFrame, history: pd.DataFrame, cells: Cells) -> list[_Field]:
    import numpy as np

    past_types, past_lenders = history["document_type"].to_numpy(dtype=str), lenders_of(history)
    kinds_of: dict[str, list[str]] = {}
    for kind in np.intersect1d(cells.types, past_types):
        for column in _columns_of(str(kind)):
            kinds_of.setdefault(column, []).append(str(kind))
    documents = cells.sums(np.ones(len(batch)))
    found = []
    for column, kinds in kinds_of.items():
        prints, before = np.isin(cells.types, kinds), np.isin(past_types, kinds)
        lost = history[column].isna().to_numpy()[before]
        usual = pooled_shares(lost, past_types[before], past_lenders[before], cells.types, cells.lenders)
        absent = cells.sums(batch[column].isna().to_numpy(dtype=float)) * prints
        found.append(_Field(column.removesuffix("_shape"), documents * prints, absent, usual))
    return found


def _columns_of(document_type: str) -> list[str]:
    """Columns that the feature frame shows: numbers and choices, and identifiers by their form."""
    catalog = field_catalog()
    names = []
    for name in catalog.fields_of(DocumentType(document_type)):
        if catalog.kinds[name] in _FOLLOWED:
            names.append(name)
        elif catalog.kinds[name] is FieldKind.IDENTIFIER:
            names.append(f"{name}_shape")
    return names


def _anomaly(field: _Field, group: CellGroup, judged: Judgement) -> Anomaly:
    missing, documents = judged.evidence["missing"], judged.evidence["documents"]
    return Anomaly(
        AnomalyCode.MISSING_VALUES,
        Severity.CRITICAL if missing / documents > 0.5 else Severity.WARNING,
        f"{field.name} is missing in {missing} of {documents} documents,"
        f" usually in {judged.evidence['usual_share']:.1%}",
        document_type=group.document_type,
        lender=group.lender,
        field=field.name,
        evidence=judged.evidence,
    )
