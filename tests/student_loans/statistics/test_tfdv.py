"""The parts of the analysis that need no TensorFlow Data Validation: cells as lists, verdicts, and what it imports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyarrow
import pytest

from student_loans.statistics import tfdv


def cells(values: list[object], kind: pyarrow.DataType) -> list[object]:
    """A column as TensorFlow Data Validation reads it."""
    (batch,) = tfdv._record_batches(pyarrow.table({"x": pyarrow.array(values, kind)}))
    return batch.column("x").to_pylist()


@pytest.mark.parametrize("kind", [pyarrow.string(), pyarrow.large_string()])
def test_each_cell_is_a_list_and_a_missing_one_is_null_and_not_empty(kind: pyarrow.DataType) -> None:
    assert cells(["a", None, "", "b"], kind) == [["a"], None, [""], ["b"]]
    assert cells([None, None], kind) == [None, None]


def test_numbers_keep_their_values() -> None:
    assert cells([1.5, None, 0.0], pyarrow.float64()) == [[1.5], None, [0.0]]


def test_every_batch_of_a_table_keeps_its_columns() -> None:
    table = pyarrow.concat_tables([pyarrow.table({"x": [1.0], "y": ["a"]}), pyarrow.table({"x": [2.0], "y": ["b"]})])
    batches = tfdv._record_batches(table)
    assert [batch.to_pydict() for batch in batches] == [{"x": [[1.0]], "y": [["a"]]}, {"x": [[2.0]], "y": [["b"]]}]
    assert tfdv._record_batches(table.slice(0, 0)) in ([], [batches[0].slice(0, 0)])


@pytest.mark.parametrize(
    ("distances", "threshold", "verdict"),
    [
        ({"drift": 0.19, "skew": 0.5}, 0.18, "drifted"),
        ({"drift": 0.18, "skew": 0.18}, 0.18, "steady"),
        ({"drift": 0.0, "skew": 0.19}, 0.18, "skewed"),
        ({"skew": 0.19}, 0.18, "skewed"),
        ({"drift": 0.1}, 0.18, "steady"),
        ({}, 0.18, "not_judged"),
        ({"drift": 0.9}, None, "not_judged"),
    ],
)
def test_a_feature_has_moved_past_its_threshold_and_not_at_it(
    distances: dict[str, float], threshold: float | None, verdict: str
) -> None:
    described = {"current": {"apr": {"kind": "number"}}, "previous": {}}
    feature = tfdv._feature("apr", described, distances, threshold)
    assert feature["verdict"] == verdict
    assert (feature["drift"], feature["skew"]) == (distances.get("drift"), distances.get("skew"))
    assert feature["distributions"] == {"current": {"kind": "number"}}, "a data set without the feature has none"


def test_the_module_is_read_with_the_standard_library_alone() -> None:
    """Its own environment has nothing of the project's."""
    code = f"import sys; sys.path.insert(0, {str(Path(tfdv.__file__).parent)!r}); import tfdv; print(sorted(tfdv.COMMANDS))"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "['analyse', 'analyse_to_file', 'infer_schema']", done.stderr
