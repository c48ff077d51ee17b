-- name: open
-- One open alert a cause: seen again it is counted, once a run, and nobody is told again.
INSERT INTO loan_documents.alerts AS a (
    cause, rule, slice, severity, title, detail, todo, url, dag_id, run_id, last_run_id, value, reference,
    opened_at, seen_at)
VALUES (%(cause)s, %(rule)s, %(slice)s, %(severity)s, %(title)s, %(detail)s, %(todo)s, %(url)s, %(dag_id)s,
        %(run_id)s, %(run_id)s, %(value)s, %(reference)s, %(now)s, %(now)s)
ON CONFLICT (cause) WHERE resolved_at IS NULL DO UPDATE SET
    detail = excluded.detail,
    value = excluded.value,
    reference = excluded.reference,
    seen_at = excluded.seen_at,
    last_run_id = excluded.last_run_id,
    occurrences = a.occurrences + (a.last_run_id <> excluded.last_run_id)::integer
RETURNING alert_id, (xmax = 0) AS is_new

-- name: resolve
UPDATE loan_documents.alerts
SET resolved_at = %(now)s, detail = detail || coalesce(' ' || nullif(%(detail)s, ''), '')
WHERE cause = %(cause)s AND resolved_at IS NULL
RETURNING alert_id, severity

-- name: open_causes
SELECT cause, rule, severity, title, dag_id, last_run_id
FROM loan_documents.alerts
WHERE resolved_at IS NULL AND rule = ANY(%(rules)s) AND dag_id = %(dag_id)s

-- name: open_in_run
SELECT count(*) AS alerts
FROM loan_documents.alerts
WHERE resolved_at IS NULL AND rule = ANY(%(rules)s) AND dag_id = %(dag_id)s AND last_run_id = %(run_id)s

-- name: enqueue
INSERT INTO loan_documents.alert_deliveries (alert_id, kind, step, channels, not_before, created_at)
VALUES (%(alert_id)s, %(kind)s, %(step)s, %(channels)s, %(not_before)s, %(now)s)
ON CONFLICT (alert_id, kind, step, (channels[1])) DO NOTHING

-- name: told_channels
-- Who was (or is to be) told that it appeared is told that it is gone.
SELECT DISTINCT channels FROM loan_documents.alert_deliveries WHERE alert_id = %(alert_id)s

-- name: due_for_escalation
UPDATE loan_documents.alerts
SET escalations = escalations + 1
WHERE resolved_at IS NULL
  AND acknowledged_at IS NULL
  AND severity = ANY(%(severities)s)
  AND escalations < %(times)s
  AND opened_at + (escalations + 1) * %(after)s <= %(now)s
  AND EXISTS (SELECT FROM loan_documents.alert_deliveries AS d WHERE d.alert_id = alerts.alert_id)
RETURNING alert_id, escalations, severity

-- name: lock_claims
-- Claims are made one after the other: two processes must not each take half of one message. The number is ours alone.
SELECT pg_advisory_xact_lock(7302514408232)

-- name: claim_abandoned
-- A claim that has passed belongs to a process that died: its message may or may not have arrived.
SELECT delivery_id, message_key, channel, channels, attempts, note
FROM loan_documents.alert_deliveries
WHERE (state = 'sending' AND claimed_until <= %(now)s)
   OR (state = 'waiting' AND message_key IS NOT NULL AND not_before <= %(now)s)
ORDER BY not_before, delivery_id
LIMIT 1
FOR UPDATE SKIP LOCKED

-- name: claim_same_message
SELECT delivery_id
FROM loan_documents.alert_deliveries
WHERE message_key = %(message_key)s AND state IN ('waiting', 'sending')
ORDER BY delivery_id
FOR UPDATE SKIP LOCKED

-- name: next_due
-- The gravest first; what goes the same way goes with it.
SELECT d.delivery_id, d.channels
FROM loan_documents.alert_deliveries AS d
JOIN loan_documents.alerts AS a USING (alert_id)
WHERE d.state = 'waiting' AND d.message_key IS NULL AND d.not_before <= %(now)s
ORDER BY array_position(ARRAY['critical', 'warning', 'info'], a.severity), d.not_before, d.delivery_id
LIMIT 1
FOR UPDATE OF d SKIP LOCKED

-- name: due_the_same_way
SELECT d.delivery_id, a.severity
FROM loan_documents.alert_deliveries AS d
JOIN loan_documents.alerts AS a USING (alert_id)
WHERE d.state = 'waiting' AND d.message_key IS NULL AND d.not_before <= %(now)s AND d.channels = %(channels)s
ORDER BY array_position(ARRAY['critical', 'warning', 'info'], a.severity), d.delivery_id
LIMIT %(most)s
FOR UPDATE OF d SKIP LOCKED

-- name: due
SELECT d.delivery_id, d.channels
FROM loan_documents.alert_deliveries AS d
JOIN loan_documents.alerts AS a USING (alert_id)
WHERE d.state = 'waiting' AND d.not_before <= %(now)s
ORDER BY array_position(ARRAY['critical', 'warning', 'info'], a.severity), d.delivery_id

-- name: sent_lately
SELECT count(DISTINCT message_key) AS messages, min(sent_at) AS first_sent_at
FROM loan_documents.alert_deliveries
WHERE state = 'sent' AND channel = %(channel)s AND sent_at > %(since)s

-- name: claim
UPDATE loan_documents.alert_deliveries
SET state = 'sending', message_key = %(message_key)s, claimed_until = %(until)s, attempts = attempts + 1
WHERE delivery_id = ANY(%(ids)s)

-- name: attempt
UPDATE loan_documents.alert_deliveries
SET channel = %(channel)s, claimed_until = %(until)s
WHERE message_key = %(message_key)s AND state = 'sending'

-- name: notices
SELECT d.delivery_id, d.kind, d.attempts, d.created_at, a.alert_id, a.severity, a.title, a.detail, a.todo, a.url,
       a.dag_id, a.run_id, a.last_run_id, a.occurrences, a.opened_at, a.resolved_at
FROM loan_documents.alert_deliveries AS d
JOIN loan_documents.alerts AS a USING (alert_id)
WHERE d.delivery_id = ANY(%(ids)s)
ORDER BY array_position(ARRAY['critical', 'warning', 'info'], a.severity), a.alert_id, d.kind

-- name: mark_sent
UPDATE loan_documents.alert_deliveries
SET state = 'sent', sent_at = %(now)s, channel = %(channel)s, claimed_until = NULL, note = %(note)s
WHERE message_key = %(message_key)s AND state = 'sending'

-- name: mark_waiting
-- Without a key it may go out with others; with one it is the same message still.
UPDATE loan_documents.alert_deliveries
SET state = 'waiting', not_before = %(not_before)s, claimed_until = NULL, note = %(note)s,
    message_key = CASE WHEN %(keep_key)s THEN message_key END
WHERE message_key = %(message_key)s AND state = 'sending'

-- name: mark_given_up
UPDATE loan_documents.alert_deliveries
SET state = 'given_up', claimed_until = NULL, note = %(note)s
WHERE message_key = %(message_key)s AND state = 'sending'

-- name: hold_back
UPDATE loan_documents.alert_deliveries
SET not_before = %(not_before)s, note = %(note)s
WHERE delivery_id = ANY(%(ids)s)

-- name: acknowledge
UPDATE loan_documents.alerts
SET acknowledged_at = %(now)s, acknowledged_by = %(by)s
WHERE alert_id = %(alert_id)s AND resolved_at IS NULL AND acknowledged_at IS NULL
RETURNING alert_id

-- name: history
SELECT a.alert_id, a.cause, a.rule, a.slice, a.severity, a.title, a.detail, a.todo, a.url, a.dag_id, a.run_id,
       a.last_run_id, a.value, a.reference, a.occurrences, a.opened_at, a.seen_at, a.resolved_at, a.acknowledged_at,
       a.acknowledged_by, a.escalations,
       coalesce(
           (SELECT jsonb_agg(jsonb_build_object('kind', d.kind, 'state', d.state, 'channel', d.channel,
                                                'attempts', d.attempts, 'sent_at', d.sent_at, 'note', d.note)
                             ORDER BY d.delivery_id)
            FROM loan_documents.alert_deliveries AS d
            WHERE d.alert_id = a.alert_id),
           '[]') AS deliveries
FROM loan_documents.alerts AS a
WHERE (NOT %(open_only)s OR a.resolved_at IS NULL)
  AND (%(run_id)s::text IS NULL OR %(run_id)s IN (a.run_id, a.last_run_id))
ORDER BY a.opened_at DESC, a.alert_id DESC
LIMIT %(limit)s

-- name: delete_older
DELETE FROM loan_documents.alerts WHERE resolved_at < %(before)s
