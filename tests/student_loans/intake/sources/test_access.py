"""What the parameter `source` may name: nothing that an administrator has not allowed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.intake.sources import SourceAccess, allow_location, open_source
from student_loans.project import PROJECT_ROOT
from student_loans.settings import Settings, load_settings

NOTHING = SourceAccess.of(load_settings(environment={}))


def with_sources(**allowed: str) -> Settings:
    return load_settings(
        environment={f"LOAN_DOCUMENTS__SOURCES__{name.upper()}": value for name, value in allowed.items()}
    )


def refusal(location: str, access: SourceAccess = NOTHING) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        open_source(location, access)
    assert caught.value.code is ErrorCode.SOURCE_NOT_ALLOWED
    return caught.value


@pytest.mark.parametrize(
    "location",
    [
        "/etc", "/", "/tmp", "/proc/self", "/root/.ssh", "file:///etc", "file://localhost/etc", "..", "data", ".", "",
        "include", "samples/../include", "samples/../../..", "samples\0", "~/.aws", "file:///proc/self/environ",
        "s3://any/", "s3a://any/", "https://portal.example/", "http://169.254.169.254/latest/meta-data/",
        "http://localhost:8793/", "http://[::1]/", "http://portal.example@127.0.0.1/",
    ],
)  # fmt: skip
def test_closed_to_everything_by_default(location: str) -> None:
    refusal(location)


def test_the_samples_are_allowed_by_default_and_the_message_names_the_setting() -> None:
    folder = PROJECT_ROOT / "samples" / "documents"
    assert open_source("samples/documents", NOTHING).uri == folder.as_uri()
    assert "sources.folders" in refusal("/srv/loans").message
    assert "sources.buckets" in refusal("s3://loans/2026").message
    assert "sources.hosts" in refusal("https://portal.example/documents").message


def test_a_message_holds_no_login_and_no_query() -> None:
    assert "s3cret" not in str(refusal("https://user:s3cret@portal.example/"))
    assert "s3cret" not in str(refusal("https://portal.example/?token=s3cret"))


def test_the_settings_allow_folders_buckets_and_hosts(tmp_path: Path) -> None:
    (tmp_path / "in box").mkdir()
    folders = with_sources(folders=f"inbox, {tmp_path}")
    assert open_source(str(tmp_path / "in box"), SourceAccess.of(folders)).uri == (tmp_path / "in box").as_uri()
    refusal("samples/documents", SourceAccess.of(folders))
    listed = with_sources(folders=f'["{tmp_path}/a, b"]')
    assert listed.sources.folders == (f"{tmp_path}/a, b",)

    access = SourceAccess.of(with_sources(buckets="loan-inbox/2026,other", hosts="portal.example,api.example:8443"))
    access.check_bucket("loan-inbox", "2026/may/")
    access.check_bucket("other", "")
    for prefix in ("", "2026-archive/", "202"):
        with pytest.raises(ConfigurationError):
            access.check_bucket("loan-inbox", prefix)
    for url in ("https://portal.example/documents", "http://PORTAL.example:80/", "https://api.example:8443/"):
        access.check_url(url)
    for url in ("https://portal.example:8443/", "https://api.example/", "https://portal.example.evil.example/"):
        refusal(url, access)


def test_links_lead_no_further_than_an_allowed_folder(tmp_path: Path) -> None:
    inbox, outside = tmp_path / "inbox", tmp_path / "outside"
    inbox.mkdir()
    outside.mkdir()
    (inbox / "out").symlink_to(outside)
    (inbox / "loop").symlink_to("loop")
    (inbox / ".git").mkdir()
    access = SourceAccess(folders=(inbox,))
    for location in (inbox / "out", inbox / "loop", inbox / "..", inbox / ".git", outside):
        refusal(str(location), access)
    (tmp_path / "alias").symlink_to(inbox)
    assert open_source(str(tmp_path / "alias"), access).uri == inbox.as_uri()


def test_some_places_are_never_a_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, airflow = tmp_path / "loans" / "store", tmp_path / "airflow"
    for folder in (store / "raw", airflow / "logs"):
        folder.mkdir(parents=True)
    monkeypatch.setenv("AIRFLOW_HOME", str(airflow))
    everything = SourceAccess.of(with_sources(folders="/"), [str(store)])
    for location in ("/", "/etc", "/etc/ssl", "/proc", str(store), str(store / "raw"), str(store.parent), str(airflow / "logs"),
                     str(PROJECT_ROOT), str(PROJECT_ROOT.parent), str(PROJECT_ROOT / "data")):  # fmt: skip
        assert "it never is" in refusal(location, everything).message
    (tmp_path / "inbox").mkdir()
    open_source(str(tmp_path / "inbox"), everything)
    assert "it never is" in refusal("/etc", NOTHING.granting("/etc")).message


class TestAllowFile:
    """The command `make run DOCS=…` allows what its user names; a parameter of a run cannot."""

    @pytest.fixture
    def allow_file(self, tmp_path: Path) -> Path:
        return tmp_path / "home" / "allowed-sources.jsonl"

    def access(self, allow_file: Path) -> SourceAccess:
        return SourceAccess.of(with_sources(allow_file=str(allow_file)))

    def test_it_allows_what_was_named(self, allow_file: Path, tmp_path: Path) -> None:
        folder = tmp_path / "new\nline, 100%"
        folder.mkdir()
        refusal(str(folder), self.access(allow_file))
        for location in (str(folder), "s3://loan-inbox/2026", "http://127.0.0.1:9000/documents?token=s3cret"):
            allow_location(allow_file, location)
            allow_location(allow_file, location)
        assert open_source(str(folder), self.access(allow_file)).uri == folder.as_uri()
        self.access(allow_file).check_bucket("loan-inbox", "2026")
        self.access(allow_file).check_url("http://127.0.0.1:9000/documents")
        refusal("http://127.0.0.1:9001/documents", self.access(allow_file))
        refusal(str(tmp_path), self.access(allow_file))
        assert allow_file.stat().st_mode & 0o777 == 0o600
        assert len(allow_file.read_text().splitlines()) == 3
        assert "s3cret" not in allow_file.read_text()

    def test_a_link_that_replaces_an_allowed_folder_leads_nowhere(self, allow_file: Path, tmp_path: Path) -> None:
        (tmp_path / "letters").mkdir()
        (tmp_path / "alias").symlink_to("letters")
        allow_location(allow_file, str(tmp_path / "alias"))
        open_source(str(tmp_path / "alias"), self.access(allow_file))
        (tmp_path / "letters").rmdir()
        (tmp_path / "payroll").mkdir()
        (tmp_path / "letters").symlink_to("payroll")
        refusal(str(tmp_path / "letters"), self.access(allow_file))
        refusal(str(tmp_path / "payroll"), self.access(allow_file))

    @pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
    def test_a_file_that_others_can_write_is_refused(self, allow_file: Path, mode: int) -> None:
        allow_location(allow_file, "/srv/loans")
        allow_file.chmod(mode)
        with pytest.raises(ConfigurationError) as caught:
            self.access(allow_file)
        assert caught.value.code is ErrorCode.INVALID_SETTINGS

    def test_a_link_in_its_place_is_refused(self, allow_file: Path, tmp_path: Path) -> None:
        allow_file.parent.mkdir()
        (tmp_path / "mine").write_text('"/"\n')
        allow_file.symlink_to(tmp_path / "mine")
        with pytest.raises(ConfigurationError):
            self.access(allow_file)
        with pytest.raises(ConfigurationError):
            allow_location(allow_file, "/srv/loans")

    @pytest.mark.skipif(os.geteuid() != 0, reason="giving a file away needs root")
    def test_a_file_of_another_user_is_refused(self, allow_file: Path) -> None:
        allow_location(allow_file, "/srv/loans")
        os.chown(allow_file, 65534, -1)
        with pytest.raises(ConfigurationError):
            self.access(allow_file)
