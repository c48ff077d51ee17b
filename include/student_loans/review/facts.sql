-- name: lock
-- One refresh at a time: each works out differences against the same sums. Released with the transaction.
SELECT pg_advisory_xact_lock(7302514408260)

-- name: try_lock
SELECT pg_try_advisory_xact_lock(7302514408260) AS locked

-- name: stage_changed
-- Documents whose record is newer than its facts, oldest first.
CREATE TEMPORARY TABLE changed ON COMMIT DROP AS
SELECT d.document_id
FROM loan_documents.documents AS d
LEFT JOIN loan_documents.document_facts AS f USING (document_id)
WHERE d.updated_at >= (SELECT caught_up_to FROM loan_documents.facts_state)
  AND (f.document_id IS NULL OR f.version <> d.updated_at)
ORDER BY d.updated_at
LIMIT %(most)s

-- name: stage_documents
CREATE TEMPORARY TABLE changed ON COMMIT DROP AS
SELECT DISTINCT document_id FROM unnest(%(document_ids)s::text[]) AS document_id

-- name: stage_facts
-- The probability of an error: one minus the product of the calibrated confidences of the type and of every value, halved
-- again for each reason for review that carries no confidence of its own (a failed check, a missing field).
-- The amount at stake is the largest principal-like amount on the page; where none was read, an assumed one.
-- A document is drawn for audit or second review by a keyed hash of its id: the same answer at every look.
CREATE TEMPORARY TABLE staged_facts ON COMMIT DROP AS
SELECT
    r.document_id, r.version, r.day, r.document_type, r.lender, r.outcome,
    r.error_probability, r.amount,
    round((r.error_probability * r.amount)::numeric, 2) AS money_at_risk,
    r.seconds, r.confidences,
    CASE
        WHEN r.outcome = 'review' THEN 'review'
        WHEN r.reviewed AND NOT r.seconded AND r.draw < %(second_review_share)s THEN 'second'
        WHEN r.outcome = 'auto_accepted' AND r.draw < %(audit_share)s THEN 'audit'
    END AS queue
FROM (
    SELECT
        d.document_id,
        d.updated_at AS version,
        (d.created_at AT TIME ZONE 'UTC')::date AS day,
        d.document_type,
        -- Printed in capitals it is the same lender.
        left(CASE WHEN v.lender = upper(v.lender) THEN initcap(v.lender) ELSE v.lender END, 200) AS lender,
        CASE
            WHEN d.status = 'accepted' AND w.reviewed THEN 'reviewer_accepted'
            WHEN d.status = 'accepted' THEN 'auto_accepted'
            WHEN d.error = 'rejected_by_reviewer' THEN 'rejected'
            ELSE d.status
        END AS outcome,
        CASE WHEN d.status = 'quarantined' THEN 1
             ELSE 1 - d.document_type_confidence * coalesce(v.all_right, 1) * power(0.5, least(s.without_confidence, 30))
        END AS error_probability,
        coalesce(v.amount, %(assumed_amount)s::numeric) AS amount,
        coalesce((SELECT sum(value::double precision) FROM jsonb_each_text(d.timings)), 0) AS seconds,
        coalesce(v.confidences, '{}') AS confidences,
        w.reviewed,
        w.seconded,
        ('x' || left(encode(sha256(convert_to(k.key || d.document_id, 'UTF8')), 'hex'), 8))::bit(32)::bigint
            / 4294967296.0 AS draw
    FROM changed AS c
    JOIN loan_documents.documents AS d USING (document_id)
    CROSS JOIN (
        SELECT coalesce(nullif(%(key)s, ''), (SELECT key FROM loan_documents.sampling_key)) AS key
    ) AS k
    CROSS JOIN LATERAL (
        SELECT count(*) AS without_confidence FROM unnest(d.review_reasons) AS reason
        WHERE reason !~ 'confidence [0-9.]+ is below'
    ) AS s
    CROSS JOIN LATERAL (
        SELECT
            coalesce(max(f.value) FILTER (WHERE f.name = 'lender_name'),
                     max(f.value) FILTER (WHERE f.name = 'servicer_name'), '') AS lender,
            exp(sum(ln(greatest(f.confidence, 1e-6)))) AS all_right,
            max(CASE WHEN f.value ~ '^[0-9]{1,12}([.][0-9]{1,6})?$' THEN f.value::numeric END)
                FILTER (WHERE f.name = ANY(%(amounts_at_risk)s::text[])) AS amount,
            array_agg((1 + width_bucket(f.confidence, %(confidence_edges)s::double precision[]))::smallint ORDER BY f.name)
                FILTER (WHERE f.name IS NOT NULL) AS confidences
        FROM loan_documents.fields AS f
        WHERE f.document_id = d.document_id
    ) AS v
    CROSS JOIN LATERAL (
        -- A record that a later run made again has not been reviewed.
        SELECT count(*) > 0 AS reviewed, coalesce(bool_or(w.kind = 'second'), false) AS seconded
        FROM loan_documents.reviews AS w
        WHERE w.document_id = d.document_id AND w.run_id = d.run_id
    ) AS w
) AS r

-- name: apply_counts
INSERT INTO loan_documents.daily_counts AS c (day, document_type, lender, outcome, documents, seconds)
SELECT day, document_type, lender, outcome, sum(n), sum(n * seconds)
FROM (
    SELECT f.day, f.document_type, f.lender, f.outcome, f.seconds, -1 AS n
    FROM loan_documents.document_facts AS f JOIN staged_facts USING (document_id)
    UNION ALL
    SELECT day, document_type, lender, outcome, seconds, 1 FROM staged_facts
) AS difference
GROUP BY day, document_type, lender, outcome
HAVING sum(n) <> 0 OR sum(n * seconds) <> 0
ON CONFLICT (day, document_type, lender, outcome) DO UPDATE SET
    documents = c.documents + excluded.documents,
    seconds = c.seconds + excluded.seconds

-- name: apply_confidences
INSERT INTO loan_documents.daily_confidences AS c (day, document_type, lender, bucket, fields)
SELECT day, document_type, lender, bucket, sum(n)
FROM (
    SELECT f.day, f.document_type, f.lender, bucket, -1 AS n
    FROM loan_documents.document_facts AS f JOIN staged_facts USING (document_id), unnest(f.confidences) AS bucket
    UNION ALL
    SELECT day, document_type, lender, bucket, 1 FROM staged_facts, unnest(confidences) AS bucket
) AS difference
GROUP BY day, document_type, lender, bucket
HAVING sum(n) <> 0
ON CONFLICT (day, document_type, lender, bucket) DO UPDATE SET fields = c.fields + excluded.fields

-- name: apply_facts
INSERT INTO loan_documents.document_facts AS f (
    document_id, version, day, document_type, lender, outcome, error_probability, amount, money_at_risk, seconds,
    confidences, queue)
SELECT document_id, version, day, document_type, lender, outcome, error_probability, amount, money_at_risk, seconds,
       confidences, queue
FROM staged_facts
ON CONFLICT (document_id) DO UPDATE SET
    version = excluded.version,
    day = excluded.day,
    document_type = excluded.document_type,
    lender = excluded.lender,
    outcome = excluded.outcome,
    error_probability = excluded.error_probability,
    amount = excluded.amount,
    money_at_risk = excluded.money_at_risk,
    seconds = excluded.seconds,
    confidences = excluded.confidences,
    queue = excluded.queue


-- name: caught_up
-- A record carries the time at which its transaction began, and is seen when that has ended: no batch takes a quarter of
-- an hour to commit.
UPDATE loan_documents.facts_state SET caught_up_to = greatest(caught_up_to, now() - interval '15 minutes')

-- name: truncate
TRUNCATE loan_documents.document_facts, loan_documents.daily_counts, loan_documents.daily_confidences

-- name: start_anew
UPDATE loan_documents.facts_state SET caught_up_to = '-infinity'
