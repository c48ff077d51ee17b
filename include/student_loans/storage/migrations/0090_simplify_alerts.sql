-- A delivery is one message to one channel, sent inside the transaction that marks it: it needs no claim, no key, no
-- time of the next attempt and no stand-ins. Escalation and acknowledgement are gone; who acknowledged stays in words.

UPDATE loan_documents.alerts
SET detail = detail || ' Acknowledged by ' || acknowledged_by || ' at '
    || to_char(acknowledged_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC.'
WHERE acknowledged_at IS NOT NULL;
ALTER TABLE loan_documents.alerts
    DROP COLUMN acknowledged_at,
    DROP COLUMN acknowledged_by,
    DROP COLUMN escalations;

UPDATE loan_documents.alert_deliveries
SET state = CASE WHEN kind = 'escalation' THEN 'given_up' ELSE 'waiting' END, channel = channels[1]
WHERE state IN ('waiting', 'sending');
UPDATE loan_documents.alert_deliveries SET channel = channels[1] WHERE channel IS NULL;

-- The indexes over these columns go with them.
ALTER TABLE loan_documents.alert_deliveries
    DROP COLUMN channels,
    DROP COLUMN step,
    DROP COLUMN not_before,
    DROP COLUMN message_key,
    DROP COLUMN claimed_until,
    ALTER COLUMN channel SET NOT NULL,
    DROP CONSTRAINT alert_deliveries_state_check,
    ADD CONSTRAINT alert_deliveries_state_check CHECK (state IN ('waiting', 'sent', 'given_up'));
DROP INDEX loan_documents.alert_deliveries_sent;
CREATE INDEX alert_deliveries_waiting ON loan_documents.alert_deliveries (channel) WHERE state = 'waiting';
CREATE INDEX alert_deliveries_alert ON loan_documents.alert_deliveries (alert_id);

COMMENT ON COLUMN loan_documents.alert_deliveries.channel IS 'Name of the channel in alerts_config.yaml.';
