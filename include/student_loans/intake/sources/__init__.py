"""Sources of documents: one small class for each kind of source, with one interface.

========================  ====================================================================================
source                    class
========================  ====================================================================================
a path, ``file://…``      :class:`~student_loans.intake.sources.folder.FolderSource`
``s3://bucket/prefix``    :class:`~student_loans.intake.sources.s3.S3Source`
``http(s)://…``           :class:`~student_loans.intake.sources.http_api.HttpApiSource`
a PostgreSQL query        :class:`~student_loans.intake.sources.database.DatabaseSource`
========================  ====================================================================================
"""

from student_loans.intake.sources.access import SourceAccess, allow_location
from student_loans.intake.sources.base import DocumentSource, Fetched, IgnoreReason, SourceDocument, display_name
from student_loans.intake.sources.folder import FolderSource
from student_loans.intake.sources.opening import open_source

__all__ = [
    "DocumentSource",
    "Fetched",
    "FolderSource",
    "IgnoreReason",
    "SourceAccess",
    "SourceDocument",
    "allow_location",
    "display_name",
    "open_source",
]
