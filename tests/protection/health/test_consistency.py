"""Which kind of point is expected, and whether the newest one is at least of that kind."""

import pytest

from app.azure.values import Consistency
from app.protection.health.consistency import Os, expected_kind, judge

EXPECTED: list[tuple[Os | None, Consistency | None, bool, Consistency | None]] = [
    ("windows", None, False, "application"),
    ("windows", None, True, "application"),
    ("linux", None, False, "file_system"),
    ("linux", None, True, "application"),
    (None, None, False, None),
    (None, None, True, None),
    (None, "crash", False, "crash"),
    ("windows", "file_system", False, "file_system"),
]


@pytest.mark.parametrize(("os", "asked", "scripts", "kind"), EXPECTED)
def test_the_expected_kind(os: Os | None, asked: Consistency | None, scripts: bool, kind: Consistency | None) -> None:  # noqa: FBT001
    assert expected_kind(os, asked=asked, linux_scripts=scripts) == kind


KINDS: list[Consistency] = ["crash", "file_system", "application"]


@pytest.mark.parametrize("expected", KINDS)
@pytest.mark.parametrize("last", KINDS)
def test_a_better_kind_also_meets_what_is_expected(expected: Consistency, last: Consistency) -> None:
    assert judge(expected, last).met is (KINDS.index(last) >= KINDS.index(expected))


def test_what_is_not_known_is_not_judged() -> None:
    assert judge(None, "application").met is None
    assert judge("application", None).met is None
