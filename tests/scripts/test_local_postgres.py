"""The embedded PostgreSQL of the local Airflow."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from scripts.local.environment import METADATA_DATABASE, RESULTS_DATABASE, LocalAirflow
from scripts.local.errors import StartFailed
from scripts.local.postgres import postmaster_pid, remove_postgres, start_postgres, stop_postgres
from scripts.local.postgres.access import SUPERUSER, DatabaseAccess
from scripts.local.postgres.accounts import server_account
from scripts.local.postgres.binaries import programs, wheel_programs
from scripts.local.postgres.place import _move, data_folder, server_in
from scripts.local.postgres.postmaster import find_postmaster
from student_loans.results.store import ResultsDatabase

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]

PROJECT_ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


def project_in(folder: Path) -> LocalAirflow:
    home = folder / "project" / ".airflow"
    home.mkdir(parents=True)
    return LocalAirflow(home, home.parent / "data", home.parent / "reports")


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Closed to others, as a home folder may be, and with a path that is longer than that of a socket may be."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    deep = folder / ("a folder with a long name " * 6)
    deep.mkdir(mode=0o700)
    yield deep
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def project(folder: Path) -> Iterator[LocalAirflow]:
    """A project that is started with a umask that opens everything."""
    local = project_in(folder)
    before = os.umask(0)
    try:
        start_postgres(local)
    finally:
        os.umask(before)
    yield local
    remove_postgres(local)


@pytest.fixture
def access(project: LocalAirflow) -> DatabaseAccess:
    return start_postgres(project)


@pytest.fixture
def local() -> Iterator[LocalAirflow]:
    """A project of this test alone."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    one = project_in(folder)
    yield one
    remove_postgres(one)
    shutil.rmtree(folder)


def rows(access: DatabaseAccess, database: str, query: str, role: str | None = None) -> list[tuple[object, ...]]:
    with psycopg.connect(access.conninfo(database, role=role)) as connection:
        return connection.execute(query.encode()).fetchall()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


class TestWalls:
    def test_folders_above_the_project_keep_their_modes(self, project: LocalAirflow, folder: Path) -> None:
        assert (mode(folder), mode(folder.parent)) == (0o700, 0o700)

    def test_the_socket_is_in_a_private_folder_with_a_short_path(self, access: DatabaseAccess) -> None:
        path = Path(access.host)
        assert len(os.fsencode(path / ".s.PGSQL.5432")) <= 107
        assert (mode(path), path.owner()) == (0o700, psutil.Process(server_pid(access)).username())
        assert mode(path / ".s.PGSQL.5432") == 0o700

    def test_files_of_the_server_are_private_whatever_the_umask_is(self, project: LocalAirflow) -> None:
        data = data_folder(project)
        open_to_others = [path for path in data.parent.rglob("*") if mode(path) & 0o077 and not path.is_symlink()]
        assert not open_to_others
        assert mode(data.parent) & 0o067 == 0

    def test_nobody_is_let_in_without_a_password(self, project: LocalAirflow, access: DatabaseAccess) -> None:
        rules = [line for line in (data_folder(project) / "pg_hba.conf").read_text().splitlines() if line[:1] != "#"]
        assert rules == ["local all all scram-sha-256"]
        for role in (SUPERUSER, RESULTS_DATABASE):
            with pytest.raises(psycopg.OperationalError, match="password"):
                psycopg.connect(host=access.host, user=role, dbname="postgres", password="wrong")

    @as_root
    def test_another_user_of_the_machine_does_not_reach_the_socket(self, access: DatabaseAccess) -> None:
        assert as_nobody(connect, f"{access.host}/.s.PGSQL.5432") == "PermissionError"

    def test_the_server_listens_on_no_port(self, project: LocalAirflow) -> None:
        pid = postmaster_pid(project)
        assert pid is not None
        assert psutil.Process(pid).net_connections("inet") == []

    def test_no_command_line_shows_a_password(self, access: DatabaseAccess) -> None:
        shown = [word for process in psutil.process_iter(["cmdline"]) for word in process.info["cmdline"] or ()]
        assert not [word for word in shown for password in access.passwords.values() if password in word]

    def test_the_log_shows_no_values(self, project: LocalAirflow, access: DatabaseAccess) -> None:
        with psycopg.connect(access.conninfo(RESULTS_DATABASE)) as connection:
            connection.execute("CREATE TEMPORARY TABLE once (name text PRIMARY KEY)")
            connection.execute("INSERT INTO once VALUES ('Odalys Fictional')")
            with pytest.raises(psycopg.errors.UniqueViolation):
                connection.execute("INSERT INTO once VALUES ('Odalys Fictional')")
        log = (data_folder(project).parent / "server.log").read_text()
        assert "once_pkey" in log
        assert "Odalys" not in log


class TestRoles:
    def test_the_databases_belong_to_roles_that_are_no_superusers(self, access: DatabaseAccess) -> None:
        query = (
            "SELECT datname, rolname, rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls"
            " FROM pg_database JOIN pg_roles r ON r.oid = datdba WHERE datname = ANY ('{airflow,loan_documents}') ORDER BY 1"
        )
        assert rows(access, SUPERUSER, query) == [
            (METADATA_DATABASE, METADATA_DATABASE, False),
            (RESULTS_DATABASE, RESULTS_DATABASE, False),
        ]

    def test_a_role_has_no_access_to_the_other_database(self, access: DatabaseAccess) -> None:
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(access.conninfo(RESULTS_DATABASE, role=METADATA_DATABASE))

    def test_the_results_schema_is_migrated_by_its_role(self, access: DatabaseAccess) -> None:
        database = ResultsDatabase(access.conninfo(RESULTS_DATABASE))
        database.migrate()
        assert database.known_documents([]) == set()

    def test_psql_finds_the_password_in_the_file(self, access: DatabaseAccess) -> None:
        done = subprocess.run(
            [str(wheel_programs() / "psql"), "-XAtc", "SELECT current_user, current_database()"],
            env=access.variables(RESULTS_DATABASE), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.stdout == f"{RESULTS_DATABASE}|{RESULTS_DATABASE}\n", done.stderr


class TestStart:
    def test_two_starts_at_once_give_one_server(self, local: LocalAirflow) -> None:
        script = (
            "import sys; from pathlib import Path; from scripts.local.environment import LocalAirflow;"
            "from scripts.local.postgres import *; from scripts.local.postgres import postmaster_pid;"
            "home = Path(sys.argv[1]); local = LocalAirflow(home, home, home);"
            "access = start_postgres(local); print(access.conninfo('airflow'), postmaster_pid(local))"
        )
        commands = [
            subprocess.Popen([sys.executable, "-c", script, str(local.home)], stdout=subprocess.PIPE) for _ in "12"
        ]
        first, second = (command.communicate()[0] for command in commands)
        assert first == second
        # The server outlives the processes that started it.
        assert first.decode().split()[-1] == str(postmaster_pid(local))

    def test_a_killed_server_is_started_again_with_its_rows(self, local: LocalAirflow) -> None:
        """Also by the process that had started it, which has not waited for its end yet."""
        store(start_postgres(local))
        pid = postmaster_pid(local)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        psutil.wait_procs([psutil.Process(pid)], timeout=20)
        assert stored(start_postgres(local)) == [(42,)]

    def test_a_process_with_the_id_of_a_former_server_is_left_alone(self, local: LocalAirflow) -> None:
        store(start_postgres(local))
        data = data_folder(local)
        lines = (data / "postmaster.pid").read_text().splitlines()
        stop_postgres(local)
        options = server_account().process_options()
        with subprocess.Popen(["sleep", "600"], **options) as other:
            try:
                (data / "postmaster.pid").write_text("\n".join([str(other.pid), *lines[1:]]) + "\n")
                stop_postgres(local)
                assert stored(start_postgres(local)) == [(42,)]
                assert other.poll() is None
            finally:
                other.kill()

    def test_a_lost_password_file_and_a_lost_socket_are_replaced(self, local: LocalAirflow) -> None:
        access = start_postgres(local)
        store(access)
        access.password_file.unlink()
        shutil.rmtree(access.host)
        after = start_postgres(local)
        assert stored(after) == [(42,)]
        assert after.passwords[RESULTS_DATABASE] != access.passwords[RESULTS_DATABASE]

    def test_a_server_that_cannot_start_says_why_and_names_its_log(self, local: LocalAirflow) -> None:
        start_postgres(local)
        stop_postgres(local)
        data = data_folder(local)
        shutil.move(data / "global" / "pg_control", data.parent)
        with pytest.raises(StartFailed, match=r"pg_control.*server\.log"):
            start_postgres(local)
        assert postmaster_pid(local) is None

    @as_root
    def test_an_ordinary_user_has_the_server_in_the_project(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        folder = Path(tempfile.mkdtemp(prefix="pg-"))
        os.chown(folder, NOBODY, NOBODY)
        try:
            host, files = as_nobody(start_at_long_path, str(folder)).split("\n")
            assert Path(host).parent == Path(tempfile.gettempdir())
            assert files == "database database.lock"
            assert not Path(host).exists()
        finally:
            shutil.rmtree(folder)


@as_root
class TestPlace:
    def test_a_moved_project_keeps_its_database_and_a_copy_gets_its_own(self, local: LocalAirflow) -> None:
        access = start_postgres(local)
        store(access)
        local.metadata_stamp.write_text("3.0.0")
        stop_postgres(local)
        root = local.home.parents[1]
        shutil.copytree(local.home, root / "copy" / ".airflow")
        copy = LocalAirflow(root / "copy" / ".airflow", root, root)
        shutil.move(local.home.parent, root / "moved")
        shutil.move(root / "moved", local.home.parent)
        try:
            other = start_postgres(copy)
            assert other.host != access.host
            assert not copy.metadata_stamp.exists(), "a new database is migrated"
            shutil.move(local.home.parent, root / "moved")
            moved = LocalAirflow(root / "moved" / ".airflow", root, root)
            assert start_postgres(moved).host == access.host
            assert stored(start_postgres(moved)) == [(42,)]
            stop_postgres(moved)
            shutil.move(root / "moved", local.home.parent)
            start_postgres(local)
        finally:
            remove_postgres(copy)

    def test_an_id_that_names_another_folder_is_not_used(self, local: LocalAirflow) -> None:
        (local.home / "database.json").write_text('{"id": "../../../etc"}')
        access = start_postgres(local)
        assert local.services in Path(access.host).parents

    def test_a_services_folder_that_others_can_change_is_refused(self, local: LocalAirflow, tmp_path: Path) -> None:
        (tmp_path / "services").mkdir()
        (tmp_path / "services").chmod(0o777)
        with pytest.raises(StartFailed, match="folder of root"):
            start_postgres(LocalAirflow(local.home, local.data, local.reports, tmp_path / "services"))

    def test_the_database_of_an_ordinary_user_is_not_taken_by_root(self, local: LocalAirflow) -> None:
        data = local.home / "database" / "data"
        data.mkdir(parents=True)
        for path in (local.home, data):
            os.chown(path, NOBODY, NOBODY)
        with pytest.raises(StartFailed, match="run as that user"):
            start_postgres(local)


class TestEarlierVersion:
    def test_its_database_is_taken_over_with_its_rows(self, local: LocalAirflow) -> None:
        with earlier_server(local) as conninfo:
            ResultsDatabase(f"{conninfo} dbname={RESULTS_DATABASE}").migrate()
            with psycopg.connect(f"{conninfo} dbname={RESULTS_DATABASE}") as connection:
                connection.execute("CREATE TABLE answer (id serial PRIMARY KEY, value int)")
                connection.execute("CREATE TYPE colour AS ENUM ('red'); CREATE VIEW answers AS SELECT * FROM answer")
                connection.execute("INSERT INTO answer (value) VALUES (42)")
            access = start_postgres(local)
        assert rows(access, RESULTS_DATABASE, "SELECT value FROM answer") == [(42,)]
        assert rows(access, RESULTS_DATABASE, "INSERT INTO answer (value) VALUES (43) RETURNING id") == [(2,)]
        ResultsDatabase(access.conninfo(RESULTS_DATABASE)).migrate()
        owned = (
            "SELECT classid::regclass, objid FROM pg_shdepend WHERE refobjid = (SELECT oid FROM pg_roles WHERE"
            " rolname = 'loan_documents') AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        assert len(rows(access, RESULTS_DATABASE, owned)) > 20
        left = (
            "SELECT c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE relowner = 10 AND nspname !~ '^pg_' AND nspname <> 'information_schema'"
        )
        assert rows(access, RESULTS_DATABASE, left) == []
        assert "trust" not in (data_folder(local) / "pg_hba.conf").read_text()
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host=access.host, user=SUPERUSER, dbname="postgres")
        assert not (local.home / "postgres").exists()

    @pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="needs a second file system")
    def test_its_folder_is_moved_to_another_file_system(self, tmp_path: Path) -> None:
        with tempfile.TemporaryDirectory(dir="/dev/shm") as elsewhere:
            former = Path(elsewhere, "postgres")
            former.mkdir()
            (former / "PG_VERSION").write_text("18")
            with socket.socket(socket.AF_UNIX) as left:
                left.bind(str(former / ".s.PGSQL.5432"))
            _move(former, tmp_path / "data.moved", Path(elsewhere, "postgres.taken-over"))
            assert list(Path(elsewhere).iterdir()) == []
        assert [path.name for path in (tmp_path / "data.moved").iterdir()] == ["PG_VERSION"]


def store(access: DatabaseAccess) -> None:
    with psycopg.connect(access.conninfo(RESULTS_DATABASE)) as connection:
        connection.execute("CREATE TABLE answer AS SELECT 42 AS value")


def stored(access: DatabaseAccess) -> list[tuple[object, ...]]:
    return rows(access, RESULTS_DATABASE, "SELECT value FROM answer")


def server_pid(access: DatabaseAccess) -> int:
    pid = find_postmaster(access.password_file.parent / "data")
    assert pid is not None
    return pid


@contextmanager
def earlier_server(local: LocalAirflow) -> Iterator[str]:
    """A running server as earlier versions started it: in ``postgres``, where every local user is superuser."""
    account = server_account()
    folder = programs(account, local.services)
    for path in (local.home.parents[1], local.home.parent, local.home):
        path.chmod(0o755)
    data = local.home / "postgres"
    data.mkdir()
    account.own(data)
    done = account.run([str(folder / "initdb"), "--auth=trust", "--encoding=utf8", "-U", SUPERUSER, "-D", str(data)])
    assert done.returncode == 0, done.stderr
    command = [str(folder / "postgres"), "-D", str(data), "-h", "", "-k", str(data)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, **account.process_options()) as server:
        conninfo = f"host={data} user={SUPERUSER}"
        try:
            while psycopg.pq.PGconn.ping(conninfo.encode()) != psycopg.pq.Ping.OK:
                assert server.poll() is None
            with psycopg.connect(f"{conninfo} dbname=postgres", autocommit=True) as connection:
                connection.execute("CREATE DATABASE airflow")
                connection.execute("CREATE DATABASE loan_documents")
            yield conninfo
        finally:
            server.terminate()


def as_nobody(function: Callable[[str], str], argument: str) -> str:
    """What a function returns in a process of another user."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)

    def run() -> None:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        sender.send(function(argument))

    process = context.Process(target=run)
    process.start()
    sender.close()
    answer: str = receiver.recv()
    process.join()
    return answer


def connect(path: str) -> str:
    try:
        socket.socket(socket.AF_UNIX).connect(path)
    except OSError as error:
        return type(error).__name__
    return "connected"


def start_at_long_path(folder: str) -> str:
    """The socket's folder and the files of the project, after a start and a removal by an ordinary user."""
    local = project_in(Path(folder) / ("long name " * 15))
    access = start_postgres(local)
    store(access)
    files = " ".join(sorted(path.name for path in local.home.iterdir()))
    remove_postgres(local)
    return f"{access.host}\n{files}"


def test_the_environment_of_airflow_in_tests_is_deleted_at_the_end() -> None:
    script = "import os; from tests.airflow_environment import *; use_test_airflow(); print(os.environ['AIRFLOW_HOME'])"
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    assert not Path(done.stdout.strip()).exists()


def test_a_temporary_server_leaves_nothing() -> None:
    server = server_in(Path(tempfile.mkdtemp(prefix="pg-")))
    server.start()
    server.remove()
    assert not server.folder.exists()
    assert find_postmaster(server.data) is None
