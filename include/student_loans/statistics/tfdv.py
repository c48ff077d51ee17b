"""The part that runs inside TensorFlow Data Validation's own environment, and nowhere else.

It imports nothing of the project and, until a function is called, nothing but the standard library: the pipeline calls
its functions with Airflow's external-python task, the command line by ``python -m student_loans.statistics.tfdv``. Requests
and answers are plain JSON. No answer holds a value of a document: TensorFlow Data Validation's descriptions quote
unexpected values, so only the kinds of its anomalies leave.
"""

from __future__ import annotations

import difflib
import json
import os
import sys
from pathlib import Path
from typing import Any

ANSWER = "answer.json"
PROPOSAL, PROPOSAL_DIFF = "schema_proposal.pbtxt", "schema_proposal.diff"


def analyse(request: dict[str, Any]) -> dict[str, Any]:
    """Statistics of a data set, its schema anomalies, and its distance from others.

    Args:
        request: ``current`` (a Parquet file), ``previous`` and ``reference`` (files or None), ``schema`` (a text proto),
            ``schema_name`` (its path in the repository, for the proposal), ``catalog_schema`` (text of a schema that
            completes it), ``output`` (a folder), ``beam_options``,
            ``umask``, ``min_values``, ``thresholds`` (``number``, ``category``, ``by_feature``, ``not_compared``).

    Returns:
        ``rows`` by data set; ``features``: one entry each with counts, distribution by data set, ``drift``, ``skew``,
        ``threshold`` and ``verdict``; ``schema_anomalies``: ``feature``, ``kinds``, ``severity``; ``proposal``: name of
        the written proposal, or None.
    """
    import tensorflow_data_validation as tfdv

    names = [name for name in ("current", "previous", "reference") if request.get(name)]
    output = _output_folder(request)
    statistics = {name: _statistics(request[name], output / f"{name}.tfrecord", request) for name in names}
    schema = tfdv.load_schema_text(request["schema"])
    complete_schema(schema, request["catalog_schema"])
    # Anomalies of the schema alone first: they decide about a proposal.
    anomalies = tfdv.validate_statistics(statistics["current"], schema)
    thresholds = _set_comparators(schema, statistics, request)
    distances = _distances(schema, statistics)
    described = {name: _described(one) for name, one in statistics.items()}
    schema_anomalies = _schema_anomalies(anomalies)
    return {
        "rows": {name: one.datasets[0].num_examples for name, one in statistics.items()},
        "features": [
            _feature(name, described, distances.get(name, {}), thresholds.get(name))
            for name in sorted(described["current"])
        ],
        "schema_anomalies": schema_anomalies,
        "proposal": _propose(request, statistics["current"], output) if schema_anomalies else None,
    }


def analyse_to_file(request: dict[str, Any]) -> dict[str, Any]:
    """The same, with the answer in ``output/answer.json``.

    Returns:
        What may travel through Airflow: ``rows``, names of ``drifted`` and ``skewed`` features, the number of
        ``schema_anomalies``, whether there is a ``proposal``. Distributions name lenders: they stay in the file.
    """
    answer = analyse(request)
    Path(request["output"], ANSWER).write_text(json.dumps(answer), encoding="utf-8")
    return {
        "rows": answer["rows"],
        "drifted": [one["name"] for one in answer["features"] if one["verdict"] == "drifted"],
        "skewed": [one["name"] for one in answer["features"] if one["verdict"] == "skewed"],
        "schema_anomalies": len(answer["schema_anomalies"]),
        "proposal": answer["proposal"] is not None,
    }


def infer_schema(request: dict[str, Any]) -> dict[str, Any]:
    """A first schema from a data set, to be curated by a person.

    Args:
        request: ``current``, ``output`` (a folder, gets ``inferred.pbtxt``), ``beam_options``.

    Returns:
        ``schema``: the file; ``features``: how many.
    """
    import tensorflow_data_validation as tfdv

    output = _output_folder(request)
    schema = tfdv.infer_schema(_statistics(request["current"], output / "inferred.tfrecord", request))
    tfdv.write_schema_text(schema, str(output / "inferred.pbtxt"))
    return {"schema": str(output / "inferred.pbtxt"), "features": len(schema.feature)}


def _output_folder(request: dict[str, Any]) -> Path:
    """The folder that the request names; this process makes it, and every file, for those alone whom the umask leaves."""
    os.umask(request.get("umask", 0o077))
    folder = Path(request["output"])
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _statistics(parquet: str, target: Path, request: dict[str, Any]) -> Any:
    """Statistics of one Parquet file, computed by Apache Beam."""
    import apache_beam as beam
    import tensorflow_data_validation as tfdv
    from apache_beam.options.pipeline_options import PipelineOptions

    # The command line is this program's, not Beam's.
    options = PipelineOptions(list(request["beam_options"]))
    with beam.Pipeline(options=options) as pipeline:
        _ = (
            pipeline
            | "Read" >> beam.io.ReadFromParquetBatched(parquet)
            | "Columns" >> beam.FlatMap(_record_batches)
            | "Statistics"
            >> tfdv.GenerateStatistics(tfdv.StatsOptions(num_top_values=20, num_rank_histogram_buckets=50))
            | "Write" >> tfdv.WriteStatisticsToTFRecord(str(target))
        )
    return tfdv.load_statistics(str(target))


def _record_batches(table: Any) -> list[Any]:
    """The batches of a table with each cell as a list, as TensorFlow Data Validation reads them; missing is null."""
    import numpy
    import pyarrow

    batches = []
    for batch in table.to_batches():
        columns = []
        for column in batch.columns:
            present = column.is_valid().to_numpy(zero_copy_only=False)
            if pyarrow.types.is_large_string(column.type):
                column = column.cast(pyarrow.string())
            ends = numpy.concatenate([[0], numpy.cumsum(present)])
            # A null offset makes a null list: a missing cell, not an empty one.
            offsets = pyarrow.array(ends, pyarrow.int32(), mask=numpy.append(~present, False))
            columns.append(pyarrow.ListArray.from_arrays(offsets, column.drop_null()))
        batches.append(pyarrow.RecordBatch.from_arrays(columns, table.schema.names))
    return batches


def _described(statistics: Any) -> dict[str, dict[str, Any]]:
    """Feature to its description: aggregates only."""
    described = {}
    for feature in statistics.datasets[0].features:
        numeric = feature.HasField("num_stats")
        stats = feature.num_stats if numeric else feature.string_stats
        common = stats.common_stats
        entry: dict[str, Any] = {
            "kind": "number" if numeric else "category",
            "values": int(common.num_non_missing),
            "missing": int(common.num_missing),
        }
        if numeric and common.num_non_missing:
            entry |= _numbers(stats)
        elif not numeric:
            total = max(int(common.num_non_missing), 1)
            entry["shares"] = {one.label: one.sample_count / total for one in stats.rank_histogram.buckets[:20]}
            entry["distinct"] = int(stats.unique)
        described[feature.path.step[0]] = entry
    return described


def _numbers(stats: Any) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "mean": stats.mean,
        "std_dev": stats.std_dev,
        "median": stats.median,
        "zeros": int(stats.num_zeros),
    }
    for histogram in stats.histograms:
        buckets = [(one.low_value, one.high_value, one.sample_count) for one in histogram.buckets]
        if histogram.type == histogram.QUANTILES:
            entry["quantiles"] = [buckets[0][0], *(high for _, high, _ in buckets)] if buckets else []
        else:
            entry["histogram"] = buckets
    return entry


def _set_comparators(schema: Any, statistics: dict[str, Any], request: dict[str, Any]) -> dict[str, float]:
    """Write thresholds into the schema in memory, for features with enough values; feature to threshold."""
    limits = request["thresholds"]
    counts = {name: _described(one) for name, one in statistics.items()}
    chosen: dict[str, float] = {}
    for feature in schema.feature:
        name = feature.name
        feature.ClearField("drift_comparator")
        feature.ClearField("skew_comparator")
        current = counts["current"].get(name)
        if current is None or name in limits["not_compared"] or current["values"] < request["min_values"]:
            continue
        threshold = limits["by_feature"].get(name, limits[current["kind"]])
        for other, comparator in (("previous", feature.drift_comparator), ("reference", feature.skew_comparator)):
            if counts.get(other, {}).get(name, {}).get("values", 0) < request["min_values"]:
                continue
            chosen[name] = threshold
            measure = comparator.jensen_shannon_divergence if current["kind"] == "number" else comparator.infinity_norm
            measure.threshold = threshold
    return chosen


def _distances(schema: Any, statistics: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Feature to its distance from the previous period (drift) and from the reference (skew)."""
    import tensorflow_data_validation as tfdv

    others = {"previous_statistics": statistics.get("previous"), "serving_statistics": statistics.get("reference")}
    result = tfdv.validate_statistics(
        statistics["current"], schema, **{name: one for name, one in others.items() if one is not None}
    )
    distances: dict[str, dict[str, float]] = {}
    for info in result.drift_skew_info:
        entry = distances.setdefault(info.path.step[0], {})
        for kind, measurements in (("drift", info.drift_measurements), ("skew", info.skew_measurements)):
            for measurement in measurements:
                entry[kind] = measurement.value
    return distances


def _feature(
    name: str, described: dict[str, dict[str, Any]], distances: dict[str, float], threshold: float | None
) -> dict[str, Any]:
    drift, skew = distances.get("drift"), distances.get("skew")
    if threshold is None or (drift is None and skew is None):
        verdict = "not_judged"
    elif drift is not None and drift > threshold:
        verdict = "drifted"
    else:
        verdict = "skewed" if skew is not None and skew > threshold else "steady"
    return {
        "name": name,
        "kind": described["current"][name]["kind"],
        "drift": drift,
        "skew": skew,
        "threshold": threshold,
        "verdict": verdict,
        "distributions": {data_set: features[name] for data_set, features in described.items() if name in features},
    }


def _schema_anomalies(anomalies: Any) -> list[dict[str, Any]]:
    """Feature, kinds and severity of each anomaly; the library's sentences quote values and stay here."""
    from tensorflow_metadata.proto.v0 import anomalies_pb2

    info = anomalies_pb2.AnomalyInfo
    return [
        {
            "feature": name,
            "kinds": sorted({info.Type.Name(reason.type).lower() for reason in one.reason}),
            "severity": "critical" if one.severity == info.ERROR else "warning",
        }
        for name, one in sorted(anomalies.anomaly_info.items())
    ]


def complete_schema(schema: Any, catalog_schema: str) -> frozenset[str]:
    """Add the features and domains that a schema does not name; returns the names of the added features."""
    from google.protobuf import text_format
    from tensorflow_metadata.proto.v0 import schema_pb2

    catalog = text_format.Parse(catalog_schema, schema_pb2.Schema())
    named = {feature.name for feature in schema.feature}
    domains = {domain.name for domain in schema.string_domain}
    added = [feature for feature in catalog.feature if feature.name not in named]
    schema.feature.extend(added)
    schema.string_domain.extend(domain for domain in catalog.string_domain if domain.name not in domains)
    return frozenset(feature.name for feature in added)


def without_features(schema: Any, names: frozenset[str]) -> Any:
    """A schema without some features and their domains: what the catalogue says is changed in the catalogue."""
    from tensorflow_metadata.proto.v0 import schema_pb2

    kept = schema_pb2.Schema()
    kept.CopyFrom(schema)
    for part in ("feature", "string_domain"):
        kept.ClearField(part)
        getattr(kept, part).extend(one for one in getattr(schema, part) if one.name not in names)
    return kept


def _propose(request: dict[str, Any], statistics: Any, output: Path) -> str | None:
    """Write the schema file that would accept the data, and the difference for ``git apply``."""
    import tensorflow_data_validation as tfdv

    schema = tfdv.load_schema_text(request["schema"])
    tfdv.write_schema_text(schema, str(output / PROPOSAL))
    before = (output / PROPOSAL).read_text(encoding="utf-8")
    added = complete_schema(schema, request["catalog_schema"])
    updated = without_features(tfdv.update_schema(schema, statistics), added)
    tfdv.write_schema_text(updated, str(output / PROPOSAL))
    after = (output / PROPOSAL).read_text(encoding="utf-8")
    if after == before:
        (output / PROPOSAL).unlink()
        return None
    name = request["schema_name"]
    written = Path(request["schema"]).read_text(encoding="utf-8")
    lines = difflib.unified_diff(
        written.splitlines(keepends=True), after.splitlines(keepends=True), f"a/{name}", f"b/{name}"
    )
    (output / PROPOSAL_DIFF).write_text("".join(lines), encoding="utf-8")
    return PROPOSAL


COMMANDS = {"analyse": analyse, "analyse_to_file": analyse_to_file, "infer_schema": infer_schema}


def main() -> int:
    """``python -m student_loans.statistics.tfdv COMMAND REQUEST.json ANSWER.json``."""
    command, request, answer = sys.argv[1:4]
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    result = COMMANDS[command](json.loads(Path(request).read_text(encoding="utf-8")))
    Path(answer).write_text(json.dumps(result), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
