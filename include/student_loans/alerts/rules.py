"""Alert rules: read from YAML, checked when they are loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from student_loans.config_files import Section, read_config
from student_loans.severity import Severity

RULES_FILE = "alert_rules.yaml"
ABSOLUTE = ("above", "below")
RELATIVE = ("rises_by", "falls_by", "rises_by_ratio", "falls_by_ratio")


class Window(Section):
    """Earlier runs that a value is compared with."""

    runs: int = Field(ge=1, le=200, description="At most this many earlier runs.")
    at_least: int = Field(default=1, ge=1, description="With fewer, the rule says nothing.")
    statistic: Literal["mean", "median", "lowest", "highest"] = "median"

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        if self.at_least > self.runs:
            raise ValueError(f"at_least ({self.at_least}) is more than runs ({self.runs})")
        return self


class Rule(Section):
    """When a metric is wrong.

    ``above`` and ``below`` compare the value with ``threshold``. ``rises_by`` and ``falls_by`` compare it with the
    ``window`` of earlier runs, in the metric's unit; ``…_ratio`` as a fraction of the window's statistic.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str = Field(min_length=3, max_length=120)
    metric: str = Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$")
    compare: Literal["above", "below", "rises_by", "falls_by", "rises_by_ratio", "falls_by_ratio"]
    threshold: float = Field(allow_inf_nan=False)
    severity: Severity
    todo: str = Field(min_length=3, description="What a person should do.")
    slices: Literal["run", "each"] | tuple[str, ...] = Field(
        default="run", description="run: the whole run; each: every slice by itself; or the slices' names."
    )
    window: Window | None = None
    min_documents: int = Field(default=0, ge=0, description="Runs with fewer documents decide nothing.")
    for_runs: int = Field(default=1, ge=1, le=50, description="Fires after this many runs in a row.")
    clear_runs: int = Field(default=1, ge=1, le=50, description="Resolves after this many good runs in a row.")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.compare in RELATIVE and self.window is None:
            raise ValueError(f"compare: {self.compare} needs a window")
        if self.compare in ABSOLUTE and self.window is not None:
            raise ValueError(f"compare: {self.compare} takes no window")
        if self.compare in RELATIVE and self.threshold <= 0:
            raise ValueError(f"compare: {self.compare} needs a threshold above 0")
        return self

    def covers(self, slice_name: str) -> bool:
        """Whether the rule applies to this slice."""
        if self.slices == "run":
            return slice_name == ""
        return bool(slice_name) if self.slices == "each" else slice_name in self.slices

    @property
    def runs_needed(self) -> int:
        """Number of earlier runs that a verdict may need."""
        return max(self.for_runs, self.clear_runs) - 1 + (self.window.runs if self.window else 0)


class _RuleFile(Section):
    rules: tuple[Rule, ...]

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        names = [rule.name for rule in self.rules]
        if doubled := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two rules are named {', '.join(doubled)}")
        return self


def load_rules(path: Path | None = None) -> tuple[Rule, ...]:
    """Read and check the rules.

    Args:
        path: A YAML file; None means the one that ships with the product.

    Raises:
        ConfigurationError: ``invalid_settings``, naming the file and each fault.
    """
    return read_config(RULES_FILE, _RuleFile, path, named="rules").rules
