"""``python -m student_loans``: the command ``student-loans`` where no console script is installed."""

from __future__ import annotations

import sys

from student_loans.cli import main

if __name__ == "__main__":
    sys.exit(main())
