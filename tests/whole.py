"""What `make test` does in part or not at all, and `make soak PART=whole` to its end (tests/soak/whole.py)."""

import os
from collections.abc import Iterable, Sequence
from typing import TypeVar

import pytest

T = TypeVar("T")
R = TypeVar("R")

WHOLE = "HOLDFAST_TEST_WHOLE"
"""Set where every walk goes to its end. conftest.py leaves settings of this prefix to the tests."""

only_whole = pytest.mark.only_whole
"""For a test of minutes of processes: left out of a run of all tests, but not of one that names its file."""


def of_walk(*, short: int, whole: int) -> int:
    """How far to go in this run."""
    return whole if is_whole() else short


def some_of(cases: Iterable[T], *, short: int) -> list[T]:
    """The cases of a test that takes long for each: all of them, or this many from the first to the last."""
    every = list(cases)
    if is_whole() or short >= len(every):
        return every
    last = len(every) - 1
    return [every[round(number * last / max(1, short - 1))] for number in range(short)]


def some_pairs(rows: Iterable[T], columns: Sequence[R], *, each: int) -> list[tuple[T, R]]:
    """The pairs of two lists: all of them, or this many of each row, taken in turn so that every column occurs."""
    if is_whole() or each >= len(columns):
        return [(row, column) for row in rows for column in columns]
    return [
        (row, columns[(number * each + more) % len(columns)]) for number, row in enumerate(rows) for more in range(each)
    ]


def is_whole() -> bool:
    return bool(os.environ.get(WHOLE))
