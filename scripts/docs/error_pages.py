"""``python -m scripts.docs.error_pages``: docs/errors.md and the codes of docs/OPERATIONS.md, from config/errors.yaml."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from student_loans.error_advice import Advice, ErrorKind, advice_table

DOCS = Path(__file__).resolve().parents[2] / "docs"
ERRORS, OPERATIONS = DOCS / "errors.md", DOCS / "OPERATIONS.md"
_WIDTH = 120
_KINDS = {
    ErrorKind.DOCUMENT: "Document",
    ErrorKind.SERVICE: "Service",
    ErrorKind.REVIEW: "Review",
    ErrorKind.CONFIGURATION: "Set-up",
    ErrorKind.EXCEPTION: "Exception",
}
_HEAD = """# Errors

Made from [`errors.yaml`](../include/student_loans/config/errors.yaml) by `make advice`; a test fails while it is stale.

Every error has a stable code. It stands in quarantined records (`error`), in the table `loan_documents.documents`, in
reports, alerts and task logs. No error quotes a value from a document.

*Document* errors quarantine one document, and the run goes on. *Service* errors are retried, then the task fails.
*Review* errors say to a person at the API that nothing was changed, and why. *Set-up* errors fail the task at once: a retry
does not help. *Exceptions* are not of this project; their class has the place of the code.
"""
_CODES = re.compile(r"(<!-- codes: .*? -->\n).*?(<!-- end of codes -->)", re.DOTALL)


def errors_page() -> str:
    """The page with a section a code."""
    return "\n".join([_HEAD, *(_section(advice) for advice in advice_table().values())])


def with_codes(operations: str) -> str:
    """docs/OPERATIONS.md with an updated table of codes.

    Args:
        operations: The text of the page, which has two comments around the table.

    Raises:
        ValueError: A comment is missing.
    """
    rows = ["| code | kind | retried | what to do |", "| --- | --- | --- | --- |"]
    rows += [
        f"| [`{code}`](errors.md#{code.lower()}) | {_KINDS[advice.kind]} | {_retried(advice)} | {advice.todo} |"
        for code, advice in advice_table().items()
    ]
    page, replaced = _CODES.subn(lambda found: found[1] + "\n".join(["", *rows, "", found[2]]), operations)
    if not replaced:
        raise ValueError("The page has no place for the table of codes.")
    return page


def _section(advice: Advice) -> str:
    retried = f" Retried: {_retried(advice)}."
    parts = [
        f"*{_KINDS[advice.kind]}. {advice.title}.*{retried}",
        advice.meaning,
        f"**Do:** {advice.todo} {advice.steps}",
    ]
    return "\n\n".join([f"## `{advice.code}`", *(_filled(part) for part in parts)]) + "\n"


def _retried(advice: Advice) -> str:
    return "yes" if advice.retried else "no"


def _filled(text: str) -> str:
    return textwrap.fill(text.strip(), _WIDTH, break_long_words=False, break_on_hyphens=False)


def main() -> None:
    """Write both pages."""
    ERRORS.write_text(errors_page(), encoding="utf-8")
    OPERATIONS.write_text(with_codes(OPERATIONS.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
