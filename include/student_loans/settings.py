"""One frozen settings object, read once at the edge from ``config/pipeline_config.yaml`` and the environment.

Each option is defined here and nowhere else; an unknown key or a wrong type is refused with
:class:`~student_loans.errors.ConfigurationError`. An environment variable ``LOAN_DOCUMENTS__SECTION__KEY`` overrides the file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from student_loans.config_files import Section, read_config
from student_loans.registrations import READERS

ENV_PREFIX = "LOAN_DOCUMENTS__"


class AcquisitionSettings(Section):
    """Timeouts and retries of sources, and how much of them is listed."""

    attempts: int = Field(ge=1, le=20, description="Calls in all before a source is unavailable.")
    first_wait_s: float = Field(gt=0, description="Upper bound of the first pause between calls, seconds; it doubles.")
    longest_wait_s: float = Field(gt=0, description="Longest pause, also where a source asks for more, seconds.")
    connect_timeout_s: float = Field(gt=0, description="Longest wait for a connection, seconds.")
    read_timeout_s: float = Field(gt=0, description="Longest silence of a connection, seconds.")
    total_timeout_s: float = Field(gt=0, description="Longest time of one download, seconds.")
    late_arrival_days: float = Field(
        ge=0, description="How far behind the watermark a source that lists by time is asked again, days."
    )
    full_listing_days: float = Field(
        ge=0, description="How often a source that lists by time is listed whole all the same, days."
    )


def _names(value: Any) -> Any:
    """A list; an environment variable holds it as JSON, or as names divided by commas."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        return json.loads(value)
    return [name.strip() for name in value.split(",") if name.strip()]


Names = Annotated[tuple[str, ...], BeforeValidator(_names)]
"""Several names; an environment variable divides them by commas, or holds a JSON list."""


class SourceSettings(Section):
    """What documents may be read from. A connection of Airflow allows its own host, buckets or database besides."""

    folders: Names = Field(description="Folders with their sub-folders, absolute or relative to the project.")
    buckets: Names = Field(description="Buckets, or parts of them: bucket, bucket/prefix.")
    hosts: Names = Field(description="Hosts of APIs, host or host:port, if their addresses are public.")
    private_hosts: Names = Field(description="Hosts of APIs that may have a private or a loopback address.")
    allow_file: str = Field(
        description="File with further addresses, a JSON string a line, that `make run` adds to; only its owner may be able "
        "to write it. Empty: none."
    )


class IntakeSettings(Section):
    """Limits of a file, checked before it is read."""

    max_bytes: int = Field(gt=0, description="Largest file, in bytes.")
    max_pages: int = Field(gt=0, description="Most pages in one document.")
    max_page_pixels: int = Field(
        gt=0, description="Most pixels of one page image: the guard against decompression bombs."
    )


class IsolationSettings(Section):
    """Limits of sandbox workers."""

    workers: int = Field(ge=0, le=64, description="Processes that work at once; 0 means one a core.")
    page_views: int = Field(ge=1, le=64, description="Processes that draw pages for people at once, in one web server.")
    memory_bytes: int = Field(ge=256 * 1024**2, description="Most memory of one such process, bytes.")
    check_timeout_s: float = Field(gt=0, description="Longest time that checking one document may take, seconds.")
    page_timeout_s: float = Field(
        gt=0, description="Longest time that preparing, reading or drawing one page may take, seconds."
    )
    page_cpu_s: float = Field(gt=0, description="CPU seconds that one page may take.")
    document_timeout_s: float = Field(gt=0, description="Longest time that one document may take, seconds.")
    written_file_bytes: int = Field(ge=1024**2, description="Largest file that such a process may write, bytes.")
    open_files: int = Field(ge=64, description="Most files that such a process may hold open.")
    documents_per_process: int = Field(ge=1, description="Documents after which a process is replaced.")


class PreprocessingSettings(Section):
    """How pages are prepared for reading."""

    ocr_dpi: int = Field(
        ge=72, le=600, description="Dots per inch of page images for OCR: finer scans are reduced to it."
    )


def _is_reader(name: str) -> str:
    return name if name == "auto" else READERS.known(name)


ReaderName = Annotated[str, AfterValidator(_is_reader)]
"""``auto``, or the name of a reader of :data:`student_loans.registrations.READERS`."""


class ExtractionSettings(Section):
    """How words are read and turned into fields."""

    reader: ReaderName
    second_reader: Literal["auto", "always", "never"] = Field(
        description="When values are read again by the other reader: where that may get a document accepted, always, never."
    )
    ocr_language: str = Field(description="Tesseract language code, such as eng.")
    ocr_timeout_s: float = Field(gt=0, description="Longest time one page may take in OCR, seconds.")


class StorageSettings(Section):
    """Where bytes and reports are kept."""

    data_uri: str
    reports_uri: str
    file_access: Literal["owner", "group"] = Field(
        description="Who may use the files of data, reports and versions: their owner, or the group of their folder too."
    )


class SecretSection(Section):
    """A section with secrets, which stay in the process that has read them: another one gets the section without them."""

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled, for a sandbox worker among others: a hostile file must not reach a secret."""
        state = super().__getstate__()
        values = {
            name: SecretStr("") if isinstance(value, SecretStr) else value for name, value in state["__dict__"].items()
        }
        return {**state, "__dict__": values}


class ReviewSettings(SecretSection):
    """How people review documents, and what they may upload."""

    claim_minutes: float = Field(gt=0, le=1440, description="How long a claim holds without a sign of life, minutes.")
    audit_share: float = Field(
        ge=0,
        le=1,
        description="Share of the documents accepted without a person that are drawn at random for an audit.",
    )
    second_review_share: float = Field(
        ge=0, le=1, description="Share of decisions that a second person looks at, blind."
    )
    sampling_key: SecretStr = Field(
        default=SecretStr(""),
        description="Draws the samples; a secret, from the environment. Empty: a random one that the database keeps. "
        "Changing it redraws.",
    )
    assumed_amount: float = Field(ge=0, description="Dollars at stake where a document's amount was not read.")
    reviewer_confidence: float = Field(gt=0, le=1, description="Confidence of a value that a person has confirmed.")
    max_upload_files: int = Field(gt=0, le=1000, description="Most files in one upload.")
    max_upload_bytes: int = Field(gt=0, description="Most bytes in one upload, all files together.")


class VersioningSettings(SecretSection):
    """How the data of a run become a version."""

    workspace: str = Field(description="Folder of the DVC workspace; empty: versioned/ beside the object store.")
    remote_url: str = Field(description="Folder, s3:// or gs://; empty: versions stay on this machine.")
    signing_secret: SecretStr = Field(
        default=SecretStr(""),
        description="Signs versions, and proves on a restore that this deployment made them; from the environment, 32 "
        "characters or more. Several with commas: the first signs, all are accepted. Empty: versions have no signature.",
    )
    jobs: int = Field(gt=0, description="Files that are pushed or pulled at a time.")
    pack_bytes: int = Field(gt=0, description="Bytes after which a pack of small files is closed.")
    lock_timeout_s: float = Field(gt=0, description="Longest wait for another version to finish, seconds.")
    command_timeout_s: float = Field(gt=0, description="Longest time one DVC command may take, seconds.")


class LedgerSettings(Section):
    """How often work on one document is tried."""

    max_attempts: int = Field(ge=1, le=20, description="Attempts at one document under the same settings and code.")


class RetentionSettings(Section):
    """Retention of unpublished data; originals and published records are never deleted."""

    days: int = Field(ge=1, description="Nothing younger than so many days is deleted.")
    versions: int = Field(ge=0, description="Superseded versions of a record that are kept, however old.")


class OperationsSettings(Section):
    """How runs are watched."""

    deadline_minutes: float = Field(gt=0, description="A run that takes longer causes an alert while it still runs.")
    ocr_queue: str = Field(
        min_length=1,
        description="Queue of the tasks that read pages (CeleryExecutor): its workers are started with it.",
    )
    statistics_queue: str = Field(
        min_length=1,
        description="Queue of the tasks that hand files to TensorFlow Data Validation: of one worker, which has it.",
    )
    reading_tasks: int = Field(
        ge=0,
        description="Tasks that read pages at once, the slots of the pool `ocr`: batches are divided for them; 0: one a core.",
    )
    ocr_pod_template: str = Field(
        description="Pod template of the tasks that read pages (KubernetesExecutor); empty: the one of all tasks."
    )


class WebSettings(Section):
    """Airflow's login and pages, which the plugin guards."""

    login_attempts: int = Field(
        ge=1, le=100, description="Wrong passwords of one user from one address before the next attempt has to wait."
    )
    login_longest_wait_s: float = Field(
        ge=1, le=3600, description="Longest wait after wrong passwords, which double it each time, seconds."
    )
    content_security_policy: str = Field(
        description="Header of Airflow's own pages: what they may load and who may frame them; empty: none."
    )


class CostSettings(Section):
    """What computing costs, for the estimate before a batch and the account after it."""

    core_hour_price: float = Field(ge=0, description="Price of one core for one hour; 0 shows no prices.")
    assumed_core_seconds_per_page: float = Field(
        gt=0, description="Expected of a page while no page of its format has been measured, core-seconds."
    )
    currency: str = Field(min_length=1, max_length=8, description="Of the price, as it is written: USD.")


class Settings(Section):
    """All settings of the pipeline."""

    acquisition: AcquisitionSettings
    sources: SourceSettings
    intake: IntakeSettings
    isolation: IsolationSettings
    preprocessing: PreprocessingSettings
    extraction: ExtractionSettings
    storage: StorageSettings
    versioning: VersioningSettings
    ledger: LedgerSettings
    retention: RetentionSettings
    operations: OperationsSettings
    web: WebSettings
    cost: CostSettings
    review: ReviewSettings

    def fingerprint(self) -> str:
        """Twelve hex digits that change when a setting changes which may change a record."""
        relevant = self.model_dump_json(include={"intake", "preprocessing", "extraction"})
        return hashlib.sha256(relevant.encode()).hexdigest()[:12]


def secret_variables() -> frozenset[str]:
    """The environment variables of settings that are secrets, which no other program needs.

    Example:
        >>> "LOAN_DOCUMENTS__VERSIONING__SIGNING_SECRET" in secret_variables()
        True
    """
    return frozenset(
        f"{ENV_PREFIX}{section}__{name}".upper()
        for section, kind in Settings.model_fields.items()
        for name, field in getattr(kind.annotation, "model_fields", {}).items()
        if field.annotation is SecretStr
    )


def load_settings(path: Path | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    Args:
        path: A YAML file; None means the one that ships with the product.
        environment: Variables that override the file; None means the process's own.

    Raises:
        ConfigurationError: ``invalid_settings``, naming each wrong key.
    """
    return read_config("pipeline_config.yaml", Settings, path, prefix=ENV_PREFIX, environment=environment)


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return load_settings()
