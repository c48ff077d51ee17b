"""YAML is read fast, and makes plain data only."""

from __future__ import annotations

import pytest
import yaml

from student_loans.yaml_files import parse_yaml, shipped_text, shipped_yaml


@pytest.mark.parametrize("name", ["document_types.yaml", "fields.yaml", "pipeline_config.yaml"])
def test_the_fast_parser_reads_what_the_slow_one_does(name: str) -> None:
    assert shipped_yaml(name) == yaml.safe_load(shipped_text(name))


def test_no_objects_are_made() -> None:
    with pytest.raises(yaml.YAMLError):
        parse_yaml("!!python/object/apply:os.getcwd []")


def test_a_fault_is_told_with_its_line() -> None:
    with pytest.raises(yaml.YAMLError) as caught:
        parse_yaml("a: 1\nb: [1, 2\n")
    mark = getattr(caught.value, "problem_mark", None)
    assert mark is not None
    assert mark.line >= 1
