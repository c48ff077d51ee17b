"""YAML read by libyaml: a tenth of the time of the parser in Python, which every task would spend anew."""

from __future__ import annotations

from importlib import resources
from typing import Any


def parse_yaml(text: str) -> Any:
    """The content of a YAML text: plain data, no objects.

    Raises:
        yaml.YAMLError: It is no YAML.
    """
    import yaml

    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe


def shipped_text(name: str) -> str:
    """The text of a file of ``include/student_loans/config``."""
    return resources.files("student_loans.config").joinpath(name).read_text(encoding="utf-8")


def shipped_yaml(name: str) -> Any:
    """The content of a YAML file of ``include/student_loans/config``."""
    return parse_yaml(shipped_text(name))
