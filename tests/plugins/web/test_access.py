"""Closed by default: what an anonymous caller, a viewer and an editor may do."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from loan_documents.web.app import app

ID = "a" * 64


def _routes() -> list[tuple[str, str]]:
    """Every route of the application, with something in place of its parameters."""
    found = []
    for route in app.routes:
        assert isinstance(route, APIRoute), f"{route} asks nobody for a login"
        path = route.path_format.format(
            **dict.fromkeys(route.param_convertors, ID) | {"number": 1, "path": "style.css"}
        )
        found += [(method, path) for method in sorted(route.methods)]
    return found


@pytest.mark.parametrize(("method", "path"), _routes())
def test_no_route_is_open(anonymous: TestClient, method: str, path: str) -> None:
    answer = anonymous.request(method, f"http://testserver/loans{path}")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "documents"),
        ("POST", "review/next"),
        ("PUT", f"review/documents/{ID}/claim"),
        ("DELETE", f"review/documents/{ID}/claim"),
        ("POST", f"review/documents/{ID}/decision"),
    ],
)
def test_a_viewer_changes_nothing(viewer: TestClient, method: str, path: str) -> None:
    answer = viewer.request(method, path, json={"verdict": "accepted", "version": "x"})
    assert answer.status_code == 403
    assert "editor" in answer.json()["detail"]


@pytest.mark.parametrize(
    "path", ["documents", "runs", "metrics", "alerts", "labels", "review/queue", "me", "openapi.json"]
)
def test_a_viewer_reads(viewer: TestClient, path: str) -> None:
    assert viewer.get(path).status_code == 200


def test_a_wrong_token_is_refused(site: FastAPI, anonymous: TestClient) -> None:
    answer = anonymous.get("documents", headers={"Authorization": "Bearer nonsense"})
    assert answer.status_code in (401, 403)


def test_a_page_of_another_site_writes_nothing(editor: TestClient) -> None:
    for headers in ({"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = editor.post("review/next", headers=headers)
        assert answer.status_code == 403
        assert "another site" in answer.json()["detail"]
    assert editor.post("review/next", headers={"Origin": "http://testserver"}).status_code == 200


def test_what_is_not_there_is_a_problem_without_paths(viewer: TestClient) -> None:
    for path in (f"documents/{ID}", f"documents/{ID}/pages/1/image", "runs/nowhere", f"labels/{ID}", "documents/short"):
        answer = viewer.get(path)
        assert answer.status_code in (404, 422)
        assert answer.headers["content-type"] == "application/problem+json"
        assert "/work" not in answer.text
        assert "Traceback" not in answer.text


def test_every_answer_forbids_foreign_content(viewer: TestClient) -> None:
    answer = viewer.get("me")
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.json() == {"name": "vera", "can_edit": False}
