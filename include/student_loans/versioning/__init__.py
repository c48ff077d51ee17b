"""Data versions: the bytes of a run under one name, pushed to a remote and brought back elsewhere.

DVC stores the bytes; this room decides what a version holds (:mod:`~student_loans.versioning.run_version`), how it travels
(:mod:`~student_loans.versioning.packs`) and how one writer at a time is kept (:mod:`~student_loans.versioning.workspace`).
"""
