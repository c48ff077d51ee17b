"""Files of ``include/student_loans/config`` as frozen models: one reader, which names every fault and its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.yaml_files import parse_yaml, shipped_text

Model = TypeVar("Model", bound=BaseModel)


class Section(BaseModel):
    """Part of a configuration file: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def read_yaml(path: Path | None, shipped: str, validate: Callable[[Any], Model], *, named: str = "") -> Model:
    """Read a YAML file of ``include/student_loans/config`` (or another in its place) into a model.

    Args:
        path: None means the file that ships with the product.
        shipped: Its name.
        validate: Makes the model, or raises pydantic's error.
        named: Key of a list whose items have names, so that a fault can be told by name.

    Raises:
        ConfigurationError: ``invalid_settings``.
    """
    import yaml

    where = path or shipped
    try:
        data = parse_yaml(path.read_text(encoding="utf-8") if path else shipped_text(shipped))
        return validate(data)
    except OSError as error:
        raise ConfigurationError(ErrorCode.INVALID_SETTINGS, f"{where} cannot be read.") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" (line {mark.line + 1})" if mark else ""
        raise ConfigurationError(ErrorCode.INVALID_SETTINGS, f"{where} is no YAML{line}.") from error
    except ValidationError as error:
        faults = "; ".join(_fault(fault["loc"], fault["msg"], data, named) for fault in error.errors())
        raise ConfigurationError(ErrorCode.INVALID_SETTINGS, f"Correct {where}: {faults}.") from error


def _fault(location: tuple[int | str, ...], message: str, data: Any, named: str) -> str:
    """One fault with its place; an item of a list is told by its name rather than its number."""
    parts = [str(part) for part in location]
    if named and len(location) > 1 and location[0] == named and isinstance(location[1], int):
        item = data[named][location[1]]
        if isinstance(item, dict) and item.get("name"):
            parts[:2] = [f"{named} {item['name']!r}"]
    return f"{'.'.join(parts) or 'the file'}: {message.removeprefix('Value error, ')}"
