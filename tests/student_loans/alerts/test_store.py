"""The outbox: one alert a cause, one message an alert, through the channel or those that stand in for it."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from student_loans.alerts.channels import ChannelError
from student_loans.alerts.config import AlertsConfig, QuietHours, RateLimit, chains
from student_loans.alerts.delivery import Delivered, deliver
from student_loans.alerts.model import Kind, Message, Severity, Verdict
from student_loans.alerts.store import AlertStore

pytestmark = pytest.mark.integration

MORNING = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


@dataclass
class Recorder:
    """A channel of this test: it keeps what it takes, and can be down or silent. The real ones are tested beside it."""

    down: bool = False
    silent: bool = False
    remembers: bool = False
    taken: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> None:
        if self.down:
            raise ChannelError("http_503")
        self.taken.append(message)
        if self.silent:
            raise ChannelError("TimeoutError", uncertain=True)

    def has(self, key: str) -> bool | None:
        return any(message.key == key for message in self.taken) if self.remembers else None

    @property
    def told(self) -> list[tuple[str, str]]:
        return [(notice.title, notice.kind.value) for message in self.taken for notice in message.notices]


@pytest.fixture
def channels() -> dict[str, Recorder]:
    return {"slack": Recorder(), "email": Recorder(), "log": Recorder()}


def verdict(cause: str = "error_rate", *, firing: bool = True, **changes: Any) -> Verdict:
    values: dict[str, Any] = {"severity": Severity.CRITICAL, "title": f"About {cause}", "detail": "It is 0.2."}
    return Verdict(cause=cause, rule=cause, firing=firing, **(values | changes))


def settle(
    store: AlertStore, config: AlertsConfig, *verdicts: Verdict, run: str = "r1", now: datetime = MORNING
) -> None:
    store.settle(verdicts, config, run_id=run, now=now)


def send(
    store: AlertStore, channels: Mapping[str, Recorder], config: AlertsConfig, now: datetime = MORNING
) -> Delivered:
    return deliver(store, channels, config, lambda: now)


class TestDeduplication:
    def test_a_cause_that_stays_is_told_once_and_counted(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        for number in range(5):
            settle(store, config, verdict(), run=f"r{number}", now=MORNING + timedelta(hours=number))
            send(store, channels, config, MORNING + timedelta(hours=number))
        assert channels["slack"].told == [("About error_rate", "firing")]
        [alert] = store.history()
        assert (alert["occurrences"], alert["last_run_id"]) == (5, "r4")

    def test_a_run_that_is_judged_twice_counts_once(self, store: AlertStore, config: AlertsConfig) -> None:
        settle(store, config, verdict())
        settle(store, config, verdict())
        assert store.history()[0]["occurrences"] == 1

    def test_processes_that_judge_together_open_one_alert(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        verdicts = [verdict("a"), verdict("b"), verdict("c")]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda order: settle(store, config, *verdicts[::order]), [1, -1] * 4))
        assert sorted(alert["cause"] for alert in store.history()) == ["a", "b", "c"]

    def test_processes_that_deliver_together_send_each_message_once(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        one_each = config.model_copy(update={"delivery": config.delivery.model_copy(update={"most_in_message": 1})})
        settle(store, config, *[verdict(f"cause_{number}") for number in range(10)])
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: send(store, channels, one_each), range(4)))
        assert sorted(channels["slack"].told) == sorted((f"About cause_{number}", "firing") for number in range(10))

    def test_what_comes_back_is_a_new_alert(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        for firing in (True, False, False, True):
            settle(store, config, verdict(firing=firing))
            send(store, channels, config)
        assert [kind for _, kind in channels["slack"].told] == ["firing", "resolved", "firing"]


class TestRecovery:
    def test_the_same_people_are_told(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        settle(store, config, verdict())
        settle(store, config, verdict("minor", severity=Severity.WARNING))
        send(store, channels, config)
        settle(store, config, verdict(firing=False), verdict("minor", firing=False))
        send(store, channels, config)
        assert sorted(channels["slack"].told[-2:]) == [("About error_rate", "resolved"), ("About minor", "resolved")]
        assert channels["email"].told == [("About error_rate", "firing"), ("About error_rate", "resolved")]

    def test_it_can_be_off(self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]) -> None:
        quiet = config.model_copy(update={"recovery": False})
        for firing in (True, False):
            settle(store, quiet, verdict(firing=firing))
            send(store, channels, quiet)
        assert [kind for _, kind in channels["slack"].told] == ["firing"]
        assert store.history(open_only=True) == []


class TestGrouping:
    def test_what_is_due_together_is_one_message_the_gravest_first(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        same_way = config.model_copy(update={"routes": dict.fromkeys(Severity, config.routes[Severity.CRITICAL])})
        minor = verdict("minor", severity=Severity.WARNING)
        settle(store, same_way, minor, verdict("b"), verdict("c"))
        assert send(store, channels, same_way).sent == 3  # one a channel
        [message] = channels["slack"].taken
        assert [notice.title for notice in message.notices] == ["About b", "About c", "About minor"]
        assert message.subject == "[CRITICAL] About b and 2 more"

    def test_a_message_holds_so_many(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        settle(store, config, *[verdict(f"cause_{number:02d}") for number in range(45)])
        send(store, channels, config)
        assert [len(message.notices) for message in channels["slack"].taken] == [20, 20, 5]


class TestRateLimit:
    def test_what_exceeds_it_waits_and_goes_out_together(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        limited = config.model_copy(update={"rate_limit": RateLimit(messages=2, minutes=60)})
        for number in range(6):
            settle(store, limited, verdict(f"cause_{number}", severity=Severity.WARNING))
            send(store, channels, limited, MORNING + timedelta(minutes=number))
        assert len(channels["slack"].taken) == 2
        send(store, channels, limited, MORNING + timedelta(minutes=61))
        assert [len(message.notices) for message in channels["slack"].taken] == [1, 1, 4]

    def test_it_does_not_hold_back_what_is_critical(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        limited = config.model_copy(update={"rate_limit": RateLimit(messages=1, minutes=60)})
        for number in range(3):
            settle(store, limited, verdict(f"cause_{number}"))
            send(store, channels, limited, MORNING + timedelta(minutes=number))
        assert len(channels["slack"].taken) == 3


class TestQuietHours:
    NIGHT = QuietHours(start=time(22), end=time(7), timezone="America/New_York")

    def test_what_may_wait_goes_out_in_the_morning(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        night = config.model_copy(update={"quiet_hours": self.NIGHT})
        at_three = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)  # 3:00 in New York
        settle(store, night, verdict("minor", severity=Severity.WARNING), verdict("grave"), now=at_three)
        send(store, channels, night, at_three)
        assert channels["slack"].told == [("About grave", "firing")]
        send(store, channels, night, at_three + timedelta(hours=3, minutes=59))
        assert len(channels["slack"].told) == 1
        send(store, channels, night, at_three + timedelta(hours=4))
        assert channels["slack"].told[1:] == [("About minor", "firing")]

    @pytest.mark.parametrize(
        ("local", "quiet"),
        [
            ("2026-03-04T21:59", False),
            ("2026-03-04T22:00", True),
            ("2026-03-05T06:59", True),
            ("2026-03-05T07:00", False),
        ],
    )
    def test_a_night_ends_in_the_morning(self, local: str, quiet: bool) -> None:
        from zoneinfo import ZoneInfo

        now = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)
        assert (self.NIGHT.ends(now) is not None) is quiet

    def test_a_night_belongs_to_the_day_it_starts_on(self) -> None:
        weekdays = QuietHours(start=time(22), end=time(7), days=("friday",))
        assert weekdays.ends(datetime(2026, 3, 7, 3, tzinfo=UTC)) == datetime(2026, 3, 7, 7, tzinfo=UTC)  # Saturday
        assert weekdays.ends(datetime(2026, 3, 6, 3, tzinfo=UTC)) is None  # Friday, still Thursday's night


class TestEscalation:
    def test_it_goes_on_until_somebody_acknowledges(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        settle(store, config, verdict())
        for minutes in (0, 59, 61, 90, 121):
            send(store, channels, config, MORNING + timedelta(minutes=minutes))
        assert [kind for _, kind in channels["email"].told] == ["firing", "escalation", "escalation"]
        assert store.acknowledge(store.history()[0]["alert_id"], by="operations", now=MORNING)
        send(store, channels, config, MORNING + timedelta(hours=9))
        assert len(channels["email"].told) == 3
        assert [kind for _, kind in channels["slack"].told] == ["firing"]

    def test_it_ends(self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]) -> None:
        settle(store, config, verdict())
        for hours in range(10):
            send(store, channels, config, MORNING + timedelta(hours=hours))
        assert [kind for _, kind in channels["email"].told] == ["firing"] + ["escalation"] * 3

    def test_what_is_resolved_or_minor_is_not_escalated(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        settle(store, config, verdict(), verdict("minor", severity=Severity.WARNING))
        settle(store, config, verdict(firing=False))
        send(store, channels, config, MORNING + timedelta(hours=5))
        assert Kind.ESCALATION.value not in [kind for _, kind in channels["email"].told]

    def test_nobody_acknowledges_twice_or_what_is_not_there(self, store: AlertStore, config: AlertsConfig) -> None:
        settle(store, config, verdict())
        alert_id = store.history()[0]["alert_id"]
        assert store.acknowledge(alert_id, by="first", now=MORNING)
        assert not store.acknowledge(alert_id, by="second", now=MORNING)
        assert not store.acknowledge(999, by="anybody", now=MORNING)


class TestOutages:
    def test_another_channel_stands_in(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        channels["slack"].down = True
        settle(store, config, verdict("minor", severity=Severity.WARNING))
        send(store, channels, config)
        assert channels["email"].told == [("About minor", "firing")]
        channels["slack"].down = False
        send(store, channels, config, MORNING + timedelta(hours=1))
        assert channels["slack"].told == []  # it has been told: one message a cause

    def test_what_nobody_takes_waits_and_goes_out_together_later(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        channels["slack"].down = channels["email"].down = True
        for hours in range(5):
            settle(store, config, verdict(f"cause_{hours}"), now=MORNING + timedelta(hours=hours))
            send(store, channels, config, MORNING + timedelta(hours=hours))
        channels["slack"].down = channels["email"].down = False
        send(store, channels, config, MORNING + timedelta(hours=6))
        [message] = channels["slack"].taken
        assert len(message.notices) == 5
        assert all(state["state"] == "sent" for alert in store.history() for state in alert["deliveries"])

    def test_attempts_are_further_and_further_apart_and_end(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        channels["slack"].down = True
        no_escalation = config.model_copy(update={"escalation": None})
        settle(store, no_escalation, verdict("minor", severity=Severity.WARNING))
        channels["email"].down = True
        for minute in range(0, 80 * 60, 5):
            send(store, channels, no_escalation, MORNING + timedelta(minutes=minute))
        [slack] = [d for d in store.history()[0]["deliveries"] if d["state"] == "given_up"]
        assert slack["note"] == "http_503"
        assert 70 <= slack["attempts"] <= 80

    def test_a_channel_that_is_down_is_asked_once_a_pass(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        asked = []

        class Down(Recorder):
            def send(self, message: Message) -> None:
                asked.append(message)
                raise ChannelError("http_503")

        settle(store, config, *[verdict(f"cause_{number:02d}") for number in range(60)])
        send(store, {**channels, "slack": Down()}, config)
        assert len(asked) == 1

    def test_a_channel_that_is_not_configured_is_passed_over_for_good(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        settle(store, config, verdict())
        send(store, {"log": channels["log"]}, config)
        assert channels["log"].told == [("About error_rate", "firing")]
        states = {d["state"]: d["note"] for d in store.history()[0]["deliveries"]}
        assert states == {"sent": "", "given_up": "not_configured"}


class TestUncertainty:
    def test_no_answer_is_the_same_message_again(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        channels["slack"].silent = True
        settle(store, config, verdict())
        send(store, channels, config)
        channels["slack"].silent = False
        settle(store, config, verdict("another"), now=MORNING)
        send(store, channels, config, MORNING + timedelta(minutes=2))
        first, again, other = channels["slack"].taken
        assert first.key == again.key != other.key
        assert (first.repeated, again.repeated, other.repeated) == (False, True, False)

    def test_a_channel_that_can_tell_is_not_told_twice(
        self, store: AlertStore, config: AlertsConfig, channels: dict[str, Recorder]
    ) -> None:
        channels["slack"] = Recorder(silent=True, remembers=True)
        settle(store, config, verdict())
        send(store, channels, config)
        send(store, channels, config, MORNING + timedelta(minutes=2))
        assert len(channels["slack"].taken) == 1
        assert {d["state"] for d in store.history()[0]["deliveries"]} == {"sent"}


def test_history_older_than_it_is_kept_is_deleted(store: AlertStore, config: AlertsConfig) -> None:
    settle(store, config, verdict("old"), verdict("open"))
    settle(store, config, verdict("old", firing=False))
    store.delete_older(MORNING + timedelta(days=1))
    assert [alert["cause"] for alert in store.history()] == ["open"]


def test_a_channel_that_is_told_anyway_stands_in_for_nobody() -> None:
    assert chains(("slack", "email"), ("email",)) == [("slack",), ("email",)]
