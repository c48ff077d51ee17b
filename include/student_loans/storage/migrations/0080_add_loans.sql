-- A document is a run of its file's pages, and a paper may list several loans or groups of payments.

ALTER TABLE loan_documents.documents
    ADD COLUMN file_id text CHECK (file_id ~ '^[0-9a-f]{64}$'),
    ADD COLUMN pages integer[] CHECK (cardinality(pages) = 2 AND 1 <= pages[1] AND pages[1] <= pages[2]),
    ADD COLUMN loans jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN schedule_groups jsonb NOT NULL DEFAULT '[]';

COMMENT ON COLUMN loan_documents.documents.file_id IS
    'SHA-256 of the file''s bytes, hex; NULL in rows from before files could hold several documents.';
COMMENT ON COLUMN loan_documents.documents.pages IS 'First and last page of the document in its file.';
COMMENT ON COLUMN loan_documents.documents.loans IS
    'One entry a loan of a paper that lists several: its values by name, each as in the table fields.';
COMMENT ON COLUMN loan_documents.documents.schedule_groups IS 'Payments that are printed in groups, in normal form.';
