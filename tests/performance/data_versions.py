"""What a data version of 10,000 small files costs: ``python -m tests.performance.data_versions [--plain]``.

Seconds and memory of making and pushing it, of doing so again with a hundred documents more, and of bringing it back;
with ``--plain`` the same for a folder that DVC is given as it is. The remote is a folder and a server that speaks S3.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from moto.server import ThreadedMotoServer

from student_loans.versioning.remote import Remote
from student_loans.versioning.restore import restore_run
from student_loans.versioning.workspace import DvcWorkspace
from tests.student_loans.versioning.conftest import Machine

DOCUMENTS = 5_000  # an original and a page each
MORE = 100


def measure(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds, and what came of it."""
    begin = time.perf_counter()
    result = work()
    return round(time.perf_counter() - begin, 1), result


def objects(remote: Remote) -> int:
    root = remote.path("files/md5")
    return sum(1 for path in root.rglob("*") if path.is_file())


def measure_packed(folder: Path, remote: Remote) -> dict[str, Any]:
    machine = Machine(folder / "one", remote)
    run = machine.process("first", DOCUMENTS)
    seconds, version = measure(lambda: machine.version(run))
    again, _ = measure(lambda: machine.version(run))
    before = objects(remote)
    more = machine.process("second", DOCUMENTS + MORE)
    with_more, _ = measure(lambda: machine.version(more))
    few = machine.process("third", MORE, first=DOCUMENTS + MORE)
    only_new, _ = measure(lambda: machine.version(few))
    other = Machine(folder / "two", remote)
    restored, _ = measure(lambda: restore_run("first", other.workspace(), other.store))
    return {
        "files": version.files,
        "MiB": round(version.size_bytes / 2**20, 1),
        "first_s": seconds,
        "same_again_s": again,
        "same_and_100_more_s": with_more,
        "run_of_100_new_s": only_new,
        "restore_s": restored,
        "objects_after_first": before,
        "objects_in_the_end": objects(remote),
    }


def measure_plain(folder: Path, remote: Remote) -> dict[str, Any]:
    workspace = DvcWorkspace(folder / "plain", remote, command_timeout_s=600)
    files = folder / "plain" / "files"
    files.mkdir(parents=True)
    for number in range(2 * DOCUMENTS):
        (files / f"{number}.txt").write_text(f"fictional {number}" * 50)
    add, _ = measure(lambda: workspace.add("files"))
    push, _ = measure(lambda: workspace.push("files"))
    (files / "more.txt").write_text("one more")
    add_again, _ = measure(lambda: workspace.add("files"))
    push_again, _ = measure(lambda: workspace.push("files"))
    return {"add_s": add, "push_s": push, "add_one_more_s": add_again, "push_one_more_s": push_again}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plain", action="store_true")
    options = parser.parse_args()
    work = measure_plain if options.plain else measure_packed
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    endpoint = f"http://127.0.0.1:{port}"
    s3 = Remote("s3://versions/loans", endpoint, "us-east-1", "key", "secret")
    import boto3

    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
    boto3.client("s3", region_name="us-east-1", endpoint_url=endpoint, **keys).create_bucket(Bucket="versions")
    with tempfile.TemporaryDirectory() as name, suppress(KeyboardInterrupt):
        folder = Path(name)
        for kind, remote in (("folder", Remote(str(folder / "remote"))), ("s3", s3)):
            result = work(folder / kind, remote)
            # The largest of the DVC processes so far; our own process holds the S3 server too.
            result["dvc_peak_MiB"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
            if kind == "folder":
                result["own_peak_MiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            sys.stdout.write(json.dumps({kind: result}) + "\n")
            sys.stdout.flush()
    server.stop()


if __name__ == "__main__":
    main()
