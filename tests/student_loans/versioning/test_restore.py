"""A restore trusts nothing: what is not proved is not put in place, and what is put in place is whole."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.project import PROJECT_ROOT
from student_loans.versioning.remote import Remote
from student_loans.versioning.restore import finish_restore, restore_run
from student_loans.versioning.version_index import list_versions
from tests.student_loans.versioning.conftest import SIGNING_SECRET, Machine, MakeMachine
from tests.student_loans.versioning.poison import RemoteVersion

pytestmark = pytest.mark.integration
RUN, OTHER = "manual__2026-11-24T21:00:00+00:00", "local-20261123-210000"


def tree(folder: Path) -> dict[str, str]:
    """Everything below a folder but DVC's own scratch files: kind, mode and bytes."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if "/.dvc/tmp" in name or name.endswith(".dvc/tmp"):
            continue
        content = path.read_bytes() if path.is_file() and path.lstat().st_size < 1 << 30 else b""
        link = path.readlink() if path.is_symlink() else ""
        found[name] = f"{path.lstat().st_mode:o} {link} {hashlib.sha256(content).hexdigest()}"
    return found


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A remote, the machine that made the version of the run, and a project with a run of its own and its version."""
    folder = tmp_path_factory.mktemp("made")
    remote = Remote(str(folder / "remote"))
    for name, run_id, first in (("maker", RUN, 0), ("project", OTHER, 50)):
        one = Machine(folder / name, remote)
        one.version(one.process(run_id, first=first))
    (folder / "project" / "dags").mkdir()
    (folder / "project" / "dags" / "x.py").write_text("# a DAG")
    return folder


@pytest.fixture
def maker(tmp_path: Path, made: Path) -> Machine:
    """The machine that made the version of the run."""
    shutil.copytree(made / "maker", tmp_path / "maker")
    shutil.copytree(made / "remote", tmp_path / "remote")
    return Machine(tmp_path / "maker", Remote(str(tmp_path / "remote")))


@pytest.fixture
def victim(tmp_path: Path, made: Path, maker: Machine) -> Machine:
    """A project with a run of its own and its version."""
    shutil.copytree(made / "project", tmp_path / "project")
    return Machine(tmp_path / "project", maker.remote)


def refusal(victim: Machine, run_id: str = RUN, *, unsigned: bool = False) -> ErrorCode:
    """The code of the refusal of a restore, which has changed nothing."""
    with victim.workspace().exclusive():
        _ = victim.store  # the first use makes the workspace, and closes both to other users
    before = tree(victim.folder.parent)
    with pytest.raises(ConfigurationError) as caught:
        restore_run(run_id, victim.workspace(), victim.store, unsigned=unsigned)
    assert tree(victim.folder.parent) == before
    assert SIGNING_SECRET not in str(caught.value)
    scratch = victim.workspace().folder / ".dvc" / "tmp"
    assert not [path.name for path in scratch.iterdir() if path.name.startswith(("restore-", "pull-"))]
    return caught.value.code


PAYLOAD = b"print('somebody else wrote this')\n"


def listing_leads_out(version: RemoteVersion) -> None:
    version.contents["x"] = PAYLOAD
    version.listed["x"] = "../../../../dags/x.py"


def listing_is_absolute(version: RemoteVersion) -> None:
    version.contents["x"] = PAYLOAD
    version.listed["x"] = str(version.remote.parent / "absolute.py")


def listing_names_the_configuration(version: RemoteVersion) -> None:
    version.contents["x"] = b"[core]\nremote = theirs\n"
    version.listed["x"] = "../../.dvc/config"


def listing_names_another_file(version: RemoteVersion) -> None:
    version.contents["dvc.yaml"] = b"stages: {x: {cmd: touch /tmp/x}}\n"


def pointer_leads_out(version: RemoteVersion) -> None:
    version.entry["pointer_path"] = "../../../dags"


def key_leads_out(version: RemoteVersion) -> None:
    version.add_file("../dags/x.py", PAYLOAD)


def key_is_absolute(version: RemoteVersion) -> None:
    version.add_file(str(version.remote.parent / "absolute.py"), PAYLOAD)


def key_of_the_configuration(version: RemoteVersion) -> None:
    version.add_file("versioned/.dvc/config", b"[core]\nremote = theirs\n")


def key_of_another_run(version: RemoteVersion) -> None:
    version.add_file(f"runs/{OTHER}/validated.jsonl", b'{"accepted": true}\n')


def key_of_the_active_policy(version: RemoteVersion) -> None:
    version.add_file("config/mitigation.json", b"{}")


def key_of_other_settings(version: RemoteVersion) -> None:
    document = version.files[0]["sha256"]
    version.add_file(f"processed/{document[:2]}/{document}/ffffffffffff/record.json", b"{}")


def pages_of_a_strange_document(version: RemoteVersion) -> None:
    version.add_file(f"processed/ab/{'ab' * 32}/0123456789ab/record.json", b"{}")


def original_with_other_bytes(version: RemoteVersion) -> None:
    document = hashlib.sha256(b"%PDF fictional note 50" * 40).hexdigest()
    version.add_file(f"raw/{document[:2]}/{document}", b"%PDF another note", pack="raw-00009.tar")


def member_of(kind: bytes, name: str, linkname: str) -> Callable[[RemoteVersion], None]:
    def change(version: RemoteVersion) -> None:
        entry = tarfile.TarInfo(name)
        entry.type, entry.linkname = kind, linkname
        version.add_file(name, b"", member=entry)

    return change


PART = f"runs/{RUN}/more.jsonl"
POISONS: dict[str, Callable[[RemoteVersion], None]] = {
    "a listing leads out of the workspace": listing_leads_out,
    "a listing names an absolute path": listing_is_absolute,
    "a listing names DVC's configuration": listing_names_the_configuration,
    "a listing names a file that is of no version": listing_names_another_file,
    "a pointer leads out of the workspace": pointer_leads_out,
    "a key leads out of the store": key_leads_out,
    "a key is absolute": key_is_absolute,
    "a key of DVC's configuration": key_of_the_configuration,
    "a key of another run": key_of_another_run,
    "a key of the active policy": key_of_the_active_policy,
    "a key of pages under other settings": key_of_other_settings,
    "a key of pages of a strange document": pages_of_a_strange_document,
    "an original with other bytes": original_with_other_bytes,
    "a pack with a symbolic link": member_of(tarfile.SYMTYPE, PART, "/etc/passwd"),
    "a pack with a hard link": member_of(tarfile.LNKTYPE, PART, f"runs/{RUN}/validated.jsonl"),
    "a pack with a device": member_of(tarfile.CHRTYPE, PART, ""),
    "a pack that leads out of the store": member_of(tarfile.REGTYPE, "../../dags/x.py", ""),
    "a manifest of another run": lambda version: version.change_manifest(run_id=OTHER),
    "fewer files than the entry says": lambda version: version.change_entry(files=7),
}


@pytest.mark.parametrize("poison", POISONS.values(), ids=POISONS)
def test_a_poisoned_version_changes_nothing(victim: Machine, poison: Callable[[RemoteVersion], None]) -> None:
    """Every hash fits; with ``unsigned`` only the rules of what a version may hold are left."""
    assert victim.remote
    version = RemoteVersion.read(victim.remote, RUN)
    poison(version)
    version.write()
    assert refusal(victim) is ErrorCode.VERSION_NOT_TRUSTED
    # A false signature is refused with the flag as well; so the signature is taken away.
    assert refusal(victim, unsigned=True) is ErrorCode.VERSION_NOT_TRUSTED
    version.entry["signature"] = ""
    version.write_entry(RUN)
    assert refusal(victim, unsigned=True) in (ErrorCode.VERSION_NOT_TRUSTED, ErrorCode.VERSION_DAMAGED)


def test_edited_records_whose_hashes_fit_are_not_trusted(victim: Machine) -> None:
    """Nothing but the signature shows it: the listing is consistent, and each file is of an allowed shape."""
    assert victim.remote
    version = RemoteVersion.read(victim.remote, RUN)
    [listed] = [file for file in version.files if file["key"].endswith("validated.jsonl")]
    kept = [file for file in version.files if file["pack"] != listed["pack"]]
    version.files = kept
    del version.contents[listed["pack"]]
    version.add_file(listed["key"], b'{"status": "accepted"}\n')
    version.write()
    assert refusal(victim) is ErrorCode.VERSION_NOT_TRUSTED
    version.entry["signature"] = ""
    version.write_entry(RUN)
    assert refusal(victim) is ErrorCode.VERSION_NOT_TRUSTED


def test_another_runs_entry_is_not_trusted(victim: Machine) -> None:
    """The entry of one run, signed and whole, under the name of another run."""
    assert victim.remote
    version = RemoteVersion.read(victim.remote, OTHER)
    version.write_entry(RUN)
    assert refusal(victim) is ErrorCode.VERSION_NOT_TRUSTED
    version.entry["run_id"] = RUN
    version.write_entry(RUN)
    assert refusal(victim) is ErrorCode.VERSION_NOT_TRUSTED
    assert refusal(victim, unsigned=True) is ErrorCode.VERSION_NOT_TRUSTED


@pytest.mark.parametrize("size", [0, 100, -1], ids=["empty", "short", "one byte less"])
def test_a_truncated_pack_of_a_signed_version_is_damaged(victim: Machine, size: int) -> None:
    assert victim.remote
    version = RemoteVersion.read(victim.remote, RUN)
    pack = version.contents["raw-00000.tar"]
    path = version.object(hashlib.md5(pack, usedforsecurity=False).hexdigest())
    path.chmod(0o644)
    path.write_bytes(pack[:size])
    assert refusal(victim) is ErrorCode.VERSION_DAMAGED
    assert refusal(victim, unsigned=True) is ErrorCode.VERSION_DAMAGED


@pytest.mark.parametrize("name", [".dir", "version.json", "raw-00000.tar"])
def test_a_part_that_grew_is_read_no_further_than_it_may_be(victim: Machine, name: str) -> None:
    """A listing of a terabyte, which takes no space where the remote is a folder."""
    assert victim.remote
    version = RemoteVersion.read(victim.remote, RUN)
    md5 = hashlib.md5(version.contents.get(name, b""), usedforsecurity=False).hexdigest()
    path = version.object(version.entry["version"] if name == ".dir" else md5)
    path.chmod(0o644)
    os.truncate(path, 1 << 40)
    begin = time.monotonic()
    assert refusal(victim) is ErrorCode.VERSION_DAMAGED
    assert time.monotonic() - begin < 60


def test_a_pipe_in_the_remote_is_not_waited_for(victim: Machine) -> None:
    assert victim.remote
    version = RemoteVersion.read(victim.remote, RUN)
    path = version.object(version.entry["version"])
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(ConfigurationError) as caught:
        restore_run(RUN, victim.workspace(), victim.store)
    assert caught.value.code is ErrorCode.VERSION_DAMAGED


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"null", b'{"run_id": 3}', b"[" * 50_000, b" " * (1 << 20)])
def test_an_entry_that_is_none_is_damaged(victim: Machine, content: bytes) -> None:
    assert victim.remote
    entry = next((Path(victim.remote.url) / "versions").glob("manual*.json"))
    entry.write_bytes(content)
    assert refusal(victim) is ErrorCode.VERSION_DAMAGED


def test_a_version_of_another_secret_is_not_trusted(machine: MakeMachine, maker: Machine) -> None:
    stranger = Machine(machine("two", maker.remote).folder, maker.remote, "another-secret-" + "7a" * 16)
    assert refusal(stranger) is ErrorCode.VERSION_NOT_TRUSTED
    assert refusal(stranger, unsigned=True) is ErrorCode.VERSION_NOT_TRUSTED
    rotated = Machine(stranger.folder, maker.remote, f"another-secret-{'7a' * 16}, {SIGNING_SECRET}")
    restore_run(RUN, rotated.workspace(), rotated.store)
    assert rotated.hashes() == maker.hashes()


def test_without_a_secret_a_version_is_restored_only_on_request(machine: MakeMachine, folder_remote: Remote) -> None:
    alone = Machine(machine("one", None).folder, folder_remote, "")
    made = alone.version(alone.process(RUN))
    assert made.signature == ""
    for secret in ("", SIGNING_SECRET):
        other = Machine(machine(f"two-{len(secret)}", None).folder, folder_remote, secret)
        assert refusal(other) is ErrorCode.VERSION_NOT_TRUSTED
        assert restore_run(RUN, other.workspace(), other.store, unsigned=True) == made
        assert other.hashes() == alone.hashes()


def test_a_version_of_the_time_before_signatures_is_restored_on_request(machine: MakeMachine, maker: Machine) -> None:
    assert maker.remote
    version = RemoteVersion.read(maker.remote, RUN)
    about = json.loads(version.contents["version.json"])
    del about["contents"]
    version.contents["version.json"] = json.dumps(about | {"format": 1}).encode()
    del version.entry["signature"], version.entry["manifest_sha256"]
    version.write()
    other = machine("two", maker.remote)
    assert refusal(other) is ErrorCode.VERSION_NOT_TRUSTED
    restore_run(RUN, other.workspace(), other.store, unsigned=True)
    assert other.hashes() == maker.hashes()
    assert RUN in [one.run_id for one in list_versions(Machine(other.folder, None).workspace())]


def test_many_small_packs_come_back(machine: MakeMachine, maker: Machine) -> None:
    maker.version(maker.process("small", 20), pack_bytes=3000)
    other = machine("two", maker.remote)
    version = restore_run("small", other.workspace(), other.store)
    assert version.files == 42
    assert {key: maker.hashes()[key] for key in other.hashes()} == other.hashes()
    assert other.workspace().status() == {}


def test_what_a_version_holds_replaces_what_has_changed_since(maker: Machine) -> None:
    before = maker.hashes()
    part = maker.data / "runs" / RUN / "validated.jsonl"
    part.write_text("changed")
    (maker.data / "runs" / RUN / "added.jsonl").write_text("added")
    restore_run(RUN, maker.workspace(), maker.store)
    assert maker.hashes().items() >= before.items()
    assert (maker.data / "runs" / RUN / "added.jsonl").read_text() == "added"


def test_files_that_are_there_are_not_written_again(maker: Machine) -> None:
    times = {path: path.stat().st_mtime_ns for path in maker.data.rglob("raw/*/*")}
    restore_run(RUN, maker.workspace(), maker.store)
    assert {path: path.stat().st_mtime_ns for path in maker.data.rglob("raw/*/*")} == times


def an_original(machine: Machine) -> Path:
    return next(path for path in sorted((machine.data / "raw").rglob("*")) if path.is_file())


def test_an_original_with_other_bytes_is_never_overwritten(machine: MakeMachine, maker: Machine) -> None:
    other = machine("two", maker.remote)
    held = other.data / an_original(maker).relative_to(maker.data)
    held.parent.mkdir(parents=True)
    held.write_bytes(b"%PDF other bytes under this name")
    assert refusal(other) is ErrorCode.RESTORE_CONFLICT


@pytest.mark.parametrize("level", [0, 1, 2])
def test_a_link_in_the_store_is_not_followed(machine: MakeMachine, maker: Machine, tmp_path: Path, level: int) -> None:
    other = machine("two", maker.remote)
    place = other.data.joinpath(*an_original(maker).relative_to(maker.data).parts[: level + 1])
    place.parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / "elsewhere").mkdir()
    place.symlink_to(tmp_path / "elsewhere" / ("file" if level == 2 else ""))
    assert refusal(other) is ErrorCode.RESTORE_CONFLICT


def test_an_object_that_is_damaged_in_the_cache_is_taken_from_the_remote(maker: Machine) -> None:
    before = maker.hashes()
    largest = max(maker.workspace().cache.rglob("*"), key=lambda path: path.stat().st_size)
    largest.chmod(0o644)
    content = largest.read_bytes()
    largest.unlink()
    largest.write_bytes(b"x" + content[1:])
    shutil.rmtree(maker.data / "raw")
    restore_run(RUN, maker.workspace(), maker.store)
    assert maker.hashes() == before
    assert largest.read_bytes() == content


def kill_restore(victim: Machine, step: str, call: int) -> None:
    """Restore in another process, which is killed when it comes to a step."""
    script = (
        "import os, signal\n"
        "from tests.student_loans.versioning.conftest import *\n"
        "from student_loans.versioning import restore\n"
        f"step, calls = restore.{step}, 0\n"
        "def killed(*arguments):\n"
        "    global calls\n"
        "    calls += 1\n"
        f"    if calls == {call}: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return step(*arguments)\n"
        f"restore.{step} = killed\n"
        f"two = Machine(Path({str(victim.folder)!r}), Remote({victim.remote.url if victim.remote else ''!r}))\n"
        f"restore.restore_run({RUN!r}, two.workspace(), two.store)\n"
    )
    packages = os.pathsep.join(str(PROJECT_ROOT / name) for name in ("include", "plugins"))
    environment = {**os.environ, "PYTHONPATH": packages}
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT_ROOT, env=environment, check=False)
    assert done.returncode == -signal.SIGKILL


def whole_files(machine: Machine) -> dict[str, str]:
    """Hashes of the store's files, without what a killed writer left under a name of its own."""
    return {key: digest for key, digest in machine.hashes().items() if not key.endswith(".part")}


@pytest.mark.parametrize(("next_run", "call"), [(RUN, 1), (RUN, 4), (OTHER, 4)])
def test_a_restore_that_is_killed_while_it_places_files_is_completed_by_the_next(
    maker: Machine, victim: Machine, next_run: str, call: int
) -> None:
    own, whole = victim.hashes(), maker.hashes() | victim.hashes()
    kill_restore(victim, "copy_checked", call)
    assert len(whole_files(victim)) == len(own) + call - 1, "it was to be killed in the middle"
    restore_run(next_run, victim.workspace(), victim.store)
    assert whole_files(victim) == whole


def test_a_restore_that_is_killed_after_the_files_is_completed_by_the_same(maker: Machine, victim: Machine) -> None:
    whole = maker.hashes() | victim.hashes()
    kill_restore(victim, "_adopt", 1)
    assert victim.hashes() == whole
    restore_run(RUN, victim.workspace(), victim.store)
    assert victim.hashes() == whole
    assert victim.workspace().status() == {}
    assert {one.run_id for one in list_versions(Machine(victim.folder, None).workspace())} == {RUN, OTHER}


@pytest.mark.parametrize("step", ["_check_packs", "_unpack", "_write_journal"])
def test_a_restore_that_is_killed_before_all_is_proved_leaves_no_trace(victim: Machine, step: str) -> None:
    with victim.workspace().exclusive():
        pass
    before = tree(victim.folder)
    kill_restore(victim, step, 1)
    assert tree(victim.folder) == before
    finish_restore(victim.workspace(), victim.store)
    assert tree(victim.folder) == before
    assert not list((victim.workspace().folder / ".dvc" / "tmp").glob("restore-*"))


def test_a_store_that_changed_since_a_killed_restore_is_not_overwritten(maker: Machine, victim: Machine) -> None:
    kill_restore(victim, "copy_checked", 1)
    held = victim.data / an_original(maker).relative_to(maker.data)
    held.parent.mkdir(exist_ok=True)
    held.write_bytes(b"%PDF other bytes under this name")
    with pytest.raises(ConfigurationError) as caught:
        finish_restore(victim.workspace(), victim.store)
    assert caught.value.code is ErrorCode.RESTORE_CONFLICT
    finish_restore(victim.workspace(), victim.store)
    assert held.read_bytes() == b"%PDF other bytes under this name"


def test_what_is_fetched_is_private_until_it_is_proved(
    maker: Machine, victim: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from student_loans.versioning import restore

    modes = []
    check = restore._check_packs
    scratch = victim.workspace().folder / ".dvc" / "tmp"

    def look(*arguments: object) -> None:
        modes.extend(path.stat().st_mode & 0o777 for path in scratch.glob("restore-*"))
        check(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(restore, "_check_packs", look)
    umask = os.umask(0)
    try:
        restore_run(RUN, victim.workspace(), victim.store)
    finally:
        os.umask(umask)
    assert modes == [0o700]
