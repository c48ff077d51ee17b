"""Files that somebody sent are opened in the sandbox only: nothing else in the product calls what opens them."""

from __future__ import annotations

import ast
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parents[3]
PACKAGE = PROJECT_ROOT / "include" / "student_loans"
OPENERS = {
    "open_pdf", "open_image", "pdf_parts", "check_document", "check_pdf", "check_image", "prepare_pages", "read_metadata",
    "file_notices", "extract_document", "draw_view", "damaged",
}  # fmt: skip
"""Functions that open a file's bytes, or call such a function."""
INSIDE = {
    "intake/document_check.py", "intake/image_check.py", "intake/pdf_check.py", "pages/digit_shapes.py",
    "preparation/metadata.py", "preparation/notices.py", "preparation/pages.py", "review/render.py",
    "understanding/calibration.py", "understanding/document.py", "understanding/fit.py", "understanding/quality_check.py",
}  # fmt: skip
"""Modules whose functions run inside of the sandbox: others hand these functions to it and do not call them."""
LIBRARIES = {"pypdfium2", "pikepdf", "pi_heif"}


def sources() -> list[tuple[str, ast.Module]]:
    files = [*PACKAGE.rglob("*.py"), *(PROJECT_ROOT / "plugins").rglob("*.py"), *(PROJECT_ROOT / "dags").rglob("*.py")]
    return [
        (str(path.relative_to(PACKAGE if path.is_relative_to(PACKAGE) else PROJECT_ROOT)), ast.parse(path.read_text()))
        for path in files
    ]


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def imported(tree: ast.Module) -> set[str]:
    """Libraries that code imports, where it runs and not for its types."""
    types = {id(inner) for node in ast.walk(tree) if _is_for_types(node) for inner in ast.walk(node)}
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and id(node) not in types:
            names.add((node.module or "").partition(".")[0])
    return names


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"


def test_only_what_runs_in_the_sandbox_calls_what_opens_files() -> None:
    outside = {
        f"{name}: {called(node)}"
        for name, tree in sources()
        if name not in INSIDE
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node) in OPENERS
    }
    assert not {call for call in outside if not call.startswith("pages/pdf_parts.py")}


def test_only_pages_intake_and_preparation_use_the_libraries_that_open_files() -> None:
    rooms = {name.partition("/")[0] for name, tree in sources() if imported(tree) & LIBRARIES and name not in INSIDE}
    assert rooms <= {"pages", "intake", "preparation"}
