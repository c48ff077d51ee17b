"""Metrics and lineage from the operators: well formed, and never in the way."""

from __future__ import annotations

import pytest

from loan_documents.lineage import acquire_lineage, dataset_of, extract_lineage
from loan_documents.metrics import count, publish, stat_name
from student_loans.metrics.model import MetricPoint

COUNTS = {"files": 5, "new": 3, "unchanged": 1, "duplicate": 1, "refused": 0}


def test_acquiring_reads_a_source_and_writes_the_store() -> None:
    lineage = acquire_lineage("file:///srv/inbox", "/srv/data", "r1", COUNTS)
    assert [(one.namespace, one.name) for one in lineage.inputs] == [("file", "/srv/inbox")]
    assert lineage.inputs[0].inputFacets["inputStatistics"].fileCount == 5
    assert [(one.namespace, one.name) for one in lineage.outputs] == [("file", "/srv/data/raw")]
    tags = {tag.key: tag.value for tag in lineage.run_facets["tags"].tags}
    assert tags["loan_documents.new"] == "3"


def test_extracting_writes_records_with_a_schema() -> None:
    result = {"parts": ["q", "group-00001-records"], "statuses": {"accepted": 2, "review": 1}, "pages": 7}
    [records] = extract_lineage("s3://bucket/data", "run-1", result).outputs
    assert (records.namespace, records.name) == ("s3://bucket", "data/runs/run-1/group-00001-records.jsonl")
    assert records.outputFacets["outputStatistics"].rowCount == 3
    assert "document_id" in {field.name for field in records.facets["schema"].fields}


@pytest.mark.parametrize(
    ("uri", "dataset"),
    [
        ("s3://key:correct-horse@inbox/2026?token=x", ("s3://inbox", "2026")),
        ("https://user:pw@api.example.com/documents", ("https://api.example.com", "documents")),
        ("/srv/of 987-65-4321", ("file", "/srv/of [number]")),
        ("file:///srv/of%20987%2D65%2D4321", ("file", "/srv/of [number]")),
        ("s3://inbox-987-65-4321/987_65_4321", ("s3://inbox-[number]", "[number]")),
        ("s3://bucket", ("s3://bucket", "/")),
    ],
)
def test_a_place_is_named_without_user_password_query_or_number(uri: str, dataset: tuple[str, str]) -> None:
    assert dataset_of(uri) == dataset


@pytest.mark.parametrize("part", ["lender=Harbor Lane", "a.b:c|d", "é\n", "x" * 10])
def test_a_name_has_no_sign_that_statsd_reads(part: str) -> None:
    name = stat_name("bias.difference", part)
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.")


def test_a_metrics_server_that_fails_fails_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.sdk.observability import stats

    def broken(*_: object, **__: object) -> None:
        raise OSError("no route")

    for name in ("gauge", "timing", "incr"):
        monkeypatch.setattr(stats, name, broken)
    assert publish([MetricPoint("documents.files", 1.0)]) == 0
    count("extracted", {"pages": 3})
