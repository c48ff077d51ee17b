"""A simulated month of runs through the real path: documents in PostgreSQL, the shipped rules, Slack over HTTP, real mail.

Sixty runs of forty documents, with honest noise, and seventeen incidents. Every rule fires once an incident and resolves
once, and nothing else is ever sent.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from loan_documents.notifications.channels import open_channels
from student_loans.alerts.config import AlertsConfig
from student_loans.alerts.delivery import deliver
from student_loans.alerts.rules import Rule, load_rules
from student_loans.alerts.stage import evaluate_now, evaluate_run
from student_loans.alerts.store import AlertStore
from student_loans.metrics.model import MetricPoint
from student_loans.metrics.store import RunMetricStore
from student_loans.records import DocumentRecord, DocumentType, Status
from student_loans.results.store import ResultsDatabase
from student_loans.runs import RunState, SeenFile
from tests.receivers import HttpReceiver, MailServer, text_of
from tests.record_factory import document_id, make_quarantined, make_record

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]

START = datetime(2026, 3, 1, 6, tzinfo=UTC)
RUNS = 60
EVERY = timedelta(hours=12)
DOCUMENTS = 40
KINDS = (DocumentType.LOAN_DISCLOSURE, DocumentType.FORM_1098E)
REVIEW_QUEUE = 1000
"""Instead of the shipped 5,000, so that the month stays small."""


@dataclass(frozen=True)
class Day:
    """What one run is like."""

    quarantined: int = 1
    review: int = 4
    missing: int = 0
    confidence: float = 0.95
    page_seconds: float = 1.0
    run_minutes: int = 20
    lost: int = 0
    extra_review: int = 0
    numbers: dict[str, float] = field(default_factory=dict)


INCIDENTS: dict[int, tuple[Day, tuple[str, ...]]] = {
    8: (Day(lost=1), ("files_lost",)),
    12: (Day(quarantined=4), ("error_rate_rise",)),
    15: (Day(quarantined=9), ("error_rate", "error_rate_rise")),
    18: (Day(review=20), ("review_rate_rise",)),
    21: (Day(missing=1), tuple(f"missing_data_rise:{kind}" for kind in KINDS)),
    24: (
        Day(missing=4),
        tuple(f"{rule}:{kind}" for rule in ("missing_data", "missing_data_rise") for kind in KINDS),
    ),
    27: (Day(confidence=0.85), ("confidence_drop",)),
    30: (Day(page_seconds=2.6), ("slow_documents",)),
    33: (Day(run_minutes=150), ("slow_run",)),
    36: (Day(numbers={"accuracy.fields": 0.955}), ("accuracy_drop",)),
    39: (Day(numbers={"accuracy.fields": 0.90}), ("accuracy_low", "accuracy_drop")),
    42: (Day(numbers={"drift.score": 1.6}), ("drift",)),
    45: (Day(numbers={"bias.findings": 2}), ("bias",)),
    47: (Day(numbers={"bias.batch_findings": 1}), ("bias_batch",)),
    49: (Day(numbers={"anomalies.batch": 3, "anomalies.period": 1}), ("batch_anomalies", "period_anomalies")),
}
GAP_AFTER, GAP = 50, timedelta(days=8)
FLOOD_AT = 55


class Month:
    """The simulation: a clock, a database and the channels of this deployment."""

    def __init__(self, conninfo: str, config: AlertsConfig) -> None:
        self.store, self.metrics = AlertStore(conninfo), RunMetricStore(conninfo)
        self.database = ResultsDatabase(conninfo)
        self.config, self.now = config, START
        self.random = random.Random(20260301)
        self.rules: Sequence[Rule] = [
            rule.model_copy(update={"threshold": REVIEW_QUEUE}) if rule.name == "review_queue" else rule
            for rule in load_rules()
        ]

    def play(self) -> None:
        for number in range(RUNS):
            day = INCIDENTS.get(number, (Day(),))[0]
            self.run(number, Day(extra_review=REVIEW_QUEUE) if number == FLOOD_AT else day)
            if number == FLOOD_AT:
                self.clear_review_queue()
            self.wait(EVERY if number != GAP_AFTER else GAP)

    def run(self, number: int, day: Day) -> None:
        run_id, started = f"scheduled-{number:03d}", self.now
        records = self.records(number, day)
        self.database.start_run(
            run_id, dag_id="pipeline", source_uri="file:///inbox", settings_fingerprint="ab", started_at=started
        )
        sightings = [SeenFile(record.source_uri, record.document_id) for record in records]
        lost = [SeenFile(f"file:///lost-{number}-{n}", document_id(-number * 100 - n - 1)) for n in range(day.lost)]
        self.database.record_seen_files(run_id, sightings + lost)
        self.database.store_records(run_id, records)
        usual = {
            "accuracy.fields": 0.98 + self.noise(0.003),
            "drift.score": 0.3 + self.noise(0.1),
            **dict.fromkeys(("bias.findings", "bias.batch_findings", "anomalies.batch", "anomalies.period"), 0.0),
        }
        self.metrics.write(run_id, [MetricPoint(name, value) for name, value in (usual | day.numbers).items()])
        self.now = started + timedelta(minutes=day.run_minutes)
        self.database.finish_run(run_id, RunState.SUCCESS, finished_at=self.now)
        for _ in range(2):  # a task that is retried judges the run again
            evaluate_run(
                self.store, run_id, "pipeline", stage_seconds={"extract_data": 60.0}, failed_stages=(), now=self.now,
                rules=self.rules, config=self.config,
            )  # fmt: skip
        self.tell()

    def records(self, number: int, day: Day) -> list[DocumentRecord]:
        first = number * 10_000
        made = []
        for index in range(DOCUMENTS + day.extra_review):
            key = first + index
            if index < day.quarantined:
                made.append(make_quarantined(key, source_uri=f"file:///inbox/{key}.pdf"))
                continue
            in_review = index < day.quarantined + day.review or index >= DOCUMENTS
            made.append(
                make_record(
                    key, document_type=KINDS[index % 2], source_uri=f"file:///inbox/{key}.pdf", missing=day.missing,
                    confidence=day.confidence + self.noise(0.02),
                    timings={"text": 2 * (day.page_seconds + self.noise(0.2))},
                    status=Status.REVIEW if in_review else Status.ACCEPTED,
                )
            )  # fmt: skip
        return made

    def clear_review_queue(self) -> None:
        """Persons decide; the next look at the queue sees it."""
        with self.database.transaction() as connection:
            connection.execute("UPDATE loan_documents.documents SET status = 'accepted' WHERE status = 'review'")

    def wait(self, how_long: timedelta) -> None:
        """Time passes; the small DAG looks every two hours."""
        until = self.now + how_long
        while self.now < until:
            self.now += timedelta(hours=2)
            evaluate_now(self.store, now=self.now, rules=self.rules, config=self.config)
            self.tell()

    def tell(self) -> None:
        deliver(self.store, open_channels(self.config), self.config, lambda: self.now)

    def noise(self, most: float) -> float:
        return self.random.uniform(-most, most)


def expected() -> Counter[tuple[str, str]]:
    """Rule (or rule and slice) and what is told of it, to how often."""
    causes = [cause for _, causes in INCIDENTS.values() for cause in causes]
    causes += ["stale", "review_queue", "review_rate_rise"]  # the gap; the flood, which is a rise as well
    return Counter((cause, kind) for cause in causes for kind in ("firing", "resolved"))


def told_on_slack(slack: HttpReceiver) -> Counter[tuple[str, str]]:
    titles = {rule.title: rule.name for rule in load_rules()}
    told: Counter[tuple[str, str]] = Counter()
    for post in slack.posts:
        for block in post["blocks"]:
            if block["type"] == "section":
                label, title = re.match(r"\[([A-Z]+)\] (.*)", block["text"]["text"]).groups()  # type: ignore[union-attr]
                title, _, part = title.rstrip(")").partition(" (")
                cause = f"{titles[title]}:{part}" if part else titles[title]
                told[cause, "resolved" if label == "RESOLVED" else "firing"] += 1
    return told


@pytest.fixture
def month(empty_database: str, config: AlertsConfig, slack: HttpReceiver, mail: MailServer) -> Month:
    simulated = Month(empty_database, config)
    simulated.store.migrate()
    simulated.play()
    return simulated


def test_each_rule_fires_once_an_incident_and_resolves_once(
    month: Month, slack: HttpReceiver, mail: MailServer
) -> None:
    assert told_on_slack(slack) == expected()
    assert {rule.name for rule in month.rules} == {cause.partition(":")[0] for cause, _ in expected()}
    assert month.store.history(open_only=True) == []

    critical = {rule.title for rule in month.rules if rule.severity == "critical"}
    told_by_mail = {title for title in critical if any(title in text_of(letter) for letter in mail.letters)}
    assert told_by_mail == critical
    warnings = {rule.title for rule in month.rules if rule.severity == "warning"}
    assert not [title for title in warnings if any(title in text_of(letter) for letter in mail.letters)]
