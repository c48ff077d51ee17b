"""``python -P dvc_process.py …``: DVC's command line, run so that what is in its cache can be read by those alone who may.

DVC protects the files of its cache, and of a remote that is a folder, with the mode 0444, whatever the umask. Here they lose
the bits that the umask takes. Run by its path, without the package: ``-P`` keeps its folder, and the workspace, off the path.
"""

from __future__ import annotations

import os
import sys


def main(arguments: list[str]) -> int:
    """Run one command of DVC; returns its exit status."""
    from dvc.cli import main as dvc
    from dvc_data.hashfile.db.local import LocalHashFileDB

    umask = os.umask(0o077)
    os.umask(umask)
    LocalHashFileDB.CACHE_MODE = 0o444 & ~umask
    return int(dvc(arguments) or 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
