"""Packs: the same files give the same bytes, and only plain files that a version lists come out."""

from __future__ import annotations

import hashlib
import io
import tarfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.storage.object_store import ObjectStore, open_store
from student_loans.versioning.packs import PackedFile, check_pack, unpack, write_packs


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


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_comes_out_is_what_went_in(store: ObjectStore, tmp_path: Path) -> None:
    packed = {file.key: file for file in pack(store, tmp_path / "a")}
    check_pack(tmp_path / "a" / "run-00000.tar", packed)
    unpack(tmp_path / "a" / "run-00000.tar", packed, tmp_path / "out")
    assert files_below(tmp_path / "out") == {key: store.path(key).read_bytes() for key in keys(store)}


def test_a_long_key_is_packed_as_it_is(store: ObjectStore, tmp_path: Path) -> None:
    key = f"processed/ab/{'ab' * 32}/0123456789ab/page-0001-{'x' * 80}.json"
    store.write_json(key, {})
    (tmp_path / "a").mkdir()
    packed = {file.key: file for file in write_packs(store, [key], tmp_path / "a", "processed", 1 << 20)}
    check_pack(tmp_path / "a" / "processed-00000.tar", packed)
    unpack(tmp_path / "a" / "processed-00000.tar", packed, tmp_path / "out")
    assert set(files_below(tmp_path / "out")) == {key}


def test_other_bytes_are_refused(store: ObjectStore, tmp_path: Path) -> None:
    packed = {file.key: replace(file, sha256="0" * 64) for file in pack(store, tmp_path / "a")}
    with pytest.raises(ConfigurationError, match="other bytes") as caught:
        unpack(tmp_path / "a" / "run-00000.tar", packed, tmp_path / "out")
    assert caught.value.code is ErrorCode.VERSION_DAMAGED


def member(name: str, kind: bytes = tarfile.REGTYPE, **more: Any) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type = kind
    for attribute, value in more.items():
        setattr(entry, attribute, value)
    return entry


KEY = "runs/r/0.json"


def write_tar(path: Path, *entries: tarfile.TarInfo) -> None:
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
        for entry in entries:
            tar.addfile(entry, io.BytesIO(b"\0" * entry.size))


@pytest.mark.parametrize(
    "entry",
    [
        member("../../escaped", size=2),
        member("/etc/escaped", size=2),
        member("runs/r/unlisted.json", size=2),
        member(KEY, tarfile.SYMTYPE, linkname="/etc/passwd"),
        member(KEY, tarfile.LNKTYPE, linkname="runs/r/1.json"),
        member(KEY, tarfile.DIRTYPE),
        member(KEY, tarfile.FIFOTYPE),
        member(KEY, tarfile.CHRTYPE, devmajor=1, devminor=5),
        member(KEY, tarfile.BLKTYPE, devmajor=7),
        member(KEY, tarfile.CONTTYPE, size=2),
        member(KEY, size=2, pax_headers={"GNU.sparse.map": "0,2", "GNU.sparse.size": "2"}),
        member(KEY, size=2, pax_headers={"GNU.sparse.major": "0", "GNU.sparse.name": "../escaped"}),
        member("x", size=2, pax_headers={"path": "../../escaped"}),
        member(KEY, size=2, pax_headers={"SCHILY.xattr.user.x": "y"}),
    ],
)
def test_what_no_pack_holds_is_refused_before_anything_is_written(tmp_path: Path, entry: tarfile.TarInfo) -> None:
    write_tar(tmp_path / "x.tar", entry)
    expected = {KEY: PackedFile(KEY, 2, hashlib.sha256(b"\0\0").hexdigest(), "x.tar")}
    with pytest.raises(ConfigurationError) as caught:
        check_pack(tmp_path / "x.tar", expected)
    assert caught.value.code is ErrorCode.VERSION_NOT_TRUSTED


def test_an_old_sparse_file_is_refused(tmp_path: Path) -> None:
    """One of a few bytes in the pack can say that it has a terabyte."""
    entry = member(KEY, tarfile.GNUTYPE_SPARSE, size=2)
    block = bytearray(entry.tobuf(tarfile.GNU_FORMAT))
    block[483:495] = b"777777777777"  # the size that it would have
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    (tmp_path / "x.tar").write_bytes(bytes(block) + b"\0" * 2048)
    expected = {KEY: PackedFile(KEY, 0o777777777777, "0" * 64, "x.tar")}
    with pytest.raises(ConfigurationError) as caught:
        check_pack(tmp_path / "x.tar", expected)
    assert caught.value.code is ErrorCode.VERSION_NOT_TRUSTED


def test_a_file_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    write_tar(tmp_path / "x.tar", member(KEY, size=2), member(KEY, size=2))
    with pytest.raises(ConfigurationError, match="does not list"):
        check_pack(tmp_path / "x.tar", {KEY: PackedFile(KEY, 2, "0" * 64, "x.tar")})


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    write_tar(tmp_path / "x.tar")
    with pytest.raises(ConfigurationError, match="lacks 1 of its 1 files") as caught:
        check_pack(tmp_path / "x.tar", {KEY: PackedFile(KEY, 2, "0" * 64, "x.tar")})
    assert caught.value.code is ErrorCode.VERSION_DAMAGED


@pytest.mark.parametrize("content", [b"", b"no tar", b"\x00" * 100])
def test_what_is_no_pack_is_damaged(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.tar").write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        check_pack(tmp_path / "x.tar", {})
    assert caught.value.code is ErrorCode.VERSION_DAMAGED


def test_a_pack_that_ends_early_is_damaged(store: ObjectStore, tmp_path: Path) -> None:
    packed = {file.key: file for file in pack(store, tmp_path / "a")}
    path = tmp_path / "a" / "run-00000.tar"
    whole = path.read_bytes()
    for length in (100, 600, 1500, 2048, 2560):
        path.write_bytes(whole[:length])
        with pytest.raises(ConfigurationError) as caught:
            check_pack(path, packed)
        assert caught.value.code is ErrorCode.VERSION_DAMAGED
