"""LocalExecutor whose tasks start with the large libraries in memory: imported once, shared by every forked process.

Sandbox workers, in which tasks open files, are forks of a separate server, which has no secrets.
"""

from __future__ import annotations

from airflow.executors.local_executor import LocalExecutor

from loan_documents.preloading import make_ready


class PreloadingLocalExecutor(LocalExecutor):
    """Airflow's LocalExecutor; its workers are forked from a process that has imported the libraries of the tasks.

    The libraries are :data:`loan_documents.preloading.LIBRARIES`. Without preloading, every task spends seconds on imports
    (docs/SCALING.md, *What was tuned, and why*). Enabled by
    ``AIRFLOW__CORE__EXECUTOR=loan_documents.executor.PreloadingLocalExecutor``. It has no effect
    where processes are spawned instead of forked.
    """

    def start(self) -> None:
        """Preload, then start the workers."""
        if self.is_mp_using_fork:
            make_ready()
        super().start()
