"""README to the letter, the long part: what `make run` prints, real services by connections, the UI and its API.

`make test-slow` runs it: it starts a real Airflow five times.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from samples.generator.documents import generate
from tests.docs.guide import PROJECT_ROOT, checkout, commands, run_script
from tests.local_home import delete_home

README = PROJECT_ROOT / "README.md"
TOGETHER = ("make run", "make up", "make down", "export ", "TOKEN=", "curl ")
TOLD = re.search(
    r"^```text\n(starting PostgreSQL.*?)^```", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)

pytestmark = [pytest.mark.airflow, pytest.mark.integration, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def project() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="readme-"))
    yield checkout(folder / "p", lambda name: not name.startswith("tests/"))
    delete_home(folder / "p" / ".airflow")
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def s3_endpoint() -> Iterator[str]:
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    _, port = server.get_host_and_port()
    endpoint = f"http://127.0.0.1:{port}"
    keys = {"aws_access_key_id": "fictional-key", "aws_secret_access_key": "fictional-secret"}
    s3 = boto3.client("s3", region_name="us-east-1", endpoint_url=endpoint, **keys)
    for bucket in ("loan-documents", "loan-inbox"):
        s3.create_bucket(Bucket=bucket)
    s3.upload_file(str(PROJECT_ROOT / "samples" / "documents" / "sample-03.pdf"), "loan-inbox", "2026/note.pdf")
    yield endpoint
    server.stop()


def own_database(line: str, uri: str) -> str:
    """The line with the test's PostgreSQL in place of the example's."""
    parts = urlsplit(uri)
    [host] = parse_qs(parts.query)["host"]
    fields = {"host": host, "login": parts.username, "password": parts.password, "schema": parts.path.strip("/")}
    examples = {"host": "db.example", "login": "loans", "password": "fictional-secret", "schema": "loans"}
    if '"db.example"' not in line:
        return line
    for name, value in fields.items():
        line = line.replace(f'"{name}": "{examples[name]}"', f'"{name}": "{value}"')
    return line


def test_the_long_commands_work_as_they_stand(project: Path, s3_endpoint: str, empty_database: str) -> None:
    samples = PROJECT_ROOT / "samples" / "documents"
    folder = project / "path" / "to" / "folder"
    folder.mkdir(parents=True)
    (folder / "letter.pdf").write_bytes(
        generate("one", "readme", "payoff_letter", "born_digital", "pdf", "heldout").content
    )
    shutil.copy(samples / "sample-03.pdf", project / "note.pdf")
    shutil.copy(samples / "sample-04.png", project / "statement.png")
    lines = []
    for line in (command for command in commands(README) if command.startswith(TOGETHER)):
        lines.append(own_database(line.replace("http://minio:9000", s3_endpoint), empty_database))
        if line == "make run":
            lines.append("echo '--- again'; make run; echo '--- others'")
        if line == "make run DOCS=s3://loan-inbox/2026":
            lines.append("unset ${!AIRFLOW_CONN_@} ${!AWS_@}")
        if line == "make up":
            lines[-1] = "make up | tee up.txt"
            lines.append("AIRFLOW=$(grep -o 'http://[0-9.:]*' up.txt)")
            lines.append("PASSWORD=$(sed -n 's/.*password \\(\\S*\\).*/\\1/p' up.txt)")
    # In README the UI is stopped before its API is explained.
    lines.append(lines.pop(lines.index("make down")))
    try:
        done = run_script(lines, project, project.parent, 1700)
    finally:
        run_script(["make down"], project, project.parent, 120)
    print(done.stdout)  # shown when something below is not as it should be
    assert done.returncode == 0, done.stderr[-2000:] + "\n".join(errors_in_logs(project))
    assert_as_told(done.stdout.partition("--- again")[0])
    assert "Nothing new: all 16 files" in done.stdout.partition("--- again")[2].partition("--- others")[0]
    assert stored(empty_database) == {"note.pdf": "loan_disclosure"}
    answers = done.stdout.rpartition("Airflow is up")[2]
    assert '"note.pdf"' in answers
    assert '"statement.png"' in answers


def errors_in_logs(project: Path) -> list[str]:
    """What the tasks of the last runs complained about."""
    lines = [line for log in (project / ".airflow" / "logs").rglob("*.log") for line in log.read_text().splitlines()]
    return [line[:1500] for line in lines if '"level":"error"' in line.replace('": "', '":"')][-10:]


def assert_as_told(printed: str) -> None:
    """README shows what `make run` prints, but for numbers, places, and which documents are in doubt."""
    assert TOLD is not None
    assert shape(printed) == shape(TOLD[1])


def shape(text: str) -> list[str]:
    """The lines without what changes from run to run; stages end in any order, and a slow start says what it waits for."""
    text = re.sub(r"^.* \(\d+ s\) …\n", "", text, flags=re.MULTILINE)
    head, _, rest = text.partition("To review, because")
    head += rest.rpartition("\n\n")[2]
    changing = re.compile(
        r"http://\S+|\S*/(samples/documents|reports/\S+)|\d+ min \d+ s|[\d.]+ (s|min)\b|local-\d{8}-\d{6}|\d+"
    )
    return sorted(" ".join(changing.sub("…", line).split()) for line in head.splitlines() if line.strip())


def stored(uri: str) -> dict[str, str]:
    import psycopg

    with psycopg.connect(uri) as connection:
        rows = connection.execute("SELECT name, document_type FROM loan_documents.documents").fetchall()
    return dict(rows)


def test_connections_of_the_readme_are_json() -> None:
    exported = [line for line in commands(README) if line.startswith("export AIRFLOW_CONN")]
    assert [json.loads(line.partition("='")[2].rstrip("'"))["conn_type"] for line in exported] == ["aws", "postgres"]
