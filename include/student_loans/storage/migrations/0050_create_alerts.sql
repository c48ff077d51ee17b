-- What a run measured, what is wrong (alerts) and who is told (deliveries: an outbox).

CREATE TABLE loan_documents.run_metrics (
    run_id text NOT NULL CHECK (run_id <> ''),
    name text NOT NULL CHECK (name ~ '^[a-z][a-z0-9_]*([.][a-z0-9_]+)*$'),
    slice text NOT NULL DEFAULT '' CHECK (length(slice) <= 200),
    value double precision NOT NULL CHECK (value > '-Infinity' AND value < 'Infinity'),
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run_id, name, slice)
);
CREATE INDEX run_metrics_history ON loan_documents.run_metrics (name, slice, at DESC);
CREATE INDEX run_metrics_at ON loan_documents.run_metrics (at);

COMMENT ON TABLE loan_documents.run_metrics IS 'One row a number that a run measured; any stage may add its own names.';
COMMENT ON COLUMN loan_documents.run_metrics.run_id IS 'A run of any pipeline; not all of them are in runs.';
COMMENT ON COLUMN loan_documents.run_metrics.name IS 'Such as documents.error_rate; the unit is in the name.';
COMMENT ON COLUMN loan_documents.run_metrics.slice IS 'Document type, stage, error code; empty for the whole run.';
COMMENT ON COLUMN loan_documents.run_metrics.at IS 'When it was first measured: history is read in this order.';

CREATE TABLE loan_documents.alerts (
    alert_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cause text NOT NULL CHECK (cause <> ''),
    rule text NOT NULL,
    slice text NOT NULL DEFAULT '',
    severity text NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
    title text NOT NULL,
    detail text NOT NULL,
    todo text NOT NULL DEFAULT '',
    url text NOT NULL DEFAULT '',
    dag_id text NOT NULL DEFAULT '',
    run_id text NOT NULL DEFAULT '',
    last_run_id text NOT NULL DEFAULT '',
    value double precision,
    reference double precision,
    occurrences integer NOT NULL DEFAULT 1 CHECK (occurrences >= 1),
    opened_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    resolved_at timestamptz,
    acknowledged_at timestamptz,
    acknowledged_by text,
    escalations integer NOT NULL DEFAULT 0,
    CONSTRAINT alerts_acknowledged_by_someone CHECK ((acknowledged_at IS NULL) = (acknowledged_by IS NULL))
);
-- One open alert a cause, whoever evaluates at the same time.
CREATE UNIQUE INDEX alerts_open_cause ON loan_documents.alerts (cause) WHERE resolved_at IS NULL;
CREATE INDEX alerts_opened_at ON loan_documents.alerts (opened_at DESC);
CREATE INDEX alerts_run_id ON loan_documents.alerts (run_id);

COMMENT ON TABLE loan_documents.alerts IS 'One row a cause, from its first appearance until it is resolved: the history.';
COMMENT ON COLUMN loan_documents.alerts.cause IS 'Rule and slice, or task and error code: what is the same cause.';
COMMENT ON COLUMN loan_documents.alerts.occurrences IS 'Runs (or task instances) in which it was seen while open.';

CREATE TABLE loan_documents.alert_deliveries (
    delivery_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    alert_id bigint NOT NULL REFERENCES loan_documents.alerts (alert_id) ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('firing', 'resolved', 'escalation')),
    step integer NOT NULL DEFAULT 0,
    channels text[] NOT NULL CHECK (cardinality(channels) > 0),
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sending', 'sent', 'given_up')),
    not_before timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    message_key text,
    channel text,
    claimed_until timestamptz,
    sent_at timestamptz,
    note text NOT NULL DEFAULT '',
    CONSTRAINT alert_deliveries_sent_somewhere CHECK ((state = 'sent') = (sent_at IS NOT NULL))
);
CREATE UNIQUE INDEX alert_deliveries_once ON loan_documents.alert_deliveries (alert_id, kind, step, (channels[1]));
CREATE INDEX alert_deliveries_due ON loan_documents.alert_deliveries (not_before) WHERE state IN ('waiting', 'sending');
CREATE INDEX alert_deliveries_sent ON loan_documents.alert_deliveries (channel, sent_at) WHERE state = 'sent';

COMMENT ON TABLE loan_documents.alert_deliveries IS 'The outbox: one row a message to a channel, written with its alert.';
COMMENT ON COLUMN loan_documents.alert_deliveries.channels IS 'The channel, then those that stand in for it.';
COMMENT ON COLUMN loan_documents.alert_deliveries.message_key IS 'Set before the first attempt and kept: receivers tell repetitions by it.';
COMMENT ON COLUMN loan_documents.alert_deliveries.channel IS 'Where it is being sent, or was.';
COMMENT ON COLUMN loan_documents.alert_deliveries.claimed_until IS 'A claim that has passed belongs to a process that died.';
COMMENT ON COLUMN loan_documents.alert_deliveries.note IS 'Why it waits or was given up: a code, never a text of the channel.';
