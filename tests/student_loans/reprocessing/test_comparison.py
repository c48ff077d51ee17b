"""What a new reading would change, and what its report shows."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from student_loans.records import DocumentRecord, DocumentType, ScheduleRow, Status
from student_loans.reprocessing.changes_page import ChangesReport, headline, render_changes, write_changes
from student_loans.reprocessing.comparison import EXAMPLES_KEPT, Comparison, compare
from student_loans.reprocessing.plan import Plan, make_plan
from student_loans.reprocessing.versions import PublishedDocument
from student_loans.storage.files import open_path
from tests.record_factory import extracted, make_record

ABOUT = ChangesReport("run-1", "abcdef012345", publishes=False)


def changed(record: DocumentRecord, **values: str) -> DocumentRecord:
    """The record with other values; an empty one is absent."""
    fields = dict(record.fields)
    for name, value in values.items():
        if value:
            fields[name] = replace(fields.get(name) or extracted(name), value=value)
        else:
            del fields[name]
    return replace(record, fields=fields)


def test_equal_values_are_no_change_whatever_their_timings_and_confidences() -> None:
    again = make_record(1, confidence=0.5, timings={"text": 99.0})
    comparison = compare([(make_record(1), again)])
    assert (comparison.documents, comparison.differ, comparison.values) == (1, 0, 0)
    assert headline(comparison) == "Nothing changes in 1 document."


def test_values_are_counted_by_field_and_money_in_dollars() -> None:
    old = make_record(1)
    pairs = [
        (old, changed(old, loan_amount="18300.00", interest_rate="7.50")),
        (old, changed(old, loan_amount="18200.00")),
        (old, changed(old, loan_amount="")),
    ]
    comparison = compare(pairs)
    amount, rate = comparison.fields["loan_amount"], comparison.fields["interest_rate"]
    assert (amount.changed, amount.removed, amount.added) == (2, 1, 0)
    assert (amount.dollars, amount.net_dollars) == (Decimal("100.00"), Decimal("0.00"))
    assert (rate.changed, rate.dollars) == (1, None)
    assert (comparison.differ, comparison.values, comparison.dollars) == (3, 4, Decimal("100.00"))


def test_changes_are_told_by_the_published_lender() -> None:
    old = make_record(1)
    comparison = compare([(old, changed(old, lender_name="Harbour Lane Credit Union", loan_amount="18250.25"))])
    assert set(comparison.lenders) == {"Harbor Lane Credit Union"}
    one = comparison.lenders["Harbor Lane Credit Union"]
    assert (one.documents, one.differ, one.values, one.dollars) == (1, 1, 2, Decimal("0.25"))


def test_a_status_or_type_that_changes_is_a_difference_without_a_value() -> None:
    new = make_record(1, status=Status.REVIEW)
    other = replace(make_record(2), document_type=DocumentType.PAYOFF_LETTER)
    comparison = compare([(make_record(1), new), (make_record(2), other)])
    assert comparison.differ == 2
    assert comparison.to_json()["statuses"] == {"accepted -> review": 1}
    assert comparison.to_json()["types"] == {"loan_disclosure -> payoff_letter": 1}


def test_another_schedule_is_a_change() -> None:
    old = make_record(1, schedule=(ScheduleRow("1", payment="214.33"),))
    comparison = compare([(old, replace(old, schedule=(ScheduleRow("1", payment="214.38"),)))])
    assert comparison.fields["schedule"].changed == 1


def test_the_page_shows_values_but_no_digit_of_a_social_security_number(tmp_path: Path) -> None:
    old = changed(make_record(1), borrower_ssn_last4="4821")
    leaky = "<b>Jordan</b> 987-65-4321"
    new = changed(old, borrower_ssn_last4="7793", loan_amount="18300.00", borrower_name=leaky)
    comparison = compare([(old, new)])
    page = Path(write_changes(open_path(str(tmp_path)), ABOUT, Plan(1), comparison).path).read_text()
    assert "$18,250.00" in page
    assert "$18,300.00" in page
    assert "borrower_ssn_last4" in page
    for secret in ("4821", "7793", "987-65-4321", "<b>Jordan"):
        assert secret not in page
    data = (tmp_path / "changes.json").read_text()
    assert json.loads(data)["fields"]["loan_amount"]["changed"] == 1
    for value in ("18300.00", "18250.00", "4821", "Jordan"):
        assert value not in data


def test_a_page_of_thousands_of_changes_stays_short() -> None:
    pairs = [(make_record(n), changed(make_record(n), loan_amount=f"{n}.00")) for n in range(1000)]
    comparison = compare(pairs)
    assert len(comparison.examples) == EXAMPLES_KEPT
    assert len(render_changes(ABOUT, Plan(1000), comparison)) < 200_000


def test_nothing_selected_is_said() -> None:
    assert "Nothing changes in 0 documents." in render_changes(ABOUT, Plan(), Comparison())


def test_a_plan_counts_what_can_be_made_again_and_its_cost() -> None:
    def document(number: int, seconds: float) -> PublishedDocument:
        return PublishedDocument(str(number), "", "", "payoff_letter", "f1", None, seconds, seconds == 0)

    selected = [document(1, 1.25), document(2, 0.0), document(3, 4.0)]
    plan, possible = make_plan(selected, lambda document_id: document_id != "3")
    assert [one.document_id for one in possible] == ["1", "2"]
    assert plan == Plan(2, 1, 1, 1.25, {"payoff_letter": 2}, {"f1": 2})
    assert plan.seconds(cores=2) == 0.625
