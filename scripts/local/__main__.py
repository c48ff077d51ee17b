"""``python -m scripts.local``: what ``make run``, ``up``, ``down``, ``clean``, ``versions`` and ``restore`` call."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.local.interrupts import Interrupted, handle_signals

# Everything else is imported inside functions: a signal during the imports ends the command with a sentence as well.
if TYPE_CHECKING:
    from rich.console import Console

    from scripts.local.api import AirflowApi
    from scripts.local.environment import LocalAirflow

COMMAND_DATABASE = "LOAN_DOCUMENTS_DB"
"""Where ``student-loans`` looks for the results database."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return _command(options)
    except Interrupted as interrupted:
        name = signal.Signals(interrupted.number).name
        print(f"Interrupted by {name}: what this command had started is stopped.", file=sys.stderr)
        return interrupted.status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m scripts.local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="process a folder of documents and print a summary")
    run.add_argument("source", help="folder with documents")
    run.add_argument("--reprocess", action="store_true", help="process documents again that an earlier run processed")
    run.add_argument("--documents-per-task", type=int, default=0, metavar="N", help="0 chooses")
    commands.add_parser("up", help="start Airflow with its UI")
    commands.add_parser("down", help="stop Airflow")
    commands.add_parser("remove-database", help="stop Airflow and delete its database, wherever the files are")
    execute = commands.add_parser("exec", help="run a command with the connections of this Airflow, running or not")
    execute.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND")
    return parser


def _command(options: argparse.Namespace) -> int:
    os.umask(0o077)  # of Airflow too: its logs, and what libraries write in its tasks, are this user's
    from rich.console import Console

    from scripts.local.environment import LocalAirflow

    local = LocalAirflow.of_project()
    console = Console(soft_wrap=True)
    if options.command == "run":
        from scripts.local.pipeline import run_pipeline, source_argument

        source = source_argument(options.source)
        return run_pipeline(local, source, console, reprocess=options.reprocess, per_task=options.documents_per_task)
    if options.command == "exec":
        environment = _environment(local)
        os.execvpe(options.words[0], options.words, environment)  # noqa: S606
    if options.command == "up":
        return _up(local, console)
    return _down(local, console, remove_database=options.command == "remove-database")


def _down(local: LocalAirflow, console: Console, *, remove_database: bool) -> int:
    from scripts.local.postgres import remove_postgres
    from scripts.local.progress import StartProgress
    from scripts.local.server import stop
    from scripts.local.use import in_use

    if in_use(local):
        console.print(
            "A command `make run` uses this Airflow: its run is not finished, and the next `make run` or `make up`"
            " continues it."
        )
    say = StartProgress(console)
    try:
        stop(local, say)
        if remove_database:
            remove_postgres(local)
    finally:
        say.close()
    console.print("Airflow and its database are stopped.")
    return 0


def _up(local: LocalAirflow, console: Console) -> int:
    from scripts.local.environment import USER
    from scripts.local.errors import StartFailed
    from scripts.local.pipeline import MONITORING_DAG_ID
    from scripts.local.progress import StartProgress
    from scripts.local.server import wait_for_dag
    from scripts.local.use import start_for_good

    def finish(api: AirflowApi) -> None:
        wait_for_dag(local, api, MONITORING_DAG_ID, say)
        api.set_paused(MONITORING_DAG_ID, False)

    say = StartProgress(console)
    try:
        api = start_for_good(local, say, finish)
    except StartFailed as error:
        say.close()
        console.print(str(error), style="red", markup=False)
        return 1
    finally:
        say.close()
    password = local.secrets()["password"]
    console.print(
        f"Airflow is up: [bold]{api.address}[/bold]   user [bold]{USER}[/bold], password [bold]{password}[/bold]"
    )
    console.print("[dim]Stop it with: make down[/dim]")
    return 0


def _environment(local: LocalAirflow) -> dict[str, str]:
    """Variables of the running Airflow; without one, its home and the object store."""
    import json

    from scripts.local.components import running_port
    from scripts.local.environment import RESULTS_DATABASE, SIGNING_SECRET, STORE_CONNECTION
    from scripts.local.postgres import start_postgres
    from scripts.local.postgres.binaries import wheel_programs

    port = running_port(local)
    if port is None:
        store = {"conn_type": "fs", "extra": {"path": str(local.data)}}
        variables = {
            STORE_CONNECTION: json.dumps(store),
            SIGNING_SECRET: local.secrets()["signing"],
            "AIRFLOW_HOME": str(local.home),
            **os.environ,
        }
    else:
        database = start_postgres(local)
        variables = {
            **local.variables(database, port),
            **database.variables(RESULTS_DATABASE),
            COMMAND_DATABASE: database.conninfo(RESULTS_DATABASE),
        }
    # Commands of this environment are on the path, even if it is not activated; psql is, even if it is not installed.
    path = [str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath), str(wheel_programs())]
    return {**variables, "PATH": os.pathsep.join(path)}


if __name__ == "__main__":
    handle_signals()
    sys.exit(main())
