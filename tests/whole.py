"""Walks that are short in `make test` and whole in `make soak PART=whole` (tests/soak/whole.py)."""

import os

WHOLE = "HOLDFAST_TEST_WHOLE"
"""Set where every walk goes to its end. conftest.py leaves settings of this prefix to the tests."""


def of_walk(*, short: int, whole: int) -> int:
    """How far to go in this run."""
    return whole if os.environ.get(WHOLE) else short
