"""The stages of a run: what the DAG's tasks, ``dvc.yaml`` and the command line call, in the order data flows.

A stage reads what earlier stages left in the run's folder of the object store and leaves its own part there, under the
same name whenever it runs: a repeated stage overwrites its part and nothing else. What travels between tasks is small:
ids, counts and names of parts.
"""
