"""``python -m student_loans.understanding PATH… --output records.jsonl``: the same work without Airflow."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

from student_loans.error_advice import terminal_words
from student_loans.errors import LoanDocumentError
from student_loans.settings import load_settings
from student_loans.understanding.batch import extract_files, find_files

USAGE_ERROR = 2
FAILED = 1


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m student_loans.understanding", description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files and folders")
    parser.add_argument("--output", type=Path, required=True, help="JSON Lines file for the records")
    parser.add_argument("--workers", type=int, help="processes (default: one a core)")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Extract files and write one record a line; returns the exit status."""
    arguments = _arguments(argv)
    try:
        files = find_files(arguments.paths)
    except FileNotFoundError as error:
        return _stop(f"No such file or folder: {error}", USAGE_ERROR)
    if not files:
        return _stop("No files in what was given.", USAGE_ERROR)
    statuses: Counter[str] = Counter()
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    try:
        with arguments.output.open("w", encoding="utf-8") as output:
            records = extract_files(files, load_settings(), arguments.workers)
            for record in track(
                records, "Extracting", total=len(files), console=console, disable=not console.is_terminal
            ):
                output.write(json.dumps(record.to_json(), ensure_ascii=False) + "\n")
                output.flush()
                statuses[record.status.value] += 1
    except LoanDocumentError as error:
        return _stop(terminal_words(error), FAILED)
    except OSError as error:
        return _stop(f"The output cannot be written: {error.strerror}.", USAGE_ERROR)
    summary = ", ".join(f"{count} {status}" for status, count in sorted(statuses.items()))
    console.print(f"{sum(statuses.values())} documents: {summary}", highlight=False)
    return 0


def _stop(message: str, status: int) -> int:
    sys.stderr.write(message + "\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
