-- name: open
-- One open alert for each cause: further occurrences are counted, once for each run, without a message.
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
RETURNING alert_id

-- name: open_alerts
SELECT cause, rule, severity, title, dag_id, last_run_id
FROM loan_documents.alerts
WHERE resolved_at IS NULL AND rule = ANY(%(rules)s) AND dag_id = %(dag_id)s

-- name: enqueue
INSERT INTO loan_documents.alert_deliveries (alert_id, kind, channel, created_at)
SELECT DISTINCT %(alert_id)s::bigint, 'firing', name, %(now)s::timestamptz FROM unnest(%(channels)s::text[]) AS name

-- name: enqueue_resolved
-- The channels of the alert also get the message that it is resolved.
INSERT INTO loan_documents.alert_deliveries (alert_id, kind, channel, created_at)
SELECT DISTINCT alert_id, 'resolved', channel, %(now)s::timestamptz
FROM loan_documents.alert_deliveries
WHERE alert_id = %(alert_id)s

-- name: waiting_channels
SELECT DISTINCT channel FROM loan_documents.alert_deliveries WHERE state = 'waiting' ORDER BY channel

-- name: reserve_channel
-- The lock ends with its transaction, and so with its process. 7302514 makes it different from every other lock here.
SELECT pg_try_advisory_xact_lock(7302514, hashtext(%(channel)s)) AS reserved

-- name: due
SELECT d.delivery_id, d.kind, a.alert_id, a.severity, a.title, a.detail, a.todo, a.url, a.dag_id, a.run_id,
       a.last_run_id, a.occurrences, a.opened_at, a.resolved_at
FROM loan_documents.alert_deliveries AS d
JOIN loan_documents.alerts AS a USING (alert_id)
WHERE d.state = 'waiting' AND d.channel = %(channel)s
-- What is open stands in the first message, whatever else waits; of a resolved alert, both notices stand together.
ORDER BY a.resolved_at IS NOT NULL, array_position(ARRAY['critical', 'warning', 'info'], a.severity), a.alert_id, d.kind
LIMIT %(most)s

-- name: mark_sent
UPDATE loan_documents.alert_deliveries
SET state = 'sent', sent_at = %(now)s, attempts = attempts + 1, note = ''
WHERE delivery_id = ANY(%(ids)s)

-- name: mark_failed
UPDATE loan_documents.alert_deliveries
SET state = CASE WHEN created_at <= %(give_up_before)s THEN 'given_up' ELSE 'waiting' END,
    attempts = attempts + 1,
    note = %(note)s
WHERE delivery_id = ANY(%(ids)s)
RETURNING state

-- name: history
SELECT a.alert_id, a.cause, a.rule, a.slice, a.severity, a.title, a.detail, a.todo, a.url, a.dag_id, a.run_id,
       a.last_run_id, a.value, a.reference, a.occurrences, a.opened_at, a.seen_at, a.resolved_at,
       coalesce(
           (SELECT jsonb_agg(jsonb_build_object('kind', d.kind, 'state', d.state, 'channel', d.channel,
                                                'attempts', d.attempts, 'sent_at', d.sent_at, 'note', d.note)
                             ORDER BY d.delivery_id)
            FROM loan_documents.alert_deliveries AS d
            WHERE d.alert_id = a.alert_id),
           '[]') AS deliveries
FROM loan_documents.alerts AS a
WHERE NOT %(open_only)s OR a.resolved_at IS NULL
ORDER BY a.opened_at DESC, a.alert_id DESC
LIMIT %(limit)s

-- name: delete_older
DELETE FROM loan_documents.alerts WHERE resolved_at < %(before)s
