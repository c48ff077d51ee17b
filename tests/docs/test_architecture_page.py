"""docs/architecture.md says what the imports say: the rooms and their order, and walks that never go back."""

from __future__ import annotations

import re
import tomllib
from itertools import pairwise

import pytest

from student_loans.fingerprints import LEFT_OUT
from student_loans.import_graph import reached_from
from student_loans.project import CODE_ROOT
from tests.airflow_environment import PROJECT_ROOT

PAGE = (PROJECT_ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PACKAGE = CODE_ROOT / "student_loans"
CONTRACTS = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
    "contracts"
]


def layers() -> list[str]:
    """Rooms and files of the package from the top, as import-linter holds them."""
    [contract] = [one for one in CONTRACTS if one["type"] == "layers" and one.get("containers")]
    return [name.strip() for layer in contract["layers"] for name in layer.split(":")]


def walks() -> dict[str, list[str]]:
    """The files of each walk, in order."""
    found = {}
    for title, text in re.findall(r"^### (.+?)\n(.*?)(?=^##)", PAGE, re.MULTILINE | re.DOTALL):
        if "<!-- walk -->" in text:
            steps = text.partition("<!-- walk -->")[2]
            found[title] = re.findall(r"^ *(?:\d+\. )?`([\w/]+\.(?:py|yaml))`", steps, re.MULTILINE)
    return found


def test_the_table_has_every_room_in_the_order_that_imports_are_held_to() -> None:
    table = PAGE.partition("<!-- rooms")[2].partition("\n## ")[0]
    rooms = re.findall(r"^\| `([a-z_]+)(?:/|\.py)` \|", table, re.MULTILINE)
    order = [name for name in layers() if (PACKAGE / name).is_dir() and name != "config"]
    assert rooms == ["cli", *order]
    ground = table.rpartition("| ground |")[2]
    files = [name for name in layers() if (PACKAGE / f"{name}.py").is_file() and name not in ("cli", "__main__")]
    assert re.findall(r"`(\w+)\.py`", ground) == files


@pytest.mark.parametrize("name", ["A document", "A wording", "A reviewer's correction"])
def test_a_walk_enters_each_room_once_and_never_goes_back(name: str) -> None:
    files = walks()[name]
    assert len(files) >= 3
    assert [file for file in files if not (PACKAGE / file).is_file()] == []
    rooms = [file.partition("/")[0] for file in files]
    entered = [room for room, earlier in zip(rooms, [None, *rooms], strict=False) if room != earlier]
    assert len(entered) == len(set(entered))
    modules = [f"student_loans.{file.removesuffix('.py').replace('/', '.')}" for file in files if file.endswith(".py")]
    for index, module in enumerate(modules):
        reached = set(reached_from([module], left_out=LEFT_OUT).code)
        later = {f"student_loans/{file}" for file in files[files.index(f"{module[14:].replace('.', '/')}.py") + 1 :]}
        assert reached & later == set(), f"step {index + 1}"


def test_every_file_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"`((?:include|plugins|tests|dags)/[\w/.]+)`", PAGE))
    assert named
    assert [name for name in sorted(named) if not (PROJECT_ROOT / name).exists()] == []


def test_where_to_change_what_names_keys_and_files_that_exist() -> None:
    rows = PAGE.partition("## Where to change what")[2].partition("\n## ")[0]
    for name in re.findall(r"`([a-z_]+\.(?:yaml|json))`", rows):
        assert (PACKAGE / "config" / name).is_file(), name


def test_the_order_of_a_walk_is_the_order_of_its_numbers() -> None:
    numbers = [int(number) for number in re.findall(r"^(\d+)\. `", PAGE.partition("### A document")[2], re.MULTILINE)]
    assert all(later in (earlier + 1, 1) for earlier, later in pairwise(numbers))
