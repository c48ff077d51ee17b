"""``python -m scripts.local run|up|down|exec``: what ``make run``, ``up``, ``down``, ``versions`` and ``restore`` call."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from rich.console import Console

from scripts.local.components import running_port
from scripts.local.environment import STORE_CONNECTION, USER, LocalAirflow
from scripts.local.server import StartFailed, start, stop


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
    execute = commands.add_parser("exec", help="run a command with the connections of this Airflow, running or not")
    execute.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND")
    options = parser.parse_args(arguments)
    os.umask(0o077)  # of Airflow too: its logs, and what libraries write in its tasks, are this user's

    local = LocalAirflow.of_project()
    console = Console(soft_wrap=True)
    if options.command == "run":
        from scripts.local.pipeline import run_pipeline, source_argument

        source = source_argument(options.source)
        return run_pipeline(local, source, console, reprocess=options.reprocess, per_task=options.documents_per_task)
    if options.command == "exec":
        environment = _environment(local)
        os.execvpe(options.words[0], options.words, environment)  # noqa: S606
    if options.command == "down":
        stop(local)
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
        from scripts.local.postgres import start_postgres

        variables = local.variables(start_postgres(local), port)
    # Commands of this environment are on the path, even if it is not activated.
    return {**variables, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"}


if __name__ == "__main__":
    sys.exit(main())
