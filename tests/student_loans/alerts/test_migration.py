"""Alerts of a release with claims, stand-ins and escalation, after the migration to the plain outbox."""

from __future__ import annotations

import pytest

from student_loans.alerts.store import AlertStore, due_for, waiting_channels
from student_loans.storage.migrate import migrate
from student_loans.storage.named_sql import migrations

pytestmark = pytest.mark.integration

OLD_ROWS = """
INSERT INTO loan_documents.alerts (cause, rule, severity, title, detail, opened_at, seen_at, acknowledged_at, acknowledged_by)
VALUES ('error_rate', 'error_rate', 'critical', 'Many errors', 'It is 0.2.', now(), now(), '2026-03-04T09:00Z', 'Dana');
INSERT INTO loan_documents.alert_deliveries (alert_id, kind, step, channels, state, not_before, created_at, channel, sent_at)
SELECT alert_id, kind, step, channels, state, now(), now(), channel, sent_at
FROM loan_documents.alerts, (VALUES
    ('firing', 0, ARRAY['slack', 'email'], 'sending', 'email', NULL::timestamptz),
    ('firing', 0, ARRAY['email', 'slack'], 'sent', 'slack', now()),
    ('firing', 0, ARRAY['log'], 'waiting', NULL, NULL),
    ('escalation', 1, ARRAY['email'], 'waiting', NULL, NULL)) AS old (kind, step, channels, state, channel, sent_at)
"""


def test_what_waited_still_goes_out_and_who_acknowledged_stays_in_words(empty_database: str) -> None:
    store = AlertStore(empty_database)
    with store.transaction() as connection:
        [simplify] = [step.version for step in migrations() if step.name == "simplify_alerts"]
        migrate(connection, [step for step in migrations() if step.version < simplify])
        connection.execute(OLD_ROWS.encode())
        migrate(connection)
    with store.transaction() as connection:
        assert waiting_channels(connection) == ["log", "slack"]
        assert [notice.title for notice in due_for(connection, "slack").notices] == ["Many errors"]
    [alert] = store.history()
    assert alert["detail"] == "It is 0.2. Acknowledged by Dana at 2026-03-04 09:00 UTC."
    states = [(one["kind"], one["channel"], one["state"]) for one in alert["deliveries"]]
    assert states == [
        ("firing", "slack", "waiting"), ("firing", "slack", "sent"), ("firing", "log", "waiting"),
        ("escalation", "email", "given_up"),
    ]  # fmt: skip
