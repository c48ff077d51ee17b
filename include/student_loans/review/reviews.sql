-- name: queue
-- Documents that wait for review, most money at risk first; a page starts after the last row of the one before.
SELECT f.document_id, d.name, f.document_type, f.lender, f.money_at_risk, f.amount, f.error_probability, f.queue AS kind,
       f.day, d.review_reasons, d.page_count, d.run_id, c.reviewer AS claimed_by, c.expires_at AS claimed_until
FROM loan_documents.document_facts AS f
JOIN loan_documents.documents AS d USING (document_id)
LEFT JOIN loan_documents.review_claims AS c ON c.document_id = f.document_id AND c.expires_at > now()
WHERE f.queue IS NOT NULL
  AND (%(kind)s::text IS NULL OR f.queue = %(kind)s)
  AND (%(document_type)s::text IS NULL OR f.document_type = %(document_type)s)
  AND (%(run_id)s::text IS NULL OR d.run_id = %(run_id)s)
  AND (%(after_money)s::numeric IS NULL
       OR f.money_at_risk < %(after_money)s
       OR (f.money_at_risk = %(after_money)s AND f.document_id > %(after_id)s))
ORDER BY f.money_at_risk DESC, f.document_id
LIMIT %(limit)s

-- name: queue_sums
SELECT queue AS kind, count(*) AS documents, sum(money_at_risk) AS money_at_risk
FROM loan_documents.document_facts
WHERE queue IS NOT NULL
GROUP BY queue

-- name: run_waiting
SELECT count(*) AS documents, coalesce(sum(f.money_at_risk), 0) AS money_at_risk
FROM loan_documents.documents AS d
JOIN loan_documents.document_facts AS f USING (document_id)
WHERE d.run_id = %(run_id)s AND f.queue = 'review'

-- name: claim
-- A claim is granted if nobody has it, if it has expired, or if the same person has it.
INSERT INTO loan_documents.review_claims AS c (document_id, reviewer, expires_at)
VALUES (%(document_id)s, %(reviewer)s, now() + make_interval(secs => %(seconds)s))
ON CONFLICT (document_id) DO UPDATE SET
    reviewer = excluded.reviewer,
    claimed_at = CASE WHEN c.reviewer = excluded.reviewer AND c.expires_at > now() THEN c.claimed_at ELSE now() END,
    expires_at = excluded.expires_at
WHERE c.reviewer = excluded.reviewer OR c.expires_at <= now()
RETURNING expires_at

-- name: next_unclaimed
-- The most money at risk that nobody holds and that this person may decide.
SELECT f.document_id
FROM loan_documents.document_facts AS f
WHERE f.queue IS NOT NULL
  AND NOT EXISTS (SELECT FROM loan_documents.review_claims AS c
                  WHERE c.document_id = f.document_id AND c.expires_at > now() AND c.reviewer <> %(reviewer)s)
  AND NOT (f.queue = 'second' AND EXISTS (SELECT FROM loan_documents.reviews AS r
                                          WHERE r.document_id = f.document_id AND r.reviewer = %(reviewer)s))
  AND f.document_id <> ALL(%(except_ids)s)
ORDER BY f.money_at_risk DESC, f.document_id
LIMIT 1
FOR UPDATE OF f SKIP LOCKED

-- name: release
DELETE FROM loan_documents.review_claims
WHERE document_id = %(document_id)s AND reviewer = %(reviewer)s
RETURNING document_id

-- name: claim_of
SELECT reviewer, expires_at FROM loan_documents.review_claims WHERE document_id = %(document_id)s AND expires_at > now()

-- name: lock_document
-- Claims refer to the row while they are added: that must not wait for this.
SELECT document_id FROM loan_documents.documents WHERE document_id = %(document_id)s FOR NO KEY UPDATE

-- name: document
SELECT d.document_id, d.name, d.status, d.document_type, d.review_reasons, d.schedule, d.run_id, d.updated_at,
       d.page_count, d.text_source, d.quality_score, d.document_type_confidence,
       f.queue AS kind, f.money_at_risk, f.amount, f.error_probability
FROM loan_documents.documents AS d
LEFT JOIN loan_documents.document_facts AS f USING (document_id)
WHERE d.document_id = %(document_id)s

-- name: fields
SELECT name, value, raw, confidence, page, bbox, checked_by FROM loan_documents.fields WHERE document_id = %(document_id)s

-- name: first_review
-- The decision with which a second review is compared.
SELECT review_id, reviewer, decision, before, after
FROM loan_documents.reviews
WHERE document_id = %(document_id)s AND run_id = %(run_id)s AND kind <> 'second'
ORDER BY review_id DESC
LIMIT 1

-- name: add_review
INSERT INTO loan_documents.reviews (
    document_id, run_id, kind, decision, reviewer, before, after, fields_checked, fields_wrong, money_at_risk, note,
    second_of, agrees)
VALUES (%(document_id)s, %(run_id)s, %(kind)s, %(decision)s, %(reviewer)s, %(before)s, %(after)s, %(fields_checked)s,
        %(fields_wrong)s, %(money_at_risk)s, %(note)s, %(second_of)s, %(agrees)s)
RETURNING review_id

-- name: update_document
UPDATE loan_documents.documents SET
    status = %(status)s,
    document_type = %(document_type)s,
    document_type_confidence = greatest(document_type_confidence, %(confidence)s),
    review_reasons = %(review_reasons)s,
    error = %(error)s,
    message = %(message)s,
    updated_at = clock_timestamp()
WHERE document_id = %(document_id)s
RETURNING updated_at

-- name: touch_document
UPDATE loan_documents.documents SET updated_at = clock_timestamp()
WHERE document_id = %(document_id)s
RETURNING updated_at

-- name: delete_fields
DELETE FROM loan_documents.fields WHERE document_id = %(document_id)s

-- name: add_field
INSERT INTO loan_documents.fields (document_id, name, value, raw, confidence, page, bbox, checked_by)
VALUES (%(document_id)s, %(name)s, %(value)s, %(raw)s, %(confidence)s, %(page)s, %(bbox)s, %(checked_by)s)

-- name: supersede_version
UPDATE loan_documents.record_versions SET state = 'superseded', changed_at = now()
WHERE document_id = %(document_id)s AND state = 'published'

-- name: publish_version
-- The record as it stands after the decision; what made it is the decision.
INSERT INTO loan_documents.record_versions (document_id, version, state, fingerprint, content_hash, record, run_id)
SELECT made.document_id,
       coalesce((SELECT max(version) FROM loan_documents.record_versions AS o WHERE o.document_id = made.document_id), 0) + 1,
       'published', 'review-' || %(review_id)s,
       encode(sha256(convert_to((made.record - 'timings' - 'source_uri')::text, 'UTF8')), 'hex'), made.record, made.run_id
FROM (
    SELECT d.document_id, d.run_id,
           to_jsonb(d) - 'name' - 'run_id' - 'created_at' - 'updated_at'
               || jsonb_build_object('fields', coalesce(
                      (SELECT jsonb_object_agg(v.name, to_jsonb(v) - 'document_id' - 'name')
                       FROM loan_documents.fields AS v WHERE v.document_id = d.document_id), '{}')) AS record
    FROM loan_documents.documents AS d
    WHERE d.document_id = %(document_id)s
) AS made

-- name: store_label
-- A reviewer's truth replaces an older one; what a corpus said about lender and rendering stays.
INSERT INTO loan_documents.labels AS l (document_id, document_type, fields, source)
VALUES (%(document_id)s, %(document_type)s, %(fields)s, 'review')
ON CONFLICT (document_id) DO UPDATE SET
    document_type = excluded.document_type,
    fields = excluded.fields,
    source = excluded.source,
    updated_at = now()

-- name: reviews_of_document
SELECT review_id, kind, decision, reviewer, decided_at, fields_checked, fields_wrong, note, agrees,
       ARRAY(SELECT key FROM jsonb_each(r.before -> 'fields') AS b (key, field)
             WHERE r.decision = 'accepted'
               AND (r.after -> 'fields' -> key ->> 'value') IS DISTINCT FROM (field ->> 'value')
             UNION
             SELECT key FROM jsonb_object_keys(r.after -> 'fields') AS key WHERE NOT (r.before -> 'fields') ? key
             ORDER BY 1) AS changed
FROM loan_documents.reviews AS r
WHERE document_id = %(document_id)s
ORDER BY review_id

-- name: sample_results
-- Audits say how often the accept rule errs; second looks how often reviewers do.
SELECT
    count(*) FILTER (WHERE kind = 'audit') AS audited,
    count(*) FILTER (WHERE kind = 'audit' AND (decision = 'rejected' OR fields_wrong > 0)) AS audited_wrong,
    coalesce(sum(fields_checked) FILTER (WHERE kind = 'audit'), 0) AS audited_fields,
    coalesce(sum(fields_wrong) FILTER (WHERE kind = 'audit'), 0) AS audited_fields_wrong,
    count(*) FILTER (WHERE kind = 'second') AS seconds,
    count(*) FILTER (WHERE kind = 'second' AND NOT agrees) AS seconds_differing
FROM loan_documents.reviews
WHERE (%(since)s::date IS NULL OR decided_at >= %(since)s) AND (%(until)s::date IS NULL OR decided_at < %(until)s::date + 1)

-- name: release_sums
-- Outcomes of a run's documents that went to review.
SELECT count(*) FILTER (WHERE d.status = 'review') AS waiting,
       count(*) FILTER (WHERE f.outcome = 'reviewer_accepted') AS accepted,
       count(*) FILTER (WHERE f.outcome = 'rejected') AS rejected
FROM loan_documents.documents AS d
LEFT JOIN loan_documents.document_facts AS f USING (document_id)
WHERE d.run_id = %(run_id)s
