"""Packs: the same files give the same bytes, and only what a version lists comes out."""

from __future__ import annotations

import hashlib
import io
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.storage.object_store import ObjectStore, open_store
from student_loans.versioning.packs import PackedFile, unpack, write_packs


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    store = open_store(str(tmp_path / "data"))
    for number in range(5):
        store.write_json(f"runs/r/{number}.json", {"number": number})
    return store


def keys(store: ObjectStore) -> list[str]:
    return [f"runs/r/{number}.json" for number in range(5)]


def pack(store: ObjectStore, folder: Path, pack_bytes: int = 1 << 20) -> list[PackedFile]:
    folder.mkdir()
    return list(write_packs(store, keys(store), folder, "run", pack_bytes))


def test_the_same_files_give_the_same_bytes_whenever_they_were_written(store: ObjectStore, tmp_path: Path) -> None:
    pack(store, tmp_path / "a")
    for key in keys(store):
        Path(store.path(key).path).touch()
    pack(store, tmp_path / "b")
    assert (tmp_path / "a" / "run-00000.tar").read_bytes() == (tmp_path / "b" / "run-00000.tar").read_bytes()


def test_a_pack_is_closed_before_it_grows_over_its_size(store: ObjectStore, tmp_path: Path) -> None:
    size = store.path("runs/r/0.json").stat().st_size
    packed = pack(store, tmp_path / "a", pack_bytes=2 * size)
    assert [file.pack for file in packed] == [f"run-0000{number}.tar" for number in (0, 0, 1, 1, 2)]
    assert len(pack(store, tmp_path / "b", pack_bytes=1)) == 5


def test_what_comes_out_is_what_went_in(store: ObjectStore, tmp_path: Path) -> None:
    packed = {file.key: file for file in pack(store, tmp_path / "a")}
    other = open_store(str(tmp_path / "other"))
    assert sorted(unpack(tmp_path / "a" / "run-00000.tar", packed, other)) == keys(store)
    assert [other.read_json(key) for key in keys(store)] == [store.read_json(key) for key in keys(store)]
    assert all(hashlib.sha256(other.path(key).read_bytes()).hexdigest() == file.sha256 for key, file in packed.items())


def test_other_bytes_never_get_the_name(store: ObjectStore, tmp_path: Path) -> None:
    packed = {file.key: replace(file, sha256="0" * 64) for file in pack(store, tmp_path / "a")}
    other = open_store(str(tmp_path / "other"))
    with pytest.raises(ConfigurationError, match="other bytes") as caught:
        list(unpack(tmp_path / "a" / "run-00000.tar", packed, other))
    assert caught.value.code is ErrorCode.VERSION_DAMAGED
    assert not list((tmp_path / "other").rglob("*.json"))


@pytest.mark.parametrize("name", ["../../escaped", "/etc/escaped", "runs/r/unlisted.json"])
def test_a_file_that_is_not_listed_is_refused(tmp_path: Path, name: str) -> None:
    with tarfile.open(tmp_path / "x.tar", "w") as tar:
        entry = tarfile.TarInfo(name)
        entry.size = 2
        tar.addfile(entry, io.BytesIO(b"{}"))
    with pytest.raises(ConfigurationError, match="does not list"):
        list(unpack(tmp_path / "x.tar", {}, open_store(str(tmp_path / "data"))))
    assert not list(tmp_path.rglob("*escaped*"))


@pytest.mark.parametrize("content", [b"", b"no tar", b"\x00" * 100])
def test_what_is_no_pack_is_damaged(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.tar").write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        list(unpack(tmp_path / "x.tar", {}, open_store(str(tmp_path / "data"))))
    assert caught.value.code is ErrorCode.VERSION_DAMAGED
