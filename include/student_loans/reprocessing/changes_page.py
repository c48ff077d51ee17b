"""The report of a comparison: which values a new reading would change. It shows values, and never a digit of an SSN."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from student_loans.privacy import plain
from student_loans.records import FieldKind, field_catalog
from student_loans.reports.page_template import page_template
from student_loans.reprocessing.comparison import Comparison, ValueChange
from student_loans.reprocessing.plan import Plan
from student_loans.runs import display_name
from student_loans.storage.files import store_errors, write_bytes

if TYPE_CHECKING:
    from upath import UPath

PAGE, DATA, PLAN = "changes.html", "changes.json", "plan.json"
_LENDERS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class ChangesReport:
    """What the page is about besides the comparison itself.

    Attributes:
        fingerprint: Of the settings and code that made the new records.
        publishes: Does the run publish the new records after the comparison?
    """

    run_id: str
    fingerprint: str
    publishes: bool


def write_plan(folder: UPath, plan: Plan) -> UPath:
    """Write ``plan.json``: counts only.

    Raises:
        ServiceError: ``store_unavailable``.
    """
    from dataclasses import asdict

    return _write_json(folder / PLAN, asdict(plan))


def write_changes(folder: UPath, about: ChangesReport, plan: Plan, comparison: Comparison) -> UPath:
    """Write ``changes.json`` (counts only) and ``changes.html``; returns where the page is.

    Raises:
        ServiceError: ``store_unavailable``.
    """
    data = {"run_id": about.run_id, "fingerprint": about.fingerprint, "publishes": about.publishes}
    _write_json(folder / DATA, data | comparison.to_json())
    page = folder / PAGE
    with store_errors():
        write_bytes(page, render_changes(about, plan, comparison).encode("utf-8", "replace"))
    return page


def render_changes(about: ChangesReport, plan: Plan, comparison: Comparison) -> str:
    """The page; it loads nothing from anywhere."""
    lenders = sorted(comparison.lenders.items(), key=lambda item: (-item[1].dollars, -item[1].values, item[0]))
    return page_template("changes.html.j2", money=money, file_name=lambda uri: plain(display_name(uri))).render(
        shown_value=shown_value,
        about=about,
        plan=plan,
        comparison=comparison,
        headline=headline(comparison),
        fields=sorted(comparison.fields.items(), key=lambda item: (-item[1].documents, item[0])),
        lenders=lenders[:_LENDERS_SHOWN],
        more_lenders=max(0, len(lenders) - _LENDERS_SHOWN),
        most=max((one.documents for one in comparison.fields.values()), default=1),
    )


def headline(comparison: Comparison) -> str:
    """What would change, in one sentence.

    Example:
        >>> headline(Comparison(documents=3))
        'Nothing changes in 3 documents.'
    """
    documents = "1 document" if comparison.documents == 1 else f"{comparison.documents:,} documents"
    if not comparison.differ:
        return f"Nothing changes in {documents}."
    values = "1 value" if comparison.values == 1 else f"{comparison.values:,} values"
    return f"{comparison.differ:,} of {documents} change: {values}, {money(comparison.dollars)} in amounts."


def money(amount: Decimal | None) -> str:
    """Dollars as a person writes them; a dash for none.

    Example:
        >>> money(Decimal("-1234.5")), money(None)
        ('−$1,234.50', '–')
    """
    if amount is None:
        return "–"
    return f"{'−' if amount < 0 else ''}${abs(amount):,.2f}"


def shown_value(change: ValueChange, value: str | None) -> str:
    """A value of a change for the page: as money where it is, and nothing that looks like a social security number."""
    if value is None:
        return "–"
    if field_catalog().kinds.get(change.field) is FieldKind.MONEY:
        with suppress(InvalidOperation):
            return money(Decimal(value))
    return plain(value)


def _write_json(path: UPath, data: Any) -> UPath:
    import orjson

    with store_errors():
        write_bytes(path, orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    return path
