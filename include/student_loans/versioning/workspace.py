"""A DVC workspace: the folder in which versions are made and into which they are brought back.

It works inside a git checkout, where the pointers may be committed like source, and without git (in a container), where
they are kept beside the data and in the remote. Which interface of DVC each call uses:

========================  ================================================================================
``add`` ``commit``        command: they change the cache, and wait for DVC's lock
``push``                  command: long, and must be safe to kill
``pull``                  this process fetches and proves the objects, as DVC would write to any path of a listing
``checkout``              command, after the pointer and the listing in the cache are proved
``gc``                    command
``status``                command with ``--json``
``diff``                  the ``.dir`` listings in the cache: ``dvc diff`` knows git revisions only
``get_url``               ``dvc.api.get_url``: reading is what DVC's Python API is stable for
========================  ================================================================================
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from student_loans.errors import ConfigurationError, ErrorCode
from student_loans.private_files import close_root, close_tree, make_folder
from student_loans.storage.files import is_confined, open_path, write_bytes
from student_loans.versioning.command import run_dvc, site_cache
from student_loans.versioning.contents import has_link, not_trusted
from student_loans.versioning.listing import LARGEST_LISTING, parse_listing
from student_loans.versioning.lock import exclusive
from student_loans.versioning.objects import FetchedObject, VersionObjects, keep_in_cache
from student_loans.versioning.pointer import Pointer
from student_loans.versioning.remote import NAME, Remote
from student_loans.versioning.signatures import Signing

LOCK_TIMEOUT_S, COMMAND_TIMEOUT_S = 900.0, 3600.0
_SETTINGS: Mapping[str, Mapping[str, str]] = {
    "core": {"analytics": "false", "check_update": "false"},
    # With links a version needs no second copy of its bytes.
    "cache": {"type": "reflink,hardlink,copy"},
}
_NO_GIT = {**_SETTINGS, "core": {**_SETTINGS["core"], "no_scm": "true"}}
_REMOTE_SECTION = f'remote "{NAME}"'


@dataclass(frozen=True, slots=True)
class Difference:
    """Files by what happened to them between two versions, each list in order."""

    added: tuple[str, ...]
    deleted: tuple[str, ...]
    modified: tuple[str, ...]


class DvcWorkspace:
    """Data under DVC.

    Args:
        folder: The workspace; made a DVC workspace on first use when it is none.
        remote: Where versions are pushed; None means they stay on this machine.
        jobs: Files pushed or pulled at a time.
        lock_timeout_s: Longest wait for another writer, seconds.
        command_timeout_s: Longest time of one DVC command or of fetching one version, seconds.
        signing: Secrets that sign versions and check signatures; None signs none.

    Targets are paths relative to the workspace. Every method that runs DVC raises what
    :func:`student_loans.versioning.command.run_dvc` raises, and ``versioning_busy``.
    """

    def __init__(
        self,
        folder: Path,
        remote: Remote | None = None,
        *,
        jobs: int = 4,
        lock_timeout_s: float = LOCK_TIMEOUT_S,
        command_timeout_s: float = COMMAND_TIMEOUT_S,
        signing: Signing | None = None,
    ) -> None:
        self.folder = folder.absolute()
        self.remote = remote
        self.jobs = jobs
        self.signing = signing
        self._lock_timeout_s = lock_timeout_s
        self._command_timeout_s = command_timeout_s
        self._held = False

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the lock of the workspace while the block runs; methods inside it do not wait again.

        Raises:
            ServiceError: ``versioning_busy``.
        """
        if self._held:
            yield
            return
        self._initialize()
        with exclusive(self.folder / ".dvc" / "tmp" / "loan-documents.lock", self._lock_timeout_s):
            self._held = True
            try:
                for root in self.roots():
                    close_root(root)
                self._configure()
                yield
            finally:
                # SQLite lets only the owner write to a database that it makes.
                close_tree(self.folder / ".dvc" / "tmp")
                self._held = False

    def add(self, target: str) -> Pointer:
        """Make a version of a file or folder."""
        self._run("add", _checked(target))
        return self.pointer(target)

    def commit(self, target: str) -> Pointer:
        """Make a version of what a tracked target has become."""
        self._run("commit", "--force", f"{_checked(target)}.dvc")
        return self.pointer(target)

    def push(self, target: str) -> None:
        """Send a version to the remote; what is there already is not sent again."""
        self._need_remote()
        self._run("push", "--jobs", str(self.jobs), "--remote", NAME, f"{_checked(target)}.dvc")

    def pull(self, target: str) -> None:
        """Bring a version from the remote into the workspace; nothing of it is there before all of it is proved.

        Raises:
            ConfigurationError: ``unknown_version``, ``version_damaged``, ``version_not_trusted``.
        """
        self._need_remote()
        with self.exclusive():
            pointer = self.pointer(target)
            with tempfile.TemporaryDirectory(prefix="pull-", dir=self.folder / ".dvc" / "tmp") as name:
                fetched = self._fetch(pointer, Path(name))
                for md5, one in fetched.items():
                    keep_in_cache(one, self.cache, md5)
            self.checkout(target)

    def checkout(self, target: str) -> None:
        """Put the bytes of a version from the cache back into the workspace, whatever is there now.

        Raises:
            ConfigurationError: ``unknown_version``, ``version_damaged``, ``version_not_trusted``: the version is not on this
                machine, or would be written to another place than the target.
        """
        with self.exclusive():
            pointer = self.pointer(target)
            names = [f"{target}/{name}" for name in self._listing(pointer)] if pointer.is_folder else [target]
            if any(has_link(self.folder, name) for name in names):
                raise not_trusted(f"a link is where {target} belongs")
            self._run("checkout", "--force", f"{target}.dvc")

    def objects(self, total_bytes: int) -> VersionObjects:
        """The objects of versions, here or in the remote, for one version of so many bytes."""
        return VersionObjects(self.cache, self.remote, self._command_timeout_s, total_bytes)

    def _fetch(self, pointer: Pointer, folder: Path) -> dict[str, FetchedObject]:
        """Copy the objects of a pointer into a private folder; by their hashes."""
        source = self.objects(pointer.size_bytes + LARGEST_LISTING)
        largest = LARGEST_LISTING if pointer.is_folder else pointer.size_bytes
        fetched = {pointer.version: source.fetch(pointer.version, folder / "version", largest)}
        if pointer.is_folder:
            listing = parse_listing(fetched[pointer.version].path.read_bytes(), pointer.version)
            hashes = sorted(set(listing.values()))
            with ThreadPoolExecutor(self.jobs) as pool:
                fetched |= zip(
                    hashes,
                    pool.map(lambda md5: source.fetch(md5, folder / md5, pointer.size_bytes), hashes),
                    strict=True,
                )
        return fetched

    def status(self, *, remote: bool = False) -> dict[str, Any]:
        """What differs from the versions: an empty dictionary when nothing does.

        Args:
            remote: Compare the cache with the remote, instead of the workspace with its pointers.
        """
        if remote:
            self._need_remote()
        arguments = ["--cloud", "--remote", NAME] if remote else []
        return dict(json.loads(self._run("status", "--json", *arguments)))

    def is_cached(self, pointer: Pointer) -> bool:
        """Whether all bytes of a folder's version are on this machine."""
        if not self._cached(pointer.version).exists():
            return False
        return not pointer.is_folder or all(self._cached(md5).exists() for md5 in self._listing(pointer).values())

    def cached_files(self, pointer: Pointer) -> dict[str, Path] | None:
        """The files of a version by their names in it, as they lie in the cache; None when not all are on this machine."""
        if not self.is_cached(pointer):
            return None
        return {name: self._cached(md5) for name, md5 in self._listing(pointer).items()}

    def diff(self, old: Pointer, new: Pointer) -> Difference:
        """What changed from one version to another; both must be in the cache.

        Raises:
            ConfigurationError: ``unknown_version``: one is not.
        """
        before, after = self._listing(old), self._listing(new)
        return Difference(
            added=tuple(sorted(after.keys() - before.keys())),
            deleted=tuple(sorted(before.keys() - after.keys())),
            modified=tuple(sorted(name for name in before.keys() & after.keys() if before[name] != after[name])),
        )

    def get_url(self, path: str) -> str:
        """Where the remote keeps a versioned file or folder.

        Raises:
            ConfigurationError: ``unknown_version``: it is not versioned here.
        """
        import dvc.api
        from dvc.exceptions import OutputNotFoundError, PathMissingError

        self._need_remote()
        # As in the processes of DVC: nothing is left outside of the workspace.
        own = {"core": {"site_cache_dir": str(site_cache(self.folder))}}
        with self.exclusive():
            try:
                return str(dvc.api.get_url(path, repo=str(self.folder), remote=NAME, config=own))
            except (OutputNotFoundError, PathMissingError) as error:
                raise ConfigurationError(
                    ErrorCode.UNKNOWN_VERSION, f"{path} is not versioned in this workspace."
                ) from error

    def gc(self) -> None:
        """Remove from the cache what no pointer of this workspace names. The remote is never touched."""
        self._run("gc", "--workspace", "--force")

    def pointer(self, target: str) -> Pointer:
        """The version that a target has.

        Raises:
            ConfigurationError: ``unknown_version``.
        """
        return Pointer.read(self.folder / f"{_checked(target)}.dvc")

    def put_pointer(self, target: str, pointer: Pointer) -> None:
        """Name a proved version that another machine made, so that it can be checked out."""
        path = self.folder / f"{_checked(target)}.dvc"
        write_bytes(open_path(str(path)), pointer.text.encode())

    def roots(self) -> list[Path]:
        """The folders of the versions on this machine: the workspace, and a remote that is a folder."""
        folder = self.remote and self.remote.folder
        return [self.folder, folder] if folder else [self.folder]

    def _run(self, *arguments: str) -> str:
        secrets = self.remote.environment() if self.remote else {}
        with self.exclusive():
            return run_dvc(arguments, self.folder, timeout_s=self._command_timeout_s, environment=secrets)

    def _need_remote(self) -> None:
        if self.remote is None:
            raise ConfigurationError(
                ErrorCode.INVALID_SETTINGS,
                "No remote for data versions: give the connection dvc_remote an address, or set versioning.remote_url.",
            )

    def _listing(self, pointer: Pointer) -> dict[str, str]:
        """File to hash, of a folder's version."""
        try:
            return parse_listing(self._cached(pointer.version).read_bytes(), pointer.version)
        except FileNotFoundError:
            raise ConfigurationError(
                ErrorCode.UNKNOWN_VERSION, f"Version {pointer.version[:12]} is not on this machine: pull it first."
            ) from None

    def _cached(self, md5: str) -> Path:
        return self.cache / md5[:2] / md5[2:]

    @property
    def cache(self) -> Path:
        """The folder of DVC's objects by their hashes."""
        return self.folder / ".dvc" / "cache" / "files" / "md5"

    def _initialize(self) -> None:
        """Make the folder a workspace if it is not one; concurrent calls have the same result."""
        configuration = self.folder / ".dvc" / "config"
        if configuration.exists():
            return
        # What `dvc init` makes, without the second that DVC takes to start. The configuration marks a workspace: it comes last.
        make_folder(self.folder / ".dvc" / "tmp")
        uses_git = _may_use_git(self.folder)
        if uses_git:
            write_bytes(open_path(str(self.folder / ".dvc" / ".gitignore")), b"/config.local\n/tmp\n/cache\n")
        _write_configuration(configuration, _SETTINGS if uses_git else _NO_GIT)

    def _configure(self) -> None:
        """Make both files of DVC's configuration what they have to be.

        Options for a remote, such as the path of a file that names a command which gives out keys, are never taken from a
        file that somebody else may have written.
        """
        configuration = self.folder / ".dvc" / "config"
        _write_configuration(configuration, _NO_GIT if _is_without_git(configuration) else _SETTINGS)
        own = {_REMOTE_SECTION: self.remote.configuration()} if self.remote else {}
        _write_configuration(configuration.with_name("config.local"), own)


def _checked(target: str) -> str:
    """A target, which DVC takes for no option and which does not leave the workspace."""
    if not is_confined(target) or target.startswith("-"):
        raise ConfigurationError(ErrorCode.INVALID_SETTINGS, f"{target[:120]!r} is no path within the DVC workspace.")
    return target


def _may_use_git(folder: Path) -> bool:
    """Whether it is inside a git checkout that does not ignore it."""
    try:
        ignored = subprocess.run(  # noqa: S603 - arguments as a list
            ["git", "check-ignore", "--quiet", str(folder)],  # noqa: S607 - wherever the machine has it
            cwd=folder,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        return False
    return ignored.returncode == 1  # 0: ignored; 128: no checkout


def _is_without_git(path: Path) -> bool:
    """Whether a configuration says that the workspace is used without git, or there is none: all that is read of it."""
    from configobj import ConfigObj, ConfigObjError

    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        core = ConfigObj(text.splitlines(), interpolation=False).get("core")
    except ConfigObjError:
        core = None
    said = isinstance(core, dict) and core.get("no_scm") == "true"
    return said or not _may_use_git(path.parent.parent)


def _write_configuration(path: Path, sections: Mapping[str, Mapping[str, str]]) -> None:
    """Write a configuration file of DVC; nothing is written when nothing changes."""
    from configobj import ConfigObj

    config = ConfigObj(interpolation=False)
    config.update({name: dict(options) for name, options in sections.items()})
    content = "".join(f"{line}\n" for line in config.write()).encode()
    if path.is_symlink() or not path.exists() or path.read_bytes() != content:
        write_bytes(open_path(str(path)), content)
