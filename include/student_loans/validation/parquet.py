"""Parquet files as frames: only the columns that a suite needs, and every fault with the name of the file."""

from __future__ import annotations

from collections.abc import Iterator, Set
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from student_loans.errors import ConfigurationError, ErrorCode, LoanDocumentError
from student_loans.storage.files import store_errors

if TYPE_CHECKING:
    import pandas as pd


class ParquetRows:
    """A Parquet file, or a folder of them.

    Args:
        path: Local path or an address that pyarrow opens.

    Raises:
        ConfigurationError: ``data_not_found``: there is none, or it is something else.
        ServiceError: ``store_unavailable``.
    """

    def __init__(self, path: str) -> None:
        import pyarrow.parquet

        self.label = f"The Parquet data {PurePosixPath(path).name}"
        with _parquet_errors(self.label):
            self._dataset = pyarrow.parquet.ParquetDataset(path)
            if not self._dataset.fragments:
                raise _not_found(f"{self.label}: there is no Parquet file at this address. Correct it.")
            self.columns = _common_columns(self._dataset)

    def read(self, columns: Set[str] | None) -> pd.DataFrame:
        """The rows.

        Args:
            columns: Those to read, where the data have them; None reads all.
        """
        wanted = None if columns is None else [name for name in self._dataset.schema.names if name in columns]
        with _parquet_errors(self.label):
            frame: pd.DataFrame = self._dataset.read(columns=wanted).to_pandas()
        return frame


def _common_columns(dataset: Any) -> frozenset[str]:
    """Columns of every file: pyarrow fills a column that only some files have, and its rows would count as missing."""
    return frozenset(set.intersection(*map(_columns_of_file, dataset.fragments)))


def _columns_of_file(fragment: Any) -> set[str]:
    """The columns in a file, and those that the names of its folders give (``year=2026``)."""
    from pyarrow.dataset import get_partition_keys

    # `physical_schema` would be the schema of the whole dataset.
    own = fragment.metadata.schema.to_arrow_schema().names
    return {*own, *get_partition_keys(fragment.partition_expression)}


@contextmanager
def _parquet_errors(label: str) -> Iterator[None]:
    """Errors of pyarrow and of file systems as errors of this project. They may quote bytes of the file, so none is chained."""
    import pyarrow

    try:
        with store_errors():
            yield
    except LoanDocumentError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            raise _not_found(f"{label}: there is no Parquet file at this address. Correct it.") from None
        raise
    except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError, pyarrow.ArrowNotImplementedError) as error:
        reason = type(error).__name__
        raise _not_found(f"{label} is not a Parquet file, or its files have no common schema ({reason}).") from None


def _not_found(message: str) -> ConfigurationError:
    return ConfigurationError(ErrorCode.DATA_NOT_FOUND, message)
