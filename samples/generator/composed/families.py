"""Families of wordings: the house style in words of one maker of paper, read from YAML files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[1] / "families"
PLACEHOLDER = re.compile(r"\{(\w+)\}")
_MAKERS = ("lender", "servicer", "school", "state", "government")


@dataclass(frozen=True, slots=True)
class Other:
    """The label of a value that no field of the contract has, and the kind of that value."""

    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class Family:
    """The wordings of one maker.

    Attributes:
        name: Unique over all files; the unit of every split into training and measurement.
        document_type: A type of the contract.
        maker: Who sends the paper: ``lender``, ``servicer``, ``school``, ``state`` or ``government``.
        labels: Field of the contract to its wordings.
        sentences: Statements of fields in running text.
        others: Labels of values that are no field.
        prose: Clauses with values that are not this loan's.
        loan_columns: Heads of a table with a row for each loan.
        coupon: Labels on the slip to return.
        roles: How lender and servicer are named in sentences.
    """

    name: str
    document_type: str
    maker: str
    titles: tuple[str, ...]
    salutation: tuple[str, ...]
    sections: tuple[str, ...]
    labels: Mapping[str, tuple[str, ...]]
    sentences: tuple[str, ...]
    others: tuple[Other, ...]
    prose: tuple[str, ...]
    loan_columns: Mapping[str, tuple[str, ...]]
    coupon: Mapping[str, tuple[str, ...]]
    roles: tuple[str, ...]


def _texts(raw: Any) -> tuple[str, ...]:
    return tuple(str(text).strip() for text in ([raw] if isinstance(raw, str) else raw or ()) if text)


def _wordings(raw: Any) -> dict[str, tuple[str, ...]]:
    return {str(field): _texts(texts) for field, texts in (raw or {}).items() if _texts(texts)}


def read_family(path: Path) -> Family:
    """Read one file.

    Raises:
        ValueError: The file has no name, an unknown maker, or is not the format of families.
    """
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(raw, dict) or not raw.get("family") or raw.get("maker", "lender") not in _MAKERS:
        raise ValueError(f"{path.name} is no family of wordings")
    others = tuple(Other(str(other["label"]), str(other["kind"])) for other in raw.get("others") or ())
    return Family(
        name=str(raw["family"]),
        document_type=str(raw["document_type"]),
        maker=str(raw.get("maker", "lender")),
        others=others,
        **{key: _texts(raw.get(key)) for key in ("titles", "salutation", "sections", "sentences", "prose", "roles")},  # type: ignore[arg-type]
        **{key: _wordings(raw.get(key)) for key in ("labels", "loan_columns", "coupon")},  # type: ignore[arg-type]
    )


@cache
def read_families(folder: Path, only: str = "") -> tuple[Family, ...]:
    """All families under a folder, in order of their names.

    Args:
        folder: The folder of the YAML files, searched with its subfolders.
        only: A regular expression that the whole name of a family must match; empty for all.

    Raises:
        ValueError: Two files have the same family, or none is left.
    """
    families = [read_family(path) for path in sorted(folder.rglob("*.yaml"))]
    names = [family.name for family in families]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"two files of the family {sorted(twice)[0]}")
    chosen = tuple(
        sorted((family for family in families if not only or re.fullmatch(only, family.name)), key=lambda one: one.name)
    )
    if not chosen:
        raise ValueError("no family of wordings matches")
    return chosen
