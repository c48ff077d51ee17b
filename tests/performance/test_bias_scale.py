"""A million labelled documents are sliced, measured, compared and named in bounded time and memory.

The short form has fewer; ``BIAS_ROWS=1000000 pytest tests/performance/test_bias_scale.py`` is the whole.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parents[2]
ROWS = int(os.environ.get("BIAS_ROWS", "100000"))

SCRIPT = """
import resource, sys, time
from student_loans.fairness.analysis import compare_slices, measure_slices
from student_loans.fairness.findings import find_bias
from student_loans.fairness.mitigation.simulation import simulate_mitigations
from student_loans.fairness.settings import load_fairness_settings
from tests.fairness_factory import ACCEPT_ABOVE, make_frame
options = load_fairness_settings()
frame = make_frame(int(sys.argv[1]), 1, degraded_lender="larkmoor", error_if_degraded=0.05)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.process_time()
measured = measure_slices(frame, options, labelled=True)
p_values = compare_slices(frame, measured, options, labelled=True)
findings = find_bias(frame, measured, p_values, options, labelled=True)
simulate_mitigations(frame, findings, ACCEPT_ABOVE, options)
seconds = time.process_time() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
lenders = {one.slice for one in findings if one.dimension == "lender"}
print(f"{seconds:.1f} {peak / 1024:.0f} {before / 1024:.0f} {len(measured)} {sorted(lenders)}")
"""


def test_labelled_rows_are_sliced_in_bounded_time_and_memory() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(ROWS)],
        cwd=PROJECT_ROOT,
        env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT / "include")},
        capture_output=True,
        text=True,
        check=True,
        timeout=280,
    )
    seconds, peak_mb, before_mb, _, *lenders = done.stdout.split()
    print(done.stdout)
    assert lenders == ["['larkmoor']"]
    assert float(seconds) < 60 + ROWS / 10_000
    assert float(peak_mb) < 600 + ROWS / 500  # 2 KB a document at the most
    assert float(before_mb) < float(peak_mb)
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss > 0
