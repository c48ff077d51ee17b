"""State files of the local Airflow: whole, private, made again when damaged; locks that end with their process."""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scripts.local.components import find_components, stop_components
from scripts.local.environment import LocalAirflow
from scripts.local.private_files import open_lock, read_object, replace_private, try_lock
from scripts.local.processes import start_ticks
from scripts.local.state import AirflowState, Component, read_state, write_state
from scripts.local.use import AirflowUse, in_use

DAMAGED = ["", "{", '{"port": 80', "[]", "null", '"text"', "7", '{"pids": 3}', '{"pids": {}}', "\x00\x00"]
PROJECT_ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def local(tmp_path: Path) -> LocalAirflow:
    return LocalAirflow(tmp_path / "home", tmp_path / "data", tmp_path / "reports")


@pytest.mark.parametrize("content", [*DAMAGED, '{"port": 1, "mode": "up", "pids": {"scheduler": "x"}}'])
def test_a_damaged_state_is_no_state(content: str, local: LocalAirflow) -> None:
    local.home.mkdir()
    local.state_file.write_text(content)
    assert read_state(local.state_file) is None
    stop_components(local)
    assert not local.state_file.exists()


def test_a_state_survives_its_file(local: LocalAirflow) -> None:
    state = AirflowState(8080, "up", {"scheduler": Component(1234, 99, 5.0)})
    os.umask(os.umask(0o022))
    write_state(local.state_file, state)
    assert read_state(local.state_file) == state
    assert local.state_file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in local.home.iterdir()] == ["running.json"]


def test_a_process_with_a_reused_id_is_not_the_component() -> None:
    ticks = start_ticks(os.getpid())
    assert ticks is not None
    assert Component(os.getpid(), ticks).is_alive
    assert not Component(os.getpid(), ticks - 1).is_alive


def test_an_ended_child_is_dead_before_anyone_waits_for_it() -> None:
    process = subprocess.Popen(["true"])
    time.sleep(0.3)
    assert start_ticks(process.pid) is None
    process.wait()


@pytest.mark.parametrize("content", DAMAGED)
def test_damaged_secrets_are_made_again_and_kept_aside(
    content: str, local: LocalAirflow, capsys: pytest.CaptureFixture[str]
) -> None:
    local.home.mkdir(parents=True, exist_ok=True)
    local.metadata_stamp.write_text("3.3.2")
    path = local.home / "secrets.json"
    path.write_text(content)
    secrets = local.secrets()
    assert set(secrets) >= {"jwt", "api", "fernet", "password"}
    assert local.secrets() == secrets == read_object(path)
    assert (local.home / "secrets.json.damaged").read_text() == content
    said = capsys.readouterr().err
    assert "cannot read them" in said  # connections that the lost key encrypted
    assert not any(value in said for value in secrets.values())
    assert read_object(local.home / "passwords.json") == {"admin": secrets["password"]}


def test_valid_secrets_beside_a_damaged_one_are_kept(local: LocalAirflow) -> None:
    before = local.secrets()
    replace_private(local.home / "secrets.json", json.dumps({**before, "jwt": "", "password": 7, "another": "kept"}))
    after = local.secrets()
    assert (after["fernet"], after["api"], after["another"]) == (before["fernet"], before["api"], "kept")
    assert after["jwt"]
    assert after["password"] != "7"


@pytest.mark.parametrize("content", ["", "[]", '{"admin": "another"}', '{"vera": "hers", "admin": 3}'])
def test_passwords_follow_the_secrets_and_keep_other_users(content: str, local: LocalAirflow) -> None:
    secrets = local.secrets()
    (local.home / "passwords.json").write_text(content)
    local.secrets()
    passwords = read_object(local.home / "passwords.json")
    assert passwords is not None
    assert passwords["admin"] == secrets["password"]
    assert ("vera" in passwords) == ("vera" in content)


def _secrets(home: Path) -> dict[str, str]:
    return LocalAirflow(home, home / "data", home / "reports").secrets()


def test_first_starts_at_once_agree_on_one_set_of_secrets(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(6) as pool:
        for number in range(5):
            found = pool.map(_secrets, [tmp_path / str(number)] * 6, chunksize=1)
            assert all(secrets == found[0] for secrets in found)
            passwords = read_object(tmp_path / str(number) / "passwords.json")
            assert passwords == {"admin": found[0]["password"]}


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    code = (
        "import pathlib, time\nfrom scripts.local.private_files import locked\n"
        f"with locked(pathlib.Path({str(tmp_path / 'lock')!r})):\n print('held', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=PROJECT_ROOT, stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    import fcntl

    with open_lock(tmp_path / "lock") as lock:
        assert not try_lock(lock, fcntl.LOCK_EX)
        process.kill()
        process.wait()
        assert try_lock(lock, fcntl.LOCK_EX)
    process.stdout.close()


def test_airflow_is_in_use_until_the_last_command_ends(local: LocalAirflow) -> None:
    first, second = AirflowUse(local, print), AirflowUse(local, print)
    assert not in_use(local)
    first.begin()
    second.begin()
    first.close()
    assert in_use(local)
    second.close()
    assert not in_use(local)


def test_a_component_is_found_without_its_state(local: LocalAirflow) -> None:
    """The state was lost, or a start was killed before it wrote one; the title of the process may have changed."""
    local.logs.mkdir(parents=True)
    with (local.logs / "scheduler.log").open("wb") as log:
        process = subprocess.Popen(["sleep", "60"], stdout=log, start_new_session=True)
    assert find_components(local) == [process.pid]
    stop_components(local)
    assert find_components(local) == []
    process.wait()
