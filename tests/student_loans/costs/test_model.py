"""Cost: core-seconds and money by stage and type, and what is expected before a batch."""

from __future__ import annotations

import pytest

from student_loans.costs.model import Cost, CostRow, Rate, estimate
from student_loans.settings import CostSettings

SETTINGS = CostSettings(core_hour_price=0.36, currency="USD", assumed_core_seconds_per_page=3.0)
COST = Cost(
    (
        CostRow("preprocess_documents", "form_1098e", 4, 4, 2.0),
        CostRow("preprocess_documents", "payoff_letter", 2, 6, 3.0),
        CostRow("extract_data", "form_1098e", 4, 4, 8.0),
        CostRow("extract_data", "payoff_letter", 1, 3, 7.0),
    ),
    price=0.36,
    currency="USD",
)


def test_stages_and_types_sum_to_the_whole() -> None:
    assert COST.core_seconds == 20.0
    assert [(row.stage, row.documents, row.pages, row.core_seconds) for row in COST.by_stage()] == [
        ("preprocess_documents", 6, 10, 5.0), ("extract_data", 5, 7, 15.0),
    ]  # fmt: skip
    assert [(row.document_type, row.documents, row.pages, row.core_seconds) for row in COST.by_type()] == [
        ("form_1098e", 4, 4, 10.0), ("payoff_letter", 2, 6, 10.0),
    ]  # fmt: skip


def test_money_is_core_hours_times_the_price() -> None:
    assert COST.money(3600) == 0.36
    assert COST.to_json()["money"] == pytest.approx(20 / 3600 * 0.36)


def test_an_estimate_uses_what_pages_of_the_format_have_cost_and_assumes_the_rest() -> None:
    expected = estimate(5, {"pdf": 8, "tiff": 2}, {"pdf": Rate(0.5, 300)}, SETTINGS)
    assert (expected.documents, expected.pages, expected.core_seconds) == (5, 10, 8 * 0.5 + 2 * 3.0)
    assert expected.measured_pages == 300
    assert expected.money(SETTINGS) == pytest.approx(10 / 3600 * 0.36)


def test_nothing_costs_nothing() -> None:
    assert estimate(0, {}, {}, SETTINGS).core_seconds == 0
    assert Cost((), 0.36, "USD").by_type() == ()
