"""How long the DAG processor needs for each DAG file: in a warm process, as it parses them again and again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

PROJECT_ROOT = Path(__file__).resolve().parents[2]
_SCRIPT = """
import json, sys, time
from pathlib import Path
from airflow.dag_processing.dagbag import DagBag
folder, rounds = Path(sys.argv[1]), int(sys.argv[2])
times = {}
for number in range(rounds + 1):  # the first round imports what all files share, and is left out
    for path in sorted(folder.glob("*.py")):
        bag = DagBag(str(folder / "nothing"), collect_dags=False)
        started = time.perf_counter()
        bag.process_file(str(path), only_if_updated=False)
        assert bag.dags and not bag.import_errors, (path, bag.import_errors)
        if number:
            times.setdefault(path.name, []).append(time.perf_counter() - started)
print(json.dumps(times))
"""


def parse_seconds(rounds: int) -> dict[str, float]:
    """Median wall-clock seconds of each DAG file."""
    with tempfile.TemporaryDirectory() as home:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")},
            "AIRFLOW_HOME": home,
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT_ROOT / "plugins"),
            "PYTHONPATH": f"{PROJECT_ROOT / 'include'}{os.pathsep}{PROJECT_ROOT / 'plugins'}",
        }
        done = subprocess.run(
            [sys.executable, "-c", _SCRIPT, str(PROJECT_ROOT / "dags"), str(rounds)],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
    times: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    return {name: median(values) for name, values in times.items()}
