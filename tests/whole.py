"""What `make test` does in part or not at all, and `make soak PART=whole` to its end (tests/soak/whole.py)."""

import os

import pytest

WHOLE = "HOLDFAST_TEST_WHOLE"
"""Set where every walk goes to its end. conftest.py leaves settings of this prefix to the tests."""

only_whole = pytest.mark.only_whole
"""For a test of minutes of processes: left out of a run of all tests, but not of one that names its file."""


def of_walk(*, short: int, whole: int) -> int:
    """How far to go in this run."""
    return whole if is_whole() else short


def is_whole() -> bool:
    return bool(os.environ.get(WHOLE))
