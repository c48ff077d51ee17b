"""``python -P dvc_process.py …``: DVC's command line, run so that its cache has the rights that the umask leaves.

DVC gives the files of its cache, and of a remote that is a folder, the mode 0444, whatever the umask, and takes the
set-group-ID bit from their folders. Here the umask and the folder above decide. This file is run by its path, and imports
nothing of the package: ``-P`` keeps its folder, and the workspace, off the path of imports.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main(arguments: list[str]) -> int:
    """Run one command of DVC; returns its exit status."""
    from dvc.cli import main as dvc
    from dvc_data.hashfile.db.local import LocalHashFileDB

    umask = os.umask(0o077)
    os.umask(umask)
    LocalHashFileDB.CACHE_MODE = 0o444 & ~umask
    LocalHashFileDB.makedirs = lambda _, path: Path(path).mkdir(parents=True, exist_ok=True)  # type: ignore[method-assign]
    return int(dvc(arguments) or 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
