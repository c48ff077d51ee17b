"""The project's packages and plugins for every Python that has the project's folder on PYTHONPATH.

Python imports a module of this name when it starts. ``astro dev start --standalone`` sets PYTHONPATH to the project's folder,
whatever `.env` says, and leaves the plugins folder of Airflow 3 in a folder of its own (`docs/containers.md`). ``make`` and
the image name the folders themselves and do not need this.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

_PROJECT = Path(__file__).resolve().parent

# The plugins folder too: Airflow reads the connection types registered there before it adds the folder to the path.
for _folder in ("include", "plugins"):
    if str(_PROJECT / _folder) not in sys.path:
        sys.path.append(str(_PROJECT / _folder))
os.environ.setdefault("AIRFLOW__CORE__PLUGINS_FOLDER", str(_PROJECT / "plugins"))
