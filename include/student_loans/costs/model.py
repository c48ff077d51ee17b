"""Costs of reading documents: core-seconds by stage and type, their price, and an estimate before a batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from student_loans.settings import CostSettings

SECONDS_PER_HOUR = 3600


@dataclass(frozen=True, slots=True)
class CostRow:
    """What one stage of one run spent on the documents of one type.

    Attributes:
        stage: As the ledger names it.
        document_type: ``unknown`` also for documents that were refused before their type was known.
        core_seconds: CPU seconds of all threads and child processes.
    """

    stage: str
    document_type: str
    documents: int
    pages: int
    core_seconds: float


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run spent on documents.

    Attributes:
        rows: By stage, in the order data flows, and type.
        price: Of one core for one hour.
        currency: Of the price.
        estimated: Core-seconds that were expected before the batch; None when nothing was.
    """

    rows: tuple[CostRow, ...]
    price: float
    currency: str
    estimated: float | None = None

    @property
    def core_seconds(self) -> float:
        """Of all stages."""
        return sum(row.core_seconds for row in self.rows)

    def money(self, core_seconds: float) -> float:
        """Price of so many core-seconds."""
        return core_seconds / SECONDS_PER_HOUR * self.price

    def by_stage(self) -> tuple[CostRow, ...]:
        """Sums over the types; ``document_type`` is empty."""
        stages = dict.fromkeys(row.stage for row in self.rows)
        return tuple(self._sum(stage) for stage in stages)

    def _sum(self, stage: str) -> CostRow:
        rows = [row for row in self.rows if row.stage == stage]
        documents, pages = sum(row.documents for row in rows), sum(row.pages for row in rows)
        return CostRow(stage, "", documents, pages, sum(row.core_seconds for row in rows))

    def by_type(self) -> tuple[CostRow, ...]:
        """Sums over the stages; ``stage`` is empty. Documents and pages are those of the stage that saw most."""
        types = sorted({row.document_type for row in self.rows})
        return tuple(
            CostRow(
                "",
                name,
                max(row.documents for row in self.rows if row.document_type == name),
                max(row.pages for row in self.rows if row.document_type == name),
                sum(row.core_seconds for row in self.rows if row.document_type == name),
            )
            for name in types
        )

    def to_json(self) -> dict[str, object]:
        """Plain data, with money."""
        return {
            "core_seconds": self.core_seconds,
            "estimated_core_seconds": self.estimated,
            "money": self.money(self.core_seconds),
            "currency": self.currency,
            "core_hour_price": self.price,
            "rows": [
                {
                    "stage": row.stage,
                    "document_type": row.document_type,
                    "documents": row.documents,
                    "pages": row.pages,
                    "core_seconds": row.core_seconds,
                    "core_seconds_per_page": per_page(row),
                    "money": self.money(row.core_seconds),
                }
                for row in self.rows
            ],
        }


@dataclass(frozen=True, slots=True)
class Estimate:
    """The expected cost of a batch.

    Attributes:
        core_seconds: Over all its pages.
        measured_pages: Pages of earlier documents behind it; 0 means that it rests on the setting alone.
    """

    documents: int
    pages: int
    core_seconds: float
    measured_pages: int

    def money(self, settings: CostSettings) -> float:
        """Its price."""
        return self.core_seconds / SECONDS_PER_HOUR * settings.core_hour_price


@dataclass(frozen=True, slots=True)
class Rate:
    """What pages of one file format have cost.

    Attributes:
        pages: How many were measured.
    """

    core_seconds_per_page: float
    pages: int


def estimate(documents: int, pages: Mapping[str, int], rates: Mapping[str, Rate], settings: CostSettings) -> Estimate:
    """Estimate the cost of pages from earlier pages of the same format.

    Args:
        documents: In the batch.
        pages: File format to pages.
        rates: File format to what was measured; formats without one cost ``cost.assumed_core_seconds_per_page``.
        settings: The price and the assumption.

    Example:
        >>> settings = CostSettings(core_hour_price=0.04, currency="USD", assumed_core_seconds_per_page=3.0)
        >>> estimate(2, {"pdf": 10, "tiff": 1}, {"pdf": Rate(0.5, 200)}, settings).core_seconds
        8.0
    """
    assumed = Rate(settings.assumed_core_seconds_per_page, 0)
    used = {name: rates.get(name, assumed) for name in pages}
    return Estimate(
        documents=documents,
        pages=sum(pages.values()),
        core_seconds=sum(count * used[name].core_seconds_per_page for name, count in pages.items()),
        measured_pages=sum(rate.pages for rate in used.values()),
    )


def per_page(row: CostRow) -> float | None:
    """Core-seconds of a page; None if the number of pages is unknown."""
    return row.core_seconds / row.pages if row.pages else None
