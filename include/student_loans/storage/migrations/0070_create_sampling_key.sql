-- What draws the documents that are audited or looked at twice. Nobody who cannot read this database can tell beforehand.

CREATE TABLE loan_documents.sampling_key (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    key text NOT NULL CHECK (length(key) >= 32)
);

COMMENT ON TABLE loan_documents.sampling_key IS 'Random key of this installation, used where LOAN_DOCUMENTS__REVIEW__SAMPLING_KEY gives none.';

-- 244 random bits from the system's strong source.
INSERT INTO loan_documents.sampling_key (key)
VALUES (replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''));
