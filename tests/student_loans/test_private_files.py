"""What the product writes is for its owner alone, or for one group, whatever the umask."""

from __future__ import annotations

import ast
import os
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from student_loans import private_files
from student_loans.cli import main
from student_loans.private_files import (
    GROUP,
    OWNER,
    close_root,
    close_tree,
    make_folder,
    open_to_write,
    private_umask,
    write_private,
)
from student_loans.settings import settings
from student_loans.storage.files import atomic_writer, open_path, open_root, write_bytes
from tests.file_modes import modes, open_to_others

PROJECT_ROOT = Path(__file__).resolve().parents[2]


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(params=[0o000, 0o022, 0o077], ids="umask {:03o}".format)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def for_a_group(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LOAN_DOCUMENTS__STORAGE__FILE_ACCESS", "group")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.timeout(900)
class TestEverythingThatIsWritten:
    """All writers in a process that lets everybody read and write new files."""

    @staticmethod
    def written(folder: Path, umask: int, **variables: str) -> Path:
        done = subprocess.run(
            [sys.executable, "-m", "tests.writers_of_data", str(folder)],
            cwd=PROJECT_ROOT,
            env={**os.environ, "HOME": str(folder), "TMPDIR": str(folder), **variables},
            umask=umask,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return folder

    def test_is_for_its_owner_alone(self, tmp_path: Path) -> None:
        folder = self.written(tmp_path, 0)
        assert {path.name for path in folder.iterdir()} == {"inbox", "written"}  # nothing in the home or for a moment
        assert open_to_others(folder / "written") == {}
        kinds = Counter(path.suffix for path, _, is_folder in modes(folder / "written") if not is_folder)
        assert min(kinds[suffix] for suffix in (".png", ".tar", ".dvc", ".html", ".svg", ".csv", ".webp", ".db")) >= 1

    def test_is_for_its_owner_and_one_group_where_that_is_set(self, tmp_path: Path) -> None:
        root = tmp_path / "written"
        root.mkdir()
        if os.geteuid() == 0:
            os.chown(root, -1, 12345)
        root.chmod(GROUP.folder_mode)
        folder = self.written(tmp_path, 0o022, LOAN_DOCUMENTS__STORAGE__FILE_ACCESS="group")
        assert {path.lstat().st_gid for path, _, _ in modes(root)} == {root.stat().st_gid}
        found = Counter((is_folder, mode) for path, mode, is_folder in modes(folder / "written"))
        # DVC lets nobody write what is in its cache and in a remote that is a folder.
        assert set(found) == {(True, GROUP.folder_mode), (False, GROUP.file_mode), (False, 0o440)}


class TestFilesAndFolders:
    def test_missing_folders_are_made_for_the_owner(self, tmp_path: Path, umask: int) -> None:
        make_folder(tmp_path / "a" / "b" / "c")
        assert {mode for _, mode, _ in modes(tmp_path)} == {0o700}

    def test_a_folder_that_is_there_stays_as_it_is(self, tmp_path: Path) -> None:
        (tmp_path / "shared").mkdir(0o755)
        make_folder(tmp_path / "shared")
        assert mode_of(tmp_path / "shared") == 0o755

    def test_a_file_in_the_place_of_a_folder_is_an_error(self, tmp_path: Path) -> None:
        (tmp_path / "a").touch()
        with pytest.raises(FileExistsError):
            make_folder(tmp_path / "a")

    def test_a_file_is_closed_from_the_moment_it_exists(
        self, tmp_path: Path, open_umask: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(private_files, "_set_mode", lambda *_: None)  # nothing is corrected later
        make_folder(tmp_path / "a")
        with open_to_write(tmp_path / "a" / "b") as file:
            file.write("a value")
        write_bytes(open_path(str(tmp_path / "a" / "c" / "d")), b"a value")
        assert open_to_others(tmp_path) == {}

    def test_a_file_in_the_making_is_closed_too(self, tmp_path: Path, umask: int) -> None:
        with atomic_writer(open_path(str(tmp_path / "a" / "b"))) as file:
            file.write(b"a value")
            [part] = (tmp_path / "a").iterdir()
            assert mode_of(part) == 0o600

    def test_an_older_file_is_closed_before_it_has_new_content(self, tmp_path: Path) -> None:
        path = tmp_path / "records.jsonl"
        path.write_text("of last week, and longer")
        path.chmod(0o644)
        with open_to_write(path) as file:
            assert (mode_of(path), path.stat().st_size) == (0o600, 0)
            file.write("of today")
        assert path.read_text() == "of today"

    def test_a_pipe_and_a_terminal_are_written_to_as_they_are(self) -> None:
        code = "from pathlib import Path; from student_loans.private_files import write_private as w; w(Path('/dev/stdout'), 'x')"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout == "x"

    def test_for_a_group_a_folder_hands_its_group_down(self, tmp_path: Path, umask: int, for_a_group: None) -> None:
        make_folder(tmp_path / "a" / "b")
        write_private(tmp_path / "a" / "b" / "c", b"a value")
        assert [mode for _, mode, _ in modes(tmp_path)] == [0o2770, 0o2770, 0o660]


class TestRoots:
    def test_the_root_of_an_earlier_version_is_closed_when_it_is_opened(self, tmp_path: Path) -> None:
        root = tmp_path / "data"
        root.mkdir(0o755)
        open_root(str(root))
        assert mode_of(root) == 0o700
        open_root(str(tmp_path / "missing"))
        assert not (tmp_path / "missing").exists()

    def test_where_a_group_works_the_root_is_open_to_it(self, tmp_path: Path, for_a_group: None) -> None:
        root = tmp_path / "data"
        root.mkdir(0o755)
        open_root(str(root))
        assert mode_of(root) == 0o2770

    def test_the_root_of_another_user_is_reported_and_stays(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        tmp_path.chmod(0o755)
        monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
        close_root(tmp_path)
        close_root(tmp_path)
        assert mode_of(tmp_path) == 0o755
        assert [record.levelname for record in caplog.records] == ["WARNING"]  # once a process

    def test_a_folder_for_everybody_or_with_more_than_data_stays(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        common, home = tmp_path / "tmp", tmp_path / "home"
        common.mkdir()
        common.chmod(0o1777)
        home.mkdir(0o755)
        monkeypatch.setenv("HOME", str(home))
        for place in (common, home, tmp_path):
            before = mode_of(place)
            close_root(place)
            assert mode_of(place) == before

    def test_a_tree_is_closed_whole_and_what_is_read_only_stays_so(self, tmp_path: Path) -> None:
        root = tmp_path / "data"
        (root / "a").mkdir(parents=True)
        (root / "a" / "b").write_text("a value")
        (root / "a" / "kept").write_text("a value")
        (root / "a" / "kept").chmod(0o444)
        (root / "link").symlink_to("/etc/hostname")
        assert close_tree(root) == (3, 0)
        assert {path.name: mode for path, mode, _ in modes(root)} == {"a": 0o700, "b": 0o600, "kept": 0o400}
        assert close_tree(root) == (0, 0)

    def test_a_command_closes_all_roots_and_the_folders_that_it_names(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for name in ("data", "data/versioned", "reports", "logs"):
            (tmp_path / name).mkdir(0o755)
            (tmp_path / name / "old").write_text("a value")
        monkeypatch.setenv("LOAN_DOCUMENTS__STORAGE__REPORTS_URI", str(tmp_path / "reports"))
        store = f'{{"conn_type": "fs", "extra": {{"path": "{tmp_path / "data"}"}}}}'
        monkeypatch.setenv("AIRFLOW_CONN_LOAN_DOCUMENTS_STORE", store)
        monkeypatch.delenv("AIRFLOW_CONN_DVC_REMOTE", raising=False)
        monkeypatch.setenv("LOAN_DOCUMENTS__STORAGE__DATA_URI", str(tmp_path / "data"))
        settings.cache_clear()
        assert main(["privacy", "close", str(tmp_path / "logs")]) == 0
        assert open_to_others(tmp_path) == {}
        assert capsys.readouterr().out.count("files and folders changed") == 3
        settings.cache_clear()


def test_the_command_lets_no_library_write_for_others(open_umask: None) -> None:
    with private_umask():
        assert os.umask(OWNER.umask) == 0o077
    assert os.umask(0) == 0


WRITERS = {"write_text", "write_bytes", "mkdir", "makedirs", "mkfifo", "touch", "to_csv", "to_parquet", "savefig"}
COPIERS = {"copy", "copy2", "copyfile", "copytree", "move"}
HERE = {
    "student_loans/private_files.py",
    "student_loans/statistics/tfdv.py",  # a process of its own, which sets its umask
    "student_loans/fairness/report/markdown.py",  # a document of the project, whose mode stays
    "student_loans/understanding/calibration.py",  # the model, which is part of the package
    "student_loans/sandbox/child.py",  # /dev/null
    "student_loans/cli.py",  # /dev/null
    "student_loans/intake/sources/access.py",  # the local Airflow's own list, with the mode of its other state
    "student_loans/versioning/dvc_process.py",  # a process of its own, with a umask of its own
}
"""Files that may create files by other means."""


def creates_a_file(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Name):
        return call.func.id == "open" and _writes(call, 1)
    if not isinstance(call.func, ast.Attribute):
        return False
    owner = getattr(call.func.value, "id", "")
    if call.func.attr == "open":
        if owner == "os":
            return "O_RDONLY" not in ast.unparse(call.args[1])
        return _writes(call, int(owner in ("tarfile", "zipfile", "io", "gzip")))
    return call.func.attr in WRITERS or (call.func.attr in COPIERS and owner == "shutil")


def _writes(call: ast.Call, place: int) -> bool:
    """Does an ``open`` name a mode that creates a file? A mode that is no constant counts where it can be nothing else."""
    if any(keyword.arg in ("fileobj", "opener") for keyword in call.keywords):
        return False
    named = [keyword.value for keyword in call.keywords if keyword.arg == "mode"]
    for mode in named or call.args[place : place + 1]:
        if isinstance(mode, ast.Constant):
            return isinstance(mode.value, str) and bool(set(mode.value) & set("wax+")) and len(mode.value) <= 3
        return bool(named) or place == 1
    return False


def test_nothing_in_the_product_creates_files_by_other_means() -> None:
    found = {}
    for room in ("include", "plugins", "dags"):
        for path in (PROJECT_ROOT / room).rglob("*.py"):
            name = str(path.relative_to(PROJECT_ROOT / room))
            calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
            lines = [call.lineno for call in calls if creates_a_file(call)]
            if lines and name not in HERE:
                found[name] = lines
    assert found == {}


@pytest.mark.parametrize(
    "code",
    [
        "path.write_text('x')", "folder.mkdir()", "path.open('w')", "path.open(mode='ab')", "open(path, 'x')",
        "open(path, chosen)", "os.open(path, flags)", "tarfile.open(path, 'w')", "shutil.copyfile(a, b)",
    ],
)  # fmt: skip
def test_the_check_sees_what_creates_files(code: str) -> None:
    assert creates_a_file(ast.parse(code, mode="eval").body)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "code",
    [
        "path.open()",
        "os.open(path, os.O_RDONLY)",
        "path.open('rb')",
        "pikepdf.open(io)",
        "run.open(Store)",
        "write_bytes(path, b'')",
    ],
)  # fmt: skip
def test_the_check_lets_reading_pass(code: str) -> None:
    assert not creates_a_file(ast.parse(code, mode="eval").body)  # type: ignore[arg-type]
