"""Which kind of recovery point is expected of a VM, and whether the newest one is of that kind. Pure.

By default a Windows VM is expected to leave application-consistent points (VSS), a Linux VM file-system-consistent
ones; a Linux VM with pre- and post-scripts application-consistent ones (docs/consistency.md). Whether a VM has such
scripts is not shown by Azure: the tenant says so. The OS of a VM is known only where Azure was read for it.
"""

from dataclasses import dataclass
from typing import Final, Literal

from app.azure.values import Consistency

Os = Literal["linux", "windows"]

_RANK: Final[dict[Consistency, int]] = {"crash": 0, "file_system": 1, "application": 2}
"""A better kind also has what a weaker one has."""


@dataclass(frozen=True, slots=True)
class ConsistencyHealth:
    expected: Consistency | None
    """None: no rule sets it, and the OS of the VM is not known."""
    last: Consistency | None
    """Of the newest recovery point; None where it was not read, or Azure did not say."""
    met: bool | None
    """None where one of the two is not known."""


def expected_kind(os: Os | None, *, asked: Consistency | None, linux_scripts: bool) -> Consistency | None:
    """`asked`: set by a rule; it goes first. `linux_scripts`: pre- and post-scripts are expected on Linux VMs."""
    if asked is not None:
        return asked
    if os is None:
        return None
    return "file_system" if os == "linux" and not linux_scripts else "application"


def judge(expected: Consistency | None, last: Consistency | None) -> ConsistencyHealth:
    met = None if expected is None or last is None else _RANK[last] >= _RANK[expected]
    return ConsistencyHealth(expected, last, met)
