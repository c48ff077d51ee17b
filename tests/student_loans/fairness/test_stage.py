"""The bias measurement over a real store and database: labels in, findings, a chosen mitigation, and back."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import orjson
import psycopg
import pytest

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.fairness.mitigation.active import POLICY_KEY, active_policy, publish_policy
from student_loans.fairness.policy import apply_policy
from student_loans.fairness.settings import load_fairness_settings
from student_loans.fairness.stage import (
    apply_choice,
    check_slices,
    compare_run,
    find_run,
    measure_run,
    read_findings,
    report_bias,
    simulate_run,
    slice_batch,
    slice_labelled,
)
from student_loans.fairness.store import FairnessStore
from student_loans.labels.store import LabelStore
from student_loans.metrics.store import RunMetricStore
from student_loans.records import Status
from student_loans.results.store import ResultsDatabase
from student_loans.storage.run_folder import RunFolder
from tests.labelled_factory import ACCEPT_ABOVE, DEGRADED, labelled_records
from tests.record_factory import make_quarantined

pytestmark = pytest.mark.integration

_SETTINGS = load_fairness_settings()
OPTIONS = _SETTINGS.model_copy(update={"evidence": _SETTINGS.evidence.model_copy(update={"resamples": 200})})
PAIRS = labelled_records(700)


@pytest.fixture
def store(run: RunFolder, database: ResultsDatabase, empty_database: str) -> FairnessStore:
    """A database with labelled records."""
    database.store_records("run-1", [record for record, _ in PAIRS])
    LabelStore(empty_database).store_labels([label for _, label in PAIRS])
    return FairnessStore(empty_database)


def measure(run: RunFolder, store: FairnessStore, conninfo: str) -> dict[str, int]:
    """Every step up to the simulation."""
    slice_labelled(run, LabelStore(conninfo), OPTIONS)
    measure_run(run, store, OPTIONS, labelled=True)
    compare_run(run, store, OPTIONS, labelled=True)
    find_run(run, store, OPTIONS, labelled=True)
    return simulate_run(run, store, ACCEPT_ABOVE, OPTIONS)


def rows(conninfo: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(conninfo) as connection:
        return connection.execute(query.encode()).fetchall()


def numbers(conninfo: str) -> dict[tuple[str, str], float]:
    """What the run noted for the alert rules."""
    return {(point.name, point.slice): point.value for point in RunMetricStore(conninfo).of_run("run-1")}


def test_the_degraded_lender_is_named_and_a_mitigation_is_chosen_applied_and_rolled_back(
    run: RunFolder, store: FairnessStore, empty_database: str, tmp_path: Path
) -> None:
    versions = measure(run, store, empty_database)
    findings = read_findings(run)
    assert {one.slice for one in findings if one.dimension == "lender"} == {DEGRADED}
    kept = rows(empty_database, "SELECT DISTINCT slice FROM loan_documents.bias_findings WHERE dimension = 'lender'")
    assert kept == [(DEGRADED,)]
    noted = numbers(empty_database)
    assert noted["bias.findings", ""] == len(findings)
    assert 0.9 < noted["accuracy.fields", ""] < 1
    assert noted["accuracy.documents", ""] == len(PAIRS)
    assert ("accuracy.fields", PAIRS[0][1].document_type.value) in noted
    assert {"thresholds", "quotas"} >= set(versions) >= {"thresholds"}

    assert apply_choice(run, store, "none") is None
    assert active_policy(run.store) is None
    assert apply_choice(run, store, "thresholds") == versions["thresholds"]
    policy = active_policy(run.store)
    assert policy is not None
    assert policy.version == versions["thresholds"]
    after = [apply_policy(record, policy) for record, _ in PAIRS]
    changed = [new for (old, _), new in zip(PAIRS, after, strict=True) if new.status is not old.status]
    assert changed
    assert all(new.status is Status.REVIEW and policy.slice_of(new) in policy.thresholds for new in changed)

    assert apply_choice(run, store, "rollback") is None
    assert apply_choice(run, store, "rollback") is None, "a task that is tried again rolls back once"
    assert active_policy(run.store) is None
    state = rows(empty_database, "SELECT state FROM loan_documents.mitigations WHERE kind = 'thresholds'")
    assert state == [("rolled_back",)]


def test_rolling_back_brings_the_one_before_it_back(run: RunFolder, store: FairnessStore, empty_database: str) -> None:
    versions = measure(run, store, empty_database)
    apply_choice(run, store, "thresholds")
    apply_choice(run, store, "quotas")
    other = RunFolder(run.store, "run-2")
    assert apply_choice(other, store, "rollback") == versions["thresholds"]
    assert (active_policy(run.store) or pytest.fail("none")).version == versions["thresholds"]


def test_what_was_not_simulated_cannot_be_chosen(run: RunFolder, store: FairnessStore) -> None:
    for choice in ("thresholds", "rollback"):
        with pytest.raises(ConfigurationError) as caught:
            apply_choice(run, store, choice)
        assert caught.value.code is ErrorCode.UNKNOWN_MITIGATION
    assert not run.store.exists(POLICY_KEY)


def test_a_policy_that_cannot_be_published_is_not_active(
    run: RunFolder, store: FairnessStore, empty_database: str
) -> None:
    measure(run, store, empty_database)
    (run.store.root / "config").write_bytes(b"a file where a folder is wanted")
    with pytest.raises(Exception, match="store"):
        apply_choice(run, store, "thresholds")
    assert store.active() is None


def test_steps_that_are_tried_again_leave_the_same_rows(
    run: RunFolder, store: FairnessStore, empty_database: str
) -> None:
    everything = (
        "SELECT dimension, slice, metric, value, low, high, p_adjusted FROM loan_documents.slice_metrics ORDER BY 1,2,3"
    )
    first_versions = measure(run, store, empty_database)
    first = rows(empty_database, everything)
    assert measure(run, store, empty_database) == first_versions
    assert rows(empty_database, everything) == first
    assert len(first) > 100


def test_the_report_names_slices_and_holds_no_borrower_value(
    run: RunFolder, store: FairnessStore, empty_database: str, tmp_path: Path
) -> None:
    counts = slice_labelled(run, LabelStore(empty_database), OPTIONS)
    versions = measure(run, store, empty_database)
    uri = report_bias(
        run, counts, OPTIONS, str(tmp_path / "reports"), labelled=True, versions=versions, active_version=None
    )
    page = Path(uri.removeprefix("file://")).read_text()
    data = orjson.loads(Path(uri.removeprefix("file://")).with_name("bias.json").read_bytes())
    assert (data["documents"], data["labels"]) == (700, 700)
    assert len(data["findings"]) == len(read_findings(run))
    assert f"lender {DEGRADED}" in page
    for wanted in ("Likely cause", "held-out documents", "It costs", "<svg"):
        assert wanted in page
    for value in ("18250", "HL2041188", "4821", "misread"):
        assert value not in page.replace("misread in", "")
        assert f'"{value}' not in str(data)


def test_without_labels_a_batch_is_checked_by_what_needs_none(
    run: RunFolder, store: FairnessStore, empty_database: str
) -> None:
    run.write_records("validated", [*(record for record, _ in PAIRS), make_quarantined(9_999)])
    assert slice_batch(run, ["validated"], OPTIONS).documents == len(PAIRS)
    counts = check_slices(run, store, OPTIONS)
    assert (counts.documents, counts.labels) == (len(PAIRS), 0)
    assert counts.findings == len(read_findings(run))
    assert all(isinstance(value, int) for value in asdict(counts).values()), "XCom carries counts"
    assert numbers(empty_database)["bias.batch_findings", ""] == counts.findings
    assert not {name for name, _ in numbers(empty_database)} & {"bias.findings", "accuracy.fields"}
    metrics = {one.metric for one in read_findings(run)}
    assert not metrics & {"field_accuracy", "accepted_error", "overconfidence"}


def test_an_empty_batch_and_no_labels_are_reported_as_nothing(
    run: RunFolder, database: ResultsDatabase, empty_database: str, tmp_path: Path
) -> None:
    empty = FairnessStore(empty_database)
    counts = slice_labelled(run, LabelStore(empty_database), OPTIONS)
    assert counts.documents == 0
    assert measure(run, empty, empty_database) == {}
    assert numbers(empty_database) == {}, "what was not measured is no good news"
    uri = report_bias(run, counts, OPTIONS, str(tmp_path / "r"), labelled=True)
    assert "no labelled document has a record" in Path(uri.removeprefix("file://")).read_text()


def test_no_policy_is_active_before_one_is_chosen(run: RunFolder) -> None:
    assert active_policy(run.store) is None


def test_a_policy_of_a_kind_that_is_gone_is_not_active(run: RunFolder) -> None:
    publish_policy(
        run.store, {"kind": "escalation", "dimension": "rendering", "slices": {}, "escalations": {"ocr": {}}}
    )
    assert active_policy(run.store) is None
