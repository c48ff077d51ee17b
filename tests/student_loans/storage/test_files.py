"""Files that are whole or not there, and errors of file systems as ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from student_loans.errors import ConfigurationError, ErrorCode, LoanDocumentError, ServiceError
from student_loans.project import PROJECT_ROOT
from student_loans.storage.files import atomic_writer, is_local, open_path, store_errors, write_bytes


class TestOpenPath:
    def test_a_relative_folder_is_one_of_the_project_and_an_absolute_one_is_itself(self, tmp_path: Path) -> None:
        assert Path(str(open_path("data/store"))) == PROJECT_ROOT / "data/store"
        assert Path(str(open_path(str(tmp_path)))) == tmp_path

    def test_a_file_uri_is_the_folder_that_it_names(self, tmp_path: Path) -> None:
        path = open_path(f"file://{tmp_path}/a")
        assert is_local(path)
        write_bytes(path, b"x")
        assert (tmp_path / "a").read_bytes() == b"x"

    def test_a_bucket_is_not_local_and_its_listings_are_never_cached(self) -> None:
        path = open_path("s3://loans/kept", {"key": "test", "secret": "test"})
        assert not is_local(path)
        assert path.storage_options["use_listings_cache"] is False

    def test_given_options_win_over_the_usual_timeouts(self) -> None:
        path = open_path("s3://loans", {"config_kwargs": {"read_timeout": 5}})
        assert path.storage_options["config_kwargs"] == {"read_timeout": 5}

    @pytest.mark.parametrize("uri", ["carrier-pigeon://loft", "s4://loans/x"])
    def test_a_scheme_that_nothing_serves_is_refused_by_its_name(self, uri: str) -> None:
        with pytest.raises(ConfigurationError, match=uri.partition("://")[0]) as caught:
            open_path(uri)
        assert caught.value.code is ErrorCode.INVALID_SETTINGS


class TestAtomicWriter:
    def test_a_file_appears_under_its_name_only_when_it_is_whole(self, tmp_path: Path) -> None:
        target = open_path(str(tmp_path / "deep" / "folder" / "a.json"))
        with atomic_writer(target) as file:
            file.write(b"whole")
            assert not target.exists()
        assert target.read_bytes() == b"whole"
        assert [path.name for path in (tmp_path / "deep" / "folder").iterdir()] == ["a.json"]

    def test_after_an_error_there_is_nothing_not_even_a_part(self, tmp_path: Path) -> None:
        with pytest.raises(ZeroDivisionError), atomic_writer(open_path(str(tmp_path / "a.json"))) as file:
            file.write(bytes(1 // 0))
        assert list(tmp_path.iterdir()) == []

    def test_after_an_error_the_older_file_is_as_it_was(self, tmp_path: Path) -> None:
        path = open_path(str(tmp_path / "a.json"))
        write_bytes(path, b"old")
        with pytest.raises(ZeroDivisionError), atomic_writer(path) as file:
            file.write(b"new" * (1 // 0))
        assert path.read_bytes() == b"old"

    def test_a_name_of_the_greatest_length_is_written_too(self, tmp_path: Path) -> None:
        name = "n" * 255
        write_bytes(open_path(str(tmp_path / name)), b"x")
        assert (tmp_path / name).read_bytes() == b"x"

    def test_elsewhere_nothing_is_sent_before_the_end(self) -> None:
        path = open_path("memory://loans/a.json")
        with pytest.raises(ZeroDivisionError), atomic_writer(path) as file:
            file.write(bytes(1 // 0))
        assert not path.exists()
        write_bytes(path, b"whole")
        assert path.read_bytes() == b"whole"
        path.unlink()


class TestStoreErrors:
    @pytest.mark.parametrize("error", [FileNotFoundError("/x"), PermissionError(13, "no"), ConnectionError("reset")])
    def test_what_a_file_system_raises_is_worth_a_retry(self, error: OSError) -> None:
        with pytest.raises(ServiceError) as caught, store_errors():
            raise error
        assert caught.value.code is ErrorCode.STORE_UNAVAILABLE
        assert caught.value.__cause__ is error
        assert type(error).__name__ in str(caught.value)

    def test_what_an_s3_client_raises_is_worth_a_retry(self) -> None:
        from botocore.exceptions import ClientError, EndpointConnectionError

        refused = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "PutObject")
        for error in (refused, EndpointConnectionError(endpoint_url="http://127.0.0.1:1")):
            with pytest.raises(ServiceError), store_errors():
                raise error

    def test_our_own_errors_and_faults_of_the_code_pass(self) -> None:
        own = ConfigurationError(ErrorCode.INVALID_SETTINGS, "Correct it.")
        for error in (own, KeyError("x"), ValueError("x")):
            with pytest.raises(type(error)) as caught, store_errors():
                raise error
            assert caught.value is error
        assert isinstance(own, LoanDocumentError)
