"""An anomaly: known again by its key, plain when it travels."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from student_loans.anomalies.anomaly import Anomaly, AnomalyCode
from student_loans.plain_data import to_plain
from student_loans.severity import Severity

ONE = Anomaly(
    AnomalyCode.OUTLIER, Severity.WARNING, "far away", "0" * 64, "payoff_letter", "Tern", "apr", {"distance": 9.5}
)


@pytest.mark.parametrize(
    "change",
    [
        {"code": AnomalyCode.VOLUME}, {"document_id": None}, {"document_id": "1" * 64}, {"document_type": None},
        {"lender": "Oakline"}, {"field": "interest_rate"},
    ],
)  # fmt: skip
def test_what_an_anomaly_is_about_makes_its_key(change: dict[str, object]) -> None:
    assert replace(ONE, **change).key("run") != ONE.key("run")  # type: ignore[arg-type]


@pytest.mark.parametrize("change", [{"message": "x"}, {"severity": Severity.INFO}, {"evidence": {}}])
def test_how_it_is_told_does_not(change: dict[str, object]) -> None:
    assert replace(ONE, **change).key("run") == ONE.key("run")  # type: ignore[arg-type]


def test_a_key_is_sixteen_hex_digits() -> None:
    assert len(ONE.key("run")) == 16
    int(ONE.key("run"), 16)


def test_as_plain_data_it_is_the_same_after_a_journey_as_json() -> None:
    data = to_plain(ONE)
    assert json.loads(json.dumps(data)) == data
    assert (data["code"], data["severity"], data["evidence"]) == ("outlier", "warning", {"distance": 9.5})
