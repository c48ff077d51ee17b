"""One frozen settings object, read once at the edge from ``include/config/pipeline_config.yaml`` and the environment.

Each option is defined here and nowhere else; an unknown key or a wrong type is refused with
:class:`~include.errors.ConfigurationError`. An environment variable ``LOAN_DOCUMENTS__SECTION__KEY`` overrides the file.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from include.errors import ConfigurationError, ErrorCode

ENV_PREFIX = "LOAN_DOCUMENTS__"


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class IntakeSettings(_Section):
    """Limits a file must keep before anything opens it deeply."""

    max_bytes: int = Field(gt=0, description="Largest file, in bytes.")
    max_pages: int = Field(gt=0, description="Most pages in one document.")
    max_page_pixels: int = Field(
        gt=0, description="Most pixels of one page image: the guard against decompression bombs."
    )


class PreprocessingSettings(_Section):
    """How pages are prepared for reading."""

    ocr_dpi: int = Field(ge=72, le=600, description="Rendering resolution of PDF pages that OCR reads, dots per inch.")


class ExtractionSettings(_Section):
    """How words are read and turned into fields."""

    reader: Literal["auto", "tesseract", "rapidocr"]
    ocr_language: str = Field(description="Tesseract language code, such as eng.")
    ocr_timeout_s: float = Field(gt=0, description="Longest time one page may take in OCR, seconds.")


class StorageSettings(_Section):
    """Where bytes and reports are kept."""

    data_uri: str
    reports_uri: str


class OperationsSettings(_Section):
    """How runs are watched."""

    deadline_minutes: float = Field(gt=0, description="A run that takes longer is told of while it still runs.")


class Settings(_Section):
    """All settings of the pipeline."""

    intake: IntakeSettings
    preprocessing: PreprocessingSettings
    extraction: ExtractionSettings
    storage: StorageSettings
    operations: OperationsSettings

    def fingerprint(self) -> str:
        """Twelve hex digits that change when a setting changes which may change a record."""
        relevant = self.model_dump_json(include={"intake", "preprocessing", "extraction"})
        return hashlib.sha256(relevant.encode()).hexdigest()[:12]


def _with_environment(data: dict[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """Lay ``LOAN_DOCUMENTS__SECTION__KEY`` variables over the file's values."""
    merged = {section: dict(values) for section, values in data.items()}
    for name, value in environment.items():
        if not name.startswith(ENV_PREFIX):
            continue
        section, _, key = name.removeprefix(ENV_PREFIX).lower().partition("__")
        merged.setdefault(section, {})[key] = value
    return merged


def load_settings(path: Path | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    Args:
        path: A YAML file; None means the one that ships with the product.
        environment: Variables that override the file; None means the process's own.

    Raises:
        ConfigurationError: ``invalid_settings``, naming each wrong key.
    """
    import yaml

    if path is None:
        text = resources.files("include.config").joinpath("pipeline_config.yaml").read_text(encoding="utf-8")
    else:
        text = path.read_text(encoding="utf-8")
    try:
        return Settings.model_validate(
            _with_environment(yaml.safe_load(text), os.environ if environment is None else environment)
        )
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise ConfigurationError(ErrorCode.INVALID_SETTINGS, f"Correct these settings: {faults}.") from error


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return load_settings()
