"""Authorisation: Airflow's own login, and its own permissions on the main DAG.

Users who may see the DAG may read; users who may edit it may upload and review. So roles mean the same here as elsewhere
in Airflow, with any auth manager.
"""

from __future__ import annotations

from typing import Annotated

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagDetails
from airflow.api_fastapi.core_api.security import get_user
from fastapi import Depends, HTTPException, Request
from starlette.datastructures import URL

MAIN_DAG = "document_processing_pipeline"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def may_read(user: Annotated[BaseUser, Depends(get_user)]) -> BaseUser:
    """The user, if they may see the main DAG.

    Raises:
        HTTPException: 401 without a login, 403 without the right.
    """
    if not get_auth_manager().is_authorized_dag(method="GET", details=DagDetails(id=MAIN_DAG), user=user):
        raise HTTPException(403, "You may not see the documents' DAG: ask an administrator.")
    return user


def may_edit(user: Annotated[BaseUser, Depends(may_read)]) -> BaseUser:
    """The user, if they may edit the main DAG."""
    if not can_edit(user):
        raise HTTPException(403, "You may look but not upload or review: ask an administrator for an editor's role.")
    return user


def can_edit(user: BaseUser) -> bool:
    """Whether a user may upload and review."""
    return get_auth_manager().is_authorized_dag(method="PUT", details=DagDetails(id=MAIN_DAG), user=user)


def same_origin(request: Request) -> None:
    """Refuse writes that another site's page makes a browser send: the login is a cookie."""
    if request.method in _SAFE_METHODS:
        return
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site", "same-origin")
    if site not in ("same-origin", "none") or (origin and URL(origin).netloc != request.url.netloc):
        raise HTTPException(403, "This request comes from a page of another site.")


Reader = Annotated[BaseUser, Depends(may_read)]
Editor = Annotated[BaseUser, Depends(may_edit)]
