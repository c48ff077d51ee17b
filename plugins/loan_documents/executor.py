"""LocalExecutor whose tasks start with the large libraries in memory: imported once, shared by every process that is forked.

So do the processes in which tasks open files: they are forks of a server of their own, which knows no secret.
"""

from __future__ import annotations

from airflow.executors.local_executor import LocalExecutor

from loan_documents.preloading import make_ready


class PreloadingLocalExecutor(LocalExecutor):
    """Airflow's LocalExecutor; its workers are forked from a process that has imported the libraries of the tasks.

    Which: :data:`loan_documents.preloading.LIBRARIES`. Without it every task imports what it needs, for seconds:
    docs/SCALING.md, *What was tuned, and why*. Switched on by
    ``AIRFLOW__CORE__EXECUTOR=loan_documents.executor.PreloadingLocalExecutor``; where processes are spawned, not forked, it
    changes nothing.
    """

    def start(self) -> None:
        """Make ready, then start the workers."""
        if self.is_mp_using_fork:
            make_ready()
        super().start()
