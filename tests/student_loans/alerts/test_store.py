"""The outbox: one alert a cause, one message an alert and channel."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from student_loans.alerts.channels import ChannelError
from student_loans.alerts.config import AlertsConfig
from student_loans.alerts.delivery import Delivered, deliver
from student_loans.alerts.model import AlertVerdict, Message
from student_loans.alerts.store import AlertStore
from student_loans.severity import Severity

pytestmark = pytest.mark.integration

MORNING = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


@dataclass
class Recorder:
    """A channel of this test: it keeps what it takes, and can be down. The real ones are tested beside it."""

    down: bool = False
    asked: int = 0
    taken: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> None:
        self.asked += 1
        if self.down:
            raise ChannelError("http_503")
        self.taken.append(message)

    @property
    def sent(self) -> list[tuple[str, str]]:
        return [(notice.title, notice.kind.value) for message in self.taken for notice in message.notices]


@pytest.fixture
def channels() -> dict[str, Recorder]:
    return {"slack": Recorder(), "email": Recorder(), "log": Recorder()}


def verdict(cause: str = "error_rate", *, firing: bool = True, **changes: Any) -> AlertVerdict:
    values: dict[str, Any] = {"severity": Severity.CRITICAL, "title": f"About {cause}", "detail": "It is 0.2."}
    return AlertVerdict(cause=cause, rule=cause, firing=firing, **(values | changes))


def record(
    store: AlertStore, config: AlertsConfig, *verdicts: AlertVerdict, run: str = "r1", now: datetime = MORNING
) -> None:
    store.record(verdicts, config, run_id=run, now=now)


def send(
    store: AlertStore, channels: Mapping[str, Recorder], config: AlertsConfig, now: datetime = MORNING
) -> Delivered:
    return deliver(store, channels, config, lambda: now)


class TestDeduplication:
    def test_a_cause_that_stays_is_told_once_and_counted(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        for number in range(5):
            record(store, config, verdict(), run=f"r{number}", now=MORNING + timedelta(hours=number))
            send(store, channels, config, MORNING + timedelta(hours=number))
        assert channels["slack"].sent == [("About error_rate", "firing")]
        [alert] = store.history()
        assert (alert["occurrences"], alert["last_run_id"]) == (5, "r4")

    def test_a_run_that_is_judged_twice_counts_once(self, store: AlertStore, config: AlertsConfig) -> None:
        record(store, config, verdict())
        record(store, config, verdict())
        assert store.history()[0]["occurrences"] == 1

    def test_processes_that_judge_together_open_one_alert(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        verdicts = [verdict("a"), verdict("b"), verdict("c")]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda order: record(store, config, *verdicts[::order]), [1, -1] * 4))
        assert sorted(alert["cause"] for alert in store.history()) == ["a", "b", "c"]

    def test_processes_that_deliver_together_send_each_message_once(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        record(store, config, *[verdict(f"cause_{number}") for number in range(100)])
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: send(store, channels, config), range(4)))
        assert sorted(channels["slack"].sent) == sorted((f"About cause_{number}", "firing") for number in range(100))

    def test_what_comes_back_is_a_new_alert(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        for firing in (True, False, False, True):
            record(store, config, verdict(firing=firing))
            send(store, channels, config)
        assert [kind for _, kind in channels["slack"].sent] == ["firing", "resolved", "firing"]


class TestRecovery:
    def test_the_same_people_are_told(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        record(store, config, verdict())
        record(store, config, verdict("minor", severity=Severity.WARNING))
        send(store, channels, config)
        record(store, config, verdict(firing=False), verdict("minor", firing=False))
        send(store, channels, config)
        assert sorted(channels["slack"].sent[-2:]) == [("About error_rate", "resolved"), ("About minor", "resolved")]
        assert channels["email"].sent == [("About error_rate", "firing"), ("About error_rate", "resolved")]

    def test_it_can_be_off(self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]) -> None:
        quiet = config.model_copy(update={"recovery": False})
        for firing in (True, False):
            record(store, quiet, verdict(firing=firing))
            send(store, channels, quiet)
        assert [kind for _, kind in channels["slack"].sent] == ["firing"]
        assert store.history(open_only=True) == []


class TestGrouping:
    def test_an_open_alert_stands_before_resolved_ones(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        record(store, config, verdict("old"))
        send(store, channels, config)
        record(store, config, verdict("old", firing=False), verdict("new"))
        send(store, channels, config)
        assert channels["slack"].taken[-1].subject == "[CRITICAL] About new, 1 resolved"

    def test_an_alert_that_ended_during_an_outage_does_not_hide_one_that_fires(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        channels["slack"].down = True
        ended = [verdict(f"ended_{number:02d}") for number in range(30)]
        record(store, config, *ended)
        send(store, channels, config)
        record(store, config, *[verdict(one.cause, firing=False) for one in ended])
        record(store, config, verdict("minor", severity=Severity.WARNING), verdict("new"))
        channels["slack"].down = False
        send(store, channels, config)
        first, *others = [message.subject for message in channels["slack"].taken]
        assert first == "[CRITICAL] About new and 1 more, 9 resolved"
        assert all(subject.startswith("[RESOLVED] About ended_") for subject in others)

    def test_both_notices_of_an_alert_that_ended_stand_together(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        for firing in (True, False):
            record(store, config, verdict("a", firing=firing), verdict("b", firing=firing))
        send(store, channels, config)
        kinds = [("About a", "firing"), ("About a", "resolved"), ("About b", "firing"), ("About b", "resolved")]
        assert channels["slack"].sent == kinds
        assert channels["slack"].taken[0].subject == "[RESOLVED] About a and 1 more"

    def test_what_is_due_together_is_one_message_the_gravest_first(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        same_way = config.model_copy(update={"routes": dict.fromkeys(Severity, config.routes[Severity.CRITICAL])})
        minor = verdict("minor", severity=Severity.WARNING)
        record(store, same_way, minor, verdict("b"), verdict("c"))
        assert send(store, channels, same_way).sent == 3  # one a channel
        [message] = channels["slack"].taken
        assert [notice.title for notice in message.notices] == ["About b", "About c", "About minor"]
        assert message.subject == "[CRITICAL] About b and 2 more"

    def test_a_message_holds_so_many(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        record(store, config, *[verdict(f"cause_{number:02d}") for number in range(45)])
        send(store, channels, config)
        assert [len(message.notices) for message in channels["slack"].taken] == [20, 20, 5]


class TestOutages:
    def test_what_nobody_takes_waits_and_goes_out_together_later(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        channels["slack"].down = channels["email"].down = True
        for hours in range(5):
            record(store, config, verdict(f"cause_{hours}"), now=MORNING + timedelta(hours=hours))
            send(store, channels, config, MORNING + timedelta(hours=hours))
        channels["slack"].down = channels["email"].down = False
        send(store, channels, config, MORNING + timedelta(hours=6))
        [message] = channels["slack"].taken
        assert len(message.notices) == 5
        assert all(state["state"] == "sent" for alert in store.history() for state in alert["deliveries"])

    def test_a_channel_that_is_down_is_asked_once_a_pass(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        record(store, config, *[verdict(f"cause_{number:02d}") for number in range(60)])
        channels["slack"].down = True
        send(store, channels, config)
        assert channels["slack"].asked == 1

    def test_a_message_that_is_too_old_is_given_up(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        record(store, config, verdict("minor", severity=Severity.WARNING))
        channels["slack"].down = True
        for hours in (0, 71, 73):
            send(store, channels, config, MORNING + timedelta(hours=hours))
        channels["slack"].down = False
        send(store, channels, config, MORNING + timedelta(hours=74))
        assert channels["slack"].sent == []
        [slack] = [one for one in store.history()[0]["deliveries"] if one["channel"] == "slack"]
        assert (slack["state"], slack["note"], slack["attempts"]) == ("given_up", "http_503", 3)

    def test_what_is_sent_again_has_the_same_key(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        """Killed between the channel and the database: here, by undoing what the database noted."""
        record(store, config, verdict())
        for _ in range(2):
            send(store, channels, config)
            with store.transaction() as connection:
                connection.execute("UPDATE loan_documents.alert_deliveries SET state = 'waiting', sent_at = NULL")
        record(store, config, verdict("another"))
        send(store, channels, config)
        first, again, other = channels["slack"].taken
        assert first.key == again.key != other.key

    def test_a_channel_that_is_not_configured_is_passed_over_for_good(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        record(store, config, verdict())
        send(store, {"log": channels["log"]}, config)
        assert channels["log"].sent == [("About error_rate", "firing")]
        states = {d["state"]: d["note"] for d in store.history()[0]["deliveries"]}
        assert states == {"sent": "", "given_up": "not_configured"}


def test_history_older_than_it_is_kept_is_deleted(store: AlertStore, config: AlertsConfig) -> None:
    record(store, config, verdict("old"), verdict("open"))
    record(store, config, verdict("old", firing=False))
    store.delete_older(MORNING + timedelta(days=1))
    assert [alert["cause"] for alert in store.history()] == ["open"]
