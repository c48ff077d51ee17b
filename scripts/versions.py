"""``python -m scripts.versions list|restore|push|gc``: the data versions of runs, from the command line.

The remote is the one of the Airflow connection ``dvc_remote`` (``AIRFLOW_CONN_DVC_REMOTE``, or the local Airflow's own
when it is up), or the setting ``versioning.remote_url``.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from scripts.local.components import running_port
from scripts.local.environment import PROJECT_ROOT, STORE_CONNECTION, LocalAirflow
from student_loans.errors import LoanDocumentError

if TYPE_CHECKING:
    from loan_documents.hooks.dvc import DvcHook

EXIT_FAILED = 1


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = _arguments(arguments)
    console = Console(soft_wrap=True)
    _use_local_airflow(LocalAirflow.of_project())
    from loan_documents.hooks.dvc import DvcHook

    try:
        _COMMANDS[options.command](DvcHook(), options, console)
    except LoanDocumentError as error:
        console.print(str(error), style="red", markup=False)
        return EXIT_FAILED
    return 0


def _arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.versions", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="list the versions on this machine and in the remote")
    restore = commands.add_parser("restore", help="bring the data of a run back into the object store")
    restore.add_argument("run", help="run id")
    commands.add_parser("push", help="push the versions that are on this machine only")
    gc = commands.add_parser("gc", help="free this machine of old versions that the remote has")
    gc.add_argument("--keep-last", type=int, required=True, metavar="N", help="the newest that stay whatever")
    return parser.parse_args(arguments)


def _list(hook: DvcHook, _: argparse.Namespace, console: Console) -> None:
    versions = hook.list_versions()
    table = Table(box=None, pad_edge=False)
    # A run's id is what restore is asked for: it is never cut short.
    table.add_column("Run", no_wrap=True, min_width=max((len(one.run_id) for one in versions), default=0))
    for name in ("Version", "Files", "MiB", "Made", "Remote"):
        table.add_column(name)
    for one in versions:
        mebibytes = f"{one.size_bytes / 2**20:.1f}"
        where = one.remote_url or "this machine only"
        table.add_row(one.run_id, one.version[:12], f"{one.files:,}", mebibytes, one.made_at[:19], where)
    console.print(table if versions else "There are no data versions yet: make run makes one.")


def _restore(hook: DvcHook, options: argparse.Namespace, console: Console) -> None:
    version = hook.restore_run(options.run)
    console.print(f"Restored {version.files:,} files of run {version.run_id} (version {version.version[:12]}).")


def _push(hook: DvcHook, _: argparse.Namespace, console: Console) -> None:
    pushed = hook.push_versions()
    console.print(f"Pushed {len(pushed)} versions: the remote has all of them.")


def _gc(hook: DvcHook, options: argparse.Namespace, console: Console) -> None:
    forgotten = hook.gc(options.keep_last)
    console.print(f"{len(forgotten)} versions are now in the remote only: make restore brings them back.")


_COMMANDS = {"list": _list, "restore": _restore, "push": _push, "gc": _gc}


def _use_local_airflow(local: LocalAirflow) -> None:
    """Before Airflow is imported: its home is the project's, its connections those of the local Airflow when it is up."""
    sys.path.insert(0, str(PROJECT_ROOT / "plugins"))
    store = {"conn_type": "fs", "extra": {"path": str(local.data)}}
    os.environ.setdefault(STORE_CONNECTION, json.dumps(store))
    port = running_port(local)
    if port is not None:
        from scripts.local.postgres import start_postgres

        os.environ.update(local.variables(start_postgres(local), port))
    os.environ.setdefault("AIRFLOW_HOME", str(local.home))
    os.environ.setdefault("AIRFLOW__LOGGING__LOGGING_LEVEL", "ERROR")


if __name__ == "__main__":
    sys.exit(main())
