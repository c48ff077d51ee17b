"""A workspace uses its own configuration, and brings nothing to another place than its target."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.storage.files import is_confined
from student_loans.versioning.contents import RunKeys
from student_loans.versioning.pointer import Pointer, render
from student_loans.versioning.remote import Remote
from student_loans.versioning.workspace import DvcWorkspace
from tests.student_loans.versioning.poison import RemoteVersion

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("run_id", ["local-20261124-210000", "manual__2026-11-24T21:00:00+00:00", "a/b"])
def test_the_keys_of_a_run_are_an_allow_list(run_id: str) -> None:
    from student_loans.storage.run_folder import folder_name

    keys, own, one = RunKeys(run_id, ("0123456789ab",)), folder_name(run_id), "ab" * 32
    allowed = [
        f"raw/ab/{one}",
        f"processed/ab/{one}/0123456789ab/pages.json",
        f"processed/ab/{one}/0123456789ab/page-0001.png",
        f"processed/ab/{one}/0123456789ab/view-0001-2.webp",
        f"runs/{own}/acquired.jsonl",
        f"runs/{own}/features.parquet",
        f"runs/{own}/plan.json",
        f"runs/{own}/extract_data:3@acquired.jsonl",
        f"runs/{own}/read.extract_data@group-00000-records.jsonl",
    ]
    assert all(keys.allow(key) for key in allowed)
    refused = [
        f"raw/cd/{one}",
        f"raw/ab/{one}.json",
        f"raw/ab/{one}\n",
        f"raw/ab/../ab/{one}",
        f"processed/ab/{one}/ffffffffffff/pages.json",
        f"processed/ab/{one}/0123456789ab/../x.json",
        f"processed/ab/{one}/0123456789ab/x.py",
        f"processed/ab/{one}/0123456789ab/.x.part",
        f"quarantine/ab/{one}",
        "words/ab/x.json",
        "config/mitigation.json",
        "versioned/.dvc/config",
        f"runs/{own}/../x.jsonl",
        f"runs/{own}/x/y.jsonl",
        f"runs/{own}/.x@y.jsonl",
        f"runs/{own}/x@../y.jsonl",
        f"runs/{own}/x@.y.jsonl",
        f"runs/{own}/x@y.py",
        f"runs/{own}/x.py",
        f"runs/{own}/.x.jsonl",
        f"runs/{own}x/x.jsonl",
        "runs/another/x.jsonl",
        f"/runs/{own}/x.jsonl",
    ]
    assert [key for key in refused if keys.allow(key)] == []


@pytest.mark.parametrize(
    "name", ["", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "./a", "a\\b", "a\0", "a\nb", "a" * 1025]
)
def test_a_name_that_may_lead_elsewhere_is_not_confined(name: str) -> None:
    assert not is_confined(name)


@pytest.mark.parametrize(
    "text",
    [
        "outs:\n- {md5: 0123456789abcdef0123456789abcdef.dir, path: ../x}\n",
        "outs:\n- {md5: 0123456789abcdef0123456789abcdef.dir, path: /x}\n",
        "outs:\n- {md5: 0123456789abcdef0123456789abcdef.dir, path: x, remote: theirs}\n",
        "outs:\n- {md5: 0123456789abcdef0123456789abcdef.dir, path: x, size: -1}\n",
        "outs:\n- {md5: ../../../../etc/passwd, path: x}\n",
        "outs:\n- {md5: 0123456789abcdef0123456789abcdef.dir, path: x}\nwdir: ..\n",
        "outs:\n- {md5: 0123456789abcdef0123456789abcdef.dir, path: x}\ncmd: touch x\n",
        "deps: []\nouts: []\n",
        "[]",
        "x",
    ],
)
def test_a_pointer_with_anything_else_is_damaged(text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Pointer.parse(text)
    assert caught.value.code is ErrorCode.VERSION_DAMAGED


@pytest.mark.parametrize("run", ["local-1.b", "2026"])
def test_a_pointer_that_is_rendered_is_the_one_that_dvc_writes(tmp_path: Path, run: str) -> None:
    workspace = DvcWorkspace(tmp_path / "w")
    folder = tmp_path / "w" / "runs" / run
    folder.mkdir(parents=True)
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(name)
    made = workspace.add(f"runs/{run}")
    assert render(run, made.version, made.size_bytes, made.files) == made


def test_the_configuration_is_made_before_each_use(tmp_path: Path) -> None:
    """A file that names a command for keys would run it: botocore does for ``credential_process`` of a profile."""
    remote = Remote("s3://loans/prod", endpoint_url="http://minio:9000")
    workspace = DvcWorkspace(tmp_path / "w", remote)
    with workspace.exclusive():
        pass
    folder = tmp_path / "w" / ".dvc"
    honest = {name: (folder / name).read_bytes() for name in ("config", "config.local")}
    theirs = "['remote \"loan_documents\"']\nconfigpath = /tmp/theirs\nurl = s3://theirs\n[cache]\ndir = /tmp/theirs\n"
    for text in (theirs, "no configuration [[[", "\0"):
        for name in honest:
            (folder / name).write_text(honest[name].decode() + text)
        with workspace.exclusive():
            assert {name: (folder / name).read_bytes() for name in honest} == honest
    (folder / "config").unlink()
    (folder / "config").symlink_to(tmp_path / "theirs")
    (tmp_path / "theirs").write_text(theirs)
    with workspace.exclusive():
        assert (folder / "config").read_bytes() == honest["config"]
    assert (tmp_path / "theirs").read_text() == theirs


def two_workspaces(tmp_path: Path) -> tuple[DvcWorkspace, DvcWorkspace, Remote]:
    remote = Remote(str(tmp_path / "remote"))
    first, second = DvcWorkspace(tmp_path / "one", remote), DvcWorkspace(tmp_path / "two", remote)
    (first.folder / "batch").mkdir(parents=True)
    (first.folder / "batch" / "a.txt").write_text("one")
    first.add("batch")
    first.push("batch")
    with second.exclusive():
        second.put_pointer("batch", first.pointer("batch"))
    return first, second, remote


def test_what_is_pulled_is_what_was_pushed(tmp_path: Path) -> None:
    _, second, _ = two_workspaces(tmp_path)
    second.pull("batch")
    assert (second.folder / "batch" / "a.txt").read_text() == "one"
    assert second.status() == second.status(remote=True) == {}


def test_a_pull_does_not_leave_its_target(tmp_path: Path) -> None:
    """The pointer is ours, as in a git checkout, and the listing in the remote is a poisoned one of the same hash or not."""
    _, second, remote = two_workspaces(tmp_path)
    version = RemoteVersion(Path(remote.url), {}, {}, {})
    honest = second.pointer("batch")
    for name in ("../../x.py", str(tmp_path / "x.py"), "../.dvc/config", "a/../../../x.py"):
        listing = json.dumps([{"md5": version.put(b"theirs"), "relpath": name}]).encode()
        path = version.object(honest.version)
        path.chmod(0o644)
        path.write_bytes(listing)
        poisoned = render("batch", version.put(listing, ".dir"), 6, 1)
        for pointer, code in (
            (honest, ErrorCode.VERSION_DAMAGED),
            (poisoned, ErrorCode.VERSION_NOT_TRUSTED),
        ):
            second.put_pointer("batch", pointer)
            with pytest.raises(ConfigurationError) as caught:
                second.pull("batch")
            assert caught.value.code is code
    assert not list(tmp_path.rglob("x.py"))
    assert not (second.folder / "batch").exists()


def test_a_checkout_does_not_follow_a_link(tmp_path: Path) -> None:
    first, second, _ = two_workspaces(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    (second.folder / "batch").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigurationError) as caught:
        second.pull("batch")
    assert caught.value.code is ErrorCode.VERSION_NOT_TRUSTED
    assert not list((tmp_path / "elsewhere").iterdir())
    assert first.status() == {}


@pytest.mark.parametrize("target", ["../x", "/x", "", "--recursive", "a\0"])
def test_a_target_is_a_path_within_the_workspace(tmp_path: Path, target: str) -> None:
    workspace = DvcWorkspace(tmp_path / "w", Remote(str(tmp_path / "remote")))
    for call in (
        workspace.add,
        workspace.commit,
        workspace.push,
        workspace.pull,
        workspace.checkout,
        workspace.pointer,
    ):
        with pytest.raises(ConfigurationError) as caught:
            call(target)
        assert caught.value.code is ErrorCode.INVALID_SETTINGS


def test_dvc_does_not_get_the_secret_that_signs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from student_loans.versioning import command

    monkeypatch.setenv("LOAN_DOCUMENTS__VERSIONING__SIGNING_SECRET", "secret" * 8)
    code = "import os; print('secret' * 8 in ''.join(os.environ.values()))"
    environment = command._environment(tmp_path)
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
