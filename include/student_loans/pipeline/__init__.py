"""The stages of a run: what the DAG's tasks, ``dvc.yaml`` and the command line call, in the order data flows.

A stage reads the parts of earlier stages in the run's folder of the object store and writes its own part there, always
under the same name: a repeated stage overwrites only its own part. Data passed between tasks is small:
ids, counts and names of parts.
"""
