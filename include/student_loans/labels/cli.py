"""``python -m student_loans.labels import|export FILE --database URI``: labels between files and the results database.

``FILE`` ends in ``.jsonl`` or ``.csv``. Lines that name a ``file`` instead of a ``document_id`` need ``--documents``, the
folder with those files.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from student_loans.error_advice import terminal_words
from student_loans.errors import LoanDocumentError
from student_loans.labels.exchange import read_label_file, write_labels_csv, write_labels_jsonl
from student_loans.labels.store import LabelStore

DATABASE_VARIABLE = "LOAN_DOCUMENTS_DATABASE"
USAGE_ERROR, FAILED = 2, 1


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m student_loans.labels", description=__doc__)
    parser.add_argument("action", choices=["import", "export"])
    parser.add_argument("file", type=Path, metavar="FILE", help="labels, .jsonl or .csv")
    parser.add_argument("--documents", type=Path, help="folder of the labelled files")
    parser.add_argument("--source", help="who the labels come from (default: the file's name)")
    parser.add_argument(
        "--database",
        default=os.environ.get(DATABASE_VARIABLE),
        help=f"libpq connection string or URI (default: ${DATABASE_VARIABLE})",
    )
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Import or export labels; returns the exit status."""
    arguments = _arguments(argv)
    if not arguments.database:
        sys.stderr.write(f"Say where the results database is: --database, or ${DATABASE_VARIABLE}.\n")
        return USAGE_ERROR
    store = LabelStore(arguments.database)
    try:
        store.migrate()
        if arguments.action == "import":
            changed = store.store_labels(read_label_file(arguments.file, arguments.documents, source=arguments.source))
            labels, with_record = store.count()
            said = f"{changed} labels are new or changed; {labels} in all, {with_record} of them with a record."
        else:
            write = write_labels_csv if arguments.file.suffix.lower() == ".csv" else write_labels_jsonl
            said = f"{write(arguments.file, store.labels())} labels written."
    except LoanDocumentError as error:
        sys.stderr.write(terminal_words(error) + "\n")
        return FAILED
    except OSError as error:
        sys.stderr.write(f"{arguments.file.name}: {error.strerror}.\n")
        return USAGE_ERROR
    sys.stdout.write(said + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
