"""``astro dev start --standalone`` sets PYTHONPATH to the project's ``include`` and the folder of DAGs; both are enough here.

The environment is that of the Astro CLI's standalone mode; ``-S`` leaves out what ``make`` has put into this environment.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

PROJECT_ROOT = Path(__file__).resolve().parents[2]
CODE = """
from airflow.dag_processing.dagbag import DagBag
import student_loans
bag = DagBag({dags!r})
assert bag.import_errors == {{}}, bag.import_errors
print(len(bag.dags), student_loans.__file__)
"""


@pytest.mark.airflow
@pytest.mark.timeout(240)
def test_every_dag_is_found_with_what_standalone_mode_sets(tmp_path: Path) -> None:
    dags = str(PROJECT_ROOT / "dags")
    path = os.pathsep.join((str(PROJECT_ROOT / "include"), sysconfig.get_paths()["purelib"]))
    done = subprocess.run(
        [sys.executable, "-S", "-c", CODE.format(dags=dags)],
        cwd=PROJECT_ROOT,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "PYTHONPATH": path,
            "AIRFLOW_HOME": str(tmp_path / "standalone"),
            "AIRFLOW__CORE__DAGS_FOLDER": dags,
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT_ROOT / "plugins"),  # of .env, see docs/containers.md
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    count, found = done.stdout.strip().splitlines()[-1].split()
    assert int(count) == len(list(Path(dags).glob("*.py")))
    assert found == str(PROJECT_ROOT / "include" / "student_loans" / "__init__.py")
