"""Claims and decisions: nothing is overwritten unseen, everything is kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from student_loans.errors import ErrorCode, ReviewError
from student_loans.ledger.model import RetryRule
from student_loans.records import Status
from student_loans.reprocessing.versions import RecordVersions, VersionState
from student_loans.results.store import ResultsDatabase
from student_loans.review.decision import Decision, ReviewVerdict
from student_loans.review.facts import FactStore
from student_loans.review.store import ReviewStore
from student_loans.settings import ReviewSettings, load_settings
from tests.record_factory import document_id, extracted, make_record

SETTINGS = load_settings().review
ID = document_id(1)


def with_shares(**shares: float) -> ReviewSettings:
    return SETTINGS.model_copy(update={"audit_share": 0.0, "second_review_share": 0.0} | shares)


def review_record(number: int = 1, confidence: float = 0.6, **changes: Any) -> Any:
    fields = {name: extracted(name, confidence) for name in ("loan_amount", "borrower_name", "apr")}
    return make_record(number, **({"status": Status.REVIEW, "fields": fields} | changes))


@pytest.fixture
def fill(database: ResultsDatabase, empty_database: str) -> Any:
    def stored(*records: Any, settings: ReviewSettings | None = None) -> ReviewStore:
        chosen = settings or with_shares()
        database.start_run("run-1", dag_id="d", source_uri="file:///inbox", settings_fingerprint="f")
        database.store_records("run-1", records)
        FactStore(empty_database, chosen).catch_up()
        return ReviewStore(empty_database, chosen)

    return stored


def rows(database: ResultsDatabase, table: str) -> list[dict[str, Any]]:
    with database.transaction() as connection:
        return connection.execute(f"SELECT * FROM loan_documents.{table}").fetchall()  # type: ignore[arg-type]


def accept(store: ReviewStore, reviewer: str, number: int = 1, **changes: str | None) -> Any:
    one = document_id(number)
    store.claim(one, reviewer)
    return store.decide(one, reviewer, Decision(ReviewVerdict.ACCEPTED, store.item(one).version, changes))


def refused(code: ErrorCode) -> Any:
    class _Refused:
        def __enter__(self) -> None:
            return None

        def __exit__(self, kind: type | None, error: Exception | None, _: object) -> bool:
            assert isinstance(error, ReviewError), "nothing was refused"
            assert error.code is code
            return True

    return _Refused()


def test_the_queue_is_ordered_by_money_at_risk(fill: Any) -> None:
    store = fill(review_record(1, 0.9), review_record(2, 0.3), review_record(3, 0.6), make_record(4))
    queue = store.queue()
    assert [row["document_id"] for row in queue] == [document_id(number) for number in (2, 3, 1)]
    first = queue[0]
    rest = store.queue(after=(first["money_at_risk"], first["document_id"]), limit=1)
    assert [row["document_id"] for row in rest] == [document_id(3)]
    assert store.queue(run_id="another") == []
    assert [(row["kind"], row["documents"]) for row in store.queue_sums()] == [("review", 3)]


def test_an_accepted_correction_is_the_record_a_review_and_a_label(fill: Any, database: ResultsDatabase) -> None:
    store = fill(review_record())
    done = accept(store, "edna", loan_amount="19,000", apr=None)
    assert (done.status, done.fields_checked, done.fields_wrong, done.labelled) == (Status.ACCEPTED, 3, 2, True)
    (record,) = database.records_of_run("run-1")
    assert (record.status, record.review_reasons) == (Status.ACCEPTED, ())
    assert {name: value.value for name, value in record.fields.items()}["loan_amount"] == "19000.00"
    assert "apr" not in record.fields
    (review,) = rows(database, "reviews")
    assert (review["reviewer"], review["kind"], review["decision"]) == ("edna", "review", "accepted")
    assert review["before"]["fields"]["loan_amount"]["value"] == "18250.00"
    assert review["after"]["fields"]["loan_amount"]["value"] == "19000.00"
    (label,) = rows(database, "labels")
    assert (label["source"], label["fields"]["loan_amount"]) == ("review", "19000.00")
    assert store.queue() == []
    (note,) = store.reviews_of_document(ID)
    assert note["changed"] == ["apr", "loan_amount"]


def test_a_rejected_document_is_quarantined_and_its_values_are_kept_in_the_review(
    fill: Any, database: ResultsDatabase
) -> None:
    store = fill(review_record())
    store.claim(ID, "edna")
    done = store.decide(ID, "edna", Decision(ReviewVerdict.REJECTED, store.item(ID).version, note="Not ours."))
    assert (done.status, done.labelled) == (Status.QUARANTINED, False)
    (record,) = database.records_of_run("run-1")
    assert (record.status, record.error, dict(record.fields)) == (Status.QUARANTINED, "rejected_by_reviewer", {})
    (review,) = rows(database, "reviews")
    assert len(review["before"]["fields"]) == 3
    assert review["note"] == "Not ours."


def test_a_held_document_is_for_its_holder(fill: Any) -> None:
    store = fill(review_record())
    store.claim(ID, "edna")
    with refused(ErrorCode.CLAIMED_BY_ANOTHER):
        store.claim(ID, "egon")
    with refused(ErrorCode.CLAIMED_BY_ANOTHER):
        store.decide(ID, "egon", Decision(ReviewVerdict.ACCEPTED, store.item(ID).version))
    assert store.release(ID, "egon") is False
    assert store.release(ID, "edna") is True
    store.claim(ID, "egon")


def test_a_claim_ends(fill: Any, database: ResultsDatabase) -> None:
    store = fill(review_record())
    store.claim(ID, "edna")
    with database.transaction() as connection:
        connection.execute(
            "UPDATE loan_documents.review_claims SET claimed_at = now() - interval '2 hours', "
            "expires_at = now() - interval '1 hour'"
        )
    with refused(ErrorCode.NOT_CLAIMED):
        store.decide(ID, "edna", Decision(ReviewVerdict.ACCEPTED, store.item(ID).version))
    store.claim(ID, "egon")
    assert store.item(ID).claimed_by == "egon"


def test_a_record_that_changed_meanwhile_is_not_overwritten(fill: Any, database: ResultsDatabase) -> None:
    store = fill(review_record())
    store.claim(ID, "edna")
    seen = store.item(ID).version
    database.store_records("run-1", [review_record(confidence=0.7)])
    with refused(ErrorCode.STALE_RECORD):
        store.decide(ID, "edna", Decision(ReviewVerdict.ACCEPTED, seen, {"loan_amount": "1.00"}))
    (record,) = database.records_of_run("run-1")
    assert record.fields["loan_amount"].value == "18250.00"


def test_a_decision_is_made_once(fill: Any) -> None:
    store = fill(review_record())
    version = store.item(ID).version
    store.claim(ID, "edna")
    store.decide(ID, "edna", Decision(ReviewVerdict.ACCEPTED, version))
    with refused(ErrorCode.NOT_IN_REVIEW):
        store.claim(ID, "egon")
    with refused(ErrorCode.NOT_CLAIMED):
        store.decide(ID, "edna", Decision(ReviewVerdict.ACCEPTED, version))


def test_what_is_not_there_is_said(fill: Any) -> None:
    store = fill()
    with refused(ErrorCode.NOT_FOUND):
        store.item(ID)
    with refused(ErrorCode.NOT_FOUND):
        store.claim(ID, "edna")


def test_many_at_once_take_different_documents(fill: Any) -> None:
    store = fill(*(review_record(number) for number in range(1, 13)))
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda number: store.claim_next(f"reviewer-{number}"), range(12)))
    found = [one for one in taken if one]
    # One that is just being taken may be passed over, never given twice; it is there for whoever asks next.
    found += [one for number in range(12) if (one := store.claim_next(f"latecomer-{number}"))]
    assert len(found) == len(set(found)) == 12


def test_two_decisions_at_once_store_one(fill: Any, database: ResultsDatabase) -> None:
    store = fill(review_record())
    store.claim(ID, "edna")
    version = store.item(ID).version

    def decide(amount: str) -> str:
        try:
            store.decide(ID, "edna", Decision(ReviewVerdict.ACCEPTED, version, {"loan_amount": amount}))
        except ReviewError as error:
            return error.code
        return "stored"

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(decide, ["1.00", "2.00", "3.00", "4.00"]))
    assert outcomes.count("stored") == 1
    assert len(rows(database, "reviews")) == 1


def test_an_accepted_document_that_was_drawn_is_audited(fill: Any, database: ResultsDatabase) -> None:
    accepted = review_record(status=Status.ACCEPTED, confidence=0.99)
    store = fill(accepted, settings=with_shares(audit_share=1.0))
    assert [row["kind"] for row in store.queue()] == ["audit"]
    done = accept(store, "edna", loan_amount="19000")
    assert (done.status, done.fields_wrong) == (Status.ACCEPTED, 1)
    assert rows(database, "reviews")[0]["kind"] == "audit"
    assert store.queue() == []


def test_a_second_look_is_blind_and_needs_another_person(fill: Any) -> None:
    store = fill(review_record(), settings=with_shares(second_review_share=1.0))
    accept(store, "edna", loan_amount="19000")
    item = store.item(ID)
    assert (item.kind, item.reading.fields["loan_amount"].value) == ("second", "18250.00")
    with refused(ErrorCode.OWN_DECISION):
        store.claim(ID, "edna")
    assert store.claim_next("edna") is None
    assert store.claim_next("egon") == ID


def test_a_second_look_that_agrees_leaves_the_record(fill: Any, database: ResultsDatabase) -> None:
    store = fill(review_record(), settings=with_shares(second_review_share=1.0))
    accept(store, "edna", loan_amount="19000")
    assert accept(store, "egon", loan_amount="$19,000.00").agrees is True
    (record,) = database.records_of_run("run-1")
    assert (record.status, record.fields["loan_amount"].value) == (Status.ACCEPTED, "19000.00")
    assert store.queue() == []


@pytest.mark.parametrize("verdict", list(ReviewVerdict))
def test_people_who_differ_bring_the_document_to_a_third(
    fill: Any, database: ResultsDatabase, verdict: ReviewVerdict
) -> None:
    store = fill(review_record(), settings=with_shares(second_review_share=1.0))
    store.claim(ID, "edna")
    store.decide(ID, "edna", Decision(verdict, store.item(ID).version, {"loan_amount": "19000"}))
    done = accept(store, "egon", loan_amount="91000")
    assert (done.agrees, done.status) == (False, Status.REVIEW)
    (record,) = database.records_of_run("run-1")
    assert record.status is Status.REVIEW
    assert record.review_reasons[0].startswith("second_review: another reviewer differs")
    assert "19000" not in record.review_reasons[0]
    assert len(record.fields) == 3
    accept(store, "third", loan_amount="19000")
    assert store.queue() == []  # no second look at the third person's word


def test_a_run_knows_what_became_of_its_review(fill: Any) -> None:
    store = fill(review_record(1), review_record(2), review_record(3))
    assert store.waiting_of_run("run-1")[0] == 3
    accept(store, "edna", 1)
    store.claim(document_id(2), "edna")
    store.decide(document_id(2), "edna", Decision(ReviewVerdict.REJECTED, store.item(document_id(2)).version))
    assert store.release_sums("run-1") == {"waiting": 1, "accepted": 1, "rejected": 1}


def test_what_a_person_decided_stays_when_the_document_is_processed_again(
    fill: Any, database: ResultsDatabase, empty_database: str
) -> None:
    store = fill(review_record(1), review_record(2))
    accept(store, "edna", loan_amount="19,000")
    (decided, _) = sorted(database.records_of_run("run-1"), key=lambda record: record.document_id != ID)
    database.start_run("run-2", dag_id="d", source_uri="file:///inbox", settings_fingerprint="g")
    for run_id in ("run-2", "run-1", "run-2"):  # a later run with other settings, and tasks that are cleared
        database.store_records(run_id, [review_record(1, 0.7), review_record(2, 0.7)])

    versions = RecordVersions(empty_database)
    assert versions.published([ID])[ID].fields["loan_amount"].value == "19000.00"
    assert [(one.version, one.state, one.fingerprint) for one in versions.versions(ID)] == [
        (1, VersionState.SUPERSEDED, "f"), (2, VersionState.PUBLISHED, versions.versions(ID)[1].fingerprint),
        (3, VersionState.SHADOW, "g"), (4, VersionState.SHADOW, "f"),
    ]  # fmt: skip
    assert versions.versions(ID)[1].fingerprint.startswith("review-")
    (still,) = [record for record in database.records_of_run("run-1") if record.document_id == ID]
    assert still == decided
    assert versions.published([document_id(2)])[document_id(2)].fields["apr"].confidence == 0.7


def test_a_rejected_document_is_not_read_again_at_every_run(fill: Any, database: ResultsDatabase) -> None:
    store = fill(review_record())
    store.claim(ID, "edna")
    store.decide(ID, "edna", Decision(ReviewVerdict.REJECTED, store.item(ID).version, note="Not ours."))
    rule = RetryRule(fingerprint="g", max_attempts=3)
    assert database.known_documents([ID], retry=rule) == set(), "once, under new settings"
    database.start_run("run-2", dag_id="d", source_uri="file:///inbox", settings_fingerprint="g")
    database.store_records("run-2", [review_record()])
    assert database.known_documents([ID], retry=rule) == {ID}
    (record,) = database.records_of_run("run-1")
    assert record.error == "rejected_by_reviewer"
