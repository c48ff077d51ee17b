"""What somebody with write access to a remote can make of a version: every hash in it is right, only the signature is not."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from student_loans.versioning.remote import Remote
from student_loans.versioning.version_index import version_name


@dataclass
class RemoteVersion:
    """The version of a run in a folder remote, to be changed and written again.

    Attributes:
        remote: The folder.
        entry: Its entry in the list of versions.
        contents: Its files by name.
        listed: The names in DVC's listing, by the names in contents; the same where nothing else is said.
    """

    remote: Path
    entry: dict[str, Any]
    contents: dict[str, bytes]
    listed: dict[str, str]

    @classmethod
    def read(cls, remote: Remote, run_id: str) -> RemoteVersion:
        folder = Path(remote.url)
        entry = json.loads((folder / "versions" / f"{version_name(run_id)}.json").read_bytes())
        one = cls(folder, entry, {}, {})
        listing = json.loads(one.object(entry["version"]).read_bytes())
        one.contents = {file["relpath"]: one.object(file["md5"]).read_bytes() for file in listing}
        return one

    def object(self, md5: str) -> Path:
        return self.remote / "files" / "md5" / md5[:2] / md5[2:]

    def put(self, content: bytes, suffix: str = "") -> str:
        """Store an object under the hash of its bytes."""
        md5 = hashlib.md5(content, usedforsecurity=False).hexdigest() + suffix
        self.object(md5).parent.mkdir(parents=True, exist_ok=True)
        self.object(md5).unlink(missing_ok=True)
        self.object(md5).write_bytes(content)
        return md5

    @property
    def files(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.contents["files.jsonl"].splitlines()]

    @files.setter
    def files(self, files: list[dict[str, Any]]) -> None:
        self.contents["files.jsonl"] = b"".join(json.dumps(file).encode() + b"\n" for file in files)
        self.change_manifest(files=len(files))
        self.entry["files"] = len(files)

    def change_manifest(self, **changes: Any) -> None:
        self.contents["version.json"] = json.dumps(json.loads(self.contents["version.json"]) | changes).encode()

    def change_entry(self, **changes: Any) -> None:
        self.entry |= changes

    def add_file(
        self, key: str, content: bytes, pack: str = "run-00009.tar", member: tarfile.TarInfo | None = None
    ) -> None:
        """Add a packed file in a pack of its own, listed with the right hash."""
        entry = member or tarfile.TarInfo(key)
        if entry.isreg():
            entry.size = len(content)
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
            tar.addfile(entry, io.BytesIO(content))
        self.contents[pack] = buffer.getvalue()
        digest = hashlib.sha256(content).hexdigest()
        self.files = [*self.files, {"key": key, "size": len(content), "sha256": digest, "pack": pack}]

    def write(self) -> None:
        """Write it into the remote, with all hashes made right again; the signature is what it was."""
        if "contents" in json.loads(self.contents["version.json"]):
            self.change_manifest(
                contents={
                    self.listed.get(name, name): {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
                    for name, content in self.contents.items()
                    if name != "version.json"
                }
            )
            self.entry["manifest_sha256"] = hashlib.sha256(self.contents["version.json"]).hexdigest()
        files = [
            {"md5": self.put(content), "relpath": self.listed.get(name, name)}
            for name, content in self.contents.items()
        ]
        version = self.put(json.dumps(sorted(files, key=lambda file: file["relpath"])).encode(), ".dir")
        size = sum(map(len, self.contents.values()))
        path = self.entry.pop("pointer_path", version_name(self.entry["run_id"]))
        pointer = {"md5": version, "size": size, "nfiles": len(files), "hash": "md5", "path": path}
        self.entry |= {"version": version, "size_bytes": size, "pointer": f"outs:\n- {json.dumps(pointer)}\n"}
        self.write_entry(self.entry["run_id"])

    def write_entry(self, run_id: str) -> None:
        path = self.remote / "versions" / f"{version_name(run_id)}.json"
        path.write_text(json.dumps(self.entry))
