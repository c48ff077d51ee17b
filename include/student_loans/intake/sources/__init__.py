"""Where documents come from: one small class a kind of source, behind one interface.

========================  ====================================================================================
source                    class
========================  ====================================================================================
a path, ``file://…``      :class:`~include.acquisition.sources.folder.FolderSource`
``s3://bucket/prefix``    :class:`~include.acquisition.sources.s3.S3Source`
``http(s)://…``           :class:`~include.acquisition.sources.http_api.HttpApiSource`
a PostgreSQL query        :class:`~include.acquisition.sources.database.DatabaseSource`
========================  ====================================================================================
"""

from include.acquisition.sources.base import DocumentSource, Fetched, SourceDocument, display_name
from include.acquisition.sources.folder import FolderSource
from include.acquisition.sources.opening import open_source

__all__ = ["DocumentSource", "Fetched", "FolderSource", "SourceDocument", "display_name", "open_source"]
