"""``python -m scripts.local``: what ``make run``, ``up``, ``down``, ``clean``, ``versions`` and ``restore`` call."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from rich.console import Console

from scripts.local.components import running_port
from scripts.local.environment import RESULTS_DATABASE, STORE_CONNECTION, USER, LocalAirflow
from scripts.local.errors import StartFailed
from scripts.local.postgres import remove_postgres, start_postgres
from scripts.local.postgres.binaries import wheel_programs
from scripts.local.server import start, stop

COMMAND_DATABASE = "LOAN_DOCUMENTS_DB"
"""Where ``student-loans`` looks for the results database."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
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
    options = parser.parse_args(arguments)

    local = LocalAirflow.of_project()
    console = Console(soft_wrap=True)
    if options.command == "run":
        from scripts.local.pipeline import run_pipeline, source_argument

        source = source_argument(options.source)
        return run_pipeline(local, source, console, reprocess=options.reprocess, per_task=options.documents_per_task)
    if options.command == "exec":
        environment = _environment(local)
        os.execvpe(options.words[0], options.words, environment)  # noqa: S606
    if options.command in ("down", "remove-database"):
        stop(local)
        if options.command == "remove-database":
            remove_postgres(local)
        console.print("Airflow and its database are stopped.")
        return 0
    try:
        api = start(local, lambda what: console.print(f"[dim]{what} …[/dim]", highlight=False))
        from scripts.local.pipeline import MONITORING_DAG_ID

        api.wait_for_dag(MONITORING_DAG_ID)
        api.set_paused(MONITORING_DAG_ID, False)
    except (StartFailed, TimeoutError) as error:
        console.print(str(error), style="red", markup=False)
        return 1
    password = local.secrets()["password"]
    console.print(
        f"Airflow is up: [bold]{api.address}[/bold]   user [bold]{USER}[/bold], password [bold]{password}[/bold]"
    )
    console.print("[dim]Stop it with: make down[/dim]")
    return 0


def _environment(local: LocalAirflow) -> dict[str, str]:
    """Variables of the running Airflow; without one, its home and the object store."""
    port = running_port(local)
    if port is None:
        store = {"conn_type": "fs", "extra": {"path": str(local.data)}}
        variables = {STORE_CONNECTION: json.dumps(store), "AIRFLOW_HOME": str(local.home), **os.environ}
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
    sys.exit(main())
